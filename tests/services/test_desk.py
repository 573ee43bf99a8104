"""One open account: everything works together, and nothing waits on the event loop."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal_desk.config import Paths
from portal_desk.errors import JournalDamaged
from portal_desk.models.account import Account
from portal_desk.models.actions import CancelRequest, LinkRequest
from portal_desk.models.search import SearchQuery
from portal_desk.services.desk import Desk
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store

if TYPE_CHECKING:
    from ..conftest import Sandbox


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "config", tmp_path / "log")


def account(url: str) -> Account:
    return Account("acct_1", "Fernleaf", livemode=False, key_place="session", api_base=url)


@pytest.fixture
async def desk(sandbox: Sandbox, paths: Paths) -> AsyncIterator[Desk]:
    async with Desk.open(account(sandbox.url), sandbox.key, paths) as desk:
        yield desk


async def first_subscription(desk: Desk) -> dict:
    found = await desk.gateway.get("/v1/subscriptions", {"status": "active", "limit": 1})
    return found["data"][0]


async def test_a_refreshed_customer_is_found_and_shown(desk: Desk) -> None:
    subscription = await first_subscription(desk)
    changed = await desk.refresh(subscription["customer"])
    assert subscription["customer"] in changed.customers
    snapshot = await desk.read(desk.store.snapshot, subscription["customer"])
    assert snapshot.subscriptions
    result = await desk.search(SearchQuery(text=snapshot.customer["email"]))
    [row] = await desk.read(desk.store.customer_rows, result.customers)
    assert row.id == subscription["customer"]


async def test_actions_and_links_work_on_the_open_account(desk: Desk) -> None:
    subscription = await first_subscription(desk)
    await desk.actions.prepare_cancel(CancelRequest(subscription["id"], when="now"))
    link = await desk.links.issue(LinkRequest(subscription["customer"]))
    assert link.url.startswith("http")
    assert [one.kind for one in desk.journal.recent()] == ["link"]


async def test_reads_and_searches_stay_off_the_event_loop(desk: Desk) -> None:
    here = threading.get_ident()
    assert await desk.read(threading.get_ident) != here


async def test_what_an_earlier_run_left_open_is_settled_at_the_start(
    sandbox: Sandbox, paths: Paths
) -> None:
    async with Desk.open(account(sandbox.url), sandbox.key, paths) as desk:
        subscription = await first_subscription(desk)
        await desk.gateway.delete(f"/v1/subscriptions/{subscription['id']}")
        desk.journal.begin(
            kind="cancel",
            customer=subscription["customer"],
            subscription=subscription["id"],
            summary="Cancel now",
        )
    async with Desk.open(account(sandbox.url), sandbox.key, paths) as desk:
        assert [one.state for one in desk.journal.recent()] == ["done"]


async def test_without_a_network_the_desk_opens_and_keeps_what_is_open(
    paths: Paths, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = account(f"http://127.0.0.1:{unused_tcp_port}")
    desk = Desk.open(nowhere, "sk_test_portaldesktests", paths)
    desk.journal.begin(kind="cancel", customer="cus_1", subscription="sub_1", summary="Cancel")
    async with desk:
        assert [one.state for one in desk.journal.pending()] == ["sending"]
    assert "Could not settle the journal yet" in caplog.text


async def test_the_journal_survives_the_caches_deletion(sandbox: Sandbox, paths: Paths) -> None:
    async with Desk.open(account(sandbox.url), sandbox.key, paths) as desk:
        desk.journal.begin(kind="link", customer="cus_1", summary="Portal link")
    for file in desk.paths.folder.glob("cache.sqlite3*"):
        file.unlink()
    async with Desk.open(account(sandbox.url), sandbox.key, paths) as desk:
        assert [one.summary for one in desk.journal.recent()] == ["Portal link"]


async def test_a_damaged_journal_is_named_and_nothing_stays_open(paths: Paths) -> None:
    files = paths.account("acct_1-test")
    files.folder.mkdir(parents=True)
    files.journal.write_bytes(b"not a database at all" * 100)
    with pytest.raises(JournalDamaged, match="journal"):
        Desk.open(account("http://127.0.0.1:9"), "sk_test_portaldesktests", paths)


async def test_closing_waits_for_a_read_without_stopping_the_event_loop(
    sandbox: Sandbox, paths: Paths
) -> None:
    desk = Desk.open(account(sandbox.url), sandbox.key, paths)
    started, go = threading.Event(), threading.Event()

    def slow() -> str:
        started.set()
        return "read" if go.wait(10) else "gave up"

    reading = asyncio.create_task(desk.read(slow))
    await asyncio.to_thread(started.wait, 10)
    closing = asyncio.create_task(desk.close())
    asyncio.get_running_loop().call_later(0.05, go.set)
    await closing
    assert await reading == "read"


def test_opening_imports_neither_the_sdk_nor_the_web_client() -> None:
    program = (
        "import sys; import portal_desk.services.desk;"
        "print([name for name in ('stripe', 'aiohttp', 'keyring') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_filled_account_is_searched_before_anything_heavy_is_imported(paths: Paths) -> None:
    offline = account("http://127.0.0.1:9")
    files = paths.account(offline.key)
    Journal(files.journal).close()
    anna = {"object": "customer", "id": "cus_1", "name": "Anna", "created": 1_790_000_000}
    with closing(Store(files.cache)) as store:
        store.apply([anna], as_of=1_790_000_000)
    folders = [str(one) for one in astuple(paths)]
    program = f"""
import asyncio, sys
from pathlib import Path
from portal_desk.config import Paths
from portal_desk.models.account import Account
from portal_desk.models.search import SearchQuery
from portal_desk.services.desk import Desk

async def main():
    desk = Desk.open(Account(*{astuple(offline)!r}), "sk_test_1", Paths(*map(Path, {folders!r})))
    found = await desk.search(SearchQuery("anna"))
    print([row.name for row in await desk.rows(found.customers)])
    print([name for name in ("sqlalchemy", "stripe", "aiohttp") if name in sys.modules])
    await desk.close()

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["['Anna']", "[]"]
