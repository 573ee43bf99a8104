"""The window: one search, one rail, every action by key and by name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from portal_desk.errors import CacheDamaged, DeskError, NewerSchema, NotFound, Offline
from portal_desk.models.account import Account
from portal_desk.models.progress import Progress
from portal_desk.ui.main_window import MainWindow
from portal_desk.ui.main_window_panels import Panels
from portal_desk.ui.panels import customer_pane
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from .conftest import Until
from .world import FakeDesk

OTHER = Account("acct_2", "Southwind & Sons", livemode=True)


@pytest.fixture(autouse=True)
def _restless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_pane, "REST", 0.0)


@pytest.fixture
def empty_window(tasks: Tasks, theme: Theme, settings: SettingsStore, qtbot: QtBot) -> MainWindow:
    """The window before an account is open."""
    window = MainWindow(tasks, theme, settings)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
async def window(
    empty_window: MainWindow,
    desk: FakeDesk,
    tasks: Tasks,
    theme: Theme,
    settings: SettingsStore,
    until: Until,
) -> MainWindow:
    """The window on an open account."""
    window = empty_window
    panels = Panels(desk, tasks, window.bus, theme, settings)
    window.open_desk(desk, panels, lambda: [desk.account, OTHER])
    await until(lambda: window.customers and len(window.customers.model.ids) == 60)
    return window


async def test_the_list_is_there_before_anything_is_made_for_one_customer(
    window: MainWindow,
) -> None:
    assert window.customers is not None
    assert window.customers.pane_if_made is None


async def test_the_search_has_the_keyboard_from_the_start(window: MainWindow) -> None:
    assert window.focusWidget() is window.top.search


async def test_typing_then_down_then_enter_opens_a_customer(
    window: MainWindow, qtbot: QtBot, until: Until
) -> None:
    qtbot.keyClicks(window.top.search, "sakura")
    await until(lambda: len(window.customers.model.ids) == 10)
    qtbot.keyClick(window.top.search, Qt.Key.Key_Down)
    await until(lambda: window.customers.pane.snapshot is not None)
    assert "さくら" in window.customers.pane.snapshot.customer["name"]
    assert window.focusWidget() is window.customers.table


async def test_escape_empties_the_search(window: MainWindow, qtbot: QtBot, until: Until) -> None:
    qtbot.keyClicks(window.top.search, "sakura")
    await until(lambda: len(window.customers.model.ids) == 10)
    qtbot.keyClick(window.top.search, Qt.Key.Key_Escape)
    await until(lambda: len(window.customers.model.ids) == 60)


async def test_what_was_typed_before_the_account_was_open_is_searched_for(
    empty_window: MainWindow,
    desk: FakeDesk,
    tasks: Tasks,
    theme: Theme,
    settings: SettingsStore,
    qtbot: QtBot,
    until: Until,
) -> None:
    window = empty_window
    qtbot.keyClicks(window.top.search, "zoe")
    panels = Panels(desk, tasks, window.bus, theme, settings)
    window.open_desk(desk, panels, lambda: [desk.account])
    await until(lambda: len(window.customers.model.ids) == 10)


async def test_no_shortcut_is_taken_twice_and_every_action_has_a_name(window: MainWindow) -> None:
    keys = [
        key.toString(QKeySequence.SequenceFormat.PortableText)
        for action in window.shortcuts.all()
        for key in action.shortcuts()
    ]
    assert len(keys) == len(set(keys))
    assert all(action.text() for action in window.shortcuts.all())


async def test_every_panel_opens_by_its_shortcut_and_its_button(
    window: MainWindow, until: Until
) -> None:
    for name in ("invoices", "links", "activity", "settings", "customers"):
        window.shortcuts.get(f"go_{name}").trigger()
        assert window.stack.currentWidget() is window._panels[name]
        assert window.rail._buttons[name].isChecked()


async def test_typing_in_the_search_leads_back_to_the_customers(
    window: MainWindow, qtbot: QtBot, until: Until
) -> None:
    window.go("settings")
    qtbot.keyClicks(window.top.search, "ada")
    assert window.stack.currentWidget() is window.customers
    await until(lambda: len(window.customers.model.ids) == 10)


async def test_actions_that_need_a_customer_wait_for_one(window: MainWindow, until: Until) -> None:
    needing = ("link", "cancel", "switch", "resume", "refresh", "preview", "copy_id")
    assert not any(window.shortcuts.get(name).isEnabled() for name in needing)
    window.show_customer("cus_00000000000000")
    await until(lambda: window.shortcuts.get("link").isEnabled())
    assert all(window.shortcuts.get(name).isEnabled() for name in needing)
    window.show_customer("cus_00000000000003")
    await until(lambda: not window.shortcuts.get("cancel").isEnabled())
    assert window.shortcuts.get("link").isEnabled()


async def test_a_customers_invoices_open_in_their_own_panel(
    window: MainWindow, until: Until
) -> None:
    window.show_customer("cus_00000000000000")
    await until(lambda: window.customers.pane.snapshot is not None)
    window.customers.pane.invoices_requested.emit("cus_00000000000000")
    await until(lambda: len(window._panels["invoices"].model.ids) == 3)


async def test_another_panel_leads_to_a_customer(window: MainWindow, until: Until) -> None:
    window.go("activity")
    window._panels["activity"].customer_requested.emit("cus_00000000000002")
    await until(lambda: window.customers.pane.snapshot is not None)
    assert window.stack.currentWidget() is window.customers


async def test_live_and_test_are_in_words_on_the_band(
    window: MainWindow, desk: FakeDesk, tasks: Tasks, theme: Theme, settings: SettingsStore
) -> None:
    assert window.band.isVisible()
    assert window.band.mode.text() == "TEST"
    assert "Northwind Software" in window.windowTitle()
    window.band.set_account(OTHER)
    assert window.band.mode.text() == "LIVE"
    assert window.band.property("band") == "live"


async def test_freshness_follows_the_sync(window: MainWindow, until: Until) -> None:
    window.on_progress(Progress("backfill", "customer", done=43, total=100, at=1))
    assert "43% of 100 customers" in window.top.freshness.text.text()


async def test_a_failed_task_is_said_across_the_top(window: MainWindow) -> None:
    window.tasks.failed.emit(Offline("Stripe can't be reached.", "Check the network."))
    assert window.banner.isVisible()
    assert "Check the network." in window.banner.accessibleName()


@pytest.mark.parametrize(
    ("error", "button", "asked"),
    [
        (CacheDamaged("Broken."), "Rebuild the cache", "rebuild_requested"),
        (NotFound("The key is gone."), "Connect…", "connect_requested"),
        (NewerSchema("The journal is too new."), "Try again", "retry_requested"),
        (Offline("No network."), "Try again", "retry_requested"),
    ],
)
def test_what_could_not_be_opened_offers_a_way_out(
    empty_window: MainWindow, qtbot: QtBot, error: DeskError, button: str, asked: str
) -> None:
    empty_window.say_failure(error)
    assert error.message in empty_window.waiting._text.text()
    assert empty_window.waiting._button.text() == button
    with qtbot.waitSignal(getattr(empty_window, asked), timeout=500):
        empty_window.waiting._button.click()


async def test_a_damaged_cache_is_said_to_be_no_loss_where_a_button_mends_it(
    empty_window: MainWindow,
) -> None:
    empty_window.say_failure(CacheDamaged("It can't be read.", "Move it away."))
    said = empty_window.waiting._text.text()
    assert "Nothing is lost" in said
    assert "Move it away" not in said


async def test_a_damaged_cache_can_be_rebuilt_from_the_banner(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.tasks.failed.emit(CacheDamaged("The cache can't be read."))
    with qtbot.waitSignal(window.rebuild_requested, timeout=500):
        window.banner._button.click()


async def test_the_palette_lists_every_action(window: MainWindow) -> None:
    window.show_palette()
    assert window.palette_popup.model.rowCount() == len(list(window.shortcuts.all()))
    window.palette_popup.hide()


async def test_the_look_is_remembered(
    window: MainWindow, settings: SettingsStore, theme: Theme
) -> None:
    window.shortcuts.get("dark").trigger()
    window.shortcuts.get("larger").trigger()
    assert settings.mode == "dark"
    assert settings.text_scale == pytest.approx(1.1)
    window.shortcuts.get("usual").trigger()
    window.shortcuts.get("light").trigger()


async def test_the_first_window_fits_on_the_screen(window: MainWindow) -> None:
    screen = window.screen().availableGeometry()
    assert window.width() <= screen.width()
    assert window.height() < screen.height()


async def test_size_and_place_are_remembered(
    window: MainWindow, tasks: Tasks, theme: Theme, settings: SettingsStore, qtbot: QtBot
) -> None:
    window.resize(700, 560)  # within the screen in memory
    window.close()
    again = MainWindow(tasks, theme, settings)
    qtbot.addWidget(again)
    again.show()
    assert (again.width(), again.height()) == (700, 560)


async def test_the_smallest_window_shows_the_list_then_the_customer_and_leads_back(
    window: MainWindow, qtbot: QtBot, until: Until
) -> None:
    window.resize(window.minimumSize())
    customers = window.customers
    assert (window.width(), window.height()) == (640, 400)
    assert customers.table.isVisible()
    assert not customers.pane.isVisible()
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    await until(lambda: customers.pane.snapshot is not None)
    assert customers.pane.isVisible()
    assert not customers.table.isVisible()
    assert customers.pane.mapTo(window, customers.pane.rect().topRight()).x() < window.width()
    qtbot.mouseClick(customers.splitter.back, Qt.MouseButton.LeftButton)
    assert customers.table.isVisible()
    assert not customers.pane.isVisible()


async def test_a_window_that_grows_shows_list_and_customer_as_they_were(
    window: MainWindow,
) -> None:
    window.resize(1280, 800)
    customers = window.customers
    customers.splitter.setSizes([500, 700])
    before = customers.splitter.sizes()
    window.resize(640, 400)
    customers.splitter.show_detail()
    window.resize(1280, 800)
    assert customers.table.isVisible()
    assert customers.pane.isVisible()
    assert customers.splitter.sizes() == before


async def test_a_small_window_keeps_the_rails_icons_and_leaves_out_their_words(
    window: MainWindow,
) -> None:
    window.resize(1280, 800)
    wide = window.rail.sizeHint().width()
    window.resize(640, 400)
    assert window.rail.sizeHint().width() < wide


@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_a_message_is_as_high_as_its_lines(
    window: MainWindow, theme: Theme, scale: float
) -> None:
    theme.set_text_scale(scale)
    window.toast.say("Copied")
    line = window.toast.fontMetrics().height()
    assert line < window.toast.height() < 2 * line + 24
    window.toast.say("A sentence that is too long for one line. " * 4)
    assert window.toast.height() > 2 * line


async def test_nothing_is_cut_off_at_twice_the_text_size(
    window: MainWindow, theme: Theme, until: Until
) -> None:
    window.show_customer("cus_00000000000000")
    await until(lambda: window.customers.pane.snapshot is not None)
    theme.set_text_scale(2.0)
    buttons = window.rail._buttons.values()
    await until(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))
    await until(lambda: all(one.height() >= one.sizeHint().height() for one in buttons))
    theme.set_text_scale(1.0)


async def test_a_customers_portal_is_shown_in_all_languages_by_one_shortcut(
    window: MainWindow, qtbot: QtBot, until: Until
) -> None:
    assert not window.shortcuts.get("languages").isEnabled()
    qtbot.keyClicks(window.top.search, "sakura")
    await until(lambda: len(window.customers.model.ids) == 10)
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    await until(lambda: window.customers.pane.snapshot is not None)
    name = window.customers.pane.snapshot.customer["name"]
    window.shortcuts.get("languages").trigger()
    wall = window.stack.currentWidget()
    await until(lambda: wall.bar.customer.currentText() == name, seconds=20)
    await until(lambda: all(tile.view for tile in wall.model.tiles), seconds=20)
    rows = [row.value for part in wall.model.tile("ja").view.sections for row in part.rows]
    assert name in rows
