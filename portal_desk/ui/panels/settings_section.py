"""A titled section of the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from portal_desk.ui.widgets import Card, ElidedText, HSeparator, SectionTitle, Text, clear_layout


class Section(QWidget):
    """A title above a card of lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = Card()
        self._title = SectionTitle()
        self._lines = 0
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.column.addWidget(self._title)
        self.column.addWidget(self.card)

    def set_title(self, title: str) -> None:
        """What the section is about."""
        self._title.setText(title)

    def clear_lines(self) -> None:
        """Remove every line."""
        self._lines = 0
        clear_layout(self.card.column)

    def add_line(self, name: str, *controls: QWidget, hint: str | QWidget = "") -> None:
        """Add what is set, what it means, and the controls at the right."""
        if self._lines:
            self.card.column.addWidget(HSeparator())
        self._lines += 1
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Text(name, wrap=True))
        if hint:
            words.addWidget(hint if isinstance(hint, QWidget) else ElidedText(hint, "small"))
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addLayout(words, 1)
        for control in controls:
            line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self.card.column.addWidget(box)
