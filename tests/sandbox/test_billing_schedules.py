"""Schedules: phases that begin and end, prorate, try out, and end with the subscription or let go."""

from __future__ import annotations

from typing import Any

import pytest

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import DAY, HOUR, START, Shop, lines

MONTH: Json = {"interval": "month", "interval_count": 1}


def phase(price: Json, quantity: int = 1, **fields: Any) -> Json:
    return {"items": [{"price": price["id"], "quantity": quantity}], **fields}


def planned(shop: Shop, *phases: Json, **params: Any) -> Json:
    asked = {"customer": shop.customer["id"], "phases": list(phases)} | params
    return billing.create_schedule(shop.state, asked)


def subscription_of(shop: Shop, schedule: Json) -> Json:
    return shop.state.kind("subscription")[schedule["subscription"]]


def totals(shop: Shop) -> list[int]:
    return [invoice["total"] for invoice in shop.invoices()]


def wait(shop: Shop, days: float) -> None:
    shop.wait(days=days)
    billing.advance(shop.state)


def test_phases_follow_each_other_and_then_let_the_subscription_go_on() -> None:
    shop = Shop()
    schedule = planned(
        shop,
        phase(shop.monthly, duration=MONTH),
        phase(shop.big, 2, duration=MONTH),
        start_date="now",
    )
    subscription = subscription_of(shop, schedule)
    assert (schedule["status"], subscription["schedule"]) == ("active", schedule["id"])
    wait(shop, 30.1)
    assert schedule["current_phase"]["start_date"] == START + 30 * DAY
    assert subscription["items"]["data"][0]["quantity"] == 2
    wait(shop, 31)
    assert (schedule["status"], subscription["schedule"]) == ("completed", None)
    assert subscription["status"] == "active"
    assert totals(shop) == [2000, 10_000, 10_000]


def test_a_schedule_waits_for_its_start() -> None:
    shop = Shop()
    schedule = planned(shop, phase(shop.monthly, duration=MONTH), start_date=START + 5 * DAY)
    assert (schedule["status"], schedule["subscription"]) == ("not_started", None)
    shown = billing.preview_invoice(shop.state, {"schedule": schedule["id"]})
    wait(shop, 5)
    subscription = subscription_of(shop, schedule)
    assert subscription["start_date"] == START + 5 * DAY
    assert lines(shop.latest(subscription)) == lines(shown)


def test_the_subscription_can_end_with_its_schedule() -> None:
    shop = Shop()
    schedule = planned(shop, phase(shop.monthly, end_date=START + 45 * DAY), end_behavior="cancel")
    subscription = subscription_of(shop, schedule)
    assert subscription["cancel_at"] == START + 45 * DAY
    wait(shop, 46)
    assert (subscription["status"], schedule["status"]) == ("canceled", "canceled")
    assert totals(shop) == [2000, round(2000 * 15 / 31)]


@pytest.mark.parametrize(
    ("behavior", "billed"),
    [("none", [2000]), ("create_prorations", [2000]), ("always_invoice", [2000, 1000])],
)
def test_a_phase_within_a_period_is_prorated_as_it_says(behavior: str, billed: list[int]) -> None:
    shop = Shop()
    schedule = planned(
        shop,
        phase(shop.monthly, end_date=START + 15 * DAY),
        phase(shop.monthly, 2, duration=MONTH, proration_behavior=behavior),
    )
    shown = billing.preview_invoice(shop.state, {"schedule": schedule["id"]})
    wait(shop, 16)
    assert totals(shop) == billed
    wait(shop, 15)
    subscription = subscription_of(shop, schedule)
    kept = {"none": 4000, "create_prorations": 5000, "always_invoice": 4000}[behavior]
    assert shop.latest(subscription)["total"] == kept
    assert lines(shop.invoices()[1]) == lines(shown)


def test_a_last_phase_with_another_interval_is_shown_as_far_as_it_goes() -> None:
    shop = Shop()
    schedule = planned(
        shop,
        phase(shop.monthly, end_date=START + 5 * DAY),
        phase(shop.yearly, end_date=START + 66 * DAY),
        end_behavior="cancel",
    )
    shown = billing.preview_invoice(shop.state, {"schedule": schedule["id"]})
    wait(shop, 6)
    assert lines(shop.invoices()[1]) == lines(shown)
    assert lines(shop.invoices()[1])[1][3] == START + 66 * DAY


def test_a_phase_can_be_a_trial() -> None:
    shop = Shop()
    schedule = planned(
        shop,
        phase(shop.monthly, trial=True, duration={"interval": "week", "interval_count": 2}),
        phase(shop.monthly, duration=MONTH),
    )
    subscription = subscription_of(shop, schedule)
    assert (subscription["status"], subscription["trial_end"]) == ("trialing", START + 14 * DAY)
    wait(shop, 14.1)
    assert subscription["status"] == "active"
    assert totals(shop) == [0, 2000]


def test_a_phases_settings_are_its_own() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=50.0, duration="forever")
    schedule = planned(
        shop,
        phase(shop.monthly, duration=MONTH, discounts=[{"coupon": coupon}], metadata={"a": "1"}),
        phase(shop.monthly, duration=MONTH, collection_method="send_invoice",
              invoice_settings={"days_until_due": 7}),
    )  # fmt: skip
    subscription = subscription_of(shop, schedule)
    assert subscription["metadata"] == {"a": "1"}
    wait(shop, 30.1)
    assert subscription["collection_method"] == "send_invoice"
    assert subscription["discounts"] == []
    assert totals(shop) == [1000, 2000]
    assert shop.latest(subscription)["due_date"] == START + 37 * DAY


