"""Draws portal pages into pictures, one after the other on one page that is never shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QLinearGradient,
    QPainter,
    QPen,
    QPixmap,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from portal_desk.portal.document import PortalView
from portal_desk.services.portal.own_words import OwnWords
from portal_desk.ui.language_wall.marks import Inspector, Mark
from portal_desk.ui.portal_preview.page import PHONE_WIDTH, PortalPage, Width

PAGE_WIDTHS: dict[Width, int] = {"phone": PHONE_WIDTH, "desktop": 960}
"""Device-independent pixels."""

_FADE = 28
_NO_FLAGS = PortalPage.RenderFlag.DrawChildren


class Easel:
    """Holds one page at a time.

    Args:
        font: what the page is written in.
        owner: it goes with this.
    """

    def __init__(self, font: QFont, owner: QWidget) -> None:
        # A window of its own, so that only this page is laid out when it is drawn; nobody ever shows it.
        self._studio = QWidget(owner, Qt.WindowType.Window)
        self._page = PortalPage(self._studio)
        self._page.setFont(font)
        self._inspector = Inspector()

    def put(self, view: PortalView, width: Width) -> None:
        """Lay a page out, as the customer sees it."""
        self._page.set_width(width)
        self._page.set_view(view, explain=False)
        if self._page.width() != PAGE_WIDTHS[width]:
            self._page.setFixedWidth(PAGE_WIDTHS[width])
            self._lay_out()
        self._lay_out()

    def inspect(self, own: Sequence[OwnWords]) -> tuple[Mark, ...]:
        """What is worth a look on the page, which has these words of the business."""
        return self._inspector.inspect(self._page, own)

    def _lay_out(self) -> None:
        """What was never shown is laid out only when it is drawn; its height follows from that."""
        self._page.grab(QRect(0, 0, 1, 1))
        self._page.resize(self._page.width(), self._page.sizeHint().height())

    def clear_away(self) -> None:
        """Nothing is drawn any more."""
        self._studio.deleteLater()

    @property
    def size(self) -> QSize:
        """How large the page is, in device-independent pixels."""
        return self._page.size()

    def paint(self, painter: QPainter, height: int | None = None) -> None:
        """Draw the page, or as much of it from its top as `height` asks for."""
        seen = QRect(0, 0, self.size.width(), height or self.size.height())
        self._page.render(painter, QPoint(), QRegion(seen), _NO_FLAGS)

    def picture(self, room: QSize, marks: Sequence[Mark], ratio: float) -> QPixmap:
        """The page's upper part, as wide as `room` and no higher, with its marks.

        Args:
            room: device-independent pixels.
            marks: what to point out.
            ratio: pixels of the screen for each of those.
        """
        scale = room.width() / self.size.width()
        height = min(room.height(), round(self.size.height() * scale))
        picture = QPixmap(QSize(room.width(), height) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        self.paint(painter, min(self.size.height(), round(height / scale)))
        for mark in marks:
            draw_mark(painter, mark, 1 / scale)
        if self.size.height() * scale > room.height():
            _fade_out(painter, QRectF(0, 0, self.size.width(), height / scale))
        painter.end()
        return picture


def draw_mark(painter: QPainter, mark: Mark, unit: float = 1.0) -> None:
    """Point something out: a frame where words are cut or missing, dots beneath the business's own.

    Args:
        painter: on the page's coordinates.
        mark: what to point out.
        unit: how wide a thin line is, in those coordinates.
    """
    color = QColor(mark.ink)
    rect = mark.rect
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark.kind == "own":
        painter.setPen(QPen(color, 1.2 * unit, Qt.PenStyle.DotLine))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        return
    painter.setPen(QPen(color, 1.5 * unit))
    painter.drawRoundedRect(rect.adjusted(-3, -2, 3, 2), 3, 3)


def _fade_out(painter: QPainter, page: QRectF) -> None:
    """Let the page go on below, where there is no room for it."""
    scale = painter.transform().m11() or 1.0
    foot = QRectF(page.left(), page.bottom() - _FADE / scale, page.width(), _FADE / scale)
    shade = QLinearGradient(foot.topLeft(), foot.bottomLeft())
    shade.setColorAt(0, QColor(255, 255, 255, 0))
    shade.setColorAt(1, QColor(255, 255, 255, 235))
    painter.fillRect(foot, shade)
