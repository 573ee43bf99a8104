"""The items of a subscription, added, changed and taken off through Stripe's own client."""

from __future__ import annotations

import pytest
import stripe

from portal_desk.models.json import Json

from .http_shapes import complaints
from .http_world import World


@pytest.fixture
def extra(world: World) -> Json:
    """Another monthly price, of 10 dollars."""
    return world.price(world.team, 1_000, "month")


def half_way(world: World) -> None:
    item = world.item
    world.clock.time = (item["current_period_start"] + item["current_period_end"]) // 2


def test_an_item_is_added_and_its_share_billed(
    client: stripe.StripeClient, world: World, extra: Json
) -> None:
    half_way(world)
    added = client.v1.subscription_items.create(
        {
            "subscription": world.subscription["id"],
            "price": extra["id"],
            "quantity": 3,
            "proration_behavior": "always_invoice",
        }
    )
    assert not complaints(added)
    assert (added.quantity, added.subscription) == (3, world.subscription["id"])
    assert len(world.subscription["items"]["data"]) == 2
    invoice = world.state.kind("invoice")[world.subscription["latest_invoice"]]
    assert invoice["total"] == 1_500


def test_an_item_is_changed_and_taken_off(
    client: stripe.StripeClient, world: World, extra: Json
) -> None:
    added = client.v1.subscription_items.create(
        {"subscription": world.subscription["id"], "price": extra["id"]}
    )
    changed = client.v1.subscription_items.update(
        added.id, {"quantity": 7, "metadata": {"seats": "seven"}}
    )
    assert not complaints(changed)
    assert (changed.quantity, changed.metadata["seats"]) == (7, "seven")
    assert client.v1.subscription_items.delete(added.id).deleted is True
    listed = client.v1.subscription_items.list({"subscription": world.subscription["id"]})
    assert [each.id for each in listed.data] == [world.item["id"]]
    events = [each["type"] for each in world.state.kind("event").values()]
    assert events.count("customer.subscription.updated") == 3


def test_an_item_is_moved_to_another_price(
    client: stripe.StripeClient, world: World, extra: Json
) -> None:
    moved = client.v1.subscription_items.update(world.item["id"], {"price": extra["id"]})
    assert moved.price.id == world.item["price"]["id"] == extra["id"]


def test_what_cant_be_is_refused(client: stripe.StripeClient, world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="at least one active plan"):
        client.v1.subscription_items.delete(world.item["id"])
    with pytest.raises(stripe.InvalidRequestError, match="multiple subscription items"):
        client.v1.subscription_items.create(
            {"subscription": world.subscription["id"], "price": world.monthly["id"]}
        )
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription item: 'si_none'"):
        client.v1.subscription_items.update("si_none", {"quantity": 2})
    with pytest.raises(stripe.APIError, match="does not support"):
        client.v1.subscription_items.update(world.item["id"], {"billing_thresholds": ""})
