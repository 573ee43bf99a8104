"""Text in its roles, and hairlines."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from portal_desk.ui.widgets.style import set_style

Role = Literal["body", "muted", "small", "faint", "strong", "key", "section", "heading", "display"]


class Text(QLabel):
    """Plain text in a role of the style sheet; it wraps if asked, and can be selected with the mouse.

    Texts may come from Stripe, so they are never read as rich text.
    """

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        *,
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.set_role(role)

    def set_role(self, role: Role) -> None:
        """Change the role, and with it size, weight and colour."""
        set_style(self, role=role)


class Heading(Text):
    """The title of a pane or dialog."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "heading", wrap=True, parent=parent)


class SectionTitle(Text):
    """The title of a section."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "section", parent=parent)


class ElidedText(Text):
    """One line of text that is cut with an ellipsis where there is no room, whole in its tooltip."""

    def __init__(self, text: str = "", role: Role = "body", parent: QWidget | None = None) -> None:
        super().__init__("", role, parent=parent)
        self._full = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_full_text(text)

    def set_full_text(self, text: str) -> None:
        """Show `text`, or as much of it as fits."""
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(
            self._full, Qt.TextElideMode.ElideRight, max(self.contentsRect().width(), 1)
        )
        self.setText(shown)
        self.setToolTip("" if shown == self._full else self._full)


class HSeparator(QFrame):
    """A horizontal hairline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_style(self, separator="true")


class VSeparator(QFrame):
    """A vertical hairline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_style(self, separator="vertical")
