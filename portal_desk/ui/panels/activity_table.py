"""A table of the journal that keeps itself up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.panels.activity_rows import JournalRow, by_id, read_rows
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import Column, DeskTable, LazyTableModel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import EmptyState

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk

_SETTLE_MS = 300


class JournalTable(QObject):
    """The journal's newest entries in a table; what to say where there are none.

    Signals:
        loaded: the entries were read again.
        chosen: another entry is current, or none.
    """

    loaded = Signal()
    chosen = Signal()

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        bus: ChangeBus,
        theme: Theme,
        settings: SettingsStore,
        columns: Sequence[Column[JournalRow]],
        *,
        name: str,
        links: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._links = links
        self._reading: asyncio.Task[None] | None = None
        self.rows: dict[int, JournalRow] = {}
        self.model: LazyTableModel[JournalRow] = LazyTableModel(
            columns, self._load, lambda row: row.id, tasks, self
        )
        self.table = DeskTable(self.model, theme, settings, name)
        self.empty = EmptyState(theme)
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settling.timeout.connect(self.read)
        self.table.selected.connect(self._on_selected)
        for changed in (bus.changed, bus.journal_changed, bus.tail_advanced):
            changed.connect(self._on_changed)
        self.read()

    @property
    def current(self) -> JournalRow | None:
        """The row that is current."""
        return self.rows.get(self.table.current_id)

    def read(self) -> None:
        """Read the journal again."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._tasks.start(self._read(), name="read the journal")

    def repaint_rows(self, which: Callable[[JournalRow], bool]) -> None:
        """Draw again, where any row's words depend on the time."""
        if self.table.isVisible() and any(which(row) for row in self.rows.values()):
            self.table.viewport().update()

    async def _read(self) -> None:
        desk = self._desk
        rows = await desk.read(read_rows, desk.journal, desk.store, links=self._links)
        self.rows = by_id(rows)
        ids = tuple(self.rows)
        if ids != self.model.ids:
            self.model.set_ids(ids)
        self.model.refresh()
        self.loaded.emit()

    async def _load(self, ids: Sequence[int]) -> list[JournalRow]:
        return [self.rows[one] for one in ids if one in self.rows]

    def _on_selected(self, _entry: int) -> None:
        self.chosen.emit()

    def _on_changed(self) -> None:
        self._settling.start()
