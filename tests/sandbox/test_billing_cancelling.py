"""Cancelling in the sandbox, and taking it back."""

from __future__ import annotations

import pytest

from portal_desk.sandbox import billing
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import Shop, lines

CLASSIC = {"billing_mode": {"type": "classic"}}


def test_classic_billing_sets_the_flag_and_flexible_the_date_alone() -> None:
    for mode, flag in (("classic", True), ("flexible", False)):
        shop = Shop()
        subscription = shop.subscribe(billing_mode={"type": mode})
        billing.update_subscription(
            shop.state,
            subscription,
            {
                "cancel_at_period_end": True,
                "cancellation_details": {"feedback": "unused", "comment": "Bye"},
            },
        )
        end = subscription["items"]["data"][0]["current_period_end"]
        assert subscription["cancel_at"] == end
        assert subscription["cancel_at_period_end"] is flag
        assert subscription["canceled_at"] == shop.now
        assert subscription["status"] == "active"
        details = subscription["cancellation_details"]
        assert (details["feedback"], details["comment"]) == ("unused", "Bye")
        assert details["reason"] == "cancellation_requested"


@pytest.mark.parametrize("helper", ["min_period_end", "max_period_end", "max_billed_until"])
def test_flexible_billing_takes_the_end_of_a_period_by_name(helper: str) -> None:
    shop = Shop()
    subscription = shop.subscribe()
    billing.update_subscription(shop.state, subscription, {"cancel_at": helper})
    assert subscription["cancel_at"] == subscription["items"]["data"][0]["current_period_end"]
    classic = shop.subscribe(**CLASSIC)
    with pytest.raises(StripeProblem) as caught:
        billing.update_subscription(shop.state, classic, {"cancel_at": helper})
    assert caught.value.param == "cancel_at"


@pytest.mark.parametrize("undo", [{"cancel_at_period_end": False}, {"cancel_at": ""}])
@pytest.mark.parametrize("mode", ["classic", "flexible"])
def test_a_scheduled_cancellation_can_be_taken_back(undo: dict[str, object], mode: str) -> None:
    shop = Shop()
    subscription = shop.subscribe(billing_mode={"type": mode})
    billing.update_subscription(shop.state, subscription, {"cancel_at_period_end": True})
    billing.update_subscription(shop.state, subscription, undo)
    assert subscription["cancel_at"] is subscription["canceled_at"] is None
    assert subscription["cancel_at_period_end"] is False
    assert subscription["cancellation_details"]["reason"] is None
    shop.wait(days=40)
    billing.advance(shop.state)
    assert subscription["status"] == "active"


def test_a_scheduled_cancellation_ends_the_subscription_without_a_bill() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    billing.update_subscription(shop.state, subscription, {"cancel_at_period_end": True})
    with pytest.raises(StripeProblem) as caught:
        shop.preview(subscription)
    assert caught.value.code == "invoice_upcoming_none"
    shop.wait(days=31)
    billing.advance(shop.state)
    assert subscription["status"] == "canceled"
    assert subscription["ended_at"] == subscription["cancel_at"]
    assert len(shop.invoices()) == 1
    assert shop.events()[-1] == "customer.subscription.deleted"


def test_cancelling_now_credits_what_was_shown() -> None:
    shop = Shop()
    subscription = shop.subscribe(shop.yearly)
    shop.wait(days=100)
    shown = shop.preview(subscription, cancel_now=True)
    billing.cancel_subscription(shop.state, subscription, {"prorate": True, "invoice_now": True})
    assert lines(shop.latest(subscription)) == lines(shown)
    assert shown["total"] == shop.customer["balance"] < 0
    assert subscription["status"] == "canceled"
    assert subscription["ended_at"] == shop.now


def test_cancelling_now_with_a_credit_but_no_invoice_leaves_it_waiting() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.wait(days=10)
    billing.cancel_subscription(shop.state, subscription, {"prorate": True})
    waiting = [each for each in shop.state.kind("invoiceitem").values() if not each["invoice"]]
    assert [each["proration"] for each in waiting] == [True]
    assert len(shop.invoices()) == 1


def test_cancelling_now_without_either_drops_prorations_that_wait() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.wait(days=10)
    shop.switch(subscription, shop.big)
    billing.cancel_subscription(shop.state, subscription, {})
    assert not shop.state.kind("invoiceitem")


def test_what_is_over_can_not_be_cancelled_or_changed() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    billing.cancel_subscription(shop.state, subscription, {})
    with pytest.raises(StripeProblem, match=f"No such subscription: '{subscription['id']}'") as no:
        billing.cancel_subscription(shop.state, subscription, {})
    assert (no.value.status, no.value.code) == (404, "resource_missing")
    with pytest.raises(StripeProblem, match="can only update its cancellation_details and"):
        billing.update_subscription(shop.state, subscription, {"cancel_at_period_end": True})
    billing.update_subscription(
        shop.state, subscription, {"cancellation_details": {"feedback": "unused"}}
    )
    assert subscription["cancellation_details"]["feedback"] == "unused"


def test_a_schedule_forbids_a_planned_end_until_it_is_released() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    schedule = billing.create_schedule(shop.state, {"from_subscription": subscription["id"]})
    with pytest.raises(
        StripeProblem, match=f"managed by the subscription schedule `{schedule['id']}`"
    ):
        billing.update_subscription(shop.state, subscription, {"cancel_at_period_end": True})
    billing.release_schedule(shop.state, schedule, {})
    assert schedule["status"] == "released"
    assert subscription["schedule"] is None
    billing.update_subscription(shop.state, subscription, {"cancel_at_period_end": True})
    assert subscription["cancel_at"]


def test_cancelling_now_cancels_the_schedule_too() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    schedule = billing.create_schedule(shop.state, {"from_subscription": subscription["id"]})
    billing.cancel_subscription(shop.state, subscription, {})
    assert schedule["status"] == "canceled"
    assert "subscription_schedule.canceled" in shop.events()


def test_a_scheduled_change_is_billed_when_its_phase_begins() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    schedule = billing.create_schedule(shop.state, {"from_subscription": subscription["id"]})
    now = schedule["phases"][0]
    phases = [
        {"items": [{"price": shop.monthly["id"]}], "end_date": now["end_date"]},
        {"items": [{"price": shop.big["id"]}], "duration": {"interval": "month"}},
    ]
    billing.update_schedule(shop.state, schedule, {"phases": phases})
    assert shop.preview(subscription)["total"] == 5000
    shop.now = now["end_date"]
    billing.advance(shop.state)
    assert shop.latest(subscription)["total"] == 5000
    assert subscription["items"]["data"][0]["price"]["id"] == shop.big["id"]
