"""The end of a trial: announced, ended early, and without a way to pay."""

from __future__ import annotations

from typing import Any

import pytest

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.billing.resume_dates import resume_later
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import DAY, START, Shop

ANNOUNCED = "customer.subscription.trial_will_end"


def trial(shop: Shop, days: int, behavior: str = "create_invoice", **params: Any) -> Json:
    """A trial of somebody who has no card."""
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    return shop.subscribe(
        customer=shop.new_customer(last4=None),
        trial_period_days=days,
        trial_settings=settings,
        **params,
    )


def announced(shop: Shop) -> list[int]:
    """When the ends of trials were told of."""
    events = shop.state.kind("event").values()
    return [each["created"] for each in events if each["type"] == ANNOUNCED]


def test_the_end_of_a_trial_is_announced_three_days_before() -> None:
    shop = Shop()
    shop.subscribe(trial_period_days=14)
    assert announced(shop) == []
    shop.wait(days=30)
    billing.advance(shop.state)
    assert announced(shop) == [START + 11 * DAY]


def test_a_trial_shorter_than_three_days_is_announced_as_it_begins() -> None:
    shop = Shop()
    shop.subscribe(trial_period_days=2)
    assert shop.events()[-2:] == ["customer.subscription.created", ANNOUNCED]
    shop.wait(days=30)
    billing.advance(shop.state)
    assert announced(shop) == [START]


def test_a_trial_that_is_moved_is_announced_for_its_new_end() -> None:
    shop = Shop()
    subscription = shop.subscribe(trial_period_days=14)
    later = {"trial_end": START + 20 * DAY}
    billing.update_subscription(shop.state, subscription, later)
    shop.wait(days=25)
    billing.advance(shop.state)
    assert announced(shop) == [START + 17 * DAY]


def test_a_trial_that_is_ended_early_is_announced_at_once_and_no_more() -> None:
    shop = Shop()
    subscription = shop.subscribe(trial_period_days=14)
    shop.wait(days=5)
    billing.update_subscription(shop.state, subscription, {"trial_end": "now"})
    shop.wait(days=20)
    billing.advance(shop.state)
    assert announced(shop) == [START + 5 * DAY]


def test_nothing_is_announced_of_a_trial_that_was_cancelled() -> None:
    shop = Shop()
    subscription = shop.subscribe(trial_period_days=14)
    billing.cancel_subscription(shop.state, subscription, {})
    shop.wait(days=30)
    billing.advance(shop.state)
    assert announced(shop) == []


def test_a_trial_that_is_ended_early_without_a_card_pauses_where_it_says_so() -> None:
    shop = Shop()
    subscription = trial(shop, 14, "pause")
    invoices = len(shop.invoices())
    shop.wait(days=5)
    with pytest.raises(StripeProblem) as nothing:
        shop.preview(subscription, trial_end="now")
    assert nothing.value.code == "invoice_upcoming_none"
    billing.update_subscription(
        shop.state, subscription, {"trial_end": "now", "metadata": {"a": "1"}}
    )
    assert subscription["status"] == "paused"
    paused = subscription["status_details"]["paused"]["subscription"]["type"]
    assert paused == "trial_end_without_payment_method"
    assert (subscription["trial_end"], subscription["metadata"]) == (shop.now, {"a": "1"})
    assert len(shop.invoices()) == invoices
    assert "customer.subscription.paused" in shop.events()


def test_a_trial_that_is_ended_early_without_a_card_is_cancelled_where_it_says_so() -> None:
    shop = Shop()
    subscription = trial(shop, 14, "cancel")
    billing.update_subscription(shop.state, subscription, {"trial_end": "now"})
    assert (subscription["status"], subscription["ended_at"]) == ("canceled", shop.now)


def test_a_card_that_comes_with_the_request_is_a_way_to_pay() -> None:
    shop = Shop()
    subscription = trial(shop, 14, "pause")
    customer = shop.state.kind("customer")[subscription["customer"]]
    card = shop.pay_with(customer, "4242")["id"]
    customer["invoice_settings"]["default_payment_method"] = None
    asked = {"trial_end": "now", "default_payment_method": card}
    billing.update_subscription(shop.state, subscription, asked)
    assert subscription["status"] == "active"
    assert shop.latest(subscription)["amount_paid"] == 2000


def test_a_trial_of_somebody_who_is_sent_invoices_needs_no_card() -> None:
    shop = Shop()
    subscription = trial(shop, 14, "pause", collection_method="send_invoice", days_until_due=7)
    shop.wait(days=15)
    billing.advance(shop.state)
    assert subscription["status"] == "active"


def test_a_pause_that_ends_by_itself_stays_where_invoices_are_emailed_by_then() -> None:
    shop = Shop()
    subscription = shop.subscribe(billing_mode={"type": "flexible"})
    billing.pause_subscription(shop.state, subscription, {})
    resume_later(shop.state, subscription, shop.now + DAY)
    emailed = {"collection_method": "send_invoice", "days_until_due": 7}
    billing.update_subscription(shop.state, subscription, emailed)
    shop.wait(days=2)
    billing.advance(shop.state)
    assert subscription["status"] == "paused"
