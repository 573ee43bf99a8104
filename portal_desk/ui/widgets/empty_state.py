"""What stands where there is nothing yet, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from portal_desk.ui.icons import pixmap
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.buttons import Button
from portal_desk.ui.widgets.labels import Text


class EmptyState(QWidget):
    """An icon, a title, a sentence that says what to do next, and a button if there is one to press.

    Signals:
        action_requested: the button was pressed.
    """

    action_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        icon_name: str = "",
        title: str = "",
        text: str = "",
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon_name
        self._icon = QLabel()
        self._title = Text(title, "section", wrap=True)
        self._text = Text(text, "muted", wrap=True)
        self._button = Button(action)
        self._button.clicked.connect(self.action_requested)
        self._lay_out()
        theme.changed.connect(self._draw_icon)
        self.say(icon_name, title, text, action)

    def say(self, icon_name: str, title: str, text: str = "", action: str = "") -> None:
        """Show something else."""
        self._icon_name = icon_name
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(action)
        self._button.setAccessibleName(action)
        self._button.setVisible(bool(action))
        self._draw_icon()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(6)
        column.addStretch(2)
        for label in (self._icon, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(6)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def _draw_icon(self) -> None:
        self._icon.setVisible(bool(self._icon_name))
        if self._icon_name:
            self._icon.setPixmap(pixmap(self._theme, self._icon_name, 36, "placeholder"))
