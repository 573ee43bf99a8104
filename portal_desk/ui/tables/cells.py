"""Draws cells: text that is cut where it must be, status pills, and a bar where a row is still being read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from portal_desk.ui.tables.columns import Column, PillText
from portal_desk.ui.tables.lazy_model import Index, LazyTableModel
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.pill import paint_pill, pill_size

_PADDING, _GAP, _BAR_HEIGHT, _BAR_SHARE = 11, 4, 8, 0.6


class CellDelegate(QStyledItemDelegate):
    """Draws every cell of the desk's tables.

    Attributes:
        hovered: the row that the mouse is over, -1 for none.
    """

    def __init__(
        self, model: LazyTableModel[Any], theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.hovered = -1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        # Not through the style, which lays every text out as a document and asks the model for seven roles a cell.
        rect, row = option.rect, index.row()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or row == self.hovered:
            painter.fillRect(rect, self._theme.color("selection" if selected else "surface_sunken"))
        painter.fillRect(
            QRect(rect.left(), rect.bottom(), rect.width(), 1), self._theme.color("surface_sunken")
        )
        cell = self._model.cell(index)
        if cell is None:
            self._paint_bar(painter, rect)
        elif cell.pills is not None:
            self._paint_pills(painter, rect, cell.pills)
        elif cell.text:
            column = self._model.columns[index.column()]
            painter.setFont(option.font)
            painter.setPen(self._theme.color("text_muted" if column.muted else "text"))
            _paint_text(painter, rect, cell.text, column)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), int(self._theme.size("row_height")))

    def _paint_pills(self, painter: QPainter, rect: QRect, pills: Sequence[PillText]) -> None:
        """The pills that there is room for, the first one in any case, and how many more there are."""
        painter.save()
        painter.setClipRect(rect)
        font, middle = self._theme.font("small"), rect.center().y() + 0.5
        left, right = float(rect.left() + _PADDING), rect.right() - _GAP
        for number, (text, tone) in enumerate(pills):
            rest = len(pills) - number
            after = pill_size(f"+{rest - 1}", font).width() + _GAP if rest > 1 else 0
            if number and left + pill_size(text, font).width() + after > right:
                paint_pill(painter, left, middle, f"+{rest}", "neutral", self._theme)
                break
            left = _GAP + paint_pill(painter, left, middle, text, tone, self._theme)
        painter.restore()

    def _paint_bar(self, painter: QPainter, rect: QRect) -> None:
        width = (rect.width() - 2 * _PADDING) * _BAR_SHARE
        top = rect.center().y() - _BAR_HEIGHT / 2
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("neutral_soft"))
        bar = QRectF(rect.left() + _PADDING, top, width, _BAR_HEIGHT)
        painter.drawRoundedRect(bar, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.restore()


def _paint_text(painter: QPainter, rect: QRect, text: str, column: Column[Any]) -> None:
    room = rect.adjusted(_PADDING, 0, -_PADDING, -1)
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, column.alignment | Qt.TextFlag.TextSingleLine, fitting)
