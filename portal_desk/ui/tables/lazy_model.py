"""A table over ids whose rows are read when they come into view, and the last ids when somebody gets that far."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)

from portal_desk.ui.tables.columns import Cell, Column
from portal_desk.ui.tasks import Tasks

Row = TypeVar("Row")
Loader = Callable[[Sequence[int]], Awaitable[Sequence[Row]]]
AllIds = Callable[[], Awaitable[Sequence[int]]]
Index = QModelIndex | QPersistentModelIndex

ID_ROLE = Qt.ItemDataRole.UserRole + 1

_ANSWERED = {
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.TextAlignmentRole,
    ID_ROLE,
}
_VALID = QAbstractTableModel.CheckIndexOption.IndexIsValid

WINDOW = 64
"""How many neighbouring rows are read at once."""
_WINDOWS_AT_ONCE = 4
_MOST_ROWS_KEPT = 20_000
_ROOT = QModelIndex()


class LazyTableModel(QAbstractTableModel, Generic[Row]):
    """Holds ids; `data` answers from memory and, where a row is not there yet, has its window read.

    Args:
        load: reads rows by id, off the window's thread; may leave out ids that are gone.
        id_of: a row's id.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        load: Loader[Row],
        id_of: Callable[[Row], int],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._load = load
        self._id_of = id_of
        self._tasks = tasks
        self._ids: Sequence[int] = ()
        self._all: AllIds | None = None
        self._all_under_way: AllIds | None = None
        self._rows: dict[int, Row] = {}
        self._stale: set[int] = set()
        self._gone: set[int] = set()
        self._wanted: dict[int, None] = {}
        self._in_sight: dict[int, None] = {}
        self._generation = 0
        self._loading = False
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._load_wanted)

    @property
    def ids(self) -> Sequence[int]:
        """The ids of all rows, in order."""
        return self._ids

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show other rows; those already in memory are kept, answers under way are dropped."""
        self.beginResetModel()
        self._ids = ids
        self._in_sight.clear()
        self.continue_with(None)
        self._drop_answers_under_way()
        self._forget_if_many()
        self.endResetModel()

    def continue_with(self, everything: AllIds | None) -> None:
        """What reads all ids, where those on show are only the first; None where they are all."""
        self._all, self._all_under_way = everything, None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show rows that are known already; nothing is read."""
        self._rows = {self._id_of(row): row for row in rows}
        self._stale.clear()
        self.set_ids(tuple(self._rows))

    def refresh(self) -> None:
        """Read again whatever is looked at; until the answer comes, rows show what they showed."""
        self._stale.update(self._rows)
        self._drop_answers_under_way()
        for window in list(self._in_sight)[-_WINDOWS_AT_ONCE:]:
            self._want(window)

    def row(self, index: Index) -> Row | None:
        """The row at `index`, if it is in memory."""
        number = index.row()
        return self._rows.get(self._ids[number]) if 0 <= number < len(self._ids) else None

    def number_of(self, row_id: int) -> int | None:
        """Where the row with this id is, or None where it is not shown."""
        try:
            return self._ids.index(row_id)
        except ValueError:
            return None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def canFetchMore(self, parent: Index = _ROOT) -> bool:
        return not parent.isValid() and self._all is not None

    def fetchMore(self, parent: Index = _ROOT) -> None:
        if parent.isValid() or self._all is None or self._tasks.closed:
            return
        everything, self._all = self._all, None
        self._all_under_way = everything
        self._tasks.start(self._read_all(everything), name="load all ids")

    async def _read_all(self, everything: AllIds) -> None:
        ids, first = await everything(), self._ids
        if self._all_under_way is not everything:
            return
        if ids[: len(first)] != first:  # something changed meanwhile
            self.set_ids(ids)
        elif len(ids) > len(first):
            self.beginInsertRows(_ROOT, len(first), len(ids) - 1)
            self._ids = ids
            self.endInsertRows()

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        return column.alignment if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in _ANSWERED or not self.checkIndex(index, _VALID):
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.alignment
        if role == ID_ROLE:
            return self._ids[index.row()]
        row = self._looked_at(index.row())
        if row is None:
            return None
        return (
            column.tooltip(row) or None if role == Qt.ItemDataRole.ToolTipRole else column.text(row)
        )

    def cell(self, index: Index) -> Cell | None:
        """What is drawn at `index`, all at once: asking for it role by role would take most of the time of drawing.

        None where the row is not read yet.
        """
        row = self._looked_at(index.row())
        return None if row is None else self.columns[index.column()].cell(row)

    def _looked_at(self, number: int) -> Row | None:
        """The row in this line, if it is in memory; where it isn't, or is stale, it is read."""
        row_id, window = self._ids[number], number // WINDOW
        row = self._rows.get(row_id)
        self._in_sight.pop(window, None)
        self._in_sight[window] = None
        if (row is None and row_id not in self._gone) or row_id in self._stale:
            self._want(window)
        return row

    def _want(self, window: int) -> None:
        # The newest wish goes last, and the last are read first: the viewport has moved on from older ones.
        self._wanted.pop(window, None)
        self._wanted[window] = None
        if not self._loading:
            self._timer.start()

    def _load_wanted(self) -> None:
        windows = list(self._wanted)[-_WINDOWS_AT_ONCE:]
        self._wanted.clear()
        ids = [
            row_id
            for window in sorted(windows)
            for row_id in self._ids[window * WINDOW : (window + 1) * WINDOW]
            if row_id not in self._rows or row_id in self._stale
        ]
        if ids and not self._tasks.closed:
            self._loading = True
            self._tasks.start(self._read(ids, windows, self._generation), name="load rows")

    async def _read(self, ids: Sequence[int], windows: Sequence[int], generation: int) -> None:
        try:
            rows = await self._load(ids)
            if generation == self._generation and self._take(ids, rows):
                for window in windows:
                    self._emit_changed(window * WINDOW, (window + 1) * WINDOW - 1)
        finally:
            if generation == self._generation:
                self._loading = False
                if self._wanted:
                    self._timer.start()

    def _take(self, ids: Sequence[int], rows: Sequence[Row]) -> bool:
        """Keep rows that were read; returns whether there is anything new to show."""
        found = {self._id_of(row): row for row in rows}
        before = {row_id: self._rows[row_id] for row_id in ids if row_id in self._rows}
        for row_id in ids:
            self._stale.discard(row_id)
            if row_id not in found:
                # Asking for it again at every repaint would never end.
                self._gone.add(row_id)
                self._rows.pop(row_id, None)
        self._rows.update(found)
        return found != before

    def _drop_answers_under_way(self) -> None:
        self._generation += 1
        self._loading = False
        self._wanted.clear()
        self._gone.clear()

    def _emit_changed(self, first: int, last: int) -> None:
        last = min(last, len(self._ids) - 1)
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _forget_if_many(self) -> None:
        if len(self._rows) > _MOST_ROWS_KEPT:
            self._rows.clear()
            self._stale.clear()
