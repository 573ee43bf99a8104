"""The whole desk: window, sandbox process, sync process, and an orderly end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from portal_desk import app_demo
from portal_desk.app import Application
from portal_desk.config import AccountPaths, Paths
from portal_desk.errors import DiskFull
from portal_desk.models.account import FileKey
from portal_desk.models.changes import ChangeSet
from portal_desk.services import desk as desk_module
from portal_desk.services.accounts import Accounts
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store
from portal_desk.ui.dialogs.connect import ConnectDialog
from portal_desk.ui.sync_process import SyncProcess

from ..conftest import Sandbox
from ..files import look_into
from .conftest import Until
from .world import NOW, world


@asynccontextmanager
async def running(
    qapp: QApplication, *, demo: bool = False, account: str | None = None
) -> AsyncIterator[Application]:
    """The desk, running until the block ends; then its window is closed and it tidies up."""
    application = Application(qapp, Paths.default(), demo=demo, account=account)
    task = asyncio.create_task(application.run())
    try:
        yield application
    finally:
        application.window.close()
        await asyncio.wait_for(task, 20)


@pytest.fixture(autouse=True)
def _small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal_desk.app.DEMO_CUSTOMERS", 45)


async def test_the_demo_opens_syncs_and_is_searchable(
    qapp: QApplication, home: Path, until: Until
) -> None:
    async with running(qapp, demo=True) as application:
        window = application.window
        await until(window.isVisible)
        await until(lambda: window.customers and len(window.customers.model.ids) >= 45, seconds=60)
        await until(lambda: "synced" in window.top.freshness.text.text(), seconds=30)
        window.top.search.setText("hostel")
        await until(lambda: 0 < len(window.customers.model.ids) < 10)
        window.customers.go_to_results()
        await until(lambda: window.customers.pane.snapshot is not None)
        demo = application._demo
        assert demo is not None
        assert application._sync is not None
        sync, sandbox = application._sync, demo._process
        assert sync.running
    assert not demo.home.exists()
    assert sandbox.state() == sandbox.ProcessState.NotRunning


async def test_a_demo_leaves_no_account_behind(
    qapp: QApplication, home: Path, until: Until
) -> None:
    async with running(qapp, demo=True) as application:
        await until(lambda: application.window.customers is not None, seconds=60)
    assert Accounts(Paths.default()).all() == []


async def test_a_demo_that_cannot_start_says_so(
    qapp: QApplication, home: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_demo.sys, "executable", "/no/such/python")
    async with running(qapp, demo=True) as application:
        waiting = application.window.waiting
        await until(lambda: waiting._title.text() == "The demo can't start", seconds=20)


async def test_the_first_run_offers_the_demo_or_an_account(
    qapp: QApplication, home: Path, until: Until
) -> None:
    async with running(qapp) as application:
        window = application.window
        await until(lambda: window.findChild(ConnectDialog) is not None)
        window.findChild(ConnectDialog).reject()
        assert window.waiting._title.text() == "No account is open"
        with_button = window.waiting._button
        assert with_button.isVisible()
        with_button.click()
        await until(lambda: any(d.isVisible() for d in window.findChildren(ConnectDialog)))


async def test_a_connected_account_opens_at_the_next_start(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox
) -> None:
    accounts = Accounts(Paths.default())
    await accounts.connect(shared_sandbox.key, api_base=shared_sandbox.url, key_place="file")
    async with running(qapp) as application:
        window = application.window
        await until(lambda: window.customers and window.customers.model.ids, seconds=30)
        assert window.band.isVisible()


async def test_of_two_accounts_asked_for_at_once_the_last_is_open_and_alone(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox
) -> None:
    accounts = Accounts(Paths.default())
    account = await accounts.connect(
        shared_sandbox.key, api_base=shared_sandbox.url, key_place="file"
    )
    async with running(qapp) as application:
        await until(lambda: application._sync is not None, seconds=30)
        first = application._sync
        application.window.account_requested.emit(account.key)
        application.window.account_requested.emit(account.key)
        await until(lambda: application._sync not in (None, first), seconds=30)
        await until(lambda: "open account" not in application.tasks.running)
        await until(lambda: "follow the account" not in application.tasks.running, seconds=30)
        processes = [one for one in application.findChildren(SyncProcess) if one.running]
        assert processes == [application._sync]


async def test_a_sandbox_of_ones_own_is_told_from_the_demo(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox
) -> None:
    accounts = Accounts(Paths.default())
    own = await accounts.connect(shared_sandbox.key, api_base=shared_sandbox.url, key_place="file")
    async with running(qapp, demo=True) as application:
        window = application.window
        await until(lambda: window.desk is not None, seconds=60)
        assert window.desk.account.key == own.key
        window.show_accounts()
        menu = next(one for one in window.findChildren(QMenu) if one.isVisible())
        offered = [action for action in menu.actions() if action.isCheckable()]
        assert sorted(action.isChecked() for action in offered) == [False, True]
        next(action for action in offered if not action.isChecked()).trigger()
        menu.close()
        await until(lambda: window.desk and window.desk.account.is_same(own), seconds=30)
        assert Paths.default().account(own.key).cache.exists()
        await until(lambda: "on the command line too" in window.toast.accessibleName())


async def test_of_an_account_that_was_left_at_once_no_file_stays_open(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    accounts = Accounts(Paths.default())
    account = await accounts.connect(
        shared_sandbox.key, api_base=shared_sandbox.url, key_place="file"
    )
    opened: list[Journal] = []
    closed: list[Journal] = []
    open_files, close = desk_module._open_files, Journal.close

    def note_opened(paths: AccountPaths, key: FileKey) -> tuple[Store, Journal]:
        files = open_files(paths, key)
        opened.append(files[1])
        return files

    def note_closed(journal: Journal) -> None:
        closed.append(journal)
        close(journal)

    monkeypatch.setattr(desk_module, "_open_files", note_opened)
    monkeypatch.setattr(Journal, "close", note_closed)
    async with running(qapp) as application:
        await until(lambda: application._sync is not None, seconds=30)
        first = application._sync
        application.window.account_requested.emit(account.key)
        application.window.account_requested.emit(account.key)
        await until(lambda: application._sync not in (None, first), seconds=30)
        await until(lambda: "follow the account" not in application.tasks.running, seconds=30)
    assert opened
    assert {id(one) for one in opened} == {id(one) for one in closed}


async def test_changing_the_account_while_a_customer_opens_is_no_bug(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    asked = asyncio.Event()

    async def refresh_slowly(desk: desk_module.Desk, _customer: str) -> ChangeSet:
        asked.set()
        await asyncio.sleep(0.1)
        return await desk.read(ChangeSet)

    monkeypatch.setattr(desk_module.Desk, "refresh", refresh_slowly)
    accounts = Accounts(Paths.default())
    account = await accounts.connect(
        shared_sandbox.key, api_base=shared_sandbox.url, key_place="file"
    )
    async with running(qapp) as application:
        window = application.window
        await until(lambda: window.customers and window.customers.model.ids, seconds=30)
        first = window.desk
        await until(lambda: application._sync is not None, seconds=30)
        window.customers.open_first()
        await asyncio.wait_for(asked.wait(), 20)
        window.account_requested.emit(account.key)
        await until(lambda: window.desk not in (None, first), seconds=30)
        await until(lambda: window.customers and window.customers.model.ids, seconds=30)
        assert "refresh" not in application.tasks.running
    assert "bug in" not in caplog.text


async def test_a_full_disk_is_said_when_an_account_is_chosen(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    accounts = Accounts(Paths.default())
    account = await accounts.connect(
        shared_sandbox.key, api_base=shared_sandbox.url, key_place="file"
    )

    def full(*_: object) -> None:
        raise DiskFull("accounts.json can't be written.")

    monkeypatch.setattr(Accounts, "select", full)
    async with running(qapp) as application:
        window = application.window
        await until(lambda: window.desk, seconds=30)
        window.account_requested.emit(account.key)
        await until(lambda: window.waiting._title.text() == DiskFull.title, seconds=20)


async def test_the_account_that_is_named_opens_instead_of_the_last_one(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox
) -> None:
    accounts = Accounts(Paths.default())
    named = await accounts.connect(
        shared_sandbox.key, api_base=shared_sandbox.url, key_place="file"
    )
    last = replace(named, id="acct_other", name="Another shop")
    accounts._keep(last, shared_sandbox.key)
    async with running(qapp, account=named.key) as application:
        window = application.window
        await until(lambda: window.desk and window.desk.account == named, seconds=30)
    assert accounts.current() == last


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "No account “acct_other” is connected"), ("{", "The list of accounts can't be read")],
)
async def test_an_account_that_cannot_be_found_is_said_in_the_window(
    qapp: QApplication, home: Path, until: Until, content: str, said: str
) -> None:
    path = Paths.default().config / "accounts.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    async with running(qapp, account="acct_other") as application:
        await until(lambda: said in application.window.waiting._text.text())


async def test_a_session_key_that_is_gone_asks_to_connect_again(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox
) -> None:
    accounts = Accounts(Paths.default())
    await accounts.connect(shared_sandbox.key, api_base=shared_sandbox.url, key_place="session")
    async with running(qapp) as application:
        await until(lambda: application.window.waiting._button.text() == "Connect…")


async def test_a_damaged_cache_is_rebuilt_on_demand(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox
) -> None:
    paths = Paths.default()
    accounts = Accounts(paths)
    account = await accounts.connect(
        shared_sandbox.key, api_base=shared_sandbox.url, key_place="file"
    )
    accounts.unlock(account)
    cache = paths.account(account.key).cache
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_bytes(b"this is no database at all" * 400)
    async with running(qapp) as application:
        window = application.window
        await until(lambda: window.waiting._button.text() == "Rebuild the cache")
        window.waiting._button.click()
        await until(lambda: window.customers and window.customers.model.ids, seconds=30)


def _fails_after_the_first_rows(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[[], object]
) -> None:
    """The files can't be opened once the list is there, though they could be read at the start."""
    usual = desk_module._open_files

    def open_files(paths: AccountPaths, key: FileKey) -> tuple[Store, Journal]:
        opened()
        return usual(paths, key)

    monkeypatch.setattr(desk_module, "_open_files", open_files)


