"""Configurations over the real services and a real sandbox process."""

from __future__ import annotations

import pytest

from portal_desk.ui.configurations.panel import ConfigurationsPanel
from portal_desk.ui.widgets import Text

from ..live import live_desk

SLOW = 20.0


@pytest.fixture
async def live(start_sandbox, tmp_path, tasks, bus, theme, qtbot, until):
    sandbox = start_sandbox(customers=5, seed=1)
    async with live_desk(sandbox.url, sandbox.key, tmp_path) as desk:
        panel = ConfigurationsPanel(desk, tasks, bus, theme)
        qtbot.addWidget(panel)
        panel.resize(1200, 700)
        panel.show()
        await until(lambda: panel.list.model.ids)
        yield panel
        await tasks.close()


async def test_an_edit_is_saved_and_can_be_undone(live, until):
    panel = live
    headline = panel.list.current.configuration["business_profile"]["headline"]
    panel.detail.edit.click()
    panel.editor.form.inputs["business_profile.headline"].edit.setText("New words")
    panel.editor.save.click()
    await until(panel.detail.banner.isVisible, seconds=SLOW)
    assert "Saved “Standard”" in panel.detail.banner.accessibleName()
    assert panel.list.current.configuration["business_profile"]["headline"] == "New words"
    panel.detail.banner._button.click()
    await until(
        lambda: panel.list.current.configuration["business_profile"]["headline"] == headline,
        seconds=SLOW,
    )


async def test_a_new_one_is_made_and_switched_off_and_on(live, until):
    panel = live
    panel.list.new.click()
    panel.editor.form.inputs["name"].edit.setText("Fresh")
    panel.editor.save.click()
    await until(panel.detail.banner.isVisible, seconds=SLOW)
    assert panel.list.current.configuration["name"] == "Fresh"
    panel.detail.activate.trigger()
    await until(lambda: panel.list.current.configuration["active"] is False, seconds=SLOW)
    assert panel.list.current.configuration["name"] == "Fresh"
    await until(lambda: "Deactivated" in panel.detail.banner.accessibleName())
    panel.detail.banner._button.click()
    await until(lambda: panel.list.current.configuration["active"] is True, seconds=SLOW)


async def test_a_login_page_is_switched_on_and_its_link_can_be_copied(live, until):
    panel = live
    panel.list.show_configuration(panel.list._overviews[1].configuration["id"])
    assert panel.list.current.configuration["login_page"]["enabled"] is False
    panel.detail.login.click()
    await until(lambda: panel.list.current.configuration["login_page"]["enabled"], seconds=SLOW)
    said = [one.text() for one in panel.detail.login_facts.findChildren(Text)]
    assert any(one.startswith("http") for one in said)


async def test_what_is_begun_while_another_change_is_sent_stays_open(live, until):
    panel = live
    panel.list.show_configuration(panel.list._overviews[1].configuration["id"])
    panel.detail.login.click()
    panel.detail.edit.click()
    panel.editor.form.inputs["name"].edit.setText("Half typed")
    await until(lambda: "Saved" in panel.detail.banner.accessibleName(), seconds=SLOW)
    assert panel.pages.currentWidget() is panel.editor
    assert panel.editor.form.draft()["name"] == "Half typed"


async def test_stripes_own_refusal_is_said_at_its_field(live, until):
    panel = live
    panel.detail.edit.click()
    path = "features.subscription_cancel.cancellation_reason.feedback_options"
    panel.editor.form.inputs[path].edit.setText("bfo_none")
    panel.editor.save.click()
    await until(panel.editor.banner.isVisible, seconds=SLOW)
    assert "bfo_none" in panel.editor.form.fields[path].note.text()
