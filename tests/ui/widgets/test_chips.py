"""Filter chips."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.chips import MenuChip

STATUSES = [("active", "Active"), ("past_due", "Past due"), ("paused", "Paused")]


@pytest.fixture
def chip(theme: Theme, qtbot: QtBot) -> MenuChip:
    chip = MenuChip(theme, "Status")
    qtbot.addWidget(chip)
    chip.set_choices(STATUSES)
    chip.show()
    return chip


def _tick(chip: MenuChip, *values: str) -> None:
    for action in chip._menu.actions():
        if action.data() in values:
            action.toggle()


def test_what_is_ticked_shows_on_the_chip(chip: MenuChip) -> None:
    assert chip.text() == "Status"
    _tick(chip, "past_due")
    assert chip.text() == "Status: Past due"
    _tick(chip, "active")
    assert chip.values == {"active", "past_due"}
    assert chip.text() == "Status: Active +1"


def test_its_cross_removes_all(chip: MenuChip, qtbot: QtBot) -> None:
    _tick(chip, "active", "paused")
    with qtbot.waitSignal(chip.changed):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 8, 12))
    assert chip.values == frozenset()
    assert chip.text() == "Status"


def test_the_delete_key_removes_all(chip: MenuChip, qtbot: QtBot) -> None:
    _tick(chip, "active")
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert chip.values == frozenset()


def test_several_can_be_ticked_without_the_menu_closing(chip: MenuChip, qtbot: QtBot) -> None:
    chip.open_menu()
    qtbot.keyClick(chip._menu, Qt.Key.Key_Space)
    qtbot.keyClick(chip._menu, Qt.Key.Key_Down)
    qtbot.keyClick(chip._menu, Qt.Key.Key_Space)
    assert chip._menu.isVisible()
    assert chip.values == {"active", "past_due"}
    chip._menu.close()


def test_new_choices_keep_what_is_ticked_and_drop_what_is_gone(
    chip: MenuChip, qtbot: QtBot
) -> None:
    _tick(chip, "active", "paused")
    with qtbot.waitSignal(chip.changed):
        chip.set_choices([("active", "Active"), ("unpaid", "Unpaid")])
    assert chip.values == {"active"}
