"""A column that is drawn piece by piece, so that a long one never holds up the window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from portal_desk.ui.widgets.containers import ScrolledColumn

_SLICE = 0.003
"""Seconds of making widgets at a time; showing them takes Qt about twice as long again."""


@dataclass(frozen=True)
class Piece:
    """One widget of the column.

    Attributes:
        shows: all that it depends on; as long as that is equal, so is the widget.
        make: makes the widget.
    """

    shows: object
    make: Callable[[], QWidget]


class PiecewiseColumn(ScrolledColumn):
    """Keeps the widgets that stay the same, and makes the others from the top, a few at a time.

    Signals:
        completed: all pieces are there.
    """

    completed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: list[Piece] = []
        self._widgets: list[QWidget | None] = []
        self._next_slice = QTimer(self, singleShot=True, interval=0)
        self._next_slice.timeout.connect(self._draw_slice)
        self.column.addStretch(1)

    @property
    def is_complete(self) -> bool:
        """Whether all pieces are there."""
        return None not in self._widgets

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show other pieces, of which the first are there at once."""
        before = list(zip(self._pieces, self._widgets, strict=True))
        self._pieces, self._widgets = list(pieces), []
        for piece in pieces:
            same = next((one for one in before if one[0].shows == piece.shows), None)
            self._widgets.append(same[1] if same else None)
            if same:
                before.remove(same)
        for _, widget in before:
            if widget is not None:
                self.column.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        kept = [widget for widget in self._widgets if widget is not None]
        for at, widget in enumerate(kept):
            if self.column.indexOf(widget) != at:
                self.column.insertWidget(at, widget)
        self._draw_slice()

    def _draw_slice(self) -> None:
        until = time.perf_counter() + _SLICE
        self.setUpdatesEnabled(False)
        while not self.is_complete and time.perf_counter() < until:
            at = self._widgets.index(None)
            widget = self._pieces[at].make()
            self._widgets[at] = widget
            self.column.insertWidget(at, widget)
        self.setUpdatesEnabled(True)
        if self.is_complete:
            self.completed.emit()
        else:
            self._next_slice.start()
