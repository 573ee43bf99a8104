"""Text in its roles, and hairlines."""

from __future__ import annotations

import re
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from portal_desk.ui.widgets.style import set_style

_NARROWEST = 40
_LONG_WORD = re.compile(r"\S{24,}")
_BREAK = "\u200b"
_START = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter

Role = Literal["body", "muted", "small", "faint", "strong", "key", "section", "heading", "display"]


def breakable(text: str) -> str:
    """`text` whose long words, such as email addresses, may be broken anywhere where it wraps."""
    return _LONG_WORD.sub(lambda word: _BREAK.join(word[0]), text)


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
        # Without this a name in Arabic or Hebrew would stand at the far end, away from all else about it.
        self.setAlignment(_START)
        if wrap:
            # One long word, such as an email address, must not make a whole pane or dialog wider.
            self.setMinimumWidth(_NARROWEST)
        self._selectable = selectable
        self.set_role(role)

    def enterEvent(self, event: QEnterEvent) -> None:
        # Not before the mouse is there: Qt lays such a text out as a document, which takes twice as long.
        if self._selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        super().enterEvent(event)

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
    """One line of text that is cut with an ellipsis where there is no room, whole in its tooltip.

    Args:
        hugging: be no wider than the text, so that what follows stands right behind it.
    """

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        *,
        hugging: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", role, parent=parent)
        self._full = ""
        across = QSizePolicy.Policy.Maximum if hugging else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        self.set_full_text(text)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), _NARROWEST), super().minimumSizeHint().height())

    def set_full_text(self, text: str) -> None:
        """Show `text`, or as much of it as fits."""
        self._full = text
        self.setAccessibleName(text)
        self.updateGeometry()
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
