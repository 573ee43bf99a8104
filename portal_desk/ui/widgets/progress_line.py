"""How far something is that takes a while, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from portal_desk.ui.widgets.buttons import Button
from portal_desk.ui.widgets.labels import Text


class ProgressLine(QFrame):
    """Words, a bar, and a button; hidden until it is shown.

    Signals:
        cancelled: the button was pressed.
    """

    cancelled = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = Text("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(name)
        self.cancel = Button(self.tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self.state)
        line.addWidget(self.bar, 1)
        line.addWidget(self.cancel)
        self.hide()

    def advance(self, done: int, total: int, words: str) -> None:
        """Say how far it is."""
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        self.state.setText(words)
