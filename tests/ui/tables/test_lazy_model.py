"""A table over many ids reads what is looked at, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import Column, DeskTable, LazyTableModel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from ..conftest import Until


@dataclass(frozen=True)
class Thing:
    id: int
    name: str


COLUMNS = (
    Column[Thing]("name", "Name", lambda thing: thing.name, sortable=True),
    Column[Thing]("size", "Size", lambda thing: str(thing.id), right=True),
)


class Shelf:
    """Gives things by id, and remembers which were asked for; waits for `gate` where there is one."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.gate: asyncio.Event | None = None
        self.missing: set[int] = set()
        self.word = "thing"

    async def load(self, ids: Sequence[int]) -> list[Thing]:
        self.asked.extend(ids)
        word, gate = self.word, self.gate
        if gate is not None:
            await gate.wait()
        return [Thing(one, f"{word} {one}") for one in ids if one not in self.missing]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def model(shelf: Shelf, tasks: Tasks) -> LazyTableModel[Thing]:
    return LazyTableModel(COLUMNS, shelf.load, lambda thing: thing.id, tasks)


def _name(model: LazyTableModel[Thing], row: int) -> object:
    return model.index(row, 0).data()


async def test_a_row_is_blank_until_it_is_read_and_then_there(
    model: LazyTableModel[Thing], shelf: Shelf, until: Until
) -> None:
    model.set_ids([7, 8, 9])
    assert _name(model, 1) is None
    await until(lambda: _name(model, 1) == "thing 8")


async def test_only_the_rows_around_the_ones_looked_at_are_read(
    model: LazyTableModel[Thing], shelf: Shelf, until: Until
) -> None:
    model.set_ids(range(100_000))
    _name(model, 50_000)
    await until(lambda: _name(model, 50_000) == "thing 50000")
    assert len(shelf.asked) < 200
    assert 0 not in shelf.asked


async def test_an_answer_for_earlier_ids_is_dropped(
    model: LazyTableModel[Thing], shelf: Shelf, until: Until
) -> None:
    shelf.gate = asyncio.Event()
    model.set_ids([1, 2])
    _name(model, 0)
    await until(lambda: shelf.asked)
    late, shelf.gate = shelf.gate, None
    shelf.word = "new"
    model.set_ids([1, 2])
    late.set()
    _name(model, 0)
    await until(lambda: _name(model, 0) is not None)
    assert _name(model, 0) == "new 1"


async def test_a_refresh_shows_the_old_until_the_new_is_there(
    model: LazyTableModel[Thing], shelf: Shelf, until: Until
) -> None:
    model.set_ids([1])
    _name(model, 0)
    await until(lambda: _name(model, 0) == "thing 1")
    shelf.word = "fresh"
    model.refresh()
    assert _name(model, 0) == "thing 1"
    await until(lambda: _name(model, 0) == "fresh 1")


async def test_a_refresh_that_finds_nothing_new_draws_nothing(
    model: LazyTableModel[Thing], shelf: Shelf, until: Until, tasks: Tasks
) -> None:
    model.set_ids([1, 2])
    _name(model, 0)
    await until(lambda: _name(model, 1) == "thing 2")
    drawn: list[object] = []
    model.dataChanged.connect(lambda *_: drawn.append(1))
    shelf.asked.clear()
    model.refresh()
    await until(lambda: shelf.asked == [1, 2] and not tasks.running)
    assert not drawn
    shelf.word = "fresh"
    model.refresh()
    await until(lambda: _name(model, 1) == "fresh 2")
    assert len(drawn) == 1


async def test_a_row_that_is_gone_is_asked_for_once(
    model: LazyTableModel[Thing], shelf: Shelf, until: Until
) -> None:
    shelf.missing = {2}
    model.set_ids([1, 2])
    _name(model, 1)
    await until(lambda: _name(model, 0) == "thing 1")
    before = len(shelf.asked)
    assert _name(model, 1) is None
    await asyncio.sleep(0)
    assert len(shelf.asked) == before


