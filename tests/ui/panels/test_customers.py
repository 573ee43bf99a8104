"""The customers: searched as one types, opened with the keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from portal_desk.models.changes import ChangeSet
from portal_desk.models.search import SearchQuery, SearchResult
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.panels.customers import CustomersPanel
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from ..conftest import Until
from ..world import FakeDesk


@pytest.fixture
async def panel(
    desk: FakeDesk,
    tasks: Tasks,
    bus: ChangeBus,
    theme: Theme,
    settings: SettingsStore,
    qtbot: QtBot,
    until: Until,
) -> CustomersPanel:
    panel = CustomersPanel(desk, tasks, bus, theme, settings=settings)
    qtbot.addWidget(panel)
    panel.resize(1400, 700)
    panel.show()
    await until(lambda: len(panel.model.ids) == 60)
    return panel


def _names(panel: CustomersPanel) -> list[str | None]:
    rows = range(panel.model.rowCount())
    return [panel.model.index(row, 0).data() for row in rows]


async def test_everyone_is_listed_at_first_with_their_number(
    panel: CustomersPanel, until: Until
) -> None:
    await until(lambda: "Ada Lovelace" in _names(panel))
    assert panel.count.text().startswith("60 customers")


async def test_typing_shows_who_matches(panel: CustomersPanel, until: Until) -> None:
    panel.set_text("sakura")
    await until(lambda: len(panel.model.ids) == 10)
    await until(lambda: all(_names(panel)))
    assert all("さくら" in name for name in _names(panel))


async def test_accents_do_not_matter(panel: CustomersPanel, until: Until) -> None:
    panel.set_text("zoe alvarez")
    await until(lambda: len(panel.model.ids) == 10)


class Slow:
    """A search whose answers come when they are told to."""

    def __init__(self, search: Callable[[SearchQuery, int | None], object]) -> None:
        self._search = search
        self.gates: dict[str, asyncio.Event] = {}

    async def __call__(self, query: SearchQuery, most: int | None = None) -> SearchResult:
        gate = self.gates.setdefault(query.text, asyncio.Event())
        await asyncio.shield(gate.wait())
        return await self._search(query, most)


async def test_an_answer_to_what_was_typed_before_is_dropped(
    panel: CustomersPanel, desk: FakeDesk, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(desk.search)
    monkeypatch.setattr(desk, "search", slow)
    panel.set_text("sakura")
    await until(lambda: "sakura" in slow.gates)
    panel.set_text("ada")
    await until(lambda: "ada" in slow.gates)
    slow.gates["ada"].set()
    await until(lambda: len(panel.model.ids) == 10 and "Ada Lovelace" in _names(panel))
    slow.gates["sakura"].set()
    for _turn in range(5):
        await asyncio.sleep(0)
    assert "Ada Lovelace" in _names(panel)


async def test_chips_narrow_the_list_and_clearing_undoes_them(
    panel: CustomersPanel, until: Until
) -> None:
    panel.filters.delinquent.click()
    await until(lambda: len(panel.model.ids) == 10)
    panel.clear()
    await until(lambda: len(panel.model.ids) == 60)
    assert not panel.filters.delinquent.isChecked()


async def test_the_chips_offer_the_accounts_own_plans_and_currencies(
    panel: CustomersPanel, until: Until
) -> None:
    await until(panel.filters.plan._menu.actions)
    plans = [action.text() for action in panel.filters.plan._menu.actions()]
    currencies = [action.text() for action in panel.filters.currency._menu.actions()]
    assert plans == ["Business", "Starter", "Team"]
    assert currencies == ["EUR", "GBP", "JPY", "KWD", "USD"]


async def test_where_nobody_matches_it_says_what_to_do(panel: CustomersPanel, until: Until) -> None:
    panel.set_text("nobody at all")
    await until(panel.empty.isVisible)
    with_button = panel.empty._button
    assert with_button.text() == "Clear search"
    asked: list[str] = []
    panel.clear_requested.connect(partial(asked.append, "clear"))
    panel.search_requested.connect(partial(asked.append, "keyboard"))
    with_button.click()
    assert asked == ["clear", "keyboard"]


async def test_where_filters_leave_nobody_it_says_that_it_is_them(
    panel: CustomersPanel, until: Until
) -> None:
    panel.set_text("ada")
    panel.filters.delinquent.setChecked(True)
    await until(panel.empty.isVisible)
    assert "“ada” and the filters" in panel.empty._title.text()
    panel.set_text("")
    panel.filters.open_invoice.setChecked(True)
    panel.filters.status._menu.actions()[-1].setChecked(True)
    await until(lambda: "these filters" in panel.empty._title.text())
    assert panel.empty._button.text() == "Clear filters"


async def test_a_misspelt_name_is_put_right_with_one_click(
    panel: CustomersPanel, until: Until
) -> None:
    panel.text_requested.connect(panel.set_text)
    panel.set_text("lovelcae")
    await until(lambda: panel.empty._button.text() == "Search for “lovelace”")
    panel.empty._button.click()
    await until(lambda: "Ada Lovelace" in _names(panel))


async def test_a_header_sorts_and_sorts_back(panel: CustomersPanel, until: Until) -> None:
    panel.table.sort_requested.emit("name")
    await until(lambda: _names(panel)[0] == "Ada Lovelace")
    panel.table.sort_requested.emit("name")
    await until(lambda: _names(panel)[-1] == "Ada Lovelace")


async def test_down_enter_and_escape_lead_to_the_customer_and_back(
    panel: CustomersPanel, qtbot: QtBot, until: Until
) -> None:
    panel.go_to_results()
    assert panel.table.currentIndex().row() == 0
    first = panel.table.current_id
    await until(lambda: panel.pane.snapshot is not None)
    assert panel.pane.snapshot.customer["name"] == _names(panel)[0]
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    await until(lambda: panel.pane.tabs.hasFocus() or panel.pane.tabs.tabBar().hasFocus())
    qtbot.keyClick(panel.pane, Qt.Key.Key_Escape)
    await until(panel.table.hasFocus)
    assert panel.table.current_id == first


async def test_up_from_the_first_row_asks_for_the_search_field(
    panel: CustomersPanel, qtbot: QtBot
) -> None:
    asked: list[bool] = []
    panel.search_requested.connect(partial(asked.append, True))
    panel.go_to_results()
    qtbot.keyClick(panel.table, Qt.Key.Key_Up)
    assert asked == [True]


async def test_a_change_in_the_cache_shows_by_itself(
    panel: CustomersPanel, desk: FakeDesk, bus: ChangeBus, until: Until
) -> None:
    await until(lambda: "Ada Lovelace" in _names(panel))
    customer = desk.store.object("customer", "cus_00000000000000")
    changes = desk.store.apply([customer | {"name": "Ada King"}], as_of=2_000_000_000)
    bus.changed.emit(changes)
    await until(lambda: "Ada King" in _names(panel))


async def test_a_new_customer_from_the_tail_appears(
    panel: CustomersPanel, desk: FakeDesk, bus: ChangeBus, until: Until
) -> None:
    customer = desk.store.object("customer", "cus_00000000000000")
    new = customer | {"id": "cus_new", "name": "Brand New"}
    desk.store.apply([new], as_of=2_000_000_000)
    bus.tail_advanced.emit()
    await until(lambda: len(panel.model.ids) == 61)


async def test_the_list_keeps_qts_rules(
    panel: CustomersPanel, bus: ChangeBus, until: Until
) -> None:
    QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    panel.set_text("ada")
    await until(lambda: len(panel.model.ids) == 10)
    bus.changed.emit(ChangeSet(frozenset({"cus_1"}), frozenset({"customer"})))
    panel.set_text("")
    await until(lambda: len(panel.model.ids) == 60)


async def test_amounts_and_statuses_are_words(panel: CustomersPanel, desk: FakeDesk) -> None:
    row = desk.store.customer_rows([panel.model.ids[0]])[0]
    columns = {column.key: column for column in panel.model.columns}
    owing = replace(
        row,
        balance=-1500,
        currency="eur",
        status="past_due",
        delinquent=True,
        open_invoices=2,
        ends_at=None,
    )
    assert "credit" in columns["balance"].text(owing)
    assert columns["status"].text(owing) == "Past due, Delinquent"
    assert columns["open_invoices"].text(owing) == "2"
    assert columns["status"].text(replace(row, status="", delinquent=False, ends_at=None)) == (
        "No subscription"
    )