async def _filled(sandbox: Sandbox) -> AccountPaths:
    """An account whose cache is there already."""
    accounts, paths = Accounts(Paths.default()), Paths.default()
    account = await accounts.connect(sandbox.key, api_base=sandbox.url, key_place="file")
    files, key = paths.account(account.key), accounts.unlock(account).key
    with closing(Store(files.cache, key)) as store, closing(Journal(files.journal, key)):
        store.apply(world(60), as_of=NOW)
    return files


def _file_key() -> FileKey:
    accounts = Accounts(Paths.default())
    return accounts.unlock(accounts.all()[0]).key


async def test_a_cache_found_damaged_after_the_first_rows_is_rebuilt_on_demand(
    qapp: QApplication,
    home: Path,
    until: Until,
    shared_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = await _filled(shared_sandbox)
    with monkeypatch.context() as patch:
        _fails_after_the_first_rows(patch, lambda: files.cache.write_bytes(b"no database" * 900))
        async with running(qapp) as application:
            window = application.window
            await until(lambda: window.waiting._button.text() == "Rebuild the cache", seconds=20)
            assert window.customers is None
            assert application._sync is None
            patch.undo()
            window.waiting._button.click()
            await until(lambda: window.customers and window.customers.model.ids, seconds=30)
            assert not window.banner.isVisible()


async def test_a_disk_found_full_after_the_first_rows_is_said_and_tried_again(
    qapp: QApplication,
    home: Path,
    until: Until,
    shared_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await _filled(shared_sandbox)

    def full() -> None:
        raise DiskFull("cache.sqlite3 can't be written: disk full.", "Make room and try again.")

    with monkeypatch.context() as patch:
        _fails_after_the_first_rows(patch, full)
        async with running(qapp) as application:
            window = application.window
            await until(lambda: "Make room" in window.waiting._text.text(), seconds=20)
            assert window.customers is None
            patch.undo()
            window.waiting._button.click()
            await until(lambda: window.customers and window.customers.model.ids, seconds=30)


async def test_a_journal_found_newer_after_the_first_rows_is_said_and_left_alone(
    qapp: QApplication,
    home: Path,
    until: Until,
    shared_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = await _filled(shared_sandbox)

    def newer() -> None:
        with look_into(files.journal, _file_key()) as journal:
            journal.execute("UPDATE alembic_version SET version_num = 'journal_9999'")

    _fails_after_the_first_rows(monkeypatch, newer)
    async with running(qapp) as application:
        window = application.window
        await until(lambda: "newest version" in window.waiting._text.text(), seconds=20)
        assert window.customers is None
        assert application._desk is None
    with look_into(files.journal, _file_key()) as journal:
        assert journal.execute("SELECT version_num FROM alembic_version").fetchone() == (
            "journal_9999",
        )


async def test_a_bug_is_told_once_and_the_desk_goes_on(
    qapp: QApplication, home: Path, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(qapp) as application:

        async def divide() -> None:
            raise ZeroDivisionError

        application.tasks.start(divide(), name="divide")
        application.tasks.start(divide(), name="divide")
        await until(lambda: "divide" in caplog.text)
        await until(lambda: application.window.findChildren(QMessageBox))
        assert len(application.window.findChildren(QMessageBox)) == 1


async def test_a_cache_whose_key_is_gone_is_read_again_and_a_sentence_says_so(
    qapp: QApplication, home: Path, until: Until, shared_sandbox: Sandbox
) -> None:
    files = await _filled(shared_sandbox)
    [key_file] = Paths.default().config.rglob("*-files.key")
    key_file.unlink()
    async with running(qapp) as application:
        window = application.window
        await until(lambda: window.customers and window.customers.model.ids, seconds=30)
        assert window.banner.isVisible()
        assert "read again from Stripe" in window.banner.accessibleName()
    assert [*files.folder.glob("journal-without-key-*")]
