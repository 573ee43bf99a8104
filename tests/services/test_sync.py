"""What is in the cache after a sync, whatever happened meanwhile."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web
from filelock import FileLock

from portal_desk.errors import (
    CacheBusy,
    CacheDamaged,
    InvalidInput,
    KeyRejected,
    NotFound,
    Offline,
    PermissionMissing,
)
from portal_desk.models.progress import Progress
from portal_desk.sandbox.faults import Faults
from portal_desk.sandbox.keys import FULL_KEY, NO_INVOICES_KEY, REVOKED_KEY
from portal_desk.sandbox.objects import new_configuration, new_tax_id
from portal_desk.sandbox.server import make_app
from portal_desk.services.refresh import refresh_customer
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.tail import RETENTION

from .sync_world import Clock, Synced
from .world import NOW, World, empty_state

CUSTOMERS = 250
DAY = 86_400


@pytest.fixture
async def synced(
    store: Store, connect: Callable[..., StripeGateway], tmp_path: Path
) -> AsyncIterator[Synced]:
    """250 customers, the first with a subscription and all else; not synced yet."""
    clock = Clock(NOW)
    world = World(empty_state())
    state = world.state
    state.now = clock
    fill(world)
    requests: list[str] = []

    @web.middleware
    async def note(request: web.Request, handler: object) -> web.StreamResponse:
        requests.append(f"{request.path_qs}")
        return await handler(request)  # type: ignore[operator]

    app = make_app(state)
    app.middlewares.append(note)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    clock.now += 120
    yield Synced(state, clock, world, store, connect(url, FULL_KEY), tmp_path / "account", requests)
    await runner.cleanup()


def fill(world: World) -> None:
    state = world.state
    for entry in (
        world.account,
        world.product,
        world.price,
        world.coupon,
        world.payment_method,
        world.tax_id,
        world.discount,
    ):
        state.create(copy.deepcopy(entry))
    for number in range(CUSTOMERS):
        customer = (
            world.customer
            if number == 0
            else world.new_customer(f"cus_x{number}", name=f"No. {number}")
        )
        state.create(copy.deepcopy(customer), "customer.created")
    state.create(copy.deepcopy(world.subscription), "customer.subscription.created")
    state.create(copy.deepcopy(world.invoice), "invoice.created")


def rename(synced: Synced, name: str, customer: str = "cus_1") -> None:
    found = synced.state.get("customer", customer)
    assert found is not None
    synced.state.update(found, {"name": name}, "customer.updated")


def name_of(synced: Synced, customer: str = "cus_1") -> str | None:
    found = synced.store.object("customer", customer)
    return found and found["name"]


async def test_everything_is_there_after_the_first_sync(synced: Synced) -> None:
    await synced.sync()
    assert len(synced.customers()) == CUSTOMERS
    found = synced.store.snapshot("cus_1")
    assert found is not None
    assert found.default_payment_method() == synced.world.payment_method
    assert found.subscriptions[0]["discounts"] == [synced.world.discount]
    assert [entry["id"] for entry in found.tax_ids] == ["txi_1"]
    assert [entry["id"] for entry in found.invoices] == ["in_1"]
    assert found.account["id"] == "acct_1"
    freshness = synced.store.freshness()
    assert freshness.complete
    assert freshness.of("customer").done == CUSTOMERS
    assert freshness.synced_at == pytest.approx(synced.clock(), abs=10)


async def test_progress_is_reported_page_by_page(synced: Synced) -> None:
    await synced.sync()
    customers = [(step.done, step.total) for step in synced.progress if step.kind == "customer"]
    assert customers == [(100, None), (200, None), (250, 250)]
    assert synced.progress[-1].phase == "tail"
    assert Progress.from_json(synced.progress[0].to_json()) == synced.progress[0]


async def test_the_history_from_before_the_first_sync_is_there(synced: Synced) -> None:
    await synced.sync()
    types = [event["type"] for event in synced.store.events("cus_1")]
    assert sorted(types) == ["customer.created", "customer.subscription.created", "invoice.created"]


async def test_a_second_sync_costs_two_reads(synced: Synced) -> None:
    await synced.sync()
    assert len(await synced.sync()) == 2


async def test_an_event_arrives_without_a_further_read(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    rename(synced, "Neu")
    asked = await synced.sync()
    assert name_of(synced) == "Neu"
    assert [path.partition("?")[0] for path in asked] == ["/v1/account", "/v1/events"]


async def test_what_changes_during_the_first_sync_is_not_lost(synced: Synced) -> None:
    def change(progress: Progress) -> None:
        if progress.kind == "subscription":  # the customers were read before
            synced.clock.now += 10
            rename(synced, "Meanwhile")
            synced.on_progress = lambda _: None

    synced.on_progress = change
    await synced.sync()
    assert name_of(synced) == "Meanwhile"


async def test_the_first_event_of_all_is_not_lost_when_it_comes_during_the_first_sync(
    synced: Synced,
) -> None:
    synced.state.kind("event").clear()

    def change(progress: Progress) -> None:
        if progress.kind == "subscription":  # the customers were read before
            rename(synced, "Meanwhile")
            synced.on_progress = lambda _: None

    synced.on_progress = change
    await synced.sync()
    assert name_of(synced) == "Meanwhile"


async def test_a_sync_that_was_stopped_goes_on_where_it_was(synced: Synced) -> None:
    def stop(progress: Progress) -> None:
        if (progress.kind, progress.done) == ("customer", 200):
            raise KeyboardInterrupt

    synced.on_progress = stop
    with pytest.raises(KeyboardInterrupt):
        await synced.sync()
    synced.on_progress = lambda _: None
    asked = await synced.sync()
    customers = [path for path in asked if path.startswith("/v1/customers?")]
    assert len(customers) == 1
    assert "starting_after=cus_x50" in customers[0]
    assert not any(path.startswith("/v1/products?") for path in asked)
    assert len(synced.customers()) == CUSTOMERS


async def test_the_place_to_go_on_from_may_be_gone(
    synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(progress: Progress) -> None:
        if (progress.kind, progress.done) == ("customer", 100):
            raise KeyboardInterrupt

    synced.on_progress = stop
    with pytest.raises(KeyboardInterrupt):
        await synced.sync()
    synced.on_progress = lambda _: None
    gone = synced.state.get("customer", "cus_x150")
    assert gone is not None
    synced.state.delete(gone, "customer.deleted")
    shelf = synced.state.shelf
    place = shelf.place
    monkeypatch.setattr(
        shelf, "place", lambda kind, name: None if name == "cus_x150" else place(kind, name)
    )
    asked = await synced.sync()
    assert any("created[lte]" in path or "created%5Blte%5D" in path for path in asked)
    assert len(synced.customers()) == CUSTOMERS - 1


@pytest.mark.parametrize(
    ("kind", "object_id", "event"),
    [
        ("customer", "cus_1", "customer.deleted"),
        ("product", "prod_team", "product.deleted"),
        ("price", "price_team", "price.deleted"),
        ("coupon", "SPRING", "coupon.deleted"),
        ("tax_id", "txi_1", "customer.tax_id.deleted"),
        ("invoice", "in_1", "invoice.deleted"),
        ("discount", "di_1", "customer.discount.deleted"),
    ],
)
async def test_a_deletion_arrives(synced: Synced, kind: str, object_id: str, event: str) -> None:
    await synced.sync()
    assert synced.store.object(kind, object_id) is not None
    synced.clock.now += 60
    found = synced.state.get(kind, object_id)
    assert found is not None
    synced.state.delete(found, event)
    await synced.sync()
    assert synced.store.object(kind, object_id) is None


async def test_a_detached_payment_method_is_gone(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    found = synced.state.get("payment_method", "pm_1")
    assert found is not None
    synced.state.update(found, {"customer": None}, "payment_method.detached")
    await synced.sync()
    snapshot = synced.store.snapshot("cus_1")
    assert snapshot is not None
    assert snapshot.payment_methods == ()
    assert synced.store.events("cus_1")[0]["type"] == "payment_method.detached"


async def test_a_cancelled_subscription_stays_to_be_seen(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    found = synced.state.get("subscription", "sub_1")
    assert found is not None
    synced.state.update(found, {"status": "canceled"}, "customer.subscription.deleted")
    await synced.sync()
    pk = synced.store.customer_pk(found["customer"])
    assert [row.status for row in synced.store.customer_rows([pk or 0])] == ["canceled"]
    stored = synced.store.object("subscription", "sub_1")
    assert stored is not None
    assert stored["status"] == "canceled"


async def test_of_two_changes_in_one_second_the_later_stays(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    rename(synced, "First")
    rename(synced, "Second")
    await synced.sync()
    assert name_of(synced) == "Second"


async def test_an_event_that_shows_up_late_is_not_missed(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    rename(synced, "Early", "cus_x1")
    await synced.sync()
    rename(synced, "Late", "cus_x2")  # of the same second, after that second was read
    await synced.sync()
    assert name_of(synced, "cus_x2") == "Late"


async def test_many_events_are_applied_page_by_page(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    for number in range(1, 249):
        synced.clock.now += 1
        rename(synced, f"Renamed {number}", f"cus_x{number}")
    asked = await synced.sync()
    assert len([path for path in asked if path.startswith("/v1/events")]) == 3
    names = {row.name for row in synced.customers()}
    assert {f"Renamed {number}" for number in range(1, 249)} <= names
    assert synced.progress[-1].done == 248


async def test_events_of_another_version_are_read_once_per_object(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    for name in ("One", "Two"):
        rename(synced, name)
    for event in synced.state.kind("event").values():
        if event["created"] >= synced.clock.now:
            event["api_version"] = "2019-12-03"
            event["data"]["object"] = {"id": "cus_1", "object": "customer", "name": "Of old"}
    asked = await synced.sync()
    assert len([path for path in asked if path.startswith("/v1/customers/cus_1")]) == 1
    assert name_of(synced) == "Two"


async def test_an_object_that_is_gone_when_it_is_read_is_forgotten(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    coupon = synced.state.get("coupon", "SPRING")
    assert coupon is not None
    event = synced.state.emit("coupon.updated", coupon)
    event["api_version"] = "2019-12-03"
    synced.state.delete(coupon)
    await synced.sync()
    assert synced.store.coupons() == []


async def test_a_discount_that_only_an_id_tells_of_is_read(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    discount = synced.world.discount | {"id": "di_2"}
    synced.state.create(discount)
    subscription = synced.state.get("subscription", "sub_1")
    assert subscription is not None
    synced.state.update(subscription, {"discounts": ["di_2"]}, "customer.subscription.updated")
    await synced.sync()
    found = synced.store.snapshot("cus_1")
    assert found is not None
    assert found.subscriptions[0]["discounts"] == [discount]


async def test_a_portal_configuration_is_read_with_what_it_offers(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    offer = {"enabled": True, "products": [{"product": "prod_team", "prices": ["price_team"]}]}
    configuration = new_configuration(synced.state, id="bpc_1")
    configuration["features"] |= {"subscription_update": offer}
    event = synced.state.emit("billing_portal.configuration.created", configuration)
    event["data"]["object"]["features"]["subscription_update"].pop("products")
    synced.state.create(configuration)
    await synced.sync()
    assert synced.store.configurations() == [configuration]


async def test_events_about_nothing_that_is_there_change_nothing(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    synced.state.emit("invoice.upcoming", synced.world.invoice | {"id": "in_upcoming"})
    synced.state.emit("account.updated", synced.world.account | {"id": "acct_of_another"})
    synced.state.emit("balance.available", {"object": "balance"})
    await synced.sync()
    assert synced.store.object("invoice", "in_upcoming") is None
    assert synced.store.account()["id"] == "acct_1"


async def test_after_a_month_away_everything_is_read_again(synced: Synced) -> None:
    await synced.sync()
    for name in ("cus_x5", "cus_x6"):
        gone = synced.state.get("customer", name)
        assert gone is not None
        synced.state.delete(gone, "customer.deleted")
    synced.clock.now += RETENTION + DAY  # those events are gone too
    await synced.sync()
    assert synced.store.object("customer", "cus_x5") is None
    assert len(synced.customers()) == CUSTOMERS - 2
    totals = [step.total for step in synced.progress if step.kind == "customer"][3:]
    assert totals == [250, 250, 248]


async def test_after_a_month_away_what_came_with_others_is_read_again_too(synced: Synced) -> None:
    await synced.sync()
    for kind, object_id in (("tax_id", "txi_1"), ("discount", "di_1")):
        gone = synced.state.get(kind, object_id)
        assert gone is not None
        synced.state.delete(gone)
    subscription = synced.state.get("subscription", "sub_1")
    assert subscription is not None
    synced.state.update(subscription, {"discounts": []})
    synced.clock.now += RETENTION + DAY
    await synced.sync()
    assert synced.store.object("tax_id", "txi_1") is None
    assert synced.store.object("discount", "di_1") is None
    assert synced.store.object("payment_method", "pm_1") is not None


async def test_what_a_price_costs_elsewhere_outlives_news_of_it(synced: Synced) -> None:
    """Events leave the other currencies out."""
    price = synced.state.get("price", "price_team")
    assert price is not None
    options = {"usd": {"unit_amount": 2500}}
    synced.state.update(price, {"currency_options": options}, "price.updated")
    await synced.sync()
    synced.state.update(price, {"nickname": "Team"}, "price.updated")
    await synced.sync()
    kept = synced.store.object("price", "price_team")
    assert kept is not None
    assert kept["nickname"] == "Team"
    assert kept["currency_options"]["usd"]["unit_amount"] == 2500


async def test_a_quiet_month_while_following_is_no_gap(synced: Synced) -> None:
    def five_days_pass() -> None:
        synced.clock.now += 5 * DAY

    await synced.follow(*[five_days_pass] * 8)
    assert len([step for step in synced.progress if step.kind == "product"]) == 1
    rename(synced, "After a quiet month")
    await synced.sync()
    assert name_of(synced) == "After a quiet month"


async def test_the_pauses_grow_to_a_minute_while_nothing_happens(synced: Synced) -> None:
    await synced.follow(*[lambda: None] * 12)
    first, second, *_, last = synced.waits
    assert 5.0 == first < second
    assert last == 60.0


async def test_the_pauses_are_short_again_once_something_happens(synced: Synced) -> None:
    await synced.follow(*[lambda: None] * 12, lambda: rename(synced, "Neu"))
    assert synced.waits[-2:] == [60.0, 5.0]


async def test_one_process_at_a_time_syncs_a_cache(synced: Synced) -> None:
    with FileLock(synced.lock), pytest.raises(CacheBusy, match="already syncing"):
        await synced.sync()
    await synced.sync()


async def test_a_sync_that_finds_nothing_new_leaves_readers_alone(synced: Synced) -> None:
    versions = []
    with closing(sqlite3.connect(synced.path)) as reader:

        def look() -> None:
            versions.append(reader.execute("PRAGMA data_version").fetchone())
            synced.clock.now += 60

        await synced.follow(look, look, look)
    assert len(set(versions)) == 1
    assert synced.store.freshness().synced_at == pytest.approx(synced.clock(), abs=10)


async def test_an_event_that_is_read_again_is_written_once(synced: Synced) -> None:
    versions = []
    with closing(sqlite3.connect(synced.path)) as reader:

        def look() -> None:
            versions.append(reader.execute("PRAGMA data_version").fetchone())
            synced.clock.now += 2

        def change() -> None:
            synced.clock.now += 60
            rename(synced, "Once")

        await synced.follow(change, look, look, look)
    assert len(set(versions)) == 1


async def test_a_damaged_cache_ends_the_sync_with_the_way_out(synced: Synced) -> None:
    await synced.sync()
    synced.store.close()
    with synced.path.open("r+b") as file:
        file.write(b"\xff" * synced.path.stat().st_size)
    with pytest.raises(CacheDamaged, match="move"):
        await synced.sync()
    assert synced.phases()[-1] == "failed"


async def test_more_tax_ids_than_a_list_shows_are_all_there(synced: Synced) -> None:
    for number in range(25):
        value = f"DE{number:09}"
        tax_id = new_tax_id(synced.state, "cus_1", type="eu_vat", value=value, id=f"txi_n{number}")
        synced.state.create(tax_id)
    await synced.sync()
    found = synced.store.snapshot("cus_1")
    assert found is not None
    assert len(found.tax_ids) == 26


def add_items(synced: Synced) -> list[str]:
    """Give the subscription more items than Stripe shows at once; their ids."""
    found = synced.state.get("subscription", "sub_1")
    assert found is not None
    [item] = found["items"]["data"]
    items = [item, *(item | {"id": f"si_{number}"} for number in range(12))]
    changed = {"items": found["items"] | {"data": items}}
    synced.state.update(found, changed, "customer.subscription.updated")
    return [one["id"] for one in items]


async def test_more_items_than_an_event_shows_are_all_there(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    items = add_items(synced)
    await synced.sync()
    assert items_of_subscription(synced) == items


async def test_more_items_than_an_answer_shows_are_all_there_after_a_refresh(
    synced: Synced,
) -> None:
    await synced.sync()
    synced.clock.now += 60
    items = add_items(synced)
    await refresh_customer(synced.gateway, synced.store, "cus_1")
    assert items_of_subscription(synced) == items


def items_of_subscription(synced: Synced) -> list[str]:
    found = synced.store.object("subscription", "sub_1")
    assert found is not None
    return [one["id"] for one in found["items"]["data"]]


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
    assert synced.waits == [2.0, 4.0, 5.0]
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


async def test_opening_a_customer_brings_what_no_event_told(synced: Synced) -> None:
    await synced.sync()
    customer = synced.state.get("customer", "cus_1")
    assert customer is not None
    synced.state.update(customer, {"name": "Silent"})
    for kind, object_id in (("payment_method", "pm_1"), ("tax_id", "txi_1")):
        gone = synced.state.get(kind, object_id)
        assert gone is not None
        synced.state.delete(gone)
    before = synced.gateway.reads
    changes = await refresh_customer(synced.gateway, synced.store, "cus_1")
    assert synced.gateway.reads - before <= 3
    assert changes.customers == {"cus_1"}
    found = synced.store.snapshot("cus_1")
    assert found is not None
    assert found.customer["name"] == "Silent"
    assert found.payment_methods == ()
    assert found.tax_ids == ()


@pytest.mark.parametrize("customer", ["cus_x3", "cus_never_was"])
async def test_opening_a_customer_that_is_gone_says_so_and_forgets_it(
    synced: Synced, customer: str
) -> None:
    await synced.sync()
    gone = synced.state.get("customer", customer)
    if gone:
        synced.state.delete(gone)
    with pytest.raises(NotFound, match=customer):
        await refresh_customer(synced.gateway, synced.store, customer)
    assert synced.store.snapshot(customer) is None


async def test_a_refresh_never_undoes_a_newer_event(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    rename(synced, "Newest")
    await synced.sync()
    stale = synced.world.customer | {"name": "Stale"}
    synced.store.apply([stale], as_of=synced.clock.now - 30)
    assert name_of(synced) == "Newest"
