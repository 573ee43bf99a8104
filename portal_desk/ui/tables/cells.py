"""Draws cells: text that is cut where it must be, status pills, and a bar where a row is still being read."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from portal_desk.ui.tables.lazy_model import LOADED_ROLE, MUTED_ROLE, PILLS_ROLE
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.pill import paint_pill

_PADDING, _BAR_HEIGHT, _BAR_SHARE = 11, 8, 0.6


class CellDelegate(QStyledItemDelegate):
    """Draws every cell of the desk's tables."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        # The row is the unit of focus here: a frame around one cell would only be noise.
        option.state &= ~QStyle.StateFlag.State_HasFocus
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
        painter.save()
        painter.setClipRect(rect)
        left = rect.left() + float(_PADDING)
        for text, tone in pills:
            left = 4 + paint_pill(painter, left, rect.center().y() + 0.5, text, tone, self._theme)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), int(self._theme.size("row_height")))

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
