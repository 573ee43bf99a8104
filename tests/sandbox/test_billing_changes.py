"""Changing a subscription in the sandbox: what it costs, and that it costs what was shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_desk.models.json import Json
from portal_desk.sandbox import billing

from .billing_shop import DAY, HOUR, Shop, assert_adds_up, lines


def test_half_a_period_costs_half() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    item = subscription["items"]["data"][0]
    shop.now = (item["current_period_start"] + item["current_period_end"]) // 2
    shop.switch(subscription, shop.big, proration_behavior="always_invoice")
    invoice = shop.latest(subscription)
    assert [amount for _, amount, _, _ in lines(invoice)] == [-1000, 2500]
    assert invoice["total"] == invoice["amount_paid"] == 1500
    assert invoice["status"] == "paid"


def test_a_second_more_or_less_is_told_apart() -> None:
    shop = Shop()
    shop.monthly = shop.price(3_000_000, "month")
    subscription = shop.subscribe()
    shop.wait(days=10)
    early = shop.preview(subscription, cancel_now=True)["total"]
    shop.now += 1
    assert shop.preview(subscription, cancel_now=True)["total"] > early


def test_prorations_wait_for_the_next_invoice_by_default() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    first = subscription["latest_invoice"]
    shop.wait(days=10)
    shop.switch(subscription, shop.big)
    assert subscription["latest_invoice"] == first
    shown = shop.preview(subscription)
    shop.wait(days=30)
    billing.advance(shop.state)
    renewed = shop.latest(subscription)
    assert lines(renewed) == lines(shown)
    assert len(lines(renewed)) == 3
    assert renewed["billing_reason"] == "subscription_cycle"


def test_without_proration_nothing_is_charged_until_renewal() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.wait(days=10)
    shop.switch(subscription, shop.big, proration_behavior="none")
    assert [amount for _, amount, _, _ in lines(shop.preview(subscription))] == [5000]


def test_another_interval_begins_a_new_period_and_bills_at_once() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.wait(days=10)
    shop.switch(subscription, shop.yearly)
    item = subscription["items"]["data"][0]
    assert item["current_period_start"] == subscription["billing_cycle_anchor"] == shop.now
    assert item["current_period_end"] - shop.now == 365 * DAY
    invoice = shop.latest(subscription)
    assert invoice["billing_reason"] == "subscription_update"
    assert invoice["total"] == 20_000 + lines(invoice)[0][1]
    assert lines(invoice)[0][1] < 0


def test_an_anchor_of_now_credits_the_rest_and_bills_a_whole_period() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.wait(days=15)
    billing.update_subscription(shop.state, subscription, {"billing_cycle_anchor": {"type": "now"}})
    amounts = [amount for _, amount, _, _ in lines(shop.latest(subscription))]
    assert amounts[0] == pytest.approx(-1000, abs=40)
    assert amounts[1] == 2000


def test_from_free_to_paid_bills_at_once() -> None:
    shop = Shop()
    subscription = shop.subscribe(shop.price(0, "month"))
    shop.wait(days=5)
    shop.switch(subscription, shop.monthly)
    assert shop.latest(subscription)["total"] == 2000


def test_a_trial_goes_on_through_a_change_and_ends_when_told_to() -> None:
    shop = Shop()
    subscription = shop.subscribe(trial_period_days=14)
    assert subscription["status"] == "trialing"
    shop.wait(days=3)
    shop.switch(subscription, shop.big)
    assert subscription["status"] == "trialing"
    assert shop.latest(subscription)["total"] == 0
    shop.switch(subscription, shop.monthly, trial_end="now")
    assert subscription["status"] == "active"
    assert subscription["trial_end"] == shop.now
    assert lines(shop.latest(subscription))[0][1] == 2000


def test_a_trial_that_ends_by_itself_is_billed() -> None:
    shop = Shop()
    subscription = shop.subscribe(trial_period_days=14)
    shop.wait(days=14)
    billing.advance(shop.state)
    assert subscription["status"] == "active"
    assert shop.latest(subscription)["status"] == "draft"
    shop.wait(days=1 / 24)
    billing.advance(shop.state)
    assert shop.latest(subscription)["amount_paid"] == 2000


def test_an_update_that_is_declined_is_past_due_and_its_invoice_open() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.pay_with(shop.customer, "0341")
    shop.wait(days=10)
    shop.switch(subscription, shop.yearly)
    assert subscription["status"] == "past_due"
    assert shop.latest(subscription)["status"] == "open"
    assert shop.latest(subscription)["attempt_count"] == 1
    assert shop.customer["delinquent"]
    assert "invoice.payment_failed" in shop.events()


def test_items_are_added_and_removed_with_their_share_of_the_period() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    other = shop.price(1000, "month")
    shop.wait(days=15)
    billing.update_subscription(
        shop.state,
        subscription,
        {"items": [{"price": other["id"], "quantity": 2}], "proration_behavior": "always_invoice"},
    )
    assert lines(shop.latest(subscription))[0][1] == pytest.approx(1000, abs=40)
    added = subscription["items"]["data"][1]
    billing.update_subscription(
        shop.state,
        subscription,
        {"items": [{"id": added["id"], "deleted": True}], "proration_behavior": "always_invoice"},
    )
    assert len(subscription["items"]["data"]) == 1
    assert shop.latest(subscription)["total"] == pytest.approx(-1000, abs=40)


def test_a_credit_is_kept_on_the_balance_and_pays_the_next_invoice() -> None:
    shop = Shop()
    subscription = shop.subscribe(shop.big)
    shop.wait(days=15)
    shop.switch(subscription, shop.monthly, proration_behavior="always_invoice")
    credit = shop.customer["balance"]
    assert credit == shop.latest(subscription)["total"] < 0
    assert shop.latest(subscription)["status"] == "paid"
    shop.wait(days=20)
    billing.advance(shop.state)
    assert shop.latest(subscription)["amount_paid"] == 2000 + credit
    assert shop.customer["balance"] == 0


COMPARED = (
    "subtotal", "total", "amount_due", "starting_balance", "ending_balance", "period_start",
    "period_end",
)  # fmt: skip
CHANGES = st.fixed_dictionaries(
    {
        "price": st.sampled_from(["monthly", "yearly", "big"]),
        "quantity": st.integers(0, 30),
        "behavior": st.sampled_from(["none", "create_prorations", "always_invoice"]),
        "second": st.integers(0, 27 * DAY),
        "later": st.integers(0, 3600),
        "discount": st.sampled_from([None, {"percent_off": 12.5}, {"amount_off": 777}]),
        "balance": st.sampled_from([0, -1500, 400]),
        "first_quantity": st.integers(1, 9),
    }
)


@settings(max_examples=120, deadline=None)
@given(CHANGES)
def test_what_was_shown_is_what_is_charged(wish: Json) -> None:
    shop = Shop()
    discounts: dict[str, Any] = {}
    if wish["discount"]:
        coupon = shop.coupon(duration="forever", currency="usd", **wish["discount"])
        discounts = {"discounts": [{"coupon": coupon}]}
    subscription = shop.subscribe(quantity=wish["first_quantity"], **discounts)
    shop.customer["balance"] = wish["balance"]
    shop.now += wish["second"]
    item = shop.item(subscription, getattr(shop, wish["price"]), wish["quantity"])
    change: Json = {"items": [item], "proration_behavior": wish["behavior"]}
    if wish["behavior"] != "none":
        change["proration_date"] = shop.now
    shown = shop.preview(subscription, **change)
    before = subscription["latest_invoice"]
    shop.now += wish["later"] if wish["behavior"] != "none" else 0
    billing.update_subscription(shop.state, subscription, change)
    if subscription["latest_invoice"] == before:
        shop.now = subscription["items"]["data"][0]["current_period_end"] + HOUR
        billing.advance(shop.state)
    charged = shop.latest(subscription)
    assert charged["id"] != before
    assert lines(charged) == lines(shown)
    for name in COMPARED:
        assert charged[name] == shown[name], name
    assert_adds_up(shown)
    assert_adds_up(charged)


def test_a_credit_names_the_lines_that_charged_it() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    first = shop.latest(subscription)
    paid = {"invoice": first["id"], "invoice_line_items": [first["lines"]["data"][0]["id"]]}
    shop.wait(days=10)
    shop.switch(subscription, shop.big)
    charge, credit = list(shop.state.kind("invoiceitem").values())[:2]
    named = credit["proration_details"]["credited_items"]
    assert (named["type"], named["invoice_line_item_details"]) == (
        "invoice_line_items",
        paid,
    )
    assert charge["proration_details"]["credited_items"] is None
    shop.wait(days=5)
    shop.switch(subscription, shop.monthly, proration_behavior="always_invoice")
    billed = [
        line["parent"]["subscription_item_details"]["proration_details"]["credited_items"]
        for line in shop.latest(subscription)["lines"]["data"]
        if line["amount"] < 0
    ]
    # The second credit is for a charge that waited, and is on the same invoice.
    assert billed == [None, paid]


def test_a_credit_names_a_charge_that_still_waits() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.wait(days=10)
    shop.switch(subscription, shop.big)
    [charge] = [each for each in shop.state.kind("invoiceitem").values() if each["amount"] > 0]
    shop.wait(days=5)
    shop.switch(subscription, shop.monthly)
    given_back = [each for each in shop.state.kind("invoiceitem").values() if each["amount"] < 0]
    named = [each["proration_details"]["credited_items"]["invoice_item"] for each in given_back]
    assert sorted(filter(None, named)) == [charge["id"]]
