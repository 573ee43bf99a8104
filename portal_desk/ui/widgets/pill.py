"""Statuses as words and colour, in labels and in table cells."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from portal_desk.portal.document import Tone
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.style import set_style

_PADDING, _INSET = 8, 3

_TONES: dict[str, Tone] = {
    "active": "positive",
    "paid": "positive",
    "succeeded": "positive",
    "done": "positive",
    "verified": "positive",
    "trialing": "info",
    "open": "info",
    "sending": "info",
    "pending": "info",
    "scheduled": "info",
    "past_due": "warning",
    "incomplete": "warning",
    "paused": "warning",
    "cancels": "warning",
    "unknown": "warning",
    "overdue": "critical",
    "unpaid": "critical",
    "uncollectible": "critical",
    "failed": "critical",
    "unverified": "critical",
    "delinquent": "critical",
}


def tone_of(status: str) -> Tone:
    """The tone of one of Stripe's statuses, or of the journal's."""
    return _TONES.get(status, "neutral")


def words_of(status: str) -> str:
    """One of Stripe's statuses for people: `past_due` is `Past due`."""
    return QCoreApplication.translate("Status", status.replace("_", " ").capitalize())


class Pill(QLabel):
    """A few words on a tinted ground."""

    def __init__(
        self, text: str = "", tone: Tone = "neutral", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.setProperty("pill", "true")
        self.set_tone(tone)

    def set_tone(self, tone: Tone) -> None:
        """Change what the colour says."""
        set_style(self, tone=tone)


class StatusBadge(Pill):
    """A status of Stripe's as a pill."""

    def __init__(self, status: str, parent: QWidget | None = None) -> None:
        super().__init__(words_of(status), tone_of(status), parent)


def pill_size(text: str, font: QFont) -> QSize:
    """The room that `paint_pill` needs for `text`."""
    metrics = QFontMetrics(font)
    return QSize(metrics.horizontalAdvance(text) + 2 * _PADDING, metrics.height() + 2 * _INSET)


def paint_pill(
    painter: QPainter, left: float, middle: float, text: str, tone: Tone, theme: Theme
) -> float:
    """Draw a pill in a table's cell, from `left` and around the height `middle`; return its right edge."""
    font = theme.font("small")
    font.setWeight(QFont.Weight.Medium)
    size = pill_size(text, font)
    box = QRectF(left, middle - size.height() / 2, size.width(), size.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(f"{tone}_soft"))
    painter.drawRoundedRect(box, size.height() / 2, size.height() / 2)
    painter.setFont(font)
    painter.setPen(theme.color(tone))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return box.right()
