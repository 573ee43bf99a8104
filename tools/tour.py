"""The desk's main job, done in the real window offscreen, with a picture of each step."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from portal_desk.ui.dialogs.cancel import CancelDialog
from portal_desk.ui.dialogs.link import LinkDialog
from portal_desk.ui.dialogs.switch import SwitchDialog
from portal_desk.ui.panels.invoices import InvoicesPanel
from portal_desk.ui.portal_preview.preview_panel import PortalPreviewPanel
from tools.driver import Driver, drive, visible_dialogs

Panel = TypeVar("Panel", bound=QWidget)


def main() -> None:
    """Take the tour; its folder is named in the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("tour"), help="where the pictures go")
    parser.add_argument("--dark", action="store_true", help="dark colours")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder: Path = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("[0-9][0-9]-*.png"):
        old.unlink()
    tour = Tour()
    drive(tour.take, folder, size=QSize(1280, 800), dark=options.dark)
    print(f"{tour.steps} pictures are in {folder}")


class Tour:
    """The steps, numbered as they come."""

    def __init__(self) -> None:
        self.steps = 0

    async def take(self, driver: Driver) -> None:
        """Search, open, preview, cancel, switch, issue a link, download invoices."""
        await driver.synced()
        self._step(driver, "the-desk")
        await self._search(driver)
        await self._preview(driver)
        await self._cancel(driver)
        await self._switch(driver)
        await self._link(driver)
        await self._invoices(driver)

    def _step(self, driver: Driver, name: str) -> None:
        self.steps += 1
        path = driver.picture(f"{self.steps:02d}-{name}")
        print(f"{self.steps:2d}. {name.replace('-', ' ')}: {path.name}", flush=True)

    async def _search(self, driver: Driver) -> None:
        await driver.search("library")
        self._step(driver, "search")
        await driver.find("Northgate County Library")
        self._step(driver, "open-a-customer")

    async def _preview(self, driver: Driver) -> None:
        driver.pane.preview_portal()
        panel = await driver.until(lambda: _child(driver.pane, PortalPreviewPanel), "the preview")
        await driver.settled()
        for tag, language in (("en", "english"), ("de", "german"), ("ja", "japanese")):
            panel.language.setCurrentIndex(panel.language.findData(tag))
            await driver.settled()
            self._step(driver, f"portal-in-{language}")

    async def _cancel(self, driver: Driver) -> None:
        await driver.find("Quick View Quilts")
        driver.pane.tabs.setCurrentIndex(0)
        driver.pane.actions_menu.ask_which("cancel")
        dialog = await driver.dialog(CancelDialog)
        dialog.reason.setCurrentIndex(dialog.reason.findData("too_expensive"))
        await driver.until(lambda: dialog.plan, "a plan to cancel")
        await driver.settled()
        self._step(driver, "cancel-at-period-end")
        await driver.press(dialog.confirm)
        await self._finished(driver, "cancelled")

    async def _switch(self, driver: Driver) -> None:
        await driver.find("Deep Link Diving")
        driver.pane.actions_menu.ask_which("switch")
        dialog = await driver.dialog(SwitchDialog)
        await driver.settled()
        dialog.quantity.setValue(dialog.quantity.value() + 2)
        dialog.proration.setCurrentIndex(dialog.proration.findData("always_invoice"))
        await driver.until(lambda: dialog.plan, "a plan to switch")
        await driver.settled()
        self._step(driver, "switch-with-stripes-preview")
        await driver.press(dialog.confirm)
        await self._finished(driver, "switched")

    async def _link(self, driver: Driver) -> None:
        driver.pane.actions_menu.open("link")
        dialog = await driver.dialog(LinkDialog)
        await driver.settled()
        self._step(driver, "issue-a-link")
        await driver.press(dialog.issue)
        await driver.until(lambda: dialog.issued.seconds_left, "a link")
        await driver.settled()
        self._step(driver, "link-with-countdown")
        dialog.reject()

    async def _invoices(self, driver: Driver) -> None:
        driver.window.go("invoices")
        panel = await driver.until(lambda: _child(driver.window, InvoicesPanel), "the invoices")
        await driver.settled()
        self._step(driver, "invoices")
        ids = list(panel.model.ids)[:8]
        panel.bar.start(ids, driver.folder / "invoices")
        await driver.until(lambda: not panel.bar.is_running, "the downloads to end")
        await driver.settled()
        self._step(driver, "invoices-downloaded")

    async def _finished(self, driver: Driver, name: str) -> None:
        await driver.until(lambda: not visible_dialogs(), "the dialog to close")
        await driver.settled()
        self._step(driver, name)


def _child(parent: QWidget, kind: type[Panel]) -> Panel | None:
    found = parent.findChild(kind)
    return found if isinstance(found, kind) else None


if __name__ == "__main__":
    main()
