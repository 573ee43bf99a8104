"""A list of prices under the names of their products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from portal_desk.ui.dialogs.prices import PriceChoice
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import set_style

Index = QModelIndex | QPersistentModelIndex

_ROOT = QModelIndex()
_MANY = 9
_HEIGHT, _LEAST_HEIGHT = 230, 60
_PADDING, _LINE_GAP, _ROW_GAP = 8, 1, 10
_AROUND = 10
"""The list's own border and padding, above and below together."""

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class _Entry:
    """A product's name, or one of its prices."""

    text: str
    choice: PriceChoice | None = None


class PriceModel(QAbstractListModel):
    """Products' names, which can't be chosen, each followed by its prices."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[_Entry] = []

    def set_choices(self, choices: Sequence[PriceChoice]) -> None:
        """Show these prices, which are in the order of their products."""
        self.beginResetModel()
        self._entries = []
        for product, group in groupby(choices, key=lambda choice: choice.product):
            self._entries.append(_Entry(product))
            self._entries += [_Entry(choice.label, choice) for choice in group]
        self.endResetModel()

    def choice(self, index: Index) -> PriceChoice | None:
        """The price at `index`, or None where there is a product's name."""
        return self._entries[index.row()].choice if index.isValid() else None

    def index_of(self, price_id: str) -> QModelIndex:
        """Where a price is; an invalid index where it isn't shown."""
        for row, entry in enumerate(self._entries):
            if entry.choice is not None and entry.choice.id == price_id:
                return self.index(row)
        return QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return super().flags(index)
        choice = self.choice(index)
        if choice is None or not choice.enabled:
            return Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole and entry.choice is not None:
            return f"{entry.choice.product}, {entry.text}. {entry.choice.note}".strip()
        if role == Qt.ItemDataRole.ToolTipRole and entry.choice is not None:
            return entry.choice.note or entry.choice.id
        return None


class PriceList(QWidget):
    """Lets one price be chosen; the ones that can't be are greyed, with the reason.

    Signals:
        changed: another price was chosen.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: list[PriceChoice] = []
        self._chosen: PriceChoice | None = None
        self.model = PriceModel(self)
        self.filter = QLineEdit()
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_PriceDelegate(self.model, theme, self.view))
        self.view.setAccessibleName(self.tr("Prices"))
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.filter.setPlaceholderText(self.tr("Filter products and prices"))
        self.filter.setAccessibleName(self.tr("Filter products and prices"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._show_matching)
        self._lay_out()

    @property
    def chosen(self) -> PriceChoice | None:
        """The price that is chosen."""
        return self._chosen

    def set_choices(self, choices: Sequence[PriceChoice], *, chosen: str) -> None:
        """Offer these prices, one of them chosen if it can be."""
        self._all = list(choices)
        self._chosen = next((one for one in choices if one.id == chosen and one.enabled), None)
        self.filter.setVisible(len(choices) > _MANY)
        self._show_matching()

    def choose(self, price_id: str) -> None:
        """Choose a price that is shown."""
        self.view.setCurrentIndex(self.model.index_of(price_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the filter, Down goes to the list and Return takes the first match: neither is for the dialog."""
        if self.filter.hasFocus() and event.key() in (Qt.Key.Key_Down, *_ENTER):
            if event.key() in _ENTER:
                self._choose_first()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _choose_first(self) -> None:
        rows = (self.model.index(row) for row in range(self.model.rowCount()))
        fitting = [index for index in rows if index.flags() & Qt.ItemFlag.ItemIsEnabled]
        if fitting:
            self.view.setCurrentIndex(fitting[0])

    def _lay_out(self) -> None:
        set_style(self.view, card="true")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.filter)
        column.addWidget(self.view)
        self.setFocusProxy(self.view)

    def _show_matching(self) -> None:
        wanted = self.filter.text().casefold().split()
        self.model.set_choices([one for one in self._all if _matches(one, wanted)])
        self._fit()
        if self._chosen is not None:
            index = self.model.index_of(self._chosen.id)
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _fit(self) -> None:
        """As high as the list is, up to where it scrolls; filtering doesn't shrink it."""
        if not self.filter.text():
            rows = range(self.model.rowCount())
            height = sum(self.view.sizeHintForRow(row) for row in rows) + _AROUND
            self.view.setFixedHeight(min(max(height, _LEAST_HEIGHT), _HEIGHT))

    def _on_current_changed(self, current: Index) -> None:
        choice = self.model.choice(current)
        # An invalid index is what a filter leaves behind, and not a wish for another price.
        if choice is not None and choice != self._chosen:
            self._chosen = choice
            self.changed.emit()


def _matches(choice: PriceChoice, wanted: Sequence[str]) -> bool:
    text = f"{choice.product} {choice.label} {choice.id}".casefold()
    return all(word in text for word in wanted)


class _PriceDelegate(QStyledItemDelegate):
    """Draws a product's name small, and a price with its note below it."""

    def __init__(self, model: PriceModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        choice = self._model.choice(index)
        metrics = option.fontMetrics
        lines = 2 if choice is not None and choice.note else 1
        return QSize(100, metrics.height() * lines + _LINE_GAP * (lines - 1) + _ROW_GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice = self._model.choice(index)
        painter.save()
        if choice is None:
            self._write(painter, _inside(option), str(index.data()), "text_muted", strong=True)
        else:
            self._paint_price(painter, option, choice)
        painter.restore()

    def _paint_price(
        self, painter: QPainter, option: QStyleOptionViewItem, choice: PriceChoice
    ) -> None:
        if choice.enabled:
            style = option.widget.style()
            panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
            style.drawPrimitive(panel, option, painter, option.widget)
        box = _inside(option).adjusted(_PADDING, 0, 0, 0)
        if choice.note:
            box.setHeight(option.fontMetrics.height())
        self._write(painter, box, choice.label, "text" if choice.enabled else "placeholder")
        if choice.note:
            box.translate(0, box.height() + _LINE_GAP)
            self._write(painter, box, choice.note, "text_faint", small=True)

    def _write(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        color: str,
        *,
        small: bool = False,
        strong: bool = False,
    ) -> None:
        font: QFont = self._theme.font("small" if small or strong else "body", strong=strong)
        pen: QColor = self._theme.color(color)
        painter.setFont(font)
        painter.setPen(pen)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _inside(option: QStyleOptionViewItem) -> QRect:
    rect: QRect = option.rect
    return rect.adjusted(_PADDING, _ROW_GAP // 2, -_PADDING, -_ROW_GAP // 2)
