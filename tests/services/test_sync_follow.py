"""How a sync goes on, waits, and what ends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from filelock import FileLock

from portal_desk.errors import (
    CacheBusy,
    CacheDamaged,
    InvalidInput,
    KeyRejected,
    Offline,
    PermissionMissing,
)
from portal_desk.models.progress import Progress
from portal_desk.sandbox.faults import Faults
from portal_desk.sandbox.keys import NO_INVOICES_KEY, REVOKED_KEY
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

from ..files import FILE_KEY, look_into
from .sync_world import CUSTOMERS, DAY, Synced, name_of, rename


async def test_a_quiet_month_while_following_is_no_gap(synced: Synced) -> None:
    def five_days_pass() -> None:
        synced.clock.now += 5 * DAY

    await synced.follow(*[five_days_pass] * 8)
    assert len([step for step in synced.progress if step.kind == "product"]) == 1
    rename(synced, "After a quiet month")
    await synced.sync()
    assert name_of(synced) == "After a quiet month"


async def test_one_process_at_a_time_syncs_a_cache(synced: Synced) -> None:
    with FileLock(synced.lock), pytest.raises(CacheBusy, match="already syncing"):
        await synced.sync()
    await synced.sync()


async def test_a_sync_that_finds_nothing_new_leaves_readers_alone(synced: Synced) -> None:
    versions = []
    with look_into(synced.path, FILE_KEY) as reader:

        def look() -> None:
            versions.append(reader.execute("PRAGMA data_version").fetchone())
            synced.clock.now += 60

        await synced.follow(look, look, look)
    assert len(set(versions)) == 1
    assert synced.store.freshness().synced_at == pytest.approx(synced.clock(), abs=10)


async def test_a_damaged_cache_is_read_again(synced: Synced) -> None:
    await synced.sync()
    synced.store.close()
    with synced.path.open("r+b") as file:
        file.write(b"\xff" * synced.path.stat().st_size)
    await synced.sync()
    assert "can't be read" in next(step for step in synced.progress if step.message).message
    assert len(synced.customers()) == CUSTOMERS


async def test_a_cache_that_is_damaged_again_at_once_ends_the_sync_with_the_way_out(
    synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_: Store) -> None:
        raise CacheDamaged("cache.sqlite3 can't be read.", "Move it away.")

    monkeypatch.setattr(Store, "state", damaged)
    with pytest.raises(CacheDamaged, match="Move it away"):
        await synced.sync()
    assert synced.phases()[-1] == "failed"


async def test_a_cache_of_another_account_is_read_again_for_the_one_that_is_connected(
    synced: Synced,
) -> None:
    await synced.sync()
    old = synced.state.get("customer", "cus_x5")
    assert old is not None
    synced.state.delete(old)
    synced.state.kind("account").clear()
    synced.state.create(synced.world.account | {"id": "acct_2"})
    await synced.sync(account="acct_2")
    assert synced.store.account()["id"] == "acct_2"
    assert len(synced.customers()) == CUSTOMERS - 1


async def test_a_key_of_another_account_is_refused(synced: Synced) -> None:
    await synced.sync()
    synced.state.kind("account").clear()
    synced.state.create(synced.world.account | {"id": "acct_2"})
    with pytest.raises(InvalidInput, match="acct_1, but the key is of acct_2"):
        await synced.sync()
    assert synced.store.account()["id"] == "acct_1"


@pytest.mark.parametrize(
    ("key", "problem", "words"),
    [
        (NO_INVOICES_KEY, PermissionMissing, "rak_invoice_read"),
        (REVOKED_KEY, KeyRejected, "connect again"),
    ],
)
async def test_a_key_that_does_not_suffice_stops_the_sync_with_the_reason(
    synced: Synced,
    connect: Callable[..., StripeGateway],
    key: str,
    problem: type[Exception],
    words: str,
) -> None:
    gateway = connect(str(synced.gateway._api_base), key)
    with pytest.raises(problem, match=words):
        await synced.sync(gateway=gateway)
    assert synced.progress[-1].phase == "failed"
    assert words in synced.progress[-1].message


async def test_without_a_network_a_single_sync_fails(
    synced: Synced, connect: Callable[..., StripeGateway], unused_tcp_port: int
) -> None:
    with pytest.raises(Offline):
        await synced.sync(gateway=connect(f"http://127.0.0.1:{unused_tcp_port}"))
    assert synced.phases() == ["failed"]


async def test_a_following_sync_waits_for_the_network_to_return(
    synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Faults.next
    broken = True
    monkeypatch.setattr(
        Faults,
        "next",
        lambda self, method, path: _drop() if broken else away(self, method, path),
    )

    def mend() -> None:
        nonlocal broken
        broken = False

    await synced.follow(lambda: None, mend)
    assert synced.phases()[:2] == ["waiting", "waiting"]
    assert "Check the network" in synced.progress[0].message
    assert synced.phases()[-1] == "tail"
    assert synced.waits == [2.0, 4.0, pytest.approx(5.0, abs=0.1)]
    assert synced.store.freshness().complete


async def test_a_following_sync_waits_a_minute_at_most_through_days_without_a_network(
    synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def offline(*_: object) -> None:
        raise Offline("Stripe can't be reached.")

    monkeypatch.setattr(StripeGateway, "read", offline)
    await synced.follow(*[lambda: None] * 1_100)
    assert len(synced.waits) == 1_101
    assert synced.waits[-1] == 60.0


def _drop() -> object:
    from portal_desk.sandbox.faults import Fault  # noqa: PLC0415

    return Fault("drop")


async def test_a_cache_that_is_deleted_while_following_is_filled_again(
    synced: Synced,
) -> None:
    await synced.follow(lambda: Store.discard(synced.path))
    assert synced.store.freshness().complete
    assert len(synced.customers()) == CUSTOMERS


async def test_a_cache_that_is_deleted_in_the_middle_of_the_first_sync_is_filled_again(
    synced: Synced,
) -> None:
    def delete(progress: Progress) -> None:
        if (progress.kind, progress.done) == ("customer", 200):
            Store.discard(synced.path)
            synced.on_progress = lambda _: None

    synced.on_progress = delete
    await synced.sync()
    assert synced.store.freshness().complete
    assert len(synced.customers()) == CUSTOMERS
    assert synced.store.products() != []
