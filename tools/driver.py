"""Drives the real window as a person would, and takes its picture."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import qasync
from PySide6.QtCore import QEvent, QLocale, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from portal_desk import log
from portal_desk.app import Application
from portal_desk.config import Paths
from portal_desk.ui import format as fmt
from portal_desk.ui.qt_messages import log_qt_messages

if TYPE_CHECKING:  # the desk itself imports them when it needs them
    from portal_desk.models.snapshot import CustomerSnapshot
    from portal_desk.ui.panels.customer_pane import CustomerPane
    from portal_desk.ui.panels.customers import CustomersPanel

PATIENCE = 60.0
_POLL = 0.02
_SHADE = QColor(0, 0, 0, 90)

Dialog = TypeVar("Dialog", bound=QDialog)
Found = TypeVar("Found")


class Driver:
    """Holds the running desk.

    Args:
        application: the desk, already running on this loop.
        folder: where pictures go.
    """

    def __init__(self, application: Application, folder: Path) -> None:
        self.application = application
        self.window = application.window
        self.folder = folder

    @property
    def customers(self) -> CustomersPanel:
        """The customers' panel of the open account."""
        if self.window.customers is None:
            msg = "no account is open"
            raise RuntimeError(msg)
        return self.window.customers

    @property
    def pane(self) -> CustomerPane:
        """The pane of the customer on show."""
        return self.customers.pane

    async def until(self, find: Callable[[], Found | None], what: str) -> Found:
        """Let the window work until `find` returns something true, and return that."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if found := find():
                    return found
                try:
                    await asyncio.sleep(_POLL)
                except asyncio.CancelledError:
                    print(f"Waited in vain for {what}", file=sys.stderr)
                    raise

    async def synced(self) -> None:
        """Wait until the first sync is through."""
        desk = await self.until(lambda: self.window.desk, "an open account")
        await self.until(
            lambda: all(kind.complete for kind in desk.store.freshness().kinds), "the first sync"
        )
        await self.until(lambda: self.customers.model.ids, "customers in the table")
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is under way but what goes on all the time."""
        steady = {"open the desk"}
        await asyncio.sleep(0.1)
        await self.until(
            lambda: not set(self.window.tasks.running) - steady, "the window to be at rest"
        )
        await asyncio.sleep(3 * _POLL)

    async def search(self, text: str) -> None:
        """Type into the search field and wait for the answer."""
        self.window.focus_search()
        field = self.window.top.search
        field.clear()
        for letter in text:
            self.press_key(letter)
        await self.settled()

    def press_key(self, letter: str) -> None:
        """Press and release the key of one letter of any script, in the search field."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(self.window.top.search, event)

    async def find(self, text: str) -> CustomerSnapshot:
        """Search, open the best match, and wait until Stripe has been asked about it."""
        before = self.pane.snapshot
        await self.search(text)
        self.customers.open_first()
        await self.until(lambda: self.pane.snapshot not in (None, before), f"{text} to open")
        await self.settled()
        return await self.until(lambda: self.pane.snapshot, text)

    async def dialog(self, kind: type[Dialog]) -> Dialog:
        """The dialog of a kind that is open now."""
        return await self.until(
            lambda: next((w for w in visible_dialogs() if isinstance(w, kind)), None),
            kind.__name__,
        )

    async def press(self, button: QAbstractButton) -> None:
        """Press a button once it can be pressed."""
        await self.until(button.isEnabled, f"“{button.text()}” to be possible")
        button.click()
        await asyncio.sleep(_POLL)

    def picture(self, name: str) -> Path:
        """Save what is on the screen now: the window, and the dialogs over it."""
        path = self.folder / f"{name}.png"
        canvas = self.window.grab()
        for popup in _visible_popups():
            _draw(canvas, popup.grab(), self.window.mapFromGlobal(popup.pos()))
        for dialog in visible_dialogs():
            _draw_over(canvas, dialog)
        if not canvas.save(str(path)):
            msg = f"{path} can't be written"
            raise OSError(msg)
        return path


def visible_dialogs() -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


def _visible_popups() -> list[QWidget]:
    widgets = QApplication.topLevelWidgets()
    return [w for w in widgets if w.windowType() == Qt.WindowType.Popup and w.isVisible()]


def _draw_over(canvas: QPixmap, dialog: QWidget) -> None:
    """The dialog in the middle of the shaded window, as a window manager would place it."""
    picture = dialog.grab()
    size = canvas.deviceIndependentSize() - picture.deviceIndependentSize()
    painter = QPainter(canvas)
    painter.fillRect(canvas.rect(), _SHADE)
    painter.end()
    _draw(canvas, picture, QPoint(int(size.width() / 2), int(size.height() / 2)))


def _draw(canvas: QPixmap, picture: QPixmap, at: QPoint) -> None:
    painter = QPainter(canvas)
    painter.drawPixmap(at, picture)
    painter.end()


Scenes = Callable[[Driver], Awaitable[None]]


def drive(scenes: Scenes, folder: Path, *, size: QSize, dark: bool = False) -> None:
    """Start the desk on its demo, play the scenes, and end it."""
    with tempfile.TemporaryDirectory(prefix="portal-desk-") as name:
        root = Path(name)
        paths = Paths(root / "data", root / "config", root / "log")
        be_a_screen(size, root)
        run_desk(scenes, paths, folder=folder, demo=True, size=size, dark=dark)


def run_desk(
    scenes: Scenes,
    paths: Paths,
    *,
    folder: Path = Path(),
    demo: bool = False,
    size: QSize | None = None,
    dark: bool = False,
) -> None:
    """Start the desk, play the scenes, and end it.

    Args:
        scenes: what is done in the window.
        paths: where the desk keeps its files.
        folder: where pictures go.
        demo: open a sandbox instead of the current account.
        size: the window's size; None for its own.
        dark: in dark colours.
    """
    _log_to(paths.log)
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    fmt.speak(QLocale("en"))
    application = Application(app, paths, demo=demo)
    application.theme.set_mode("dark" if dark else "light")
    if size is not None:
        application.window.resize(size)
    with qasync.QEventLoop(app) as loop:
        loop.run_until_complete(_play(application, Driver(application, folder), scenes))


def be_a_screen(size: QSize, folder: Path) -> None:
    """Without a display, let Qt's screen in memory have this size: dialogs keep within the screen."""
    if os.environ.get("QT_QPA_PLATFORM") != "offscreen":
        return
    screen = {
        "name": "memory", "x": 0, "y": 0, "width": size.width(), "height": size.height(),
        "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
    }  # fmt: skip
    file = folder / "screen.json"
    file.write_text(json.dumps({"screens": [screen]}), "utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


def _log_to(folder: Path) -> None:
    """Log as the desk does; what is wrong is told on the terminal too."""
    log.set_up(folder)
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.ERROR)
    logging.getLogger().addHandler(terminal)
    log_qt_messages()


async def _play(application: Application, driver: Driver, scenes: Scenes) -> None:
    running = asyncio.ensure_future(application.run())
    try:
        await scenes(driver)
    finally:
        application.window.close()
        await running
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
