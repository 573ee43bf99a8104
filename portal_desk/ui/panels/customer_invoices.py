"""The customer's invoices, short."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from portal_desk.models.json import Json
from portal_desk.ui import format as fmt
from portal_desk.ui.panels.customer_words import tr
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import Column, DeskTable, LazyTableModel
from portal_desk.ui.tables.columns import PillText
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, EmptyState, HSeparator
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
    """A short table, and the way to the invoices' own panel, where they are downloaded.

    Signals:
        invoices_requested: show these in the invoices' panel.
    """

    invoices_requested = Signal()

    def __init__(
        self, tasks: Tasks, theme: Theme, settings: SettingsStore, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model: LazyTableModel[Numbered] = LazyTableModel(
            _columns(), self._nothing_to_read, lambda row: row[0], tasks, self
        )
        self.table = DeskTable(self.model, theme, settings, "customer-invoices")
        self.table.setAccessibleName(self.tr("Invoices"))
        self.table.opened.connect(lambda _row: self.invoices_requested.emit())
        self.open = Button(self.tr("Download or export…"), theme=theme, icon_name="download-simple")
        self.open.clicked.connect(self.invoices_requested)
        self.empty = EmptyState(
            theme,
            "receipt",
            self.tr("No invoices"),
            self.tr("The first one comes with a subscription."),
        )
        self._lay_out()

    def show_invoices(self, invoices: Sequence[Json]) -> None:
        """Show these invoices."""
        self.model.set_rows(list(enumerate(invoices)))
        self._stack.setCurrentIndex(0 if invoices else 1)

    def _lay_out(self) -> None:
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 8, 20, 8)
        foot.addWidget(self.open)
        foot.addStretch(1)
        column.addWidget(self.table, 1)
        column.addWidget(HSeparator())
        column.addLayout(foot)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(filled)
        self._stack.addWidget(self.empty)

    async def _nothing_to_read(self, _ids: Sequence[int]) -> Sequence[Numbered]:
        return ()
