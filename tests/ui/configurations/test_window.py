"""The panel in the window: reached by key and by name, and never closed over something unsaved."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from portal_desk.models.account import Account
from portal_desk.ui.main_window import MainWindow
from portal_desk.ui.main_window_panels import Panels

from ..test_accessibility import nameless
from ..world import NOW
from .conftest import configurations

OTHER = Account("acct_2", "Other", livemode=False)


@pytest.fixture
async def window(desk, tasks, theme, settings, qtbot, until):
    desk.store.apply(configurations(desk), as_of=NOW)
    window = MainWindow(tasks, theme, settings)
    qtbot.addWidget(window, before_close_func=_discard)
    panels = Panels(desk, tasks, window.bus, theme, settings)
    window.open_desk(desk, panels, lambda: [desk.account, OTHER])
    window.show()
    window.go("configurations")
    await until(lambda: window.stack.currentWidget().list.model.ids)
    return window


def _discard(window) -> None:
    for panel in window._panels.values():
        if getattr(panel, "unsaved", ""):
            panel.editor.discard()


def _dirty(window):
    window.shortcuts.get("configuration_edit").trigger()
    panel = window.stack.currentWidget()
    panel.editor.form.inputs["name"].edit.setText("Other")
    return panel


def _question(window) -> QMessageBox:
    return window.findChildren(QMessageBox)[-1]


async def test_its_actions_are_in_the_palette(window):
    window.shortcuts.get("configuration_new").trigger()
    panel = window.stack.currentWidget()
    assert panel.editor.heading.text() == "New configuration"
    panel.editor.leave()
    window.shortcuts.get("configuration_compare").trigger()
    assert panel.comparison.isVisible()


async def test_the_window_does_not_close_over_something_unsaved(window):
    _dirty(window)
    window.close()
    assert window.isVisible()
    assert "“Other” is not saved." in _question(window).text()
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    next(one for one in _question(window).buttons() if "Discard" in one.text()).click()
    assert closed


async def test_the_end_of_the_session_is_not_held_up(window):
    _dirty(window)
    window.close_at_once()
    assert not window.isVisible()


async def test_the_account_does_not_change_over_something_unsaved(window, qtbot):
    _dirty(window)
    asked: list[str] = []
    window.account_requested.connect(asked.append)
    window._on_account(OTHER)
    assert asked == []
    next(one for one in _question(window).buttons() if "Discard" in one.text()).click()
    assert asked == [OTHER.key]


async def test_what_is_being_edited_waits_while_another_panel_is_shown(window):
    panel = _dirty(window)
    window.go("links")
    window.go("configurations")
    assert panel.editor.isVisible()
    assert panel.editor.form.draft()["name"] == "Other"


async def test_the_preview_begins_with_the_customer_who_is_open(window, until):
    window.show_customer("cus_00000000000000")
    await until(lambda: window.customers.pane.snapshot is not None)
    window.shortcuts.get("configuration_edit").trigger()
    panel = window.stack.currentWidget()
    await until(lambda: "Ada Lovelace" in panel.editor.preview.page.sheet.toPlainText())


async def test_every_control_of_form_and_comparison_has_a_name(window):
    window.shortcuts.get("configuration_edit").trigger()
    panel = window.stack.currentWidget()
    for inside in panel.editor.form.inputs.values():
        add = getattr(inside, "add", None)
        if isinstance(add, QPushButton):
            add.click()
    assert nameless(panel) == []
    panel.editor.discard()
    window.shortcuts.get("configuration_compare").trigger()
    assert nameless(panel) == []
