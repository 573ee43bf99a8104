"""Portal pages as pictures and as PDF, drawn one at a time so that the window goes on meanwhile."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QBuffer,
    QIODevice,
    QMarginsF,
    QPoint,
    QRect,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from portal_desk.portal.languages import Language
from portal_desk.ui.language_wall.easel import Easel

SHARPNESS = 2.0
"""Pixels of a picture for each device-independent pixel."""
_PDF_DPI, _SCREEN_DPI = 1200, 96
_POINTS = 72 / _SCREEN_DPI
_GROUND, _INK, _FAINT = "#f1f2f6", "#1a1f36", "#596171"
_EDGE, _GAP = 48, 32


def picture_of(easel: Easel) -> QImage:
    """The page on the easel, sharp enough for any screen."""
    image = QImage(easel.size * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    easel.paint(painter)
    painter.end()
    return image


def as_png(image: QImage) -> bytes:
    """A picture as a file. Any thread may ask."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


class ContactSheet:
    """Many pages on one picture, each beneath its language's name.

    Args:
        number: how many there will be.
        page: how large each is at most; what is higher is cut.
        font: for the names.
    """

    def __init__(self, number: int, page: QSize, font: QFont) -> None:
        self._page = page
        self._font = font
        self._caption = QFontMetrics(font).height() + 10
        self._columns = max(math.ceil(math.sqrt(number * page.height() / page.width())), 1)
        self._columns = min(self._columns, number)
        self._done = 0
        rows = math.ceil(number / self._columns)
        size = QSize(self._columns * self._cell.width(), rows * self._cell.height())
        self._image = QImage(
            size + QSize(2 * _EDGE - _GAP, 2 * _EDGE - _GAP), QImage.Format.Format_RGB32
        )
        self._image.fill(QColor(_GROUND))

    @property
    def _cell(self) -> QSize:
        return QSize(self._page.width() + _GAP, self._page.height() + self._caption + _GAP)

    @property
    def image(self) -> QImage:
        """What is drawn so far."""
        return self._image

    def add(self, easel: Easel, language: Language) -> None:
        """Draw the page on the easel in the next place."""
        row, column = divmod(self._done, self._columns)
        at = QPoint(_EDGE + column * self._cell.width(), _EDGE + row * self._cell.height())
        self._done += 1
        painter = QPainter(self._image)
        painter.setFont(self._font)
        room = QRect(at, QSize(self._page.width(), self._caption - 10))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(_INK))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, language.own)
        painter.setPen(QColor(_FAINT))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, language.tag)
        painter.translate(at + QPoint(0, self._caption))
        scale = self._page.width() / easel.size.width()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        easel.paint(painter, min(easel.size.height(), round(self._page.height() / scale)))
        painter.end()


class PdfBook:
    """A PDF with a page for each language, as large as what is on it; its text can be searched."""

    def __init__(self, title: str) -> None:
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(title)
        self._writer.setCreator("Portal Desk")
        self._writer.setResolution(_PDF_DPI)
        self._painter: QPainter | None = None

    def add(self, easel: Easel) -> None:
        """Draw the page on the easel on the next page."""
        size = QSizeF(easel.size) * _POINTS
        paper = QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
        layout = QPageLayout(paper, QPageLayout.Orientation.Portrait, QMarginsF())
        self._writer.setPageLayout(layout)
        if self._painter is None:
            self._painter = QPainter(self._writer)
        else:
            self._writer.newPage()
        self._painter.save()
        scale = _PDF_DPI / _SCREEN_DPI
        self._painter.scale(scale, scale)
        easel.paint(self._painter)
        self._painter.restore()

    def close(self) -> None:
        """Finish it. Nothing can be added afterwards."""
        if self._painter is not None:
            self._painter.end()
            self._painter = None

    @property
    def data(self) -> bytes:
        """The file, once it is finished."""
        return bytes(self._buffer.data().data())
