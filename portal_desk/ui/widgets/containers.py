"""Cards, key-value grids and scrolled columns."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.buttons import CopyButton
from portal_desk.ui.widgets.labels import ElidedText, Text
from portal_desk.ui.widgets.style import set_style


class Card(QFrame):
    """A bordered box; put things into `column`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_style(self, card="true")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 12)
        self.column.setSpacing(8)


class KeyValueGrid(QWidget):
    """Keys on the left, values on the right, one pair a line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._rows = 0

    def add(self, key: str, value: str | QWidget, *, tooltip: str = "", copy: bool = False) -> None:
        """Add a pair; with `copy`, a text value gets a button that copies it."""
        label = Text(key, "key")
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(label, self._rows, 0, top)
        self._grid.addWidget(self._value(key, value, tooltip, copy=copy), self._rows, 1)
        self._rows += 1

    def clear(self) -> None:
        """Remove all pairs."""
        clear_layout(self._grid)
        self._rows = 0

    def _value(self, key: str, value: str | QWidget, tooltip: str, *, copy: bool) -> QWidget:
        if isinstance(value, QWidget):
            return value
        text = ElidedText(value, hugging=True) if copy else Text(value, wrap=True, selectable=True)
        text.setToolTip(tooltip)
        text.setAccessibleName(f"{key}: {value}")
        if not copy:
            return text
        what = self.tr("Copy {what}").format(what=key)
        return row(text, CopyButton(self._theme, value, what), stretch_after=True)


class ScrolledColumn(QScrollArea):
    """A column that scrolls up and down; put things into `column`, which is the layout of `inside`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inside = QWidget()
        self.inside.setObjectName("scrolled")
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(20, 16, 20, 20)
        self.column.setSpacing(10)
        self.setWidget(self.inside)


def row(*widgets: QWidget, spacing: int = 6, stretch_after: bool = False) -> QWidget:
    """The widgets side by side."""
    box = QWidget()
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    if stretch_after:
        layout.addStretch(1)
    return box


def clear_layout(layout: QLayout) -> None:
    """Remove everything from `layout` and delete the widgets."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
