"""The command palette: every action by name, found by a few of its letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QFontMetrics,
    QKeyEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from portal_desk.ui.shortcuts import shortcut_text
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import HSeparator, Text

_WIDTH, _SHOWN, _MARGIN = 520, 11, 12
_TOP, _AROUND = 84, 16
"""Down from the window's top, and what stays free of it beside and below."""
_ROW_GAP = 15
_NO_MATCH = -1
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def score(typed: str, text: str) -> int:
    """How well `typed` fits `text`: the letters must come in order; -1 where they don't.

    Letters that begin a word, or follow each other, count more.
    """
    typed, text = typed.casefold().replace(" ", ""), text.casefold()
    points, at, previous = 0, 0, -2
    for letter in typed:
        found = text.find(letter, at)
        starts = [i for i in range(at, len(text)) if text[i] == letter and _begins(text, i)]
        if found < 0:
            return _NO_MATCH
        if found != previous + 1 and starts:
            found = starts[0]
        points += 3 if _begins(text, found) else 2 if found == previous + 1 else 0
        previous, at = found, found + 1
    return points


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


class _Actions(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: Sequence[QAction] = ()

    def set_actions(self, actions: Sequence[QAction]) -> None:
        self.beginResetModel()
        self._shown = actions
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        action = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return action.text()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (action.text(), shortcut_text(action))))
        return action if role == Qt.ItemDataRole.UserRole else None


class _Row(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, QFontMetrics(self._theme.font()).height() + _ROW_GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        action: QAction = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("selection"))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), 5, 5)
        self._write(painter, rect.adjusted(_MARGIN + 4, 0, -_MARGIN - 4, 0), action)
        painter.restore()

    def _write(self, painter: QPainter, room: QRect, action: QAction) -> None:
        middle, keys = Qt.AlignmentFlag.AlignVCenter, shortcut_text(action)
        painter.setPen(self._theme.color("text_faint"))
        painter.setFont(self._theme.font("small"))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, keys)
        left = room.width() - painter.fontMetrics().horizontalAdvance(keys) - _MARGIN
        painter.setPen(self._theme.color("text" if action.isEnabled() else "placeholder"))
        painter.setFont(self._theme.font())
        words = painter.fontMetrics().elidedText(action.text(), Qt.TextElideMode.ElideRight, left)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, words)


class CommandPalette(QFrame):
    """Opens over the window, filters as one types, runs an action on Enter."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self._window = window
        self._theme = theme
        self._all: Sequence[QAction] = ()
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Type a command"))
        self.field.setAccessibleName(self.tr("Type a command"))
        self.model = _Actions(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Row(theme, self.list))
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = Text(self.tr("No command has these letters."), "muted", wrap=True)
        self.nothing.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 6)
        column.setSpacing(4)
        for widget in (self.field, HSeparator(), self.list, self.nothing):
            column.addWidget(widget)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._filter)
        self.list.clicked.connect(lambda _index: self._run())

    def popup(self, actions: Iterable[QAction]) -> None:
        """Offer these actions."""
        self._all = [one for one in actions if one.text()]
        self.field.clear()
        width = min(int(_WIDTH * self._theme.text_scale), self._window.width() - 2 * _AROUND)
        self.setFixedWidth(width)
        self.move(self._window.mapToGlobal(QPoint((self._window.width() - width) // 2, self._top)))
        self._filter("")
        self.show()
        self.field.setFocus()

    @property
    def _top(self) -> int:
        return min(_TOP, self._window.height() // 10)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10,
            }  # fmt: skip
            key = Qt.Key(event.key())
            if key in steps:
                self._move(steps[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)

    def _filter(self, typed: str) -> None:
        scored = [(score(typed, one.text()), one) for one in self._all]
        fitting = [pair for pair in scored if pair[0] != _NO_MATCH]
        # Enabled ones first; sorting is stable, so that equal ones keep their order.
        fitting.sort(key=lambda pair: (pair[1].isEnabled(), pair[0]), reverse=True)
        self.model.set_actions([action for _points, action in fitting])
        self.list.setVisible(bool(fitting))
        self.nothing.setVisible(not fitting)
        self._fit_height()
        self._choose(0)

    def _fit_height(self) -> None:
        """As many rows as there are, up to so many, and as there is room for in the window."""
        row = self.list.sizeHintForRow(0)
        room = self._window.height() - self._top - self.field.sizeHint().height() - 3 * _AROUND
        rows = min(self.model.rowCount(), _SHOWN, max(room // row, 1)) if row > 0 else 0
        self.list.setFixedHeight(row * rows + 4)
        self.adjustSize()

    def _move(self, step: int) -> None:
        last = self.model.rowCount() - 1
        self._choose(min(max(self.list.currentIndex().row() + step, 0), last))

    def _choose(self, row: int) -> None:
        self.list.setCurrentIndex(self.model.index(row, 0))
        self._announce()

    def _announce(self) -> None:
        """Have a screen reader say which command is chosen: the keyboard stays in the field."""
        chosen = self.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
        words = chosen or self.nothing.text()
        self.field.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))

    def _run(self) -> None:
        action: QAction | None = self.list.currentIndex().data(Qt.ItemDataRole.UserRole)
        self.hide()
        if action is not None and action.isEnabled():
            action.trigger()
