"""All invoices: filtered, sorted, saved as PDFs, exported as CSV."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QItemSelection, QLocale, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QVBoxLayout,
    QWidget,
)

from portal_desk.models.invoices import InvoiceQuery, InvoiceRow, InvoiceSort
from portal_desk.services.desk import Desk
from portal_desk.ui import format as fmt
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.panels.invoices_columns import invoice_columns
from portal_desk.ui.panels.invoices_download import DownloadBar, ask_for_folder
from portal_desk.ui.panels.invoices_filters import InvoiceFilters
from portal_desk.ui.panels.listing import Listing
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import DeskTable, LazyTableModel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, EmptyState

_TYPING_MS = 120
_SETTLE_MS = 500
_ASCENDING_FIRST = {"customer", "number", "status"}


class InvoicesPanel(QWidget):
    """The list of invoices.

    Signals:
        customer_requested: the customer (id) of an invoice should be shown.
    """

    customer_requested = Signal(str)

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        bus: ChangeBus,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        settings: SettingsStore | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._settings = settings or SettingsStore()
        self._query = InvoiceQuery()
        self._listing: asyncio.Task[None] | None = None
        self.filters = InvoiceFilters(theme)
        self.model: LazyTableModel[InvoiceRow] = LazyTableModel(
            invoice_columns(), self._load, lambda row: row.pk, tasks, self
        )
        self.table = DeskTable(self.model, theme, self._settings, "invoices")
        self.empty = EmptyState(theme)
        self.listing = Listing(self.table, self.empty)
        self.count = self.listing.count
        self.download = Button("", "primary", theme=theme, icon_name="download-simple")
        self.export = Button(self.tr("Export CSV…"), theme=theme, icon_name="table")
        self.bar = DownloadBar(desk, tasks, theme)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect(bus)
        self.table.mark_sort("created", descending=True)
        self._look()

    def show_customer(self, customer_id: str) -> None:
        """Show one customer's invoices alone."""
        self._tasks.start(self._show_customer(customer_id), name="filter invoices by customer")

    @property
    def chosen(self) -> Sequence[int]:
        """The cache keys of the selected invoices, or of all that are shown where at most one is selected."""
        ids = self.model.ids
        selected = [ids[row] for row in self._selected_rows()]
        return selected if len(selected) > 1 else ids

    def download_to(self, folder: Path) -> None:
        """Save the chosen invoices to `folder`."""
        self._settings.downloads = folder
        self.bar.start(self.chosen, folder)
        self._describe_choice()

    def export_to(self, path: Path) -> None:
        """Write the chosen invoices to a CSV file."""
        self._settings.downloads = path.parent
        self._tasks.start(
            self._export(self.chosen, path),
            name="export invoices",
            on_error=self.bar.banner.say_error,
        )

    async def _show_customer(self, customer_id: str) -> None:
        customer = await self._desk.read(self._desk.store.object, "customer", customer_id) or {}
        name = customer.get("name") or customer.get("email") or customer_id
        self.filters.set_customer(customer_id, str(name))

    async def _load(self, pks: Sequence[int]) -> list[InvoiceRow]:
        return await self._desk.read(self._desk.store.invoice_rows, pks)

    def _look(self) -> None:
        if self._listing is not None:
            self._listing.cancel()
        self._query = self.filters.query(self._query)
        self._listing = self._tasks.start(self._list(self._query), name="list invoices")

    async def _list(self, query: InvoiceQuery) -> None:
        pks = await self._desk.read(self._desk.store.invoice_pks, query)
        self.filters.set_currencies(await self._desk.read(self._desk.store.currencies))
        if query == self._query:
            self._show(pks)

    def _show(self, pks: Sequence[int]) -> None:
        if pks != self.model.ids:
            self.model.set_ids(pks)
        self.listing.show_table(filled=bool(pks))
        if self.filters.is_empty:
            title = self.tr("No invoices here yet")
            text = self.tr("They appear while the first sync reads them from Stripe.")
            self.empty.say("receipt", title, text)
        else:
            title = self.tr("No invoice matches")
            text = self.tr("Part of a number or of a customer’s name will do.")
            self.empty.say("receipt", title, text, self.tr("Clear filters"))
        self._describe_choice()

    def _describe_choice(self) -> None:
        shown, selected = len(self.model.ids), len(self._selected_rows())
        text = fmt.counted(shown, self.tr("1 invoice"), self.tr("{n} invoices"))
        if selected > 1:
            text += " · " + self.tr("{n} selected").format(n=fmt.count(selected))
            label = fmt.counted(selected, self.tr("Download 1 PDF…"), self.tr("Download {n} PDFs…"))
        else:
            label = self.tr("Download all PDFs…")
        self.count.setText(text)
        self.download.setText(label)
        self.download.setAccessibleName(label)
        self.download.setEnabled(bool(shown) and not self.bar.is_running)
        self.export.setEnabled(bool(shown))

    def _selected_rows(self) -> list[int]:
        selection = self.table.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        return [row for one in ranges for row in range(one.top(), one.bottom() + 1)]

    async def _export(self, pks: Sequence[int], path: Path) -> None:
        from portal_desk.services.exports import export_csv  # noqa: PLC0415 - rarely needed

        locale = QLocale().bcp47Name()
        written = await self._desk.read(export_csv, self._desk.store, pks, path, locale)
        title = fmt.counted(written, self.tr("1 invoice written"), self.tr("{n} invoices written"))
        self.bar.say_written(title, path)

    def _on_download(self) -> None:
        ask_for_folder(self, self._settings.downloads, self.download_to)

    def _on_export(self) -> None:
        start = str(self._settings.downloads / self.tr("invoices.csv"))
        dialog = QFileDialog(self, self.tr("Export invoices"), start, "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(start)
        dialog.fileSelected.connect(lambda path: self.export_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_sort_requested(self, key: str) -> None:
        sort = next(one for one in get_args(InvoiceSort) if one == key)
        again = self._query.sort == sort
        descending = not self._query.descending if again else key not in _ASCENDING_FIRST
        self._query = replace(self._query, sort=sort, descending=descending)
        self.table.mark_sort(key, descending=descending)
        self._look()

    def _on_opened(self) -> None:
        row = self.model.row(self.table.currentIndex())
        if row is not None:
            self.customer_requested.emit(row.customer)

    def _on_selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        self._describe_choice()

    def _on_cache_changed(self) -> None:
        if not self._settling.isActive():
            self._settling.start()

    def _on_settled(self) -> None:
        self.model.refresh()
        self._look()

    def _connect(self, bus: ChangeBus) -> None:
        self._typing.timeout.connect(self._look)
        self._settling.timeout.connect(self._on_settled)
        self.filters.changed.connect(self._typing.start)
        self.table.sort_requested.connect(self._on_sort_requested)
        self.table.opened.connect(self._on_opened)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.empty.action_requested.connect(self.filters.clear)
        self.download.clicked.connect(self._on_download)
        self.export.clicked.connect(self._on_export)
        self.bar.over.connect(self._describe_choice)
        bus.changed.connect(self._on_cache_changed)
        bus.tail_advanced.connect(self._on_cache_changed)

    def _lay_out(self) -> None:
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAccessibleName(self.tr("Invoices"))
        self.listing.above.addWidget(self.filters)
        self.listing.messages.addWidget(self.bar)
        self.listing.add_buttons(self.export, self.download)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.listing)
