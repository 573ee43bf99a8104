"""The timeline of the customer pane."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from portal_desk.ui import format as fmt
from portal_desk.ui.icons import icon
from portal_desk.ui.panels.customer_history import Happening
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import EmptyState, paint_pill

_HAPPENING_ROLE = Qt.ItemDataRole.UserRole + 1
_ICON, _MARGIN, _GAP = 16, 20, 10
_ROOT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


class TimelineModel(QAbstractListModel):
    """What happened, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[Happening] = ()

    def set_lines(self, lines: Sequence[Happening]) -> None:
        """Show other lines."""
        if list(lines) != list(self._lines):
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        line = self._lines[index.row()]
        if role == _HAPPENING_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            words = (line.title, line.state, line.detail, fmt.date_time(line.at))
            return ", ".join(word for word in words if word)
        return fmt.exact(line.at) if role == Qt.ItemDataRole.ToolTipRole else None


class _LineDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        body = QFontMetrics(self._theme.font()).height()
        small = QFontMetrics(self._theme.font("small")).height()
        return QSize(200, body + 2 + small + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line: Happening = index.data(_HAPPENING_ROLE)
        rect: QRect = option.rect.adjusted(_MARGIN, 7, -_MARGIN, -7)
        painter.save()
        tone = "text_faint" if line.tone == "neutral" else line.tone
        glyph = icon(self._theme, line.icon, tone)
        glyph.paint(painter, QRect(rect.left(), rect.top() + 1, _ICON, _ICON))
        words = rect.adjusted(_ICON + _GAP, 0, 0, 0)
        when = self._paint_when(painter, words, line)
        self._paint_words(painter, words.adjusted(0, 0, -when - _GAP, 0), line)
        painter.restore()

    def _paint_when(self, painter: QPainter, rect: QRect, line: Happening) -> int:
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.color("text_faint"))
        text = fmt.relative(line.at)
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, text)
        return painter.fontMetrics().horizontalAdvance(text)

    def _paint_words(self, painter: QPainter, rect: QRect, line: Happening) -> None:
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.color("text"))
        metrics = painter.fontMetrics()
        room = rect.width() - (110 if line.state else 0)
        title = metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        if line.state:
            left = rect.left() + metrics.horizontalAdvance(title) + _GAP
            middle = rect.top() + metrics.height() / 2
            paint_pill(painter, left, middle, line.state, line.state_tone, self._theme)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.color("text_muted"))
        below = rect.adjusted(0, metrics.height() + 2, 0, 0)
        detail = painter.fontMetrics().elidedText(
            line.detail, Qt.TextElideMode.ElideRight, rect.width()
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, detail)


class CustomerTimeline(QWidget):
    """The list of what happened, or a word that nothing did."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TimelineModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_LineDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Timeline"))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.empty = EmptyState(
            theme,
            "clock-counter-clockwise",
            self.tr("Nothing has happened yet"),
            self.tr(
                "Stripe keeps events for 30 days; what is done from this desk shows here at once."
            ),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)

    def show_lines(self, lines: Sequence[Happening]) -> None:
        """Show these lines."""
        self.model.set_lines(lines)
        self._stack.setCurrentWidget(self.list if lines else self.empty)
