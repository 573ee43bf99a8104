"""The wall itself: tiles in as many columns as there is room for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from portal_desk.ui.language_wall.delegate import TileDelegate
from portal_desk.ui.language_wall.tiles import TILE, Tile, TileFilter
from portal_desk.ui.portal_preview.page import Width
from portal_desk.ui.theme import Theme

_EDGE = 4
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TileGrid(QListView):
    """Arrows move, Enter opens, Ctrl and Shift choose several; letters are for the filter.

    Signals:
        opened: a language (Tile) is wanted full size.
        typed: letters that were typed here.
        chosen: other tiles are chosen.
        outgrown: pictures of another size are needed, or sharper ones.
    """

    opened = Signal(object)
    typed = Signal(str)
    chosen = Signal()
    outgrown = Signal()

    def __init__(self, model: TileFilter, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = TileDelegate(theme, self)
        self._width: Width = "phone"
        self._fitted = True
        self._number = model.sourceModel().rowCount()
        self.setModel(model)
        self.setItemDelegate(self._tiles)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setWordWrap(False)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.doubleClicked.connect(self._open)
        self.selectionModel().selectionChanged.connect(self.chosen)
        theme.changed.connect(self._arrange)

    @property
    def picture_size(self) -> QSize:
        """The room for a page's picture."""
        return self._tiles.picture_size

    def set_size(self, width: Width, *, fitted: bool) -> None:
        """Have room for pictures of other pages.

        Args:
            width: of the pages.
            fitted: all languages are to be seen without scrolling, rather than most of their words.
        """
        self._width, self._fitted = width, fitted
        self._arrange()

    @property
    def selected(self) -> Sequence[Tile]:
        """The chosen tiles, from the top."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self.model().index(row, 0).data(TILE) for row in rows]

    @property
    def shown(self) -> Sequence[Tile]:
        """The tiles that are not filtered out."""
        model = self.model()
        return [model.index(row, 0).data(TILE) for row in range(model.rowCount())]

    @property
    def seen(self) -> Sequence[Tile]:
        """The tiles that can be seen without scrolling."""
        port = self.viewport().rect()
        rows = range(self.model().rowCount())
        indexes = (self.model().index(row, 0) for row in rows)
        return [index.data(TILE) for index in indexes if self.visualRect(index).intersects(port)]

    def go_to_first(self) -> None:
        """Take the keyboard, at the first tile if none is current."""
        if not self.currentIndex().isValid():
            first = self.model().index(0, 0)
            self.selectionModel().setCurrentIndex(
                first, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        self.typed.emit(search)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.outgrown.emit()

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.data(TILE))

    def _arrange(self) -> None:
        """Share the width among as many columns as fit."""
        before, room = self._tiles.picture_size, self.viewport().size()
        if self._fitted:
            self._tiles.be_small_enough(self._width, self._number, room - QSize(1, 2 * _EDGE))
        else:
            self._tiles.be_large(self._width)
        size = self._tiles.size
        columns = max((room.width() - 1) // size.width(), 1)
        if self._fitted:  # as many in each row
            columns = math.ceil(self._number / math.ceil(self._number / columns))
        self.setGridSize(QSize(max((room.width() - 1) // columns, size.width()), size.height()))
        self.scheduleDelayedItemsLayout()
        if self._tiles.picture_size != before:
            self.outgrown.emit()
