"""The portal as the customer sees it, with every missing part explained."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from portal_desk.errors import DiskFull
from portal_desk.portal.locales import LOCALES
from portal_desk.sandbox.state import State
from portal_desk.services.desk import Desk
from portal_desk.ui.portal_preview.page import PHONE_WIDTH
from portal_desk.ui.portal_preview.preview_panel import PortalPreviewPanel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from ..conftest import Until
from ..world import make_desk
from .screen import button_labels, can_be_pressed, customer, is_broken, press, shown, texts


async def test_a_missing_button_is_a_ghost_with_its_reason(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R2"), until)
    assert "Update subscription" in texts(panel)
    assert not can_be_pressed(panel, "Update subscription")
    assert "Cannot change plan: the subscription is invoiced by email (R1)." in texts(panel)


async def test_without_explanations_the_page_is_what_the_customer_sees(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R2"), until)
    panel.explain.setChecked(False)
    assert "Update subscription" not in texts(panel)
    assert "Cannot" not in texts(panel)


async def test_another_language_translates_the_page_and_not_the_reasons(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R2"), until)
    panel.language.setCurrentIndex(panel.language.findData("de"))
    assert "Abonnement kündigen" in texts(panel)
    assert "Cannot change plan: the subscription is invoiced by email (R1)." in texts(panel)


async def test_another_configuration_shows_another_portal(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    assert can_be_pressed(panel, "Update subscription")
    panel.configuration.setCurrentIndex(panel.configuration.findText("Cancel only"))
    assert "Update subscription" not in texts(panel)
    assert "Switched off in this configuration: changing the plan" in texts(panel)
    assert can_be_pressed(panel, "Cancel subscription")


async def test_the_default_configuration_is_offered_first_and_inactive_ones_are_marked(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    offered = [panel.configuration.itemText(at) for at in range(panel.configuration.count())]
    assert offered[0] == "Standard (default)"
    assert offered[-1].endswith("(inactive)")


async def test_what_is_switched_off_for_everyone_is_said_only_where_it_is_explained(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    panel.configuration.setCurrentIndex(panel.configuration.findText("Cancel only"))
    panel.explain.setChecked(False)
    assert "Switched off" not in texts(panel)


async def test_a_long_address_makes_the_page_no_wider_than_its_place(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    snapshot = customer(desk, world, "R16")
    snapshot.customer["email"] = "accounts.payable.of.all.departments@" + "long." * 20 + "example"
    panel.resize(480, 700)
    await shown(panel, snapshot, until)
    room = panel.page.parentWidget().parentWidget()
    await until(lambda: 0 < panel.page.width() <= room.width())


async def test_every_language_is_offered(panel: PortalPreviewPanel) -> None:
    offered = {panel.language.itemData(at) for at in range(panel.language.count())}
    assert offered == {"auto", *LOCALES}


async def test_a_phone_is_as_narrow_as_a_phone(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R1"), until)
    panel.width_choice.setCurrentIndex(panel.width_choice.findData("phone"))
    await until(lambda: panel.page.width() == PHONE_WIDTH)
    assert panel.page.sheet.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("scenario", ["R1", "R2", "R12", "R16"])
async def test_no_button_of_any_language_is_wider_than_a_phone(
    scenario: str, panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, scenario), until)
    panel.width_choice.setCurrentIndex(panel.width_choice.findData("phone"))
    await until(lambda: panel.page.width() == PHONE_WIDTH)
    too_wide = []
    for tag in LOCALES:
        panel.language.setCurrentIndex(panel.language.findData(tag))
        too_wide += [(tag, label) for label in button_labels(panel) if is_broken(panel, label)]
    assert too_wide == []


async def test_a_rule_of_stripes_is_opened_by_keyboard(
    panel: PortalPreviewPanel,
    desk: Desk,
    world: State,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await shown(panel, customer(desk, world, "R2"), until)
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    sheet = panel.page.sheet
    sheet.setFocus()
    while "docs.stripe.com" not in sheet.textCursor().charFormat().anchorHref():
        press(sheet, Qt.Key.Key_Tab)
    press(sheet, Qt.Key.Key_Return)
    assert [address.host() for address in opened] == ["docs.stripe.com"]


async def test_larger_text_makes_the_page_larger_too(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until, theme: Theme
) -> None:
    await shown(panel, customer(desk, world, "R2"), until)
    before = panel.page.sheet.document().size().height()
    theme.set_text_scale(1.5)
    await until(lambda: panel.page.sheet.document().size().height() > 1.2 * before)
    theme.set_text_scale(1.0)


async def test_the_page_can_be_kept_as_html(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until, tmp_path: Path
) -> None:
    await shown(panel, customer(desk, world, "R2"), until)
    target = tmp_path / "portal.html"
    panel.write_html(str(target))
    await until(lambda: target.exists() and target.read_text("utf-8").endswith("</html>"))
    assert "Northgate County Library" in target.read_text("utf-8")


async def test_what_was_kept_before_is_there_whole_until_the_new_page_is(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until, tasks: Tasks, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await shown(panel, customer(desk, world, "R2"), until)
    target = tmp_path / "portal.html"
    target.write_text("what was kept before")
    failures: list[Exception] = []
    tasks.failed.connect(failures.append)

    def full(_path: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    panel.write_html(str(target))
    await until(lambda: failures)
    assert isinstance(failures[0], DiskFull)
    assert target.read_text() == "what was kept before"


async def test_a_folder_that_cannot_be_written_is_named(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until, tasks: Tasks, tmp_path: Path
) -> None:
    await shown(panel, customer(desk, world, "R2"), until)
    failures: list[Exception] = []
    tasks.failed.connect(failures.append)
    (tmp_path / "nowhere").touch()
    target = tmp_path / "nowhere" / "portal.html"
    panel.write_html(str(target))
    await until(lambda: failures)
    assert "portal.html can't be written" in str(failures[0])
    assert str(target.parent) in str(failures[0])


async def test_an_account_without_a_configuration_says_so(
    tmp_path: Path, tasks: Tasks, theme: Theme, qtbot: QtBot, until: Until
) -> None:
    desk = make_desk(tmp_path, customers=1)
    panel = PortalPreviewPanel(desk, tasks, theme)
    qtbot.addWidget(panel)
    snapshot = desk.store.snapshot("cus_00000000000000")
    assert snapshot is not None
    panel.show_customer(snapshot)
    await until(lambda: panel.view is not None)
    assert panel.configuration.currentText() == "No configuration"
    assert "configuration" in texts(panel)
    await tasks.close()
    await desk.close()


async def test_the_portal_is_asked_for_in_all_languages_under_the_chosen_configuration(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    asked: list[object] = []
    panel.languages_requested.connect(asked.append)
    panel.configuration.setCurrentIndex(panel.configuration.findText("Cancel only"))
    panel.all_languages.click()
    assert asked == [panel.configuration.currentData()]
