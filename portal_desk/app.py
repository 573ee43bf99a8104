"""The composition root of the desktop application: wires services to the window.

Only what the first window needs is imported at the top; the database, Stripe's SDK and the rest come
when the window is on the screen.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from portal_desk import log
from portal_desk.config import Paths
from portal_desk.errors import DeskError
from portal_desk.resources_path import resource
from portal_desk.ui import format as fmt
from portal_desk.ui.garbage import GarbageCollector
from portal_desk.ui.main_window import MainWindow
from portal_desk.ui.main_window_panels import Panels
from portal_desk.ui.qt_messages import log_qt_messages
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.sync_process import SyncProcess, sync_command
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

if TYPE_CHECKING:
    from portal_desk.app_demo import Demo
    from portal_desk.models.account import Account, FileKey
    from portal_desk.services.accounts import Accounts
    from portal_desk.services.desk import Desk

DEMO_CUSTOMERS = 200
_FRESHNESS_MS = 10_000
_ACTIVE = Qt.ApplicationState.ApplicationActive

_LONGEST_WAIT = 2.0
"""Seconds that what can wait does wait for the first rows: they may not come at all."""

_NEEDED = (
    "portal_desk.services.desk",
    "portal_desk.services.search",
    "portal_desk.ui.panels.customers",
)
_DETAIL = ("portal_desk.ui.panels.customer_pane",)
_AHEAD = (
    "portal_desk.ui.portal_preview.preview_panel",
    "portal_desk.ui.language_wall.panel",
    "portal_desk.services.refresh",
    "portal_desk.services.actions",
    "portal_desk.ui.configurations.panel",
)

_log = logging.getLogger(__name__)


class Application(QObject):
    """One run of the desk: its window, the account that is open, and the child processes.

    Args:
        app: Qt's application.
        paths: where the desk keeps its files.
        demo: open a sandbox instead of an account.
        account: key, id or name of the account to open; the one that was open last by default.
    """

    def __init__(
        self, app: QApplication, paths: Paths, *, demo: bool = False, account: str | None = None
    ) -> None:
        super().__init__()
        self._app = app
        self._paths = paths
        self._start_with_demo = demo
        self._start_with = account
        self._settings = SettingsStore(paths.config)
        self.theme = Theme(self._settings.mode, self)
        self.theme.set_text_scale(self._settings.text_scale)
        self.theme.apply(app)
        # Closing the window begins the tidying up; the loop ends when that is done.
        app.setQuitOnLastWindowClosed(False)
        self.tasks = Tasks(self)
        self._garbage = GarbageCollector(self)
        self.window = MainWindow(self.tasks, self.theme, self._settings)
        self._accounts: Accounts | None = None
        self._demo: Demo | None = None
        self._account: Account | None = None
        self._desk: Desk | None = None
        self._sync: SyncProcess | None = None
        self._bug_told = False
        self._closed = asyncio.Event()
        self._panel_tasks: Tasks | None = None
        self._opening, self._closing = asyncio.Lock(), asyncio.Lock()
        self._clock = QTimer(self, interval=_FRESHNESS_MS)
        self._connect()

    async def run(self) -> None:
        """Show the window, open an account, and return when the window is closed and all is tidied up."""
        self._garbage.start()
        self.window.show()
        self.tasks.start(self._begin(), name="open the desk")
        await self._closed.wait()
        self.window.hide()
        self._clock.stop()
        await self.tasks.close()
        await self._close_desk()
        if self._demo is not None:
            self._demo.stop()
        self._garbage.stop()

    def on_bug(self, error: BaseException) -> None:
        """Say once that there is a bug; its traceback is in the log."""
        if self._bug_told:
            return
        self._bug_told = True
        box = QMessageBox(self.window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Portal Desk")
        box.setText(self.tr("Something in Portal Desk went wrong."))
        where = self._paths.log / "portal-desk.log"
        told = self.tr("{kind}. The details, without customers' data, are in {where}.")
        box.setInformativeText(told.format(kind=type(error).__name__, where=where))
        box.finished.connect(box.deleteLater)
        box.open()

    async def _begin(self) -> None:
        self.window.say_waiting(self.tr("Opening…"))
        # Another thread imports while this one keeps the window alive.
        await asyncio.to_thread(_import, _NEEDED)
        from portal_desk.services.accounts import Accounts  # noqa: PLC0415 - after the first window

        self._accounts = Accounts(self._paths)
        if self._start_with_demo:
            await self._open_demo()
            return
        try:
            account = await asyncio.to_thread(self._account_at_start, self._accounts)
        except DeskError as error:
            self.window.say_failure(error)
            return
        if account is None:
            self._ask_to_connect()
        else:
            await self._open(account, self._accounts)

    def _account_at_start(self, accounts: Accounts) -> Account | None:
        return accounts.find(self._start_with) if self._start_with else accounts.current()

    async def _open_demo(self) -> None:
        self.window.say_waiting(self.tr("Starting the demo…"))
        if self._demo is None:
            from portal_desk.app_demo import Demo  # noqa: PLC0415 - only a demo needs it

            self._demo = Demo(DEMO_CUSTOMERS, self)
            try:
                await self._demo.start()
            except DeskError as error:
                self._demo.stop()
                self._demo = None
                self.window.say_failure(error)
                return
        account = self._demo.accounts.current()
        if account is not None:
            await self._open(account, self._demo.accounts)

    async def _choose(self, account: Account, accounts: Accounts) -> None:
        """Open an account that was picked in the window: it is the current one from now on."""
        try:
            await asyncio.to_thread(accounts.select, account)
        except DeskError as error:
            self.window.say_failure(error)
            return
        await self._open(account, accounts)
        if accounts is self._accounts:
            told = self.tr("{name} is the current account now, on the command line too.")
            self.window.toast.say(told.format(name=account.name), "info")

    async def _open(self, account: Account, accounts: Accounts) -> None:
        # One after the other: of two accounts asked for at once, the first must still be closed.
        async with self._opening:
            await self._close_desk()
            self._account = account
            try:
                key = await asyncio.to_thread(accounts.key, account)
                unlocked = await asyncio.to_thread(accounts.unlock, account)
                desk = await asyncio.to_thread(
                    _open_desk, account, key, self._paths_of(account), unlocked.key
                )
            except DeskError as error:
                self.window.say_failure(error)
                return
            self._show(desk)
            if unlocked.notice:
                self.window.show_notice(unlocked.notice)
            self.tasks.start(self._follow(desk, key), name="follow the account")

    def _show(self, desk: Desk) -> None:
        self._desk = desk
        tasks = self._panel_tasks = Tasks()
        tasks.failed.connect(self.window.show_error)
        tasks.bug.connect(self.on_bug)
        panels = Panels(
            desk, tasks, self.window.bus, self.theme, self._settings,
            accounts=self._accounts, paths=self._paths,
        )  # fmt: skip
        self.window.open_desk(desk, panels, self._all_accounts)

    async def _follow(self, desk: Desk, key: str) -> None:
        """Begin what would slow down the first rows, once these are there."""
        await self._first_rows()
        await asyncio.to_thread(_import, _DETAIL)
        if self._desk is not desk:
            return
        self._make_detail()
        try:
            await asyncio.to_thread(desk.open_files)
        except DeskError as error:
            if self._desk is desk:
                await self._close_desk()
                self.window.say_failure(error)
            return
        if self._desk is desk:
            self.window.read_freshness()
            self._start_sync(desk.account, key)
            await desk.start()
            await asyncio.to_thread(_prepare)

    def _make_detail(self) -> None:
        """Have the customer's pane ready before somebody opens a customer."""
        if self.window.customers is not None:
            _ = self.window.customers.pane

    async def _first_rows(self) -> None:
        there = asyncio.Event()
        if self.window.customers is not None:
            self.window.customers.filled.connect(there.set)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_WAIT):
                await there.wait()

    def _start_sync(self, account: Account, key: str) -> None:
        by_stdin = account.key_place == "session"
        demo = self._demo_of(account)
        self._sync = SyncProcess(
            sync_command(account, key_by_stdin=by_stdin),
            key=key if by_stdin else "",
            home=demo.home if demo is not None else None,
            parent=self,
        )
        self._sync.progress.connect(self.window.on_progress)
        self._sync.changed.connect(self.window.on_sync_changed)
        self._sync.set_focused(QGuiApplication.applicationState() == _ACTIVE)
        self._sync.start()

    async def _close_desk(self) -> None:
        async with self._closing:
            if self._sync is not None:
                self._sync.stop()
                self._sync.deleteLater()
                self._sync = None
            desk, self._desk = self._desk, None
            tasks, self._panel_tasks = self._panel_tasks, None
            if tasks is not None:
                await tasks.close()  # while there still are the panels that they work on
            self.window.close_desk()
            if desk is not None:
                await desk.close()

    async def _rebuild(self) -> None:
        from portal_desk.services.store import Store  # noqa: PLC0415 - imported by `_begin`

        account = self._account
        accounts = self._list_of(account) if account is not None else None
        if account is None or accounts is None:
            return
        self.window.say_waiting(self.tr("Deleting the cache…"))
        await self._close_desk()
        cache = self._paths_of(account).account(account.key).cache
        await asyncio.to_thread(Store.discard, cache)
        await self._open(account, accounts)

    def _paths_of(self, account: Account) -> Paths:
        demo = self._demo_of(account)
        return demo.paths if demo is not None else self._paths

    def _demo_of(self, account: Account) -> Demo | None:
        """The running demo, if the account is its own: other sandboxes can be connected as well."""
        demo = self._demo
        is_own = demo is not None and any(account.is_same(one) for one in demo.accounts.all())
        return demo if is_own else None

    def _all_accounts(self) -> list[Account]:
        lists = [self._accounts, self._demo.accounts if self._demo is not None else None]
        return [account for one in lists if one is not None for account in one.all()]

    def _list_of(self, account: Account) -> Accounts | None:
        demo = self._demo_of(account)
        return demo.accounts if demo is not None else self._accounts

    def _ask_to_connect(self) -> None:
        from portal_desk.ui.dialogs.connect import ConnectDialog  # noqa: PLC0415 - rarely needed

        if self._accounts is None:
            return
        if self._desk is None:
            self.window.say_welcome()
        dialog = ConnectDialog(self._accounts, self.tasks, self.theme, self.window)
        dialog.connected.connect(self._on_connected)
        dialog.demo_requested.connect(self._on_demo_requested)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_connected(self, account: Account) -> None:
        accounts = self._accounts
        if accounts is not None:
            self.window.unless_unsaved(
                lambda: self.tasks.start(self._open(account, accounts), name="open account")
            )

    def _on_demo_requested(self) -> None:
        self.window.unless_unsaved(
            lambda: self.tasks.start(self._open_demo(), name="open the demo")
        )

    def _on_account_requested(self, key: str) -> None:
        named = [one for one in self._all_accounts() if one.key == key]
        others = [one for one in named if self._account is None or not one.is_same(self._account)]
        account = next(iter(others or named), None)
        accounts = self._list_of(account) if account is not None else None
        if account is not None and accounts is not None:
            self.tasks.start(self._choose(account, accounts), name="open account")

    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if self._sync is not None:
            self._sync.set_focused(state == _ACTIVE)

    def _on_done_something(self, _customer: str) -> None:
        if self._sync is not None:
            self._sync.look()

    def _on_verify_requested(self) -> None:
        if self._sync is not None:
            self._sync.verify()

    def _connect(self) -> None:
        self.window.closed.connect(self._closed.set)
        self.window.account_requested.connect(self._on_account_requested)
        self.window.connect_requested.connect(self._ask_to_connect)
        self.window.retry_requested.connect(
            lambda: self.tasks.start(self._begin(), name="open the desk")
        )
        self.window.verify_requested.connect(self._on_verify_requested)
        self.window.bus.journal_changed.connect(self._on_done_something)
        self._app.applicationStateChanged.connect(self._on_state_changed)
        self.window.rebuild_requested.connect(
            lambda: self.tasks.start(self._rebuild(), name="rebuild the cache")
        )
        self.tasks.bug.connect(self.on_bug)
        self._clock.timeout.connect(self.window.read_freshness)
        self._clock.start()


