"""The portal in every language at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from portal_desk.models.changes import ChangeSet
from portal_desk.portal.locales import LOCALES
from portal_desk.sandbox.state import State
from portal_desk.services.desk import Desk
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.language_wall.panel import LanguageWallPanel
from portal_desk.ui.language_wall.tiles import Tile
from portal_desk.ui.portal_preview.page import PHONE_WIDTH
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from ..conftest import Until

CTRL = Qt.KeyboardModifier.ControlModifier


def shown(wall: LanguageWallPanel) -> list[str]:
    """The codes of the languages that are not filtered out."""
    return [tile.language.tag for tile in wall.grid.shown]


def choose(wall: LanguageWallPanel, *tags: str) -> None:
    """Choose these languages, as with Ctrl and clicks."""
    wall.grid.selectionModel().clearSelection()
    for tag in tags:
        index = wall.grid.model().index(shown(wall).index(tag), 0)
        wall.grid.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.Select)


def said_of(wall: LanguageWallPanel, tag: str) -> str:
    """What a screen reader says of a tile, and its tooltip."""
    index = wall.grid.model().index(shown(wall).index(tag), 0)
    roles = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
    return "\n".join(str(index.data(role)) for role in roles)


def page_words(tile: Tile) -> str:
    """The titles of the page's parts."""
    assert tile.view is not None
    return " ".join(section.title for section in tile.view.sections)


async def test_every_language_is_there_by_its_own_name_and_code(wall: LanguageWallPanel) -> None:
    assert sorted(shown(wall)) == sorted(LOCALES)
    assert "German · Deutsch, de" in said_of(wall, "de")
    assert "Zahlungsmethoden" in page_words(wall.model.tile("de"))
    assert wall.listing.count.text() == "46 languages"


async def test_all_of_them_can_be_seen_without_scrolling(wall: LanguageWallPanel) -> None:
    assert len(wall.grid.seen) == len(LOCALES)
    assert wall.grid.verticalScrollBar().maximum() == 0


async def test_large_pictures_scroll_and_can_be_read(
    wall: LanguageWallPanel, until: Until, tasks: Tasks
) -> None:
    before = wall.model.tile("ja").picture
    wall.bar.size_choice.setCurrentIndex(1)
    await until(
        lambda: wall.model.tile("vi").look != wall.model.tile("ja").look or not tasks.running
    )
    await until(lambda: wall.model.tile("ja").picture is not before)
    picture = wall.model.tile("ja").picture
    assert picture is not None
    assert picture.deviceIndependentSize().width() == wall.grid.picture_size.width() >= 150
    assert wall.grid.verticalScrollBar().maximum() > 0


async def test_on_a_desktop_pages_are_wider_than_high(
    wall: LanguageWallPanel, until: Until
) -> None:
    wall.bar.width_choice.setCurrentIndex(wall.bar.width_choice.findData("desktop"))

    def drawn() -> bool:
        looks = [tile.look for tile in wall.model.tiles]
        return all(look is not None and look.width == "desktop" for look in looks)

    await until(drawn, seconds=20)
    picture = wall.model.tile("en").picture
    assert picture is not None
    assert picture.width() > picture.height()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("deutsch", {"de"}),
        ("german", {"de"}),
        ("ceština", {"cs"}),
        ("zh-", {"zh-HK", "zh-TW"}),
        ("日本", {"ja"}),
        ("espan", {"es", "es-419"}),
        ("klingon", set()),
    ],
)
async def test_typing_a_name_or_a_code_narrows_the_wall(
    wall: LanguageWallPanel, typed: str, found: set[str]
) -> None:
    wall.bar.filter.setText(typed)
    assert set(shown(wall)) == found
    assert wall.empty.isVisible() is not bool(found)


async def test_letters_typed_on_the_wall_go_to_the_filter(
    wall: LanguageWallPanel, qtbot: QtBot
) -> None:
    wall.grid.go_to_first()
    qtbot.keyClicks(wall.grid, "d")
    assert wall.bar.filter.text() == "d"


async def test_where_nothing_is_wrong_the_wall_says_so(
    wall: LanguageWallPanel, qtbot: QtBot
) -> None:
    wall.bar.troubled.setChecked(True)
    assert shown(wall) == []
    assert wall.empty.isVisible()
    wall.bar.troubled.setChecked(False)
    assert len(shown(wall)) == len(LOCALES)


async def test_the_businesss_own_words_are_named_and_marked_in_every_language(
    wall: LanguageWallPanel,
) -> None:
    assert (
        "“Fernleaf partners with Stripe for billing.”, “Starter”" in wall.own_words.accessibleName()
    )
    for tile in wall.model.tiles:
        own = {mark.text for mark in tile.marks if mark.kind == "own"}
        assert own == {"Fernleaf partners with Stripe for billing.", "Starter"}, tile.language.tag
        assert all(0 < mark.rect.left() < mark.rect.right() < PHONE_WIDTH for mark in tile.marks)
    assert "Your own words" in said_of(wall, "ja")
    assert "problem" not in wall.listing.count.text()


async def test_no_language_of_the_portal_itself_has_a_problem_on_a_phone(
    wall: LanguageWallPanel,
) -> None:
    wrong = {
        tile.language.tag: [mark.text for mark in tile.marks if mark.kind == "cut"]
        for tile in wall.model.tiles
    }
    assert {tag: texts for tag, texts in wrong.items() if texts} == {}


