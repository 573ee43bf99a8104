"""The customer's invoices, short."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from portal_desk.models.json import Json
from portal_desk.services.desk import Desk
from portal_desk.ui import format as fmt
from portal_desk.ui.panels.customer_words import tr
from portal_desk.ui.panels.invoices_download import DownloadBar, ask_for_folder
from portal_desk.ui.panels.listing import Listing
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import Column, DeskTable, LazyTableModel
from portal_desk.ui.tables.columns import PillText
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, EmptyState
from portal_desk.ui.widgets.pill import tone_of, words_of

Numbered = tuple[int, Json]


def _columns() -> Sequence[Column[Numbered]]:
    return (
        Column("number", tr("Number"), _number, width=130),
        Column("status", tr("Status"), _status, pills=lambda row: [_pill(row)], width=100),
        Column("total", tr("Total"), lambda row: _money(row, "total"), width=100, right=True),
        Column("due", tr("To pay"), _remaining, width=100, right=True),
        Column("created", tr("Created"), _created, _exact, width=110, muted=True),
    )


def _number(row: Numbered) -> str:
    return str(row[1].get("number") or tr("Draft"))


def _status(row: Numbered) -> str:
    return words_of(str(row[1].get("status") or "draft"))


def _pill(row: Numbered) -> PillText:
    return _status(row), tone_of(str(row[1].get("status") or "draft"))


def _money(row: Numbered, name: str) -> str:
    return fmt.money(int(row[1].get(name) or 0), str(row[1].get("currency") or ""))


def _remaining(row: Numbered) -> str:
    return _money(row, "amount_remaining") if row[1].get("amount_remaining") else ""


def _created(row: Numbered) -> str:
    return fmt.date(row[1].get("created"))


def _exact(row: Numbered) -> str:
    return fmt.exact(row[1].get("created"))


class CustomerInvoices(QWidget):
    """A short table whose PDFs can be saved at once, and the way to the invoices' own panel.

    Signals:
        invoices_requested: show these in the invoices' panel.
    """

    invoices_requested = Signal()

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        theme: Theme,
        settings: SettingsStore,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._invoices: Sequence[Json] = ()
        self.model: LazyTableModel[Numbered] = LazyTableModel(
            _columns(), self._nothing_to_read, lambda row: row[0], tasks, self
        )
        self.table = DeskTable(self.model, theme, settings, "customer-invoices")
        self.bar = DownloadBar(desk, tasks, theme)
        self.download = Button("", theme=theme, icon_name="download-simple")
        self.open = Button(self.tr("Show in Invoices"), "ghost")
        self.save_action = QAction(self.tr("Download PDF…"), self.table)
        self.empty = EmptyState(
            theme,
            "receipt",
            self.tr("No invoices"),
            self.tr("The first one comes with a subscription."),
        )
        self.listing = Listing(self.table, self.empty)
        self._lay_out()
        self._connect()

    def show_invoices(self, invoices: Sequence[Json]) -> None:
        """Show these invoices."""
        self._invoices = invoices
        self.model.set_rows(list(enumerate(invoices)))
        self.listing.show_table(filled=bool(invoices))
        self._describe_choice()

    def download_to(self, folder: Path) -> None:
        """Save the selected invoices, or all of them where none is, to `folder`."""
        self._settings.downloads = folder
        chosen = self._chosen()
        self.bar.start_known({one["id"]: one.get("number") or one["id"] for one in chosen}, folder)
        self._describe_choice()

    def _chosen(self) -> list[Json]:
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        return [self._invoices[row] for row in sorted(rows)] or list(self._invoices)

    def _describe_choice(self) -> None:
        number = len(self._chosen())
        label = fmt.counted(number, self.tr("Download 1 PDF…"), self.tr("Download {n} PDFs…"))
        self.download.setText(label)
        self.download.setAccessibleName(label)
        possible = bool(number) and not self.bar.is_running
        self.download.setEnabled(possible)
        self.save_action.setEnabled(possible)

    def _on_download(self) -> None:
        ask_for_folder(self, self._settings.downloads, self.download_to)

    def _on_selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        self._describe_choice()

    def _connect(self) -> None:
        self.table.opened.connect(lambda _row: self.invoices_requested.emit())
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.save_action.triggered.connect(self._on_download)
        self.download.clicked.connect(self._on_download)
        self.open.clicked.connect(self.invoices_requested)
        self.bar.over.connect(self._describe_choice)

    def _lay_out(self) -> None:
        self.table.setAccessibleName(self.tr("Invoices"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.save_action.setShortcut("Ctrl+S")
        self.save_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(self.save_action)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.listing.messages.addWidget(self.bar)
        self.listing.add_buttons(self.open, self.download)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.listing)

    async def _nothing_to_read(self, _ids: Sequence[int]) -> Sequence[Numbered]:
        return ()