def test_one_time_charges_come_with_their_phase() -> None:
    shop = Shop()
    described = {"currency": "usd", "product": shop.product["id"], "unit_amount": 300}
    extra = {"add_invoice_items": [{"price_data": described}]}
    planned(shop, phase(shop.monthly, duration=MONTH), phase(shop.monthly, duration=MONTH, **extra))
    wait(shop, 31)
    assert totals(shop) == [2000, 2300]


def test_a_past_start_backdates() -> None:
    shop = Shop()
    planned(
        shop,
        phase(shop.monthly, end_date=START + 30 * DAY),
        start_date=START - 15 * DAY,
    )
    assert len(lines(shop.invoices()[0])) == 2


def test_what_changes_in_the_present_phase_changes_the_subscription_at_once() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    schedule = billing.create_schedule(shop.state, {"from_subscription": subscription["id"]})
    shop.wait(days=15)
    then = [phase(shop.big, start_date=START, end_date=START + 30 * DAY)]
    details: Json = {"phases": then, "proration_behavior": "always_invoice"}
    asked = {"schedule": schedule["id"], "schedule_details": details}
    shown = billing.preview_invoice(shop.state, asked)
    billing.update_schedule(shop.state, schedule, details)
    assert lines(shop.latest(subscription)) == lines(shown)
    assert shown["total"] == 1500


def test_a_schedule_that_is_not_there_yet_can_be_previewed() -> None:
    shop = Shop()
    details = {"phases": [phase(shop.big, 3, duration=MONTH)]}
    asked = {"customer": shop.customer["id"], "schedule_details": details}
    assert billing.preview_invoice(shop.state, asked)["total"] == 15_000
    assert not shop.state.kind("subscription")


def test_phases_have_no_gaps() -> None:
    shop = Shop()
    gap = phase(shop.big, duration=MONTH, start_date=START + 60 * DAY)
    with pytest.raises(StripeProblem, match="end date of the one before"):
        planned(shop, phase(shop.monthly, duration=MONTH), gap)


def test_cancelling_a_schedule_that_waits_leaves_nothing() -> None:
    shop = Shop()
    schedule = planned(shop, phase(shop.monthly, duration=MONTH), start_date=START + DAY)
    billing.cancel_schedule(shop.state, schedule, {})
    wait(shop, 1 + HOUR / DAY)
    assert schedule["status"] == "canceled"
    assert shop.invoices() == []


@pytest.mark.parametrize("where", ["phase", "item"])
def test_a_phase_begins_without_a_coupon_that_has_expired_meanwhile(where: str) -> None:
    shop = Shop()
    offer = shop.coupon(percent_off=50.0, duration="forever", redeem_by=START + 10 * DAY)
    redeemed = {"discounts": [{"coupon": offer}]}
    cheaper = phase(shop.monthly, duration=MONTH)
    if where == "phase":
        cheaper |= redeemed
    else:
        cheaper["items"][0] |= redeemed
    schedule = planned(shop, phase(shop.monthly, duration=MONTH), cheaper, start_date="now")
    wait(shop, 30.1)
    assert schedule["current_phase"]["start_date"] == START + 30 * DAY
    assert subscription_of(shop, schedule)["discounts"] == []
    assert totals(shop) == [2000, 2000]


def test_a_coupon_that_has_expired_cant_be_planned() -> None:
    shop = Shop()
    offer = shop.coupon(percent_off=50.0, duration="forever", redeem_by=START - DAY)
    with pytest.raises(StripeProblem, match="Coupon expired"):
        planned(shop, phase(shop.monthly, duration=MONTH, discounts=[{"coupon": offer}]))


@pytest.mark.parametrize("place", [0, 1])
def test_a_phase_begins_without_a_card_that_was_removed_meanwhile(place: int) -> None:
    shop = Shop()
    gone = shop.pay_with(shop.customer, "4242")
    shop.pay_with(shop.customer, "4242")
    phases = [phase(shop.monthly, duration=MONTH), phase(shop.big, duration=MONTH)]
    phases[place]["default_payment_method"] = gone["id"]
    schedule = planned(shop, *phases, start_date=START + DAY)
    shop.state.update(gone, {"customer": None})
    wait(shop, 1)
    wait(shop, 31)
    assert totals(shop) == [2000, 5000]
    assert subscription_of(shop, schedule)["default_payment_method"] is None


def test_a_schedule_begins_without_anybody_who_could_pay_and_its_first_invoice_is_a_draft() -> None:
    shop = Shop()
    nobody = shop.new_customer(last4=None)
    schedule = planned(shop, phase(shop.monthly), start_date="now", customer=nobody["id"])
    subscription = subscription_of(shop, schedule)
    assert (schedule["status"], subscription["status"]) == ("active", "active")
    first = shop.latest(subscription)
    assert (first["status"], first["billing_reason"]) == ("draft", "subscription_create")
    assert first["automatically_finalizes_at"] == shop.now + HOUR
    shop.now += HOUR
    billing.advance(shop.state)
    assert (first["status"], first["attempted"]) == ("open", True)
    assert subscription["status"] == "past_due"
    shop.pay_with(nobody, "4242")
    billing.pay_invoice(shop.state, first, {})
    assert subscription["status"] == "active"


def test_a_schedule_of_somebody_who_lost_their_card_begins_when_its_time_comes() -> None:
    shop = Shop()
    nobody = shop.new_customer(last4=None)
    schedule = planned(shop, phase(shop.monthly), start_date=shop.now + DAY, customer=nobody["id"])
    wait(shop, 2)
    assert subscription_of(shop, schedule)["status"] == "past_due"