async def test_arrows_and_enter_open_a_language_and_escape_leads_back(
    wall: LanguageWallPanel, qtbot: QtBot
) -> None:
    wall.bar.filter.setFocus()
    qtbot.keyClick(wall.bar.filter, Qt.Key.Key_Down)
    assert wall.focusWidget() is wall.grid
    qtbot.keyClick(wall.grid, Qt.Key.Key_Right)
    qtbot.keyClick(wall.grid, Qt.Key.Key_Return)
    assert wall.currentWidget() is wall.reader
    assert wall.reader.tags == [shown(wall)[1]]
    qtbot.keyClick(wall.reader, Qt.Key.Key_Right)
    assert wall.reader.tags == [shown(wall)[2]]
    qtbot.keyClick(wall.reader, Qt.Key.Key_Escape)
    assert wall.currentWidget() is wall.listing


async def test_full_size_is_as_wide_as_a_phone_and_in_the_language(
    wall: LanguageWallPanel, until: Until
) -> None:
    wall.open_languages(["ja"])
    page = wall.reader.pages[0].page
    await until(lambda: page.width() == PHONE_WIDTH)
    assert "支払い方法" in page.sheet.toPlainText()
    assert page.view == wall.model.tile("ja").view


async def test_two_are_compared_side_by_side_and_scroll_together(
    wall: LanguageWallPanel, qtbot: QtBot, until: Until
) -> None:
    choose(wall, "de")
    assert not wall.compare.isEnabled()
    choose(wall, "de", "ja")
    qtbot.mouseClick(wall.compare, Qt.MouseButton.LeftButton)
    assert wall.reader.tags == ["de", "ja"]
    left, right = wall.reader.pages
    await until(lambda: left.isVisible() and right.isVisible())
    await until(lambda: left.bar.maximum() > 0 and right.bar.maximum() > 0)
    left.bar.setValue(left.bar.maximum())
    assert right.bar.value() == right.bar.maximum()
    right.bar.setValue(0)
    assert left.bar.value() == 0


async def test_what_is_compared_can_be_changed_in_place(wall: LanguageWallPanel) -> None:
    wall.open_languages(["de"])
    assert not wall.reader.pages[1].isVisible()
    second = wall.reader.choices[1]
    second.setCurrentIndex(second.findData("th"))
    assert wall.reader.tags == ["de", "th"]
    assert wall.reader.pages[1].isVisible()
    second.setCurrentIndex(0)
    assert not wall.reader.pages[1].isVisible()


async def test_a_customers_portal_takes_the_place_of_the_made_up_one(
    wall: LanguageWallPanel, world: State, until: Until
) -> None:
    customer = next(one for one in world.kind("customer").values() if one["name"])
    wall.show_customer(customer["id"])

    def named() -> bool:
        view = wall.model.tile("en").view
        rows = [row.value for section in view.sections for row in section.rows] if view else []
        return customer["name"] in rows

    await until(named, seconds=20)
    assert wall.bar.customer.currentText() == customer["name"]
    wall.bar.customer.setCurrentIndex(0)
    await until(lambda: not named(), seconds=20)


async def test_another_configuration_shows_another_portal(
    wall: LanguageWallPanel, until: Until
) -> None:
    def buttons() -> set[str]:
        view = wall.model.tile("en").view
        rows = view.sections[0].rows if view else ()
        return {b.label for row in rows for b in row.buttons if b.availability == "enabled"}

    assert "Update subscription" in buttons()
    at = wall.bar.configuration.findText("Cancel only")
    wall.bar.configuration.setCurrentIndex(at)
    await until(lambda: buttons() == {"Cancel subscription"}, seconds=20)


async def test_what_changes_in_the_cache_changes_on_the_wall(
    wall: LanguageWallPanel, desk: Desk, bus: ChangeBus, until: Until
) -> None:
    configuration = desk.store.configurations()[0]
    configuration["business_profile"]["headline"] = "Welcome back"
    desk.store.apply([configuration], as_of=desk.store.account()["created"] + 10**9)
    bus.changed.emit(ChangeSet())
    await until(lambda: "“Welcome back”" in wall.own_words.accessibleName(), seconds=20)


async def test_what_changed_while_another_panel_was_open_is_seen_on_the_way_back(
    wall: LanguageWallPanel, desk: Desk, until: Until
) -> None:
    wall.hide()
    configuration = desk.store.configurations()[0]
    configuration["business_profile"]["headline"] = "Here again"
    desk.store.apply([configuration], as_of=desk.store.account()["created"] + 10**9)
    wall.show()
    await until(lambda: "“Here again”" in wall.own_words.accessibleName(), seconds=20)


async def test_what_stays_the_same_is_not_drawn_again(
    wall: LanguageWallPanel, bus: ChangeBus, until: Until, tasks: Tasks
) -> None:
    before = [tile.picture for tile in wall.model.tiles]
    filled: list[bool] = []
    wall.gallery.filled.connect(lambda: filled.append(True))
    bus.tail_advanced.emit()
    await until(lambda: filled, seconds=20)
    assert all(a is b.picture for a, b in zip(before, wall.model.tiles, strict=True))


async def test_larger_text_does_not_change_what_is_measured(
    wall: LanguageWallPanel, theme: Theme, until: Until, tasks: Tasks
) -> None:
    theme.set_text_scale(1.5)
    await until(lambda: not tasks.running, seconds=20)
    assert not any(tile.has_problems for tile in wall.model.tiles)
    theme.set_text_scale(1.0)


@pytest.mark.parametrize("of", [lambda wall: wall.model, lambda wall: wall.filter])
async def test_the_models_keep_qts_rules(
    wall: LanguageWallPanel, of: Callable[[LanguageWallPanel], QAbstractItemModel]
) -> None:
    model = of(wall)
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal, wall
    )
    wall.bar.filter.setText("es")
    wall.bar.filter.clear()
    assert tester.model() is model
