"""A table, or what to say where it is empty, above a line with messages, a count and buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from portal_desk.ui.widgets import Button, EmptyState, HSeparator, Text


class Listing(QFrame):
    """The frame of every panel that is a list.

    Attributes:
        above: what stands over the table, such as filters.
        messages: what stands over the line at the foot, such as a banner.
        count: how many there are.
    """

    def __init__(self, table: QWidget, empty: EmptyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surface")
        self.count = Text("", "faint")
        self.above = QVBoxLayout()
        self.messages = QVBoxLayout()
        self._line = QHBoxLayout()
        # A stack without a widget of its own would show its first one as a window.
        content = QWidget()
        self._stack = QStackedLayout(content)
        self._stack.addWidget(table)
        self._stack.addWidget(empty)
        self._lay_out(content)

    def add_buttons(self, *buttons: Button) -> None:
        """Put buttons beside the count."""
        for button in buttons:
            self._line.addWidget(button)

    def show_table(self, *, filled: bool) -> None:
        """Show the table, or what to say where it is empty."""
        self._stack.setCurrentIndex(0 if filled else 1)

    def _lay_out(self, content: QWidget) -> None:
        self._line.setSpacing(8)
        self._line.addWidget(self.count, 1)
        self.messages.setSpacing(8)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 8)
        foot.setSpacing(8)
        foot.addLayout(self.messages)
        foot.addLayout(self._line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.above)
        column.addWidget(content, 1)
        column.addWidget(HSeparator())
        column.addLayout(foot)
