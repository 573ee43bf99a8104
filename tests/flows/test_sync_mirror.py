"""The cache against the sandbox: after a sync, every row is what the server has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from portal_desk.errors import CacheBusy
from portal_desk.models.json import Json
from portal_desk.models.progress import Progress
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.run import sync

from ..conftest import Sandbox
from ..mirrored import differences, rows


@dataclass
class Mirror:
    """A sandbox and a cache of it."""

    gateway: StripeGateway
    store: Store
    folder: Path
    progress: list[Progress] = field(default_factory=list)

    async def sync(self) -> None:
        lock = self.folder / "sync.lock"
        report = self.progress.append
        await sync(self.gateway, self.store, lock=lock, follow=False, report=report)

    async def differences(self) -> list[str]:
        """What the cache has otherwise than the server, in words."""
        return await differences(self.gateway, self.store)

    def rows(self, kind: str) -> dict[str, Json]:
        return rows(self.store, kind)

    def one(self, kind: str, **fields: object) -> Json:
        """Some row with these fields."""
        return next(
            row
            for row in self.rows(kind).values()
            if all(row.get(name) == value for name, value in fields.items())
        )


@pytest.fixture
async def mirror(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> AsyncIterator[Mirror]:
    """A sandbox of 230 customers; nothing is synced yet."""
    sandbox = start_sandbox(customers=230, seed=5)
    gateway = StripeGateway(sandbox.key, api_base=sandbox.url)
    store = Store(tmp_path / "cache.sqlite3")
    yield Mirror(gateway, store, tmp_path)
    await gateway.close()
    store.close()


async def test_the_first_sync_mirrors_everything(mirror: Mirror) -> None:
    await mirror.sync()
    assert await mirror.differences() == []
    assert mirror.store.account() == await mirror.gateway.get("/v1/account")


async def test_a_backfill_reads_a_hundred_objects_at_once(mirror: Mirror) -> None:
    await mirror.sync()
    objects = sum(kind.done for kind in mirror.store.freshness().kinds)
    assert mirror.gateway.reads < objects / 100 + 20


async def test_changes_of_all_kinds_arrive_by_their_events(mirror: Mirror) -> None:
    await mirror.sync()
    await change_much(mirror)
    before = mirror.gateway.reads
    await mirror.sync()
    # The account, the events, what a portal offers, and a new price's other currencies; and the product that was made
    # and deleted, and the subscription that was changed and changed back, if it was in one second.
    assert mirror.gateway.reads - before <= 6
    assert await mirror.differences() == []


async def change_much(mirror: Mirror) -> None:
    """What support and finance do in a day, and customers in a night."""
    gateway = mirror.gateway
    product = await gateway.post("/v1/products", {"name": "Nightly builds"})
    await gateway.post("/v1/products/" + product["id"], {"name": "Nightly"})
    price = await gateway.post(
        "/v1/prices",
        {
            "product": product["id"],
            "currency": "usd",
            "unit_amount": 900,
            "recurring": {"interval": "month"},
        },
    )
    doomed = await gateway.post("/v1/products", {"name": "Doomed"})
    await gateway.delete("/v1/products/" + doomed["id"])
    coupon = await gateway.post("/v1/coupons", {"percent_off": 25, "duration": "forever"})
    await change_customers(mirror, price["id"], coupon["id"])
    await change_subscriptions(mirror, coupon["id"])
    await change_portal(mirror)


async def change_customers(mirror: Mirror, price: str, coupon: str) -> None:
    gateway = mirror.gateway
    new = await gateway.post(
        "/v1/customers", {"name": "Nové Město s.r.o.", "email": "n@example.cz"}
    )
    path = f"/v1/customers/{new['id']}"
    tax_id = await gateway.post(f"{path}/tax_ids", {"type": "eu_vat", "value": "CZ12345678"})
    await gateway.delete(f"{path}/tax_ids/{tax_id['id']}")
    await gateway.post(f"{path}/tax_ids", {"type": "eu_vat", "value": "CZ87654321"})
    await gateway.post(
        "/v1/subscriptions",
        {
            "customer": new["id"],
            "items": [{"price": price, "quantity": 3}],
            "collection_method": "send_invoice",
            "days_until_due": 14,
            "discounts": [{"coupon": coupon}],
        },
    )
    gone = mirror.one("subscription", status="active")["customer"]
    await gateway.delete(f"/v1/customers/{gone}")


async def change_subscriptions(mirror: Mirror, coupon: str) -> None:
    gateway = mirror.gateway
    running = [row for row in mirror.rows("subscription").values() if _is_plain(row)]
    first, second, third = running[-3:]
    await gateway.post(f"/v1/subscriptions/{first['id']}", {"cancel_at_period_end": True})
    await gateway.post(f"/v1/subscriptions/{first['id']}", {"cancel_at_period_end": False})
    await gateway.delete(f"/v1/subscriptions/{second['id']}", {"prorate": True})
    await gateway.post(f"/v1/subscriptions/{third['id']}", {"discounts": [{"coupon": coupon}]})


def _is_plain(subscription: Json) -> bool:
    return (
        subscription["status"] == "active"
        and not subscription["schedule"]
        and not subscription["cancel_at"]
        and not subscription["cancel_at_period_end"]
    )


async def change_portal(mirror: Mirror) -> None:
    found = next(row for row in mirror.store.configurations() if not row["is_default"])
    path = f"/v1/billing_portal/configurations/{found['id']}"
    await mirror.gateway.post(path, {"name": "Changed", "metadata": {"by": "night shift"}})


async def test_a_discount_that_was_given_is_known_with_its_coupon(mirror: Mirror) -> None:
    await mirror.sync()
    await change_much(mirror)
    await mirror.sync()
    created = mirror.one("customer", name="Nové Město s.r.o.")
    snapshot = mirror.store.snapshot(created["id"])
    assert snapshot is not None
    (discount,) = snapshot.subscriptions[0]["discounts"]
    assert snapshot.coupons[discount["source"]["coupon"]]["percent_off"] == 25
    assert [tax_id["value"] for tax_id in snapshot.tax_ids] == ["CZ87654321"]
    assert (
        snapshot.product_name(snapshot.subscriptions[0]["items"]["data"][0]["price"]["product"])
        == "Nightly"
    )


@contextmanager
def syncing(mirror: Mirror, url: str, key: str) -> Iterator[IO[str]]:
    """A sync process that is killed at the end, without a chance to tidy up; yields its lines of progress."""
    code = """
