"""A message across the top of a pane."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from portal_desk.errors import DeskError
from portal_desk.portal.document import Tone
from portal_desk.ui.icons import pixmap
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.buttons import Button, IconButton
from portal_desk.ui.widgets.labels import Text
from portal_desk.ui.widgets.style import set_style

_ICONS: dict[Tone, str] = {
    "neutral": "info",
    "info": "info",
    "positive": "check-circle",
    "warning": "warning",
    "critical": "warning-circle",
}


class Banner(QFrame):
    """Hidden until it has something to say; can be closed, and can offer one action."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone: Tone = "neutral"
        self._act: Callable[[], None] | None = None
        self._icon = QLabel()
        self._title = Text("", "strong", wrap=True)
        self._text = Text("", wrap=True, selectable=True)
        self._button = Button("")
        self._close = IconButton(theme, "x", self.tr("Dismiss"), tiny=True)
        self._button.hide()
        self._button.clicked.connect(self._on_action)
        self._close.clicked.connect(self.hide)
        theme.changed.connect(self._draw_icon)
        self._lay_out()
        self.setProperty("banner", "true")
        self.hide()

    def say(
        self,
        tone: Tone,
        title: str,
        text: str = "",
        *,
        action: str = "",
        on_action: Callable[[], None] | None = None,
        closable: bool = True,
    ) -> None:
        """Show a message; it stays until it is closed, replaced or cleared."""
        self._tone, self._act = tone, on_action
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(action)
        self._button.setAccessibleName(action)
        self._button.setVisible(bool(action))
        self._close.setVisible(closable)
        self.setAccessibleName(f"{title} {text}".strip())
        set_style(self, tone=tone)
        for label in (self._title, self._text):
            set_style(label)
        self._draw_icon()
        self.show()

    def say_error(
        self, error: DeskError, *, action: str = "", on_action: Callable[[], None] | None = None
    ) -> None:
        """Show a known problem: title, message and what to do next."""
        self.say("critical", error.title, str(error), action=action, on_action=on_action)

    def clear(self) -> None:
        """Say nothing."""
        self.hide()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._text)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 8, 8)
        line.setSpacing(10)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(self._icon, 0, top)
        line.addLayout(words, 1)
        line.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._close, 0, top)

    def _on_action(self) -> None:
        if self._act is not None:
            self._act()

    def _draw_icon(self) -> None:
        self._icon.setPixmap(pixmap(self._theme, _ICONS[self._tone], 18, self._tone))
