"""The documentation's screenshots, taken of the real window on the demo: `python3 tasks.py shots`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QSize

from portal_desk.ui.configurations.panel import ConfigurationsPanel
from portal_desk.ui.dialogs.cancel import CancelDialog
from portal_desk.ui.dialogs.connect import ConnectDialog
from portal_desk.ui.dialogs.link import LinkDialog
from portal_desk.ui.dialogs.switch import SwitchDialog
from portal_desk.ui.language_wall.export_dialog import ExportDialog
from portal_desk.ui.language_wall.panel import LanguageWallPanel
from portal_desk.ui.portal_preview.preview_panel import PortalPreviewPanel
from tools import pairs
from tools.driver import Driver, drive

FOLDER = Path("docs/screenshots")
SIZE = QSize(1280, 800)


def main() -> None:
    """Take each look in a process of its own: Qt has one application a process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--look", choices=["light", "dark"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.look is None:
        for look in ("light", "dark"):
            command = [sys.executable, "-m", "tools.shots", "--look", look]
            subprocess.run([*command, "--folder", str(options.folder)], check=True)
        for name in pairs.take(options.folder):
            print(name, flush=True)
        return
    album = Album(options.look)
    drive(album.take, options.folder, size=SIZE, dark=options.look == "dark")


class Album:
    """One picture of each part of the desk, in one look."""

    def __init__(self, look: str) -> None:
        self._look = look

    async def take(self, driver: Driver) -> None:
        """Walk through the desk."""
        await driver.synced()
        await self._languages(driver)
        await self._customer(driver)
        await self._portal(driver)
        await self._dialogs(driver)
        for panel in ("invoices", "links", "activity"):
            driver.window.go(panel)
            await driver.settled()
            self._picture(driver, panel)
        await self._configurations(driver)
        driver.window.connect_requested.emit()
        connect = await driver.dialog(ConnectDialog)
        await driver.settled()
        self._picture(driver, "connect")
        connect.reject()

    async def _configurations(self, driver: Driver) -> None:
        driver.window.go("configurations")
        panel = await driver.until(
            lambda: driver.window.findChild(ConfigurationsPanel), "the configurations"
        )
        await driver.until(lambda: panel.list.model.ids, "configurations in the table")
        await driver.settled()
        self._picture(driver, "configurations")
        panel.compare()
        panel.comparison.other.setCurrentText("New period with every change")
        await driver.settled()
        self._picture(driver, "compare")
        panel.comparison.left.emit()
        panel.edit()
        payments = "features.payment_method_update.enabled"
        panel.editor.form.inputs[payments].set_value(value=False)
        panel.editor.save_now()
        await driver.until(lambda: panel.editor.preview.page.view, "a preview")
        await driver.settled()
        self._picture(driver, "configuration")
        panel.editor.discard()

    async def _customer(self, driver: Driver) -> None:
        await driver.find("Stepwise")
        await driver.search("o")
        self._picture(driver, "customer")
        driver.window.show_palette()
        await driver.settled()
        self._picture(driver, "palette")
        driver.window.palette_popup.hide()

    async def _portal(self, driver: Driver) -> None:
        await driver.find("Bundle Brothers")
        driver.pane.preview_portal()
        panel = await driver.until(
            lambda: driver.pane.findChild(PortalPreviewPanel), "the portal preview"
        )
        driver.customers.splitter.setSizes([420, 780])
        panel.language.setCurrentIndex(panel.language.findData("en"))
        await driver.settled()
        self._picture(driver, "portal")
        panel.language.setCurrentIndex(panel.language.findData("ja"))
        await driver.settled()
        self._picture(driver, "portal-japanese")
        await self._portal_pages(driver, panel)
        driver.customers.splitter.setSizes([660, 540])
        driver.pane.tabs.setCurrentIndex(0)

    async def _languages(self, driver: Driver) -> None:
        driver.window.go("languages")
        wall = await driver.until(
            lambda: driver.window.findChild(LanguageWallPanel), "the language wall"
        )
        await driver.until(lambda: all(tile.picture for tile in wall.model.tiles), "all languages")
        await driver.settled()
        self._picture(driver, "languages")
        wall.open_languages(["de", "ja"])
        await driver.settled()
        self._picture(driver, "languages-compared")
        wall.reader.left.emit()
        wall.ask_for_export(["de", "ja"])
        export = await driver.dialog(ExportDialog)
        await driver.settled()
        self._picture(driver, "languages-export")
        export.reject()

    async def _portal_pages(self, driver: Driver, panel: PortalPreviewPanel) -> None:
        """Pages beyond the first one, and two configurations side by side."""
        snapshot = await driver.find("Deep Link Diving")
        driver.pane.preview_portal()
        panel.language.setCurrentIndex(panel.language.findData("en"))
        await driver.settled()
        pages = f"/portal/subscriptions/{snapshot.subscriptions[0]['id']}"
        for name, page in (
            ("portal-plans", "update"),
            ("portal-confirm", "update/confirm?quantity=9"),
            ("portal-cancel", "cancel"),
        ):
            panel.page.go(f"{pages}/{page}")
            await driver.settled()
            self._picture(driver, name)
        panel.choices.compared.setCurrentIndex(panel.choices.compared.findText("Cancel only"))
        panel.first.first.click()
        await driver.settled()
        panel.scrolled.verticalScrollBar().setValue(0)
        self._picture(driver, "portal-compared")
        panel.choices.compared.setCurrentIndex(0)

    async def _dialogs(self, driver: Driver) -> None:
        await driver.find("Quick View Quilts")
        driver.pane.actions_menu.ask_which("cancel")
        cancel = await driver.dialog(CancelDialog)
        await driver.until(lambda: cancel.plan, "a plan to cancel")
        await driver.settled()
        self._picture(driver, "cancel")
        cancel.reject()
        await driver.find("Deep Link Diving")
        driver.pane.actions_menu.ask_which("switch")
        switch = await driver.dialog(SwitchDialog)
        await driver.settled()
        switch.quantity.setValue(switch.quantity.value() + 2)
        await driver.until(lambda: switch.plan, "a plan to switch")
        await driver.settled()
        self._picture(driver, "switch")
        switch.reject()
        driver.pane.actions_menu.open("link")
        link = await driver.dialog(LinkDialog)
        await driver.settled()
        await driver.press(link.issue)
        await driver.until(lambda: link.issued.seconds_left, "a link")
        await driver.settled()
        self._picture(driver, "link")
        link.reject()

    def _picture(self, driver: Driver, name: str) -> None:
        print(driver.picture(f"{name}-{self._look}").name, flush=True)


if __name__ == "__main__":
    main()
