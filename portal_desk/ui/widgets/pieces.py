"""A column that is drawn piece by piece, so that a long one never holds up the window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QWidget

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
        self._outdated: list[QWidget] = []
        self._next_slice = QTimer(self, singleShot=True, interval=0)
        self._next_slice.timeout.connect(self._draw_slice)
        self.column.addStretch(1)

    @property
    def is_complete(self) -> bool:
        """Whether all pieces are there."""
        return None not in self._widgets

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show other pieces, of which the first are there at once.

        What is outdated stays until something takes its place, so that nothing jumps. To show something else
        altogether, show nothing first.
        """
        before = list(zip(self._pieces, self._widgets, strict=True))
        self._pieces, self._widgets = list(pieces), []
        for piece in pieces:
            same = next((one for one in before if one[0].shows == piece.shows), None)
            self._widgets.append(same[1] if same else None)
            if same:
                before.remove(same)
        self._outdated += [widget for _, widget in before if widget is not None]
        self._draw_slice()

    def _draw_slice(self) -> None:
        until = time.perf_counter() + _SLICE
        self.setUpdatesEnabled(False)
        for at, piece in enumerate(self._pieces):
            self._place(at, piece)
            if time.perf_counter() >= until and not self.is_complete:
                break
        if self.is_complete:
            while self._outdated:
                self._remove_outdated()
            self.completed.emit()
        else:
            self._next_slice.start()
        self.setUpdatesEnabled(True)

    def _place(self, at: int, piece: Piece) -> None:
        """Have the piece behind the one before it, in the place of something outdated if it is new."""
        behind = self._widgets[at - 1] if at else None
        index = self.column.indexOf(behind) + 1 if behind else 0
        widget = self._widgets[at]
        if widget is None:
            widget = self._widgets[at] = piece.make()
            self.column.insertWidget(index, widget)
            widget.show()
            if self._outdated:
                self._remove_outdated(widget)
        elif self.column.indexOf(widget) < index:
            self.column.insertWidget(index - 1, widget)

    def _remove_outdated(self, successor: QWidget | None = None) -> None:
        widget = self._outdated.pop(0)
        focus = self.window().focusWidget()
        if focus is not None and widget.isAncestorOf(focus):
            (_counterpart(focus, successor) or self).setFocus(Qt.FocusReason.OtherFocusReason)
        self.column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()


def _counterpart(focus: QWidget, successor: QWidget | None) -> QWidget | None:
    """The button that takes the keyboard over: the one of the same name, or else the first."""
    buttons = successor.findChildren(QPushButton) if successor else []
    same = (one for one in buttons if one.accessibleName() == focus.accessibleName())
    return next(same, buttons[0] if buttons else None)
