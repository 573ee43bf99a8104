"""The customers: what the search finds on the left, the chosen one on the right."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QVBoxLayout, QWidget

from portal_desk.models.json import Json
from portal_desk.models.search import (
    PAGE,
    CustomerRow,
    SearchQuery,
    SearchResult,
    SortKey,
)
from portal_desk.services.desk import Desk
from portal_desk.ui import format as fmt
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.panels.customer_words import tr
from portal_desk.ui.panels.customers_columns import customer_columns
from portal_desk.ui.panels.customers_emptiness import emptiness, nobody_chosen
from portal_desk.ui.panels.customers_filters import CustomerFilters
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import DeskTable, LazyTableModel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import EmptyState, HSeparator, Text
from portal_desk.ui.widgets.list_and_detail import ListAndDetail

if TYPE_CHECKING:
    from portal_desk.ui.panels.customer_pane import CustomerPane

_DEBOUNCE = 15
_SETTLE = 400
"""Milliseconds in which several changes of the cache become one new search."""
_DESCENDING_FIRST = {"created", "balance"}
_SORTS: dict[str, SortKey] = {"name": "name", "balance": "balance", "created": "created"}


class CustomersPanel(QWidget):
    """Search results and the customer pane.

    Signals:
        found: a search is answered (SearchResult).
        filled: rows are on show, or it is clear that there are none.
        search_requested: the keyboard should go to the search field.
        clear_requested: the search field should be emptied.
        text_requested: this should be searched for instead.
        customer_shown, action_completed, invoices_requested, languages_requested: see `CustomerPane`.
    """

    found = Signal(object)
    filled = Signal()
    search_requested = Signal()
    clear_requested = Signal()
    text_requested = Signal(str)
    customer_shown = Signal(str)
    action_completed = Signal(str, str)
    invoices_requested = Signal(str)
    languages_requested = Signal(str, object)

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
        self._bus = bus
        self._theme = theme
        self._query = SearchQuery()
        self._shown: SearchQuery | None = None
        self._counted = SearchResult(self._query, (), 0, 0.0)
        self._rows_shown = asyncio.Event()
        self._meant = ""
        self._searching: asyncio.Task[None] | None = None
        self._settings = settings or SettingsStore()
        self.filters = CustomerFilters(theme)
        self.model: LazyTableModel[CustomerRow] = LazyTableModel(
            customer_columns(), self._load, lambda row: row.pk, tasks, self
        )
        self.table = DeskTable(self.model, theme, self._settings, "customers")
        self.table.setAccessibleName(self.tr("Customers"))
        self.empty = EmptyState(theme)
        self.count = Text("", "faint")
        self._detail = QStackedWidget()
        self._typing = QTimer(self, singleShot=True, interval=_DEBOUNCE)
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE)
        self._lay_out()
        self._connect()
        tasks.start(self._offer_choices(), name="read plans and currencies")
        self._search()

    @cached_property
    def pane(self) -> CustomerPane:
        """The detail beside the list. It is made when it is first asked for: the list should not wait for it."""
        from portal_desk.ui.panels.customer_pane import CustomerPane  # noqa: PLC0415 - see above

        pane = CustomerPane(self._desk, self._tasks, self._bus, self._theme, self._settings)
        pane.left.connect(self.go_to_results)
        pane.shown.connect(self.customer_shown)
        pane.action_completed.connect(self.action_completed)
        pane.invoices_requested.connect(self.invoices_requested)
        pane.languages_requested.connect(self.languages_requested)
        self._detail.addWidget(pane)
        self._detail.setCurrentWidget(pane)
        return pane

    @property
    def pane_if_made(self) -> CustomerPane | None:
        """The detail, where it was asked for before."""
        return self.pane if "pane" in vars(self) else None

    def set_text(self, text: str) -> None:
        """Search for `text`, with the chips as they are."""
        self._query = SearchQuery(text.strip(), self._query.filters)
        self.table.mark_sort("", descending=False)
        self.splitter.show_list()
        self._typing.start()

    def go_to_results(self) -> None:
        """Give the keyboard to the table."""
        self.splitter.show_list()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.select_first()

    def open_first(self) -> None:
        """Open the best match, or the row that is current."""
        self.table.select_first()
        self._go_to_pane()

    def show_customer(self, customer_id: str) -> None:
        """Show a customer that another panel named, whether or not the search finds it."""
        self.table.clearSelection()
        self.splitter.show_detail()
        self.pane.show_customer(customer_id)

    def _search(self) -> None:
        if self._tasks.closed:
            return
        if self._searching is not None:
            self._searching.cancel()
        query = self._query
        self._searching = self._tasks.start(self._answer(query), name="search")

    async def _answer(self, query: SearchQuery) -> None:
        # As many as are on show already, so that nobody who has scrolled down is thrown back.
        most = max(PAGE, len(self.model.ids)) if query == self._shown else PAGE
        result = await self._desk.search(query, most)
        if query != self._query:
            return
        self._shown = query
        self._show(result)
        if result.count is None:
            await self._count(result)
        elif not result.customers and query.text:
            await self._suggest(query)

    async def _suggest(self, query: SearchQuery) -> None:
        """Offer what may have been meant."""
        meant = await self._desk.suggest(query)
        if meant and query == self._query:
            self._explain_emptiness(meant)

    async def _count(self, result: SearchResult) -> None:
        """Say how many fit, where the answer named but the best of them."""
        count = await self._desk.count(result.query)
        if result.query == self._query and count is not None:
            self._counted = replace(result, count=count)
            self.count.setText(_found_words(self._counted))

    def _show(self, result: SearchResult) -> None:
        if result.customers != self.model.ids:
            self.model.set_ids(result.customers)
        more = result.count is None
        self.model.continue_with(partial(self._everyone, result.query) if more else None)
        if result.count is not None or result.query != self._counted.query:
            self._counted = result
            self.count.setText(_found_words(result))
        self._explain_emptiness()
        self._stack.setCurrentIndex(0 if result.customers else 1)
        self.found.emit(result)
        if not result.customers:
            self.filled.emit()

    async def _everyone(self, query: SearchQuery) -> Sequence[int]:
        return (await self._desk.search(query, most=None)).customers

    def _explain_emptiness(self, meant: str = "") -> None:
        self._meant = meant
        self.empty.say(*emptiness(self._query, meant))

    async def _load(self, pks: Sequence[int]) -> list[CustomerRow]:
        return await self._desk.rows(pks)

    async def _offer_choices(self) -> None:
        await self._rows_shown.wait()  # they need nothing that takes long to import; the choices do
        self.filters.set_choices(*await self._desk.read(self._read_choices))

    def _read_choices(self) -> tuple[list[Json], list[str]]:
        store = self._desk.store
        return store.products(), store.currencies()

    def _on_filters_changed(self) -> None:
        query = self._query
        self._query = SearchQuery(query.text, self.filters.filters, query.sort, query.descending)
        self._search()

    def _on_sort_requested(self, key: str) -> None:
        sort, query = _SORTS[key], self._query
        first = key in _DESCENDING_FIRST
        descending = not query.descending if query.sort == sort else first
        self._query = SearchQuery(query.text, query.filters, sort, descending)
        self.table.mark_sort(key, descending=descending)
        self._search()

    def _on_selected(self, pk: int) -> None:
        if pk < 0:
            return
        row = self.model.row(self.table.currentIndex())
        if row is not None:
            self.pane.show_customer(row.id)
        else:
            self._tasks.start(self._show_by_key(pk), name="find customer")

    async def _show_by_key(self, pk: int) -> None:
        rows = await self._load([pk])
        if rows and self.table.current_id == pk:
            self.pane.show_customer(rows[0].id)

    def _on_cache_changed(self) -> None:
        if not self._settling.isActive():
            self._settling.start()

    def _on_settled(self) -> None:
        if self._tasks.closed:
            return
        self.model.refresh()
        self._search()
        self._tasks.start(self._offer_choices(), name="read plans and currencies")

    def clear(self) -> None:
        """Search for nothing in particular: show everyone."""
        self.filters.clear()
        self.clear_requested.emit()
        self.search_requested.emit()

    def _on_empty_action(self) -> None:
        if self._meant:
            self.text_requested.emit(self._meant)
            self.search_requested.emit()
        else:
            self.clear()

    def _go_to_pane(self) -> None:
        self.splitter.show_detail()
        self.pane.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        self._typing.timeout.connect(self._search)
        self._settling.timeout.connect(self._on_settled)
        self.model.dataChanged.connect(self.filled)
        self.filled.connect(self._rows_shown.set)
        self.filters.changed.connect(self._on_filters_changed)
        self.table.sort_requested.connect(self._on_sort_requested)
        self.table.selected.connect(self._on_selected)
        self.table.clicked.connect(self.splitter.show_detail)
        self.table.opened.connect(lambda _pk: self._go_to_pane())
        self.table.left_upwards.connect(self.search_requested)
        self.splitter.left.connect(self.go_to_results)
        self.empty.action_requested.connect(self._on_empty_action)
        self._bus.changed.connect(self._on_cache_changed)
        self._bus.tail_advanced.connect(self._on_cache_changed)

    def _lay_out(self) -> None:
        results = QWidget()
        self._stack = QStackedLayout(results)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        listing = QWidget()
        listing.setObjectName("surface")
        listing.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(results, 1)
        column.addWidget(HSeparator())
        column.addWidget(self.count)
        self.count.setContentsMargins(12, 5, 12, 5)
        nobody = EmptyState(self._theme)
        nobody.say(*nobody_chosen())
        self._detail.addWidget(nobody)
        self.splitter = ListAndDetail(listing, self._detail, self._theme, least=(300, 470))
        self.splitter.setSizes([660, 540])
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        state = self._settings.state("customers-splitter")
        if state is not None:
            self.splitter.restoreState(state)
        self.splitter.splitterMoved.connect(self._on_splitter_moved)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)

    def _on_splitter_moved(self) -> None:
        self._settings.set_state("customers-splitter", self.splitter.saveState())


def _found_words(result: SearchResult) -> str:
    """How many were found, and how long that took."""
    if result.count is None:
        found = tr("{n}+ customers").format(n=fmt.count(len(result.customers)))
    else:
        found = fmt.counted(result.count, tr("1 customer"), tr("{n} customers"))
    milliseconds = max(1, round(result.seconds * 1000))
    return tr("{found} · {ms} ms").format(found=found, ms=milliseconds)
