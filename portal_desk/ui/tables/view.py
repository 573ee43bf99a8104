"""The desk's table: dense rows, selection kept by id, columns as the user left them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables.cells import CellDelegate
from portal_desk.ui.tables.lazy_model import ID_ROLE, Index, LazyTableModel
from portal_desk.ui.theme import Theme

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class DeskTable(QTableView):
    """A table over a LazyTableModel.

    Signals:
        opened: a row's id, on Enter or a double click.
        selected: the current row's id, however it became current; -1 for none.
        sort_requested: a sortable column's key was clicked.
        left_upwards: Up was pressed on the first row.
    """

    opened = Signal(object)
    selected = Signal(object)
    sort_requested = Signal(str)
    left_upwards = Signal()

    def __init__(
        self,
        model: LazyTableModel[Any],
        theme: Theme,
        settings: SettingsStore,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._settings = settings
        self._name = name
        self._kept = -1
        self._fitting = False
        self.setModel(model)
        self._cells = CellDelegate(model, theme, self)
        self.setItemDelegate(self._cells)
        self._set_up_rows()
        self._set_up_header()
        model.modelAboutToBeReset.connect(self._keep_selection)
        model.modelReset.connect(self._restore_selection)
        theme.changed.connect(self._on_theme_changed)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ID_ROLE)))

    @property
    def current_id(self) -> int:
        """The id of the current row, -1 for none."""
        index = self.currentIndex()
        return int(index.data(ID_ROLE)) if index.isValid() else -1

    def select_id(self, row_id: int) -> bool:
        """Make the row with this id current, if it is there."""
        number = self._model.number_of(row_id)
        if number is not None:
            self.setCurrentIndex(self._model.index(number, 0))
        return number is not None

    def select_first(self) -> None:
        """Make the first row current, where none is yet."""
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0, 0))

    def mark_sort(self, key: str, *, descending: bool) -> None:
        """Show the order in the header; an empty key means an order that no column has."""
        keys = [column.key for column in self._model.columns]
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        header = self.horizontalHeader()
        header.setSortIndicatorShown(key in keys)
        if key in keys:
            header.setSortIndicator(keys.index(key), order)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        row_id = int(current.data(ID_ROLE)) if current.isValid() else -1
        if row_id != self._kept:
            self._kept = row_id
            self.selected.emit(row_id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Qt makes a row current when the focus comes, but doesn't select it.
        if self.currentIndex().isValid() and not self.selectionModel().hasSelection():
            self.selectRow(self.currentIndex().row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.current_id >= 0:
            self.opened.emit(self.current_id)
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(int(event.position().y())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _set_up_rows(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit_rows()

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(48)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu)
        for number, column in enumerate(self._model.columns):
            self.setColumnWidth(number, column.width)
        state = self._settings.columns(self._name)
        if state is not None:
            header.restoreState(state)
            header.setStretchLastSection(True)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(False)
        header.sectionClicked.connect(self._on_header_clicked)
        for moved in (header.sectionResized, header.sectionMoved):
            moved.connect(self._on_columns_changed)

    def _on_theme_changed(self) -> None:
        self._fit_rows()
        self._fit_columns()

    def _fit_rows(self) -> None:
        height = max(self._theme.size("row_height"), self.fontMetrics().height() + 12)
        self.verticalHeader().setDefaultSectionSize(int(height))

    def _fit_columns(self) -> None:
        """Share the width among the columns, less the optional ones that there is no room for.

        Not where the user arranged the columns.
        """
        if self._settings.columns(self._name) is not None:
            return
        columns = list(enumerate(self._model.columns))
        room = self.viewport().width()
        scale = self._theme.text_scale
        wanted = scale * sum(column.width for _, column in columns if not column.optional)
        shown = []
        for number, column in columns:
            wanted += scale * column.width if column.optional else 0
            if not column.optional or wanted <= room:
                shown.append((number, column))
        share = room / sum(column.width for _, column in shown)
        self._fitting = True
        for number, _column in columns:
            self.setColumnHidden(number, True)
        for number, _column in shown:
            self.setColumnHidden(number, False)
        for number, column in shown:
            self.setColumnWidth(number, int(column.width * share))
            room -= self.columnWidth(number)
        last = shown[-1][0]
        self.setColumnWidth(last, self.columnWidth(last) + room)
        self._fitting = False

    def _hover(self, row: int) -> None:
        if row != self._cells.hovered:
            self._cells.hovered = row
            self.viewport().update()

    def _keep_selection(self) -> None:
        self._kept = self.current_id

    def _restore_selection(self) -> None:
        if self._kept >= 0 and not self.select_id(self._kept):
            self._kept = -1
            self.selected.emit(-1)

    def _on_header_clicked(self, section: int) -> None:
        column = self._model.columns[section]
        if column.sortable:
            self.sort_requested.emit(column.key)

    def _on_header_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(self._model.columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.setEnabled(number > 0)
            action.toggled.connect(lambda on, at=number: self._show_column(at, shown=on))
        menu.popup(self.horizontalHeader().mapToGlobal(position))

    def _show_column(self, number: int, *, shown: bool) -> None:
        self.setColumnHidden(number, not shown)
        self._on_columns_changed()

    def _on_columns_changed(self) -> None:
        if not self._fitting and self.isVisible():
            header = self.horizontalHeader()
            self._settings.set_columns(self._name, header.saveState())
            # From now on nothing else would fill the table.
            header.setStretchLastSection(True)
