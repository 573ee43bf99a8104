"""What a subscription can be told as it begins and changes: anchors, prices, discounts, tax."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects
from portal_desk.sandbox.objects.meters import new_meter_event
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import DAY, DECLINING, GOOD, HOUR, START, Shop, assert_adds_up, lines

HALF = START + 15 * DAY  # of a period of 30 days


def period(subscription: Json, place: int = 0) -> tuple[int, int]:
    item = subscription["items"]["data"][place]
    return item["current_period_start"], item["current_period_end"]


def once(shop: Shop, amount: int, **fields: Any) -> Json:
    """A price that is billed once."""
    product, state = shop.product["id"], shop.state
    price = objects.new_price(state, product, currency="usd", unit_amount=amount, **fields)
    return state.create(price)


def totals(shop: Shop) -> list[int]:
    return [invoice["total"] for invoice in shop.invoices()]


def test_until_its_anchor_a_subscription_costs_what_the_time_is_worth() -> None:
    shop = Shop()
    subscription = shop.subscribe(billing_cycle_anchor=HALF)
    [(words, amount, start, end)] = lines(shop.latest(subscription))
    assert (words[:12], start, end) == ("Time on Team", START, HALF)
    assert amount == 1000  # 15 of the 30 days before the anchor
    shop.now = HALF + HOUR
    billing.advance(shop.state)
    assert lines(shop.latest(subscription))[0][1] == 2000
    assert subscription["billing_cycle_anchor"] == HALF


def test_the_time_before_the_anchor_can_be_free() -> None:
    shop = Shop()
    subscription = shop.subscribe(billing_cycle_anchor=HALF, proration_behavior="none")
    assert shop.latest(subscription)["total"] == 0
    assert period(subscription) == (START, HALF)


def test_an_anchor_is_no_later_than_the_next_natural_date() -> None:
    with pytest.raises(StripeProblem, match="next natural billing date"):
        Shop().subscribe(billing_cycle_anchor=START + 40 * DAY)


@pytest.mark.parametrize(("day", "date"), [(1, 1790812800 - 0), (31, 1790726400 + 0)])
def test_an_anchor_can_be_described(day: int, date: int) -> None:
    shop = Shop()
    config = {"day_of_month": day, "hour": 0, "minute": 0, "second": 0}
    subscription = shop.subscribe(billing_cycle_anchor_config=config)
    assert subscription["billing_cycle_anchor"] == date  # 1 October; 30 September
    assert subscription["billing_cycle_anchor_config"]["day_of_month"] == day
    assert period(subscription) == (START, date)


@pytest.mark.parametrize("mode", ["flexible", "classic"])
def test_a_backdated_subscription_is_billed_for_the_time_that_is_over(mode: str) -> None:
    shop = Shop()
    subscription = shop.subscribe(backdate_start_date=START - 45 * DAY, billing_mode={"type": mode})
    assert subscription["start_date"] == START - 45 * DAY
    billed = lines(shop.latest(subscription))
    assert len(billed) == {"flexible": 3, "classic": 2}[mode]
    assert billed[0][2] == START - 45 * DAY
    assert [line[1] for line in billed][-1] == 2000
    assert all(one[3] == other[2] for one, other in pairwise(billed))


def test_after_a_trial_the_anchor_can_stay() -> None:
    shop = Shop()
    settings: Any = {
        "end_behavior": {"billing_cycle_anchor": "unchanged", "missing_payment_method": "cancel"}
    }
    subscription = shop.subscribe(trial_period_days=15, trial_settings=settings)
    shop.wait(days=15.5)
    billing.advance(shop.state)
    assert subscription["billing_cycle_anchor"] == START
    assert lines(shop.latest(subscription))[0][1:] == (1000, HALF, START + 30 * DAY)


def test_a_trial_can_come_with_the_price() -> None:
    shop = Shop()
    terms = objects.recurring("month") | {"trial_period_days": 10}
    price = objects.new_price(
        shop.state, shop.product["id"], currency="usd", unit_amount=900, recurring=terms
    )
    subscription = shop.subscribe(shop.state.create(price), trial_from_plan=True)
    assert subscription["trial_end"] == START + 10 * DAY
    assert shop.latest(subscription)["total"] == 0


def test_one_time_charges_come_with_the_first_invoice_or_wait_for_the_next() -> None:
    shop = Shop()
    setup: Json = {"price": once(shop, 5000)["id"], "quantity": 2}
    subscription = shop.subscribe(add_invoice_items=[setup])
    assert shop.latest(subscription)["total"] == 2000 + 10_000
    billing.update_subscription(shop.state, subscription, {"add_invoice_items": [setup]})
    assert [each["amount"] for each in shop.state.where("invoiceitem", invoice=None)] == [10_000]
    assert shop.preview(subscription)["total"] == 2000 + 10_000


def test_a_price_can_be_described_on_the_way() -> None:
    shop = Shop()
    described = {
        "currency": "usd", "product": shop.product["id"], "recurring": {"interval": "month"},
        "unit_amount": 3333,
    }  # fmt: skip
    asked = {"customer": shop.customer["id"], "items": [{"price_data": described}]}
    subscription = billing.create_subscription(shop.state, asked)
    price = subscription["items"]["data"][0]["price"]
    assert shop.latest(subscription)["total"] == 3333
    assert shop.state.kind("price")[price["id"]]["active"] is False


def test_a_price_has_its_own_amount_in_another_currency() -> None:
    shop = Shop()
    options = {"eur": {"unit_amount": 1800, "unit_amount_decimal": "1800"}}
    shop.monthly["currency_options"] = options
    subscription = shop.subscribe(currency="eur")
    assert subscription["currency"] == "eur"
    assert shop.latest(subscription)["total"] == 1800
    with pytest.raises(StripeProblem, match="only supports `usd`"):
        shop.subscribe(shop.big, customer=shop.new_customer(), currency="eur")


def test_an_items_discount_takes_nothing_off_the_others() -> None:
    shop = Shop()
    coupon = {"coupon": shop.coupon(percent_off=50.0, duration="forever")}
    once_only = {"coupon": shop.coupon(percent_off=10.0, duration="once")}
    asked: Json = {
        "customer": shop.customer["id"],
        "items": [
            {"price": shop.monthly["id"], "discounts": [coupon, once_only]},
            {"price": shop.big["id"]},
        ],
    }
    subscription = billing.create_subscription(shop.state, asked)
    first = shop.latest(subscription)
    assert first["total"] == 900 + 5000
    assert [len(line["discounts"]) for line in first["lines"]["data"]] == [2, 0]
    assert_adds_up(first)
    assert len(subscription["items"]["data"][0]["discounts"]) == 1
    assert shop.preview(subscription)["total"] == 1000 + 5000


def test_tax_is_what_the_customers_place_asks_for() -> None:
    shop = Shop()
    place = objects.address(country="DE", postal_code="10115", line1="Invalidenstr. 1")
    shop.state.update(shop.customer, {"address": place})
    subscription = shop.subscribe(automatic_tax={"enabled": True})
    invoice = shop.latest(subscription)
    assert (invoice["total"], invoice["total_taxes"][0]["amount"]) == (2380, 380)
    assert invoice["automatic_tax"]["status"] == "complete"
    rate = invoice["total_taxes"][0]["tax_rate_details"]["tax_rate"]
    assert shop.state.kind("tax_rate")[rate]["percentage"] == 19.0
    assert shop.preview(subscription)["total"] == 2380


def test_automatic_tax_needs_a_place() -> None:
    with pytest.raises(StripeProblem) as caught:
        Shop().subscribe(automatic_tax={"enabled": True})
    assert caught.value.code == "customer_tax_location_invalid"


def test_items_with_other_intervals_keep_the_anchor_in_common() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.wait(days=10)
    billing.update_subscription(
        shop.state,
        subscription,
        {"items": [{"price": shop.yearly["id"]}], "proration_behavior": "always_invoice"},
    )
    assert period(subscription, 1) == (START, START + 365 * DAY)
    [(_, amount, start, end)] = lines(shop.latest(subscription))
    assert (amount, start, end) == (round(20_000 * 355 / 365), START + 10 * DAY, START + 365 * DAY)
    shop.now = START + 30 * DAY + HOUR
    billing.advance(shop.state)
    assert [line[1] for line in lines(shop.latest(subscription))] == [2000]


def test_ending_before_the_period_does_gives_the_rest_back_and_staying_charges_it_again() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    billing.update_subscription(shop.state, subscription, {"cancel_at": HALF})
    assert [each["amount"] for each in shop.state.where("invoiceitem", invoice=None)] == [-1000]
    shown = shop.preview(subscription)
    assert (shown["total"], shown["period_end"]) == (-1000, HALF)
    billing.update_subscription(shop.state, subscription, {"cancel_at": ""})
    assert shop.preview(subscription)["total"] == 2000
    assert period(subscription) == (START, START + 30 * DAY)


def test_a_last_period_costs_as_much_of_it_as_there_is() -> None:
    shop = Shop()
    end = START + 30 * DAY + 31 * DAY // 2
    subscription = shop.subscribe(cancel_at=end)
    shop.wait(days=31)
    billing.advance(shop.state)
    assert lines(shop.latest(subscription))[0][1:] == (1000, START + 30 * DAY, end)
    shop.wait(days=16)
    billing.advance(shop.state)
    assert subscription["status"] == "canceled"
    assert totals(shop) == [2000, 1000]


def test_what_waits_can_be_billed_more_often() -> None:
    shop = Shop()
    weekly: Any = {"interval": "week", "interval_count": 1}
    subscription = shop.subscribe(pending_invoice_item_interval=weekly)
    asked = {"customer": shop.customer["id"], "amount": 700, "currency": "usd"}
    billing.create_invoice_item(shop.state, asked)
    assert shop.preview(subscription)["total"] == 700
    shop.wait(days=7.1)
    billing.advance(shop.state)
    assert totals(shop) == [2000, 700]
    assert subscription["next_pending_invoice_item_invoice"] == START + 14 * DAY


def test_a_change_can_wait_until_it_is_paid() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.pay_with(shop.customer, DECLINING)
    terms = {"proration_behavior": "always_invoice", "payment_behavior": "pending_if_incomplete"}
    shop.switch(subscription, shop.big, **terms)
    pending = subscription["pending_update"]
    assert subscription["items"]["data"][0]["price"]["id"] == shop.monthly["id"]
    assert pending["subscription_items"][0]["price"]["id"] == shop.big["id"]
    assert (pending["expires_at"], subscription["status"]) == (START + 23 * HOUR, "active")
    shop.pay_with(shop.customer, GOOD)
    billing.pay_invoice(shop.state, shop.latest(subscription), {})
    assert subscription["pending_update"] is None
    assert subscription["items"]["data"][0]["price"]["id"] == shop.big["id"]
    assert "customer.subscription.pending_update_applied" in shop.events()


def test_a_change_that_nobody_pays_is_dropped() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.pay_with(shop.customer, DECLINING)
    terms = {"proration_behavior": "always_invoice", "payment_behavior": "pending_if_incomplete"}
    shop.switch(subscription, shop.big, **terms)
    shop.wait(days=1)
    billing.advance(shop.state)
    assert subscription["pending_update"] is None
    assert shop.latest(subscription)["status"] == "void"
    assert subscription["items"]["data"][0]["price"]["id"] == shop.monthly["id"]
    assert "customer.subscription.pending_update_expired" in shop.events()


def test_what_has_nothing_to_do_with_a_payment_cant_wait_for_one() -> None:
    shop = Shop()
    with pytest.raises(StripeProblem, match="cannot be used"):
        shop.switch(
            shop.subscribe(),
            shop.big,
            payment_behavior="pending_if_incomplete",
            description="Something else",
        )


def test_prorations_can_show_what_discounts_took_off() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=50.0, duration="forever")
    mode: Any = {"type": "flexible", "flexible": {"proration_discounts": "itemized"}}
    subscription = shop.subscribe(discounts=[{"coupon": coupon}], billing_mode=mode)
    shop.now = HALF
    shop.switch(subscription, shop.big, proration_behavior="always_invoice")
    invoice = shop.latest(subscription)
    assert [line[1] for line in lines(invoice)] == [-1000, 2500]
    assert invoice["total"] == 750
    assert_adds_up(invoice)


@pytest.mark.parametrize("outcome", ["unpaid", "past_due"])
def test_the_account_says_what_follows_the_last_retry(outcome: str) -> None:
    shop = Shop()
    shop.state.settings.change({"unpaid_becomes": outcome})
    subscription = shop.subscribe()
    shop.pay_with(shop.customer, DECLINING)
    shop.wait(days=30 + 16)
    billing.advance(shop.state)
    assert subscription["status"] == outcome
    shop.wait(days=31)
    billing.advance(shop.state)
    assert shop.latest(subscription)["status"] == {"unpaid": "draft", "past_due": "open"}[outcome]


def test_an_emailed_invoice_that_is_not_paid_in_time_is_past_due() -> None:
    shop = Shop()
    subscription = shop.subscribe(collection_method="send_invoice", days_until_due=5)
    shop.wait(days=6)
    billing.advance(shop.state)
    assert subscription["status"] == "past_due"
    billing.pay_invoice(shop.state, shop.latest(subscription), {"paid_out_of_band": True})
    assert subscription["status"] == "active"


def test_the_card_that_paid_can_become_the_subscriptions_own() -> None:
    shop = Shop()
    settings = {"save_default_payment_method": "on_subscription"}
    subscription = shop.subscribe(payment_settings=settings)
    assert subscription["default_payment_method"]


@pytest.mark.parametrize(("formula", "units"), [("sum", 12), ("count", 2), ("last", 5)])
def test_usage_is_what_the_meter_says(formula: str, units: int) -> None:
    shop = Shop()
    meter = {
        "id": "mtr_calls", "object": "billing.meter", "created": START, "event_name": "calls",
        "customer_mapping": {"event_payload_key": "stripe_customer_id", "type": "by_id"},
        "default_aggregation": {"formula": formula},
        "value_settings": {"event_payload_key": "value"},
    }  # fmt: skip
    shop.state.create(meter)
    calls = shop.price(10, "month", meter="mtr_calls")
    subscription = billing.create_subscription(
        shop.state, {"customer": shop.customer["id"], "items": [{"price": calls["id"]}]}
    )
    other = shop.new_customer()
    told = [(7, START, shop.customer), (5, HALF, shop.customer), (8, HALF, other)]
    for value, at, customer in [*told, (90, START + 30 * DAY, shop.customer)]:
        payload = {"stripe_customer_id": customer["id"], "value": str(value)}
        event = new_meter_event(shop.state, "calls", payload, customer=customer["id"], timestamp=at)
        shop.state.create(event)
    shop.wait(days=30.1)
    billing.advance(shop.state)
    assert shop.latest(subscription)["total"] == units * 10
