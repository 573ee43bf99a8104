"""The desk's table: what it shows of its columns at which width."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytestqt.qtbot import QtBot

from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import Column, DeskTable, LazyTableModel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

COLUMNS: Sequence[Column[str]] = (
    Column("name", "Name", str, width=200),
    Column("email", "Email", str, width=100, optional=True),
    Column("status", "Status", str, width=100),
)


async def _nothing(_ids: Sequence[int]) -> Sequence[str]:
    return ()


@pytest.fixture
async def table(tasks: Tasks, theme: Theme, settings: SettingsStore, qtbot: QtBot) -> DeskTable:
    model: LazyTableModel[str] = LazyTableModel(COLUMNS, _nothing, int, tasks)
    table = DeskTable(model, theme, settings, "test")
    qtbot.addWidget(table)
    table.show()
    return table


def _at(table: DeskTable, width: int) -> list[int]:
    table.resize(width, 300)
    return [table.columnWidth(number) for number in range(len(COLUMNS))]


async def test_a_wide_table_gives_every_column_its_share(table: DeskTable) -> None:
    assert _at(table, 800) == [400, 200, 200]


async def test_a_narrow_one_leaves_out_what_is_optional(table: DeskTable) -> None:
    assert _at(table, 330) == [220, 0, 110]


async def test_a_very_narrow_one_shrinks_its_columns_rather_than_scroll(table: DeskTable) -> None:
    assert _at(table, 240) == [160, 0, 80]
    assert not table.horizontalScrollBar().isVisible()


async def test_the_users_own_widths_stay(table: DeskTable, settings: SettingsStore) -> None:
    _at(table, 800)
    table.setColumnWidth(0, 300)
    assert _at(table, 600)[0] == 300