async def test_the_model_keeps_qts_rules(
    model: LazyTableModel[Thing], shelf: Shelf, until: Until
) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_ids([1, 2, 3])
    _name(model, 0)
    await until(lambda: _name(model, 0) == "thing 1")
    model.set_ids([])
    model.set_ids(range(1000))
    assert tester.model() is model


async def test_whoever_scrolls_to_the_end_of_the_first_ids_gets_all(
    model: LazyTableModel[Thing], table: DeskTable, until: Until
) -> None:
    async def everything() -> Sequence[int]:
        return range(5000)

    model.set_ids(range(100))
    model.continue_with(everything)
    table.select_id(50)
    await until(lambda: _name(model, 50) == "thing 50")
    assert len(model.ids) == 100
    table.scrollToBottom()
    await until(lambda: len(model.ids) == 5000)
    assert table.current_id == 50


@pytest.mark.parametrize("every", [range(1, 30), range(30)])
async def test_all_ids_follow_the_first_or_replace_them(
    model: LazyTableModel[Thing], until: Until, every: Sequence[int]
) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    async def everything() -> Sequence[int]:
        return every

    model.set_ids(range(1, 4))
    model.continue_with(everything)
    model.fetchMore()
    await until(lambda: model.ids == every)
    assert not model.canFetchMore()
    assert tester.model() is model


async def test_all_ids_of_what_was_shown_before_are_dropped(
    model: LazyTableModel[Thing], tasks: Tasks, until: Until
) -> None:
    gate = asyncio.Event()

    async def everything() -> Sequence[int]:
        await gate.wait()
        return range(100)

    model.set_ids([1, 2, 3])
    model.continue_with(everything)
    model.fetchMore()
    model.set_ids([7])
    gate.set()
    await until(lambda: not tasks.running)
    assert model.ids == [7]


@pytest.fixture
def table(
    model: LazyTableModel[Thing], theme: Theme, settings: SettingsStore, qtbot: QtBot
) -> DeskTable:
    table = DeskTable(model, theme, settings, "things")
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    return table


async def test_the_selection_stays_with_its_thing_when_the_order_changes(
    model: LazyTableModel[Thing], table: DeskTable
) -> None:
    model.set_ids([1, 2, 3])
    table.select_id(2)
    model.set_ids([3, 2, 1])
    assert table.current_id == 2
    model.set_ids([9, 8, 7, 2])
    assert table.currentIndex().row() == 3


async def test_a_selection_that_is_gone_is_reported_once(
    model: LazyTableModel[Thing], table: DeskTable
) -> None:
    model.set_ids([1, 2, 3])
    table.select_id(2)
    told: list[int] = []
    table.selected.connect(told.append)
    model.set_ids([1, 3])
    assert told == [-1]
    assert table.current_id == -1


async def test_enter_opens_the_row_and_up_leaves_the_table(
    model: LazyTableModel[Thing], table: DeskTable, qtbot: QtBot
) -> None:
    model.set_ids([5, 6])
    table.select_id(5)
    opened: list[int] = []
    left: list[bool] = []
    table.opened.connect(opened.append)
    table.left_upwards.connect(lambda: left.append(True))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.keyClick(table, Qt.Key.Key_Up)
    assert opened == [5]
    assert left == [True]


async def test_columns_stay_as_they_were_left(
    model: LazyTableModel[Thing],
    table: DeskTable,
    theme: Theme,
    settings: SettingsStore,
    qtbot: QtBot,
) -> None:
    table.setColumnWidth(0, 222)
    table.horizontalHeader().moveSection(0, 1)
    again = DeskTable(model, theme, settings, "things")
    qtbot.addWidget(again)
    assert again.columnWidth(0) == 222
    assert again.horizontalHeader().visualIndex(0) == 1


async def test_amounts_stand_on_the_right(model: LazyTableModel[Thing]) -> None:
    model.set_ids([1])
    alignment = model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert alignment & Qt.AlignmentFlag.AlignRight
