"""The passing of time: test clocks, payments tried again, and a sandbox that runs fast."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.pace import sped_up

from .billing_shop import DECLINING, GOOD, HOUR, Shop
from .http_shapes import complaints
from .http_world import DAY, START, World

LONG_AGO = START - 400 * DAY


@pytest.fixture
def clock(client: stripe.StripeClient) -> str:
    """A test clock that stands more than a year before everyone else's time."""
    made = client.v1.test_helpers.test_clocks.create({"frozen_time": LONG_AGO, "name": "Then"})
    assert not complaints(made)
    return made.id


def clocked(client: stripe.StripeClient, world: World, clock: str) -> Json:
    """A subscription of a customer on a test clock."""
    customer = client.v1.customers.create({"name": "Then", "test_clock": clock})
    card = world.new_customer()["invoice_settings"]["default_payment_method"]
    stored = world.state.kind("payment_method")[card]
    world.state.update(stored, {"customer": customer.id})
    subscription = client.v1.subscriptions.create(
        {
            "customer": customer.id,
            "items": [{"price": world.monthly["id"]}],
            "default_payment_method": card,
        }
    )
    return world.state.kind("subscription")[subscription.id]


def test_a_test_clock_moves_its_own_customers_alone(
    client: stripe.StripeClient, world: World, clock: str
) -> None:
    subscription = clocked(client, world, clock)
    assert subscription["start_date"] == LONG_AGO
    advanced = client.v1.test_helpers.test_clocks.advance(
        clock, {"frozen_time": LONG_AGO + 59 * DAY}
    )
    assert not complaints(advanced)
    assert advanced.status == "advancing"
    ready = client.v1.test_helpers.test_clocks.retrieve(clock)
    assert (ready.status, ready.frozen_time) == ("ready", LONG_AGO + 59 * DAY)
    invoices = client.v1.invoices.list({"customer": subscription["customer"]}).data
    assert [each.created for each in invoices] == [
        subscription["items"]["data"][0]["current_period_start"],
        LONG_AGO,
    ]
    assert {each.test_clock for each in invoices} == {clock}
    others = client.v1.invoices.list({"customer": world.customer["id"]}).data
    assert len(others) == 1


def test_the_feed_keeps_its_own_time(client: stripe.StripeClient, world: World, clock: str) -> None:
    clocked(client, world, clock)
    client.v1.test_helpers.test_clocks.advance(clock, {"frozen_time": LONG_AGO + 40 * DAY})
    events = client.v1.events.list({"limit": 100}).data
    assert {each.created for each in events} == {START}
    types = {each.type for each in events}
    assert {
        f"test_helpers.test_clock.{name}" for name in ("created", "advancing", "ready")
    } <= types


def test_customers_on_a_clock_are_listed_only_with_it(
    client: stripe.StripeClient, world: World, clock: str
) -> None:
    subscription = clocked(client, world, clock)
    everyone = {each.id for each in client.v1.customers.list({"limit": 100}).data}
    assert subscription["customer"] not in everyone
    found = client.v1.customers.list({"test_clock": clock}).data
    assert [each.id for each in found] == [subscription["customer"]]
    assert subscription["id"] not in {each.id for each in client.v1.subscriptions.list().data}
    for narrowed in ({"test_clock": clock}, {"customer": subscription["customer"]}):
        listed = client.v1.subscriptions.list(narrowed).data  # type: ignore[arg-type]
        assert [each.id for each in listed] == [subscription["id"]]


def test_deleting_a_clock_deletes_its_customers(
    client: stripe.StripeClient, world: World, clock: str
) -> None:
    subscription = clocked(client, world, clock)
    assert client.v1.test_helpers.test_clocks.delete(clock).deleted is True
    assert client.v1.customers.retrieve(subscription["customer"]).deleted is True
    assert subscription["status"] == "canceled"
    assert client.v1.test_helpers.test_clocks.list().data == []


def test_a_clock_goes_neither_back_nor_too_far(
    client: stripe.StripeClient, world: World, clock: str
) -> None:
    clocked(client, world, clock)
    for target, words in ((LONG_AGO, "must be after"), (LONG_AGO + 70 * DAY, "two intervals")):
        with pytest.raises(stripe.InvalidRequestError, match=words) as caught:
            client.v1.test_helpers.test_clocks.advance(clock, {"frozen_time": target})
        assert caught.value.param == "frozen_time"


def test_a_clock_has_room_for_three(client: stripe.StripeClient, clock: str) -> None:
    for _ in range(3):
        client.v1.customers.create({"test_clock": clock})
    with pytest.raises(stripe.InvalidRequestError, match="up to 3 customers"):
        client.v1.customers.create({"test_clock": clock})