def _open_desk(account: Account, key: str, paths: Paths, file_key: FileKey) -> Desk:
    from portal_desk.services.desk import Desk  # noqa: PLC0415 - imported by `_begin`

    return Desk.open(account, key, paths, file_key)


def _prepare() -> None:
    """Have at hand what is likely to be opened next, while the agent still reads the list."""
    _import(_AHEAD)
    from portal_desk.portal.languages import languages  # noqa: PLC0415 - needs Babel's data

    languages()


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        importlib.import_module(module)


def main(*, demo: bool = False, account: str | None = None, arguments: Sequence[str] = ()) -> int:
    """Run the desk until its window is closed.

    Args:
        demo: open a sandbox instead of an account.
        account: key, id or name of the account to open; the one that was open last by default.
        arguments: for Qt, such as `-platform offscreen`.
    """
    app = QApplication([sys.argv[0], *arguments])
    app.setApplicationName("portal-desk")
    app.setApplicationDisplayName("Portal Desk")
    app.setDesktopFileName("portal-desk")
    app.setWindowIcon(QIcon(str(resource("icons", "portal-desk.svg"))))
    fmt.speak(QLocale("en") if QLocale().language() == QLocale.Language.C else QLocale())
    paths = Paths.default()
    log.set_up(paths.log)
    log_qt_messages()
    import qasync  # noqa: PLC0415 - it looks for a QApplication when a loop is made

    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(_run(app, paths, demo=demo, account=account))
    return 0


def _end_when_told(close: Callable[[], object]) -> None:
    """Close the window when the session ends or on Ctrl+C: child processes must not stay behind."""
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with suppress(AttributeError, NotImplementedError):  # Windows has neither
            loop.add_signal_handler(getattr(signal, name), close)


async def _run(app: QApplication, paths: Paths, *, demo: bool, account: str | None) -> None:
    application = Application(app, paths, demo=demo, account=account)

    def on_uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _log.critical("uncaught", exc_info=(kind, error, trace))
        application.on_bug(error)

    sys.excepthook = on_uncaught
    _end_when_told(application.window.close_at_once)
    try:
        await application.run()
    finally:
        sys.excepthook = sys.__excepthook__
