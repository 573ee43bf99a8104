"""What events and a look at one customer bring into the cache."""

from __future__ import annotations

import pytest

from portal_desk.errors import (
    NotFound,
)
from portal_desk.sandbox.objects import new_configuration
from portal_desk.services.refresh import refresh_customer

from ..files import FILE_KEY, look_into
from .sync_world import Synced, name_of, rename


async def test_an_event_arrives_without_a_further_read(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60
    rename(synced, "Neu")
    asked = await synced.sync()
    assert name_of(synced) == "Neu"
    assert [path.partition("?")[0] for path in asked] == ["/v1/account", "/v1/events"]


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


async def test_an_event_that_is_read_again_is_written_once(synced: Synced) -> None:
    versions = []
    with look_into(synced.path, FILE_KEY) as reader:

        def look() -> None:
            versions.append(reader.execute("PRAGMA data_version").fetchone())
            synced.clock.now += 2

        def change() -> None:
            synced.clock.now += 60
            rename(synced, "Once")

        await synced.follow(change, look, look, look)
    assert len(set(versions)) == 1


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
