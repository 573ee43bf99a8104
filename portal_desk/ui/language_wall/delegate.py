"""Paints a language on the wall: the picture of its page, its name and code, and what is wrong with it."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from portal_desk.ui.icons import icon
from portal_desk.ui.language_wall.mark_words import summed_up
from portal_desk.ui.language_wall.tiles import TILE, Tile
from portal_desk.ui.portal_preview.page import Width
from portal_desk.ui.theme import Theme

LARGE: dict[Width, int] = {"phone": 188, "desktop": 312}
"""How wide a page's picture is on the wall, in device-independent pixels."""
_SMALLEST: dict[Width, int] = {"phone": 64, "desktop": 96}
_HEIGHTS: dict[Width, float] = {"phone": 1.6, "desktop": 0.68}
"""Of the width."""
_ROOMY = 150
"""From this width on there is a second line."""
_GAP, _RADIUS, _SPACE = 6, 6.0, 2
_Index = QModelIndex | QPersistentModelIndex


class TileDelegate(QStyledItemDelegate):
    """Draws from what is in memory; nothing is laid out here."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._width: Width = "phone"
        self._across = LARGE["phone"]

    @property
    def picture_size(self) -> QSize:
        """The room for a page's picture."""
        return QSize(self._across, round(self._across * _HEIGHTS[self._width]))

    @property
    def _around(self) -> int:
        return 12 if self._across >= _ROOMY else 6

    def be_large(self, width: Width) -> None:
        """Have room for pictures in which most can be read."""
        self._width, self._across = width, LARGE[width]

    def be_small_enough(self, width: Width, number: int, room: QSize) -> None:
        """Have as much room for each picture as there can be with so many of them within `room`."""
        self._width = width
        for across in range(LARGE[width], _SMALLEST[width], -2):
            self._across = across
            size = self.size
            columns = max(room.width() // size.width(), 1)
            if math.ceil(number / columns) * size.height() <= room.height():
                return
        self._across = _SMALLEST[width]

    @property
    def size(self) -> QSize:
        """How large a tile is, with its caption and what is around it."""
        lines = QFontMetrics(self._name_font).height()
        if self._across >= _ROOMY:
            lines += QFontMetrics(self._theme.font("small")).height() + _SPACE
        room = self.picture_size
        around = 2 * self._around
        return QSize(room.width() + around, room.height() + _GAP + lines + around)

    @property
    def _name_font(self) -> QFont:
        return self._theme.font("body" if self._across >= _ROOMY else "small", strong=True)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return self.size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tile: Tile = index.data(TILE)
        cell: QRect = option.rect
        left = cell.left() + (cell.width() - self.size.width()) // 2
        box = QRect(QPoint(left, cell.top()), self.size)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._ground(painter, box, option.state)
        inside = box.adjusted(self._around, self._around, -self._around, -self._around)
        self._picture(painter, QRect(inside.topLeft(), self.picture_size), tile)
        self._caption(painter, inside.adjusted(0, self.picture_size.height() + _GAP, 0, 0), tile)
        painter.restore()

    def _ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        chosen = state & QStyle.StateFlag.State_Selected
        focused = state & QStyle.StateFlag.State_HasFocus
        hovered = state & QStyle.StateFlag.State_MouseOver
        if not (chosen or focused or hovered):
            return
        ground = "selection" if chosen else "hover" if hovered else ""
        painter.setBrush(self._theme.color(ground) if ground else Qt.BrushStyle.NoBrush)
        edge = QPen(self._theme.color("focus"), 2)
        painter.setPen(edge if focused else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), _RADIUS + 3, _RADIUS + 3)

    def _picture(self, painter: QPainter, room: QRect, tile: Tile) -> None:
        frame = QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5)
        paper = QPainterPath()
        paper.addRoundedRect(frame, _RADIUS, _RADIUS)
        if tile.picture is None:
            painter.fillPath(paper, self._theme.color("neutral_soft"))
        else:
            painter.save()
            painter.setClipPath(paper)
            painter.fillRect(room, QColor(Qt.GlobalColor.white))
            # Where the room was another one a moment ago, it is stretched until it is drawn anew.
            size = tile.picture.deviceIndependentSize()
            height = round(size.height() * room.width() / size.width())
            painter.drawPixmap(QRect(room.topLeft(), QSize(room.width(), height)), tile.picture)
            painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        color = "critical" if tile.has_problems else "border_strong"
        painter.setPen(QPen(self._theme.color(color), 1))
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)

    def _caption(self, painter: QPainter, room: QRect, tile: Tile) -> None:
        """Name and code on one line; beneath, if there is room, what is wrong, or the name in English."""
        roomy, small = self._across >= _ROOMY, self._theme.font("small")
        line = QRect(room.topLeft(), QSize(room.width(), QFontMetrics(self._name_font).height()))
        if not roomy and tile.has_problems:
            line = self._warning(painter, line)
        tag, right = tile.language.tag, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(small)
        painter.setPen(self._theme.color("text_muted"))
        painter.drawText(line, right, tag)
        name = line.adjusted(0, 0, -QFontMetrics(small).horizontalAdvance(tag) - _GAP, 0)
        painter.setFont(self._name_font)
        painter.setPen(self._theme.color("text"))
        _write(painter, name, tile.language.own)
        if roomy:
            painter.setFont(small)
            height = QFontMetrics(small).height()
            self._second_line(
                painter, QRect(line.left(), line.bottom() + _SPACE, line.width(), height), tile
            )

    def _second_line(self, painter: QPainter, room: QRect, tile: Tile) -> None:
        wrong = summed_up(tile.marks)
        if wrong:
            room = self._warning(painter, room)
        painter.setPen(self._theme.color("critical" if wrong else "text_faint"))
        same = tile.language.english == tile.language.own
        _write(painter, room, wrong or ("" if same else tile.language.english))

    def _warning(self, painter: QPainter, room: QRect) -> QRect:
        """Draw the sign for problems, and return what is left of the line."""
        side = room.height()
        spot = QRect(room.left(), room.top(), side, side)
        icon(self._theme, "warning-circle", "critical").paint(painter, spot)
        return room.adjusted(side + 4, 0, 0, 0)


def _write(painter: QPainter, room: QRect, text: str) -> None:
    """One line, cut with an ellipsis where there is no room."""
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
