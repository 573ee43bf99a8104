"""Pausing, resuming and migrating subscriptions, through Stripe's own client."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox import billing

from .billing_shop import lines
from .http_shapes import complaints
from .http_world import DAY, World


@pytest.fixture
def flexible(world: World) -> Json:
    """A subscription in flexible billing mode, to two of a monthly plan at 20 dollars."""
    customer = world.new_customer(name="Grace")
    return world.subscribe(customer, world.monthly, billing_mode={"type": "flexible"})


def half_way(world: World, subscription: Json) -> None:
    item = subscription["items"]["data"][0]
    world.clock.time = (item["current_period_start"] + item["current_period_end"]) // 2


def latest(world: World, subscription: Json) -> Json:
    return world.state.kind("invoice")[subscription["latest_invoice"]]


def types_of(world: World) -> list[str]:
    return [event["type"] for event in world.state.kind("event").values()]


def test_a_paused_subscription_says_so_and_why(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    answer = client.v1.subscriptions.pause(flexible["id"])
    assert not complaints(answer)
    paused = answer.to_dict()
    assert paused["status"] == "paused"
    assert paused["status_details"]["paused"]["subscription"]["type"] == "pause_requested"
    assert paused["status_details"]["paused"]["transitioned_at"] == world.clock.time
    assert types_of(world)[-2:] == ["customer.subscription.updated", "customer.subscription.paused"]


def test_nothing_is_billed_while_it_is_paused(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    client.v1.subscriptions.pause(flexible["id"])
    before = len(world.state.kind("invoice"))
    world.clock.time += 200 * DAY
    billing.cancel_subscription(world.state, world.subscription, {})
    billing.advance(world.state)
    assert len(world.state.kind("invoice")) == before
    assert flexible["status"] == "paused"


def test_unused_time_waits_as_a_credit_for_the_resumption(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    half_way(world, flexible)
    client.v1.subscriptions.pause(flexible["id"])
    waiting = list(world.state.where("invoiceitem", customer=flexible["customer"], invoice=None))
    assert [item["amount"] for item in waiting] == [-2000]
    world.clock.time += 90 * DAY
    resumed = client.v1.subscriptions.resume(
        flexible["id"], {"payment_behavior": "resume_on_payment_success"}
    )
    assert resumed.status == "active"
    assert resumed.billing_cycle_anchor == world.clock.time
    assert [amount for _, amount, _, _ in lines(latest(world, flexible))] == [4000, -2000]
    assert latest(world, flexible)["amount_paid"] == 2000
    assert "customer.subscription.resumed" in types_of(world)
    assert flexible["status_details"] is None


@pytest.mark.parametrize(
    ("unused", "credit"), [("now", -2000), ("item_current_period_start", -4000)]
)
def test_a_pause_bills_at_once_where_that_is_asked_for(
    client: stripe.StripeClient, world: World, flexible: Json, unused: str, credit: int
) -> None:
    half_way(world, flexible)
    asked: Any = {
        "invoicing_behavior": "invoice",
        "bill_for": {"unused_time_from": {"type": unused}},
    }
    shown = client.v1.invoices.create_preview(
        {"subscription": flexible["id"], "subscription_details": {"pause": asked}}
    )
    client.v1.subscriptions.pause(flexible["id"], asked)
    assert latest(world, flexible)["total"] == shown.total == credit
    assert world.state.kind("customer")[flexible["customer"]]["balance"] == credit


def test_a_pause_that_credits_nothing_leaves_what_was_paid_for(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    half_way(world, flexible)
    end = flexible["items"]["data"][0]["current_period_end"]
    asked: Any = {"bill_for": {"unused_time_from": {"type": "none"}}}
    client.v1.subscriptions.pause(flexible["id"], asked)
    assert flexible["items"]["data"][0]["current_period_end"] == end
    invoices = len(world.state.kind("invoice"))
    world.clock.time += DAY
    anchor: Any = {"type": "unchanged"}
    resumed = client.v1.subscriptions.resume(flexible["id"], {"billing_cycle_anchor": anchor})
    assert resumed.status == "active"
    assert flexible["items"]["data"][0]["current_period_end"] == end
    assert not list(world.state.where("invoiceitem", customer=flexible["customer"], invoice=None))
    assert len(world.state.kind("invoice")) == invoices


def test_what_remains_of_the_old_cycle_costs_its_share(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    anchor = flexible["billing_cycle_anchor"]
    half_way(world, flexible)
    client.v1.subscriptions.pause(flexible["id"])
    world.clock.time = anchor + 40 * DAY
    unchanged: Any = {"billing_cycle_anchor": {"type": "unchanged"}}
    always: Any = unchanged | {"proration_behavior": "always_invoice"}
    shown = client.v1.invoices.create_preview(
        {"subscription": flexible["id"], "subscription_details": always | {"resume_at": "now"}}
    )
    asked: Any = always | {"payment_behavior": "resume_on_payment_success"}
    client.v1.subscriptions.resume(flexible["id"], asked)
    assert flexible["billing_cycle_anchor"] == anchor
    item = flexible["items"]["data"][0]
    whole = item["current_period_end"] - item["current_period_start"]
    share = 4000 * (item["current_period_end"] - world.clock.time) / whole
    billed = latest(world, flexible)
    assert lines(billed) == lines(world.state.kind("invoice").get(shown.id) or shown.to_dict())
    assert billed["total"] == pytest.approx(share - 2000, abs=1)


def test_by_default_it_goes_on_when_its_invoice_is_paid(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    half_way(world, flexible)
    client.v1.subscriptions.pause(flexible["id"])
    world.clock.time += 60 * DAY
    resumed = client.v1.subscriptions.resume(flexible["id"], {"expand": ["latest_invoice"]})
    invoice = resumed.to_dict()["latest_invoice"]
    assert (resumed.status, invoice["status"]) == ("paused", "open")
    client.v1.invoices.pay(invoice["id"])
    assert client.v1.subscriptions.retrieve(flexible["id"]).status == "active"


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("resume_on_payment_attempt", "past_due"), ("resume_on_payment_success", "paused")],
)
def test_a_payment_that_fails_decides_by_what_was_asked(
    client: stripe.StripeClient, world: World, flexible: Json, behavior: str, status: str
) -> None:
    half_way(world, flexible)
    client.v1.subscriptions.pause(flexible["id"])
    world.clock.time += 60 * DAY
    card = next(world.state.where("payment_method", customer=flexible["customer"]))
    card["card"] = card["card"] | {"last4": "0341"}
    client.v1.subscriptions.resume(flexible["id"], {"payment_behavior": behavior})
    with pytest.raises(stripe.CardError):
        client.v1.invoices.pay(flexible["latest_invoice"])
    assert flexible["status"] == status
    card["card"] = card["card"] | {"last4": "4242"}
    client.v1.invoices.pay(flexible["latest_invoice"])
    assert flexible["status"] == "active"


def test_it_stays_paused_where_its_invoice_is_voided_or_forgotten(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    half_way(world, flexible)
    client.v1.subscriptions.pause(flexible["id"])
    world.clock.time += 60 * DAY
    client.v1.subscriptions.resume(flexible["id"])
    client.v1.invoices.void_invoice(flexible["latest_invoice"])
    assert flexible["status"] == "paused"
    client.v1.subscriptions.resume(flexible["id"])
    world.clock.time += DAY
    billing.advance(world.state)
    assert latest(world, flexible)["status"] == "void"
    assert flexible["status"] == "paused"


def test_a_cancellation_that_comes_due_ends_a_paused_subscription(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    client.v1.subscriptions.update(flexible["id"], {"cancel_at": world.clock.time + 100 * DAY})
    client.v1.subscriptions.pause(flexible["id"])
    world.clock.time += 100 * DAY
    billing.advance(world.state)
    assert flexible["status"] == "canceled"


def test_what_cant_be_paused_or_resumed_is_refused(
    client: stripe.StripeClient, world: World, flexible: Json
) -> None:
    def refusal(act: str, subscription: str) -> str:
        with pytest.raises(stripe.InvalidRequestError) as caught:
            getattr(client.v1.subscriptions, act)(subscription)
        return str(caught.value.user_message)

    assert "billing_mode[type]=flexible" in refusal("pause", world.subscription["id"])
    assert "must be `paused`" in refusal("resume", flexible["id"])
    client.v1.subscription_schedules.create({"from_subscription": flexible["id"]})
    assert "managed by the subscription schedule" in refusal("pause", flexible["id"])
    emailed = world.subscribe(
        world.customer,
        world.yearly,
        collection_method="send_invoice",
        days_until_due=7,
        billing_mode={"type": "flexible"},
    )
    assert "charge_automatically" in refusal("pause", emailed["id"])
    client.v1.subscriptions.cancel(emailed["id"])
    assert "charge_automatically" in refusal("pause", emailed["id"])


def test_migrating_to_flexible_billing_cant_be_repeated(
    client: stripe.StripeClient, world: World
) -> None:
    asked: Any = {
        "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "itemized"}}
    }
    answer = client.v1.subscriptions.migrate(world.subscription["id"], asked)
    assert not complaints(answer)
    migrated = answer.to_dict()
    assert migrated["billing_mode"] == {
        "type": "flexible",
        "flexible": {"proration_discounts": "itemized"},
        "updated_at": world.clock.time,
    }
    with pytest.raises(stripe.InvalidRequestError, match="already using"):
        client.v1.subscriptions.migrate(world.subscription["id"], asked)
    client.v1.subscriptions.pause(world.subscription["id"])


def test_a_schedule_migrates_with_its_subscription(
    client: stripe.StripeClient, world: World
) -> None:
    schedule = client.v1.subscription_schedules.create(
        {"from_subscription": world.subscription["id"]}
    )
    client.v1.subscriptions.migrate(
        world.subscription["id"], {"billing_mode": {"type": "flexible"}}
    )
    mode = client.v1.subscription_schedules.retrieve(schedule.id).billing_mode
    assert mode.type == "flexible"
