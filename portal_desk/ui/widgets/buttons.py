"""Buttons in their kinds."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from portal_desk.ui.icons import icon
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.style import set_style

Kind = Literal["primary", "secondary", "danger", "ghost"]

_ICON_COLOR = {"primary": "accent_text", "danger": "critical"}


class Button(QPushButton):
    """A push button of a kind; none is a dialog's default unless it is made so.

    Args:
        theme, icon_name: a Phosphor icon before the text.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "secondary",
        *,
        theme: Theme | None = None,
        icon_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        if theme is not None and icon_name:
            color = _ICON_COLOR.get(kind, "text_muted")
            self.setIcon(icon(theme, icon_name, color, before_text=True))
        self.set_kind(kind)

    def set_kind(self, kind: Kind) -> None:
        """Change what the button looks like."""
        set_style(self, kind=kind)

    def warn(self, warning: str) -> None:
        """Say what may stand in the way, to the mouse and to a screen reader; empty for nothing."""
        self.setToolTip(warning)
        self.setAccessibleDescription(warning)


class IconButton(QToolButton):
    """A flat button with an icon alone; `text` is its tooltip and accessible name."""

    def __init__(
        self,
        theme: Theme,
        icon_name: str,
        text: str,
        *,
        tiny: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setIcon(icon(theme, icon_name))
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_style(self, kind="tiny" if tiny else "ghost")


class CopyButton(IconButton):
    """Puts `value` on the clipboard and says so with a tick."""

    def __init__(self, theme: Theme, value: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, "copy", what, tiny=True, parent=parent)
        self._theme = theme
        self._value = value
        self.clicked.connect(self._on_clicked)

    def set_value(self, value: str) -> None:
        """Copy something else from now on."""
        self._value = value
        self.setIcon(icon(self._theme, "copy"))

    def _on_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._value)
        self.setIcon(icon(self._theme, "check", "positive"))
