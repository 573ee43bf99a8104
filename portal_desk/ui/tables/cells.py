"""Draws cells: text that is cut where it must be, status pills, and a bar where a row is still being read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from portal_desk.ui.tables.columns import PillText
from portal_desk.ui.tables.lazy_model import LOADED_ROLE, MUTED_ROLE, PILLS_ROLE
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.pill import paint_pill, pill_size

_PADDING, _GAP, _BAR_HEIGHT, _BAR_SHARE = 11, 4, 8, 0.6


class CellDelegate(QStyledItemDelegate):
    """Draws every cell of the desk's tables.

    Attributes:
        hovered: the row that the mouse is over, -1 for none.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hovered = -1

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        # The row is the unit of focus here: a frame around one cell would only be noise.
        option.state &= ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
        if index.row() == self.hovered:
            option.state |= QStyle.StateFlag.State_MouseOver
        if index.data(MUTED_ROLE):
            muted = self._theme.color("text_muted")
            option.palette.setColor(QPalette.ColorRole.Text, muted)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        pills = index.data(PILLS_ROLE)
        loaded = index.data(LOADED_ROLE)
        if loaded is not False and pills is None:
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        _ground(painter, own)
        rect: QRect = own.rect
        if pills is None:
            self._paint_bar(painter, rect)
            return
        self._paint_pills(painter, rect, pills)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
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


def _ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    widget = option.widget
    style = widget.style() if widget is not None else QApplication.style()
    style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
