"""The first window: a key is checked against the account before anything is kept."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from portal_desk.config import Paths
from portal_desk.errors import KeyringUnavailable
from portal_desk.sandbox.keys import NO_EVENTS_KEY, REVOKED_KEY
from portal_desk.services.accounts import Accounts
from portal_desk.ui.dialogs.connect import ConnectDialog


@pytest.fixture
def accounts(tmp_path) -> Accounts:
    return Accounts(Paths(tmp_path / "data", tmp_path / "config", tmp_path / "log"))


@pytest.fixture
def dialog(accounts, tasks, theme, qtbot, shared_sandbox) -> ConnectDialog:
    dialog = ConnectDialog(accounts, tasks, theme, api_base=shared_sandbox.url)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.form.place.choose("session")
    return dialog


async def _try(dialog: ConnectDialog, key: str, until) -> None:
    dialog.form.key.setText(key)
    dialog.form.check.click()
    assert not dialog.form.check.isEnabled()
    await until(lambda: not dialog.form.is_checking, seconds=20)


async def test_a_good_key_connects_and_says_whose_it_is_and_that_it_is_test(
    dialog, accounts, shared_sandbox, until
):
    connected: list[object] = []
    dialog.connected.connect(connected.append)
    await _try(dialog, f"  {shared_sandbox.key} ", until)
    assert dialog.start.isVisible()
    assert dialog.form.key.text() == ""
    assert connected == []
    dialog.start.click()
    assert connected == accounts.all()
    assert connected[0].livemode is False


async def test_a_key_that_is_too_narrow_is_told_what_it_lacks_and_is_not_kept(
    dialog, accounts, until
):
    await _try(dialog, NO_EVENTS_KEY, until)
    assert "rak_event_read" in dialog.form.banner.accessibleName()
    assert accounts.all() == []
    assert dialog.form.check.isEnabled()


async def test_a_revoked_key_is_refused_without_being_shown(dialog, accounts, until):
    await _try(dialog, REVOKED_KEY, until)
    said = dialog.form.banner.accessibleName()
    assert "key was rejected" in said
    assert dialog.focusWidget() is dialog.form.key
    assert REVOKED_KEY not in said
    assert accounts.all() == []


async def test_something_that_is_no_key_is_refused_before_it_is_sent(dialog, until):
    await _try(dialog, "pk_test_12345678", until)
    assert "publishable key" in dialog.form.banner.accessibleName()


async def test_the_key_is_hidden_while_it_is_typed(dialog):
    assert dialog.form.key.echoMode() == QLineEdit.EchoMode.Password
    assert not dialog.form.check.isEnabled()


async def test_the_permissions_that_a_key_needs_can_be_read(dialog):
    assert not dialog.form.permissions.isVisible()
    dialog.form.explain.click()
    assert dialog.form.permissions.isVisible()


async def test_the_demo_can_be_asked_for(dialog):
    asked: list[bool] = []
    dialog.demo_requested.connect(lambda: asked.append(True))
    dialog.demo.click()
    assert asked == [True]
    assert not dialog.isVisible()


async def test_without_a_keyring_the_other_places_are_offered(tasks, theme, qtbot, until):
    class NoKeyring:
        async def connect(self, key, **_):
            raise KeyringUnavailable("There is no keyring.", "Choose another place.")

    dialog = ConnectDialog(NoKeyring(), tasks, theme)
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.form.place.value == "keyring"
    await _try(dialog, "rk_test_12345678", until)
    assert dialog.form.place.value == "session"
    assert not dialog.form.place.button("keyring").isEnabled()
    assert "no keyring" in dialog.form.banner.accessibleName()