import asyncio, sys
from pathlib import Path
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.run import sync

def report(progress):
    print(progress.to_json(), flush=True)

url, folder = sys.argv[1], Path(sys.argv[2])
gateway = StripeGateway(sys.stdin.readline().strip(), api_base=url)
store = Store(folder / "cache.sqlite3")
asyncio.run(sync(gateway, store, lock=folder / "sync.lock", follow=True, report=report))
"""
    command = [sys.executable, "-c", code, url, str(mirror.folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(key + "\n")
        process.stdin.flush()
        yield process.stdout
    finally:
        process.kill()
        process.wait(timeout=20)
        process.stdin.close()
        process.stdout.close()


async def test_a_sync_that_was_killed_is_finished_by_the_next(
    mirror: Mirror, start_sandbox: Callable[..., object]
) -> None:
    gateway = mirror.gateway
    with syncing(mirror, str(gateway._api_base), gateway._api_key) as lines:
        for line in lines:
            progress = Progress.from_json(line)
            if (progress.kind, progress.done) == ("customer", 200):
                break
        with pytest.raises(CacheBusy):
            await mirror.sync()
    assert not mirror.store.freshness().complete
    await mirror.sync()
    assert "product" not in {step.kind for step in mirror.progress if step.phase == "backfill"}
    assert mirror.progress[-1].phase == "tail"
    assert await mirror.differences() == []
