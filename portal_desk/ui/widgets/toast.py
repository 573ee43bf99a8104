"""Short messages at the window's foot that leave by themselves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from portal_desk.portal.document import Tone
from portal_desk.ui.icons import pixmap
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.labels import Text

SHOWN_FOR = 5_000
_MARGIN, _WIDEST, _SLACK = 18, 420, 4


class Toast(QFrame):
    """One message over the window; a new one replaces it, a click closes it."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self._theme = theme
        self._window = window
        self._icon = QLabel()
        self._text = Text("", wrap=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 10, 16, 10)
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addWidget(self._text, 1)
        self._leaving = QTimer(self, singleShot=True, interval=SHOWN_FOR)
        self._leaving.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def say(self, text: str, tone: Tone = "positive") -> None:
        """Show a sentence for five seconds."""
        name = "check-circle" if tone == "positive" else "info"
        self._icon.setPixmap(pixmap(self._theme, name, 18, tone))
        self._text.setText(text)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._leaving.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, _event: object) -> None:
        self.hide()

    def _place(self) -> None:
        words = self._text.fontMetrics().horizontalAdvance(self._text.text())
        around = self.sizeHint().width() - self._text.sizeHint().width() + _SLACK
        widest = min(_WIDEST * self._theme.text_scale, self._window.width() - 2 * _MARGIN)
        width = int(min(widest, words + around))
        self.setFixedSize(width, self.heightForWidth(width))
        # In the middle: the corners are where panels have their counts and buttons.
        left = (self._window.width() - width) // 2
        self.move(left, self._window.height() - self.height() - _MARGIN)
