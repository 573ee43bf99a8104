"""Settings: appearance, accounts, cache, folders, versions."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from portal_desk import __version__
from portal_desk.config import Paths
from portal_desk.models.verification import Findings, Verification
from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.services.accounts import Accounts
from portal_desk.services.store_writing import Batch
from portal_desk.ui.panels.settings import SettingsPanel
from portal_desk.ui.panels.settings_cache_words import compared


@pytest.fixture
def paths(tmp_path) -> Paths:
    return Paths(tmp_path / "d", tmp_path / "c", tmp_path / "l")


@pytest.fixture
async def accounts(paths, shared_sandbox) -> Accounts:
    """One connected account, besides the one that is open."""
    accounts = Accounts(paths)
    await accounts.connect(FULL_KEY, api_base=shared_sandbox.url, key_place="session")
    return accounts


@pytest.fixture
async def panel(  # noqa: PLR0917 - fixtures
    desk, tasks, bus, theme, settings, accounts, paths, qtbot, until
) -> SettingsPanel:
    panel = SettingsPanel(
        desk, tasks, bus, theme, settings=settings, accounts=accounts, paths=paths
    )
    qtbot.addWidget(panel)
    panel.show()
    await until(lambda: len(panel.accounts.buttons) == 2)
    return panel


async def test_dark_is_put_on_at_once_and_remembered(panel, theme, settings):
    look = panel.look
    look.mode.setCurrentIndex(look.mode.findData("dark"))
    look.mode.activated.emit(look.mode.currentIndex())
    assert theme.is_dark
    assert settings.mode == "dark"


async def test_larger_text_is_put_on_and_remembered(panel, theme, settings):
    look = panel.look
    look.scale.setCurrentIndex(look.scale.findData(1.5))
    look.scale.activated.emit(look.scale.currentIndex())
    assert theme.text_scale == 1.5
    assert settings.text_scale == 1.5


async def test_another_account_can_be_opened(panel, accounts):
    asked: list[str] = []
    panel.account_requested.connect(asked.append)
    [other] = accounts.all()
    panel.accounts.buttons[other.key][0].click()
    assert asked == [other.key]


async def test_an_account_is_removed_only_after_a_second_yes(panel, accounts, until):
    [other] = accounts.all()
    panel.accounts.buttons[other.key][1].click()
    assert panel.accounts.banner.isVisible()
    assert accounts.all() == [other]
    panel.accounts.banner._button.click()
    await until(lambda: other.key not in panel.accounts.buttons)
    assert accounts.all() == []


async def test_the_open_account_offers_no_removal(panel, desk):
    switch, remove = panel.accounts.buttons[desk.account.key]
    assert not switch.isVisible()
    assert not remove.isVisible()


async def test_the_cache_is_rebuilt_only_after_a_second_yes(panel, until):
    asked: list[bool] = []
    panel.rebuild_requested.connect(lambda: asked.append(True))
    await until(lambda: "B" in panel.cache.bytes.text())
    panel.cache.rebuild.click()
    assert asked == []
    panel.cache.banner._button.click()
    assert asked == [True]


async def test_the_folder_for_invoices_is_remembered(panel, settings, tmp_path):
    (tmp_path / "bills").mkdir()
    panel.folders.set_downloads(tmp_path / "bills")
    assert settings.downloads == tmp_path / "bills"
    assert Path(panel.folders.downloads.accessibleName()) == tmp_path / "bills"


async def test_versions_can_be_copied_for_a_report(panel):
    panel.about.copy.click()
    assert f"Portal Desk: {__version__}" in QGuiApplication.clipboard().text()


async def test_the_cache_is_compared_only_after_a_second_yes(panel, desk, until):
    asked: list[bool] = []
    whole = {"done": 1_250, "total": 1_250, "complete": True}
    state = {"backfill": {"kinds": ["customer"]}, "backfill:customer": whole}
    desk.store.write(Batch(state=state))
    panel.cache.read()
    panel.verify_requested.connect(lambda: asked.append(True))
    await until(panel.cache.verify.isEnabled)
    panel.cache.verify.click()
    assert asked == []
    assert "About 13 reads of Stripe’s allowance" in panel.cache.banner.accessibleName()
    panel.cache.banner._button.click()
    assert asked == [True]
    assert panel.cache.compared.accessibleName() == "Comparing…"


async def test_the_reads_of_the_month_are_shown_with_what_they_were_for(panel, desk, until):
    desk._ledger.add({"following": 2_000, "customers": 140})
    panel.cache.read()
    await until(lambda: "2140" in panel.cache.reads.accessibleName())
    told = "2140 of about 10000 reads this month, this workstation"
    assert panel.cache.reads.accessibleName() == told
    assert panel.cache.share.text() == "21%"
    assert panel.cache.share.toolTip() == "2000 following changes\n140 opening customers"


def test_what_a_comparison_found_is_told_in_one_line():
    findings = Findings({"customer": {"missing": 3, "stale": 0}, "invoice": {"vanished": 1_200}})
    told = compared(Verification("asked", int(time.time()) - 180, findings))
    assert told == "Compared 3 min ago: 3 missing, 1200 gone at Stripe. All repaired."
    assert "nothing was wrong" in compared(Verification("asked", 0, Findings()))