def test_a_failed_payment_is_tried_again_and_in_the_end_given_up() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.pay_with(shop.customer, DECLINING)
    renewal = subscription["items"]["data"][0]["current_period_end"]
    shop.now = renewal + HOUR
    billing.advance(shop.state)
    attempts = []
    while subscription["status"] == "past_due":
        shop.now = shop.latest(subscription)["next_payment_attempt"]
        attempts.append((shop.now - renewal) // DAY)
        billing.advance(shop.state)
    assert attempts == [3, 8, 15]
    assert subscription["status"] == "canceled"
    assert subscription["cancellation_details"]["reason"] == "payment_failed"
    assert shop.latest(subscription)["attempt_count"] == 4


def test_a_payment_tried_again_brings_the_subscription_back() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.pay_with(shop.customer, DECLINING)
    shop.now = subscription["items"]["data"][0]["current_period_end"]
    billing.advance(shop.state)
    shop.pay_with(shop.customer, GOOD)
    shop.wait(days=3)
    billing.advance(shop.state)
    assert subscription["status"] == "active"
    assert shop.latest(subscription)["status"] == "paid"


def test_a_first_payment_that_never_comes_ends_the_subscription() -> None:
    shop = Shop()
    subscription = shop.subscribe(payment_behavior="default_incomplete")
    shop.wait(days=1)
    billing.advance(shop.state)
    assert subscription["status"] == "incomplete_expired"
    assert shop.latest(subscription)["status"] == "void"


@pytest.mark.parametrize(("behavior", "status"), [("pause", "paused"), ("cancel", "canceled")])
def test_a_trial_that_ends_without_a_card_does_as_it_was_told(behavior: str, status: str) -> None:
    shop = Shop()
    settings: Any = {"end_behavior": {"missing_payment_method": behavior}}
    subscription = shop.subscribe(
        customer=shop.new_customer(None), trial_period_days=7, trial_settings=settings
    )
    shop.wait(days=8)
    billing.advance(shop.state)
    assert subscription["status"] == status
    assert [invoice["total"] for invoice in shop.invoices()] == [0]


def test_a_year_is_billed_month_by_month_in_order() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    start = shop.now
    shop.wait(days=365)
    billing.advance(shop.state)
    made = [invoice["created"] for invoice in shop.invoices()]
    assert made == sorted(made)
    assert len(made) == 13
    assert made[0] == start
    assert subscription["items"]["data"][0]["current_period_end"] > shop.now
    created = [event["created"] for event in shop.state.kind("event").values()]
    assert created == sorted(created)


def test_a_fast_clock_begins_now_and_only_goes_on() -> None:
    now = sped_up(lambda: START, 1e9)
    first, second = now(), now()
    assert START <= first < second


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible"), ("void", "void")],
)
def test_while_collection_is_paused_nothing_is_charged(behavior: str, status: str) -> None:
    shop = Shop()
    subscription = shop.subscribe()
    end = subscription["items"]["data"][0]["current_period_end"]
    paused = {"behavior": behavior, "resumes_at": end + DAY}
    billing.update_subscription(shop.state, subscription, {"pause_collection": paused})
    shop.now = end
    billing.advance(shop.state)
    assert shop.latest(subscription)["status"] == status
    assert shop.latest(subscription)["amount_paid"] == 0
    given_up = {"uncollectible": {"reason": "subscription_paused"}}
    expected = given_up if status == "uncollectible" else None
    assert shop.latest(subscription)["status_details"] == expected
    assert subscription["status"] == "active"
    shop.wait(days=32)
    billing.advance(shop.state)
    assert subscription["pause_collection"] is None
    assert shop.latest(subscription)["status"] == "paid"


def test_voiding_gives_back_what_was_taken_from_the_balance(
    client: stripe.StripeClient, world: World
) -> None:
    customer = world.new_customer()
    client.v1.customers.update(customer["id"], {"balance": -1_500})
    emailed = world.subscribe(
        customer, world.monthly, collection_method="send_invoice", days_until_due=30
    )
    client.v1.invoices.finalize_invoice(emailed["latest_invoice"])
    assert customer["balance"] == 0
    client.v1.invoices.void_invoice(emailed["latest_invoice"])
    assert customer["balance"] == -1_500
    last = client.v1.customers.balance_transactions.list(customer["id"], {"limit": 1}).data[0]
    assert last.type == "unapplied_from_invoice"


def test_time_goes_on_after_a_customer_with_bills_to_come_was_deleted(
    client: stripe.StripeClient, world: World
) -> None:
    customer = world.new_customer()
    item: Any = {"price": world.monthly["id"]}
    planned = client.v1.subscription_schedules.create(
        {
            "customer": customer["id"],
            "start_date": world.clock.time + DAY,
            "phases": [{"items": [item], "duration": {"interval": "month"}}],
        }
    )
    draft = client.v1.invoices.create({"customer": customer["id"], "auto_advance": True})
    client.v1.customers.delete(customer["id"])
    world.clock.time += 2 * DAY
    billing.advance(world.state)
    assert client.v1.subscription_schedules.retrieve(planned.id).status == "canceled"
    assert client.v1.invoices.retrieve(draft.id).status == "draft"
