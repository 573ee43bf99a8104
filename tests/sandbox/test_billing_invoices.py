"""The life of the sandbox's invoices, and what it refuses to sell."""

from __future__ import annotations

from typing import Any

import pytest

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import DECLINING, GOOD, HOUR, Shop, assert_adds_up

SENT: Json = {"collection_method": "send_invoice", "days_until_due": 30}


def test_the_first_period_is_charged_in_the_order_that_stripe_tells_it() -> None:
    shop = Shop()
    subscription = shop.subscribe(quantity=2)
    invoice = shop.latest(subscription)
    assert (invoice["status"], invoice["amount_paid"]) == ("paid", 4000)
    assert invoice["number"].endswith("-0001")
    told = [name for name in shop.events() if name.startswith(("invoice.", "customer.sub"))]
    assert told == [
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.created",
    ]


def test_events_keep_the_object_as_it_was() -> None:
    shop = Shop()
    shop.subscribe()
    shown = {
        event["type"]: event["data"]["object"]["status"]
        for event in shop.state.kind("event").values()
        if event["type"].startswith("invoice.")
    }
    assert shown["invoice.created"] == "draft"
    assert shown["invoice.finalized"] == "open"
    assert shown["invoice.paid"] == "paid"


def test_a_first_charge_that_is_declined_leaves_an_incomplete_subscription() -> None:
    shop = Shop()
    customer = shop.new_customer(DECLINING)
    subscription = shop.subscribe(customer=customer)
    assert subscription["status"] == "incomplete"
    shop.pay_with(customer, GOOD)
    billing.pay_invoice(shop.state, shop.latest(subscription), {})
    assert subscription["status"] == "active"
    assert not customer["delinquent"]


def test_a_declined_card_says_why() -> None:
    shop = Shop()
    customer = shop.new_customer(DECLINING)
    invoice = shop.latest(shop.subscribe(customer=customer))
    with pytest.raises(StripeProblem, match="Your card was declined") as caught:
        billing.pay_invoice(shop.state, invoice, {})
    assert (caught.value.status, caught.value.type) == (402, "card_error")
    assert caught.value.extra["decline_code"] == "generic_decline"


def test_without_a_payment_method_nothing_is_sold() -> None:
    shop = Shop()
    with pytest.raises(StripeProblem, match="no attached payment source"):
        shop.subscribe(customer=shop.new_customer(None))
    assert not shop.state.kind("subscription")


def test_a_request_can_insist_on_payment() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.pay_with(shop.customer, DECLINING)
    shop.wait(days=10)
    before = dict(subscription)
    with pytest.raises(StripeProblem, match="declined"):
        shop.switch(subscription, shop.yearly, payment_behavior="error_if_incomplete")
    assert subscription == before
    assert len(shop.invoices()) == 1


def test_an_emailed_invoice_is_sent_after_an_hour_and_due_later() -> None:
    shop = Shop()
    customer = shop.new_customer(None)
    subscription = shop.subscribe(customer=customer, **SENT)
    invoice = shop.latest(subscription)
    assert (subscription["status"], invoice["status"]) == ("active", "draft")
    shop.now += HOUR
    billing.advance(shop.state)
    assert invoice["status"] == "open"
    assert invoice["due_date"] == shop.now - HOUR + 30 * 86_400
    assert "invoice.sent" in shop.events()
    billing.pay_invoice(shop.state, invoice, {"paid_out_of_band": True})
    assert invoice["status"] == "paid"


def test_void_and_uncollectible_invoices_are_not_paid_any_more() -> None:
    shop = Shop()
    first, second = (shop.latest(shop.subscribe(**SENT)) for _ in range(2))
    for each in (first, second):
        billing.finalize_invoice(shop.state, each)
    billing.void_invoice(shop.state, first)
    billing.mark_uncollectible(shop.state, second)
    assert (first["status"], first["amount_remaining"]) == ("void", 0)
    assert (second["status"], second["amount_remaining"]) == ("uncollectible", 2000)
    assert second["status_details"] == {"uncollectible": {"reason": "user_forgiven"}}
    with pytest.raises(StripeProblem):
        billing.pay_invoice(shop.state, first, {})
    with pytest.raises(StripeProblem):
        billing.mark_uncollectible(shop.state, first)
    billing.pay_invoice(shop.state, second, {})
    assert second["status"] == "paid"


def test_a_paid_invoice_is_paid_once() -> None:
    shop = Shop()
    invoice = shop.latest(shop.subscribe())
    with pytest.raises(StripeProblem, match="already paid") as caught:
        billing.pay_invoice(shop.state, invoice, {})
    assert caught.value.code == "invoice_already_paid"


def test_a_renewal_that_fails_is_past_due_until_it_is_paid() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    shop.pay_with(shop.customer, "9995")
    shop.wait(days=31)
    billing.advance(shop.state)
    assert subscription["status"] == "past_due"
    method = shop.pay_with(shop.customer, GOOD)
    billing.pay_invoice(shop.state, shop.latest(subscription), {"payment_method": method["id"]})
    assert subscription["status"] == "active"
    assert not shop.customer["delinquent"]


def test_usage_is_billed_behind_and_never_in_advance() -> None:
    shop = Shop()
    metered = shop.price(3, "month", meter="mtr_test")
    subscription = billing.create_subscription(
        shop.state, {"customer": shop.customer["id"], "items": [{"price": metered["id"]}]}
    )
    assert subscription["items"]["data"][0]["quantity"] is None
    assert shop.latest(subscription)["total"] == 0
    shop.wait(days=31)
    billing.advance(shop.state)
    line = shop.latest(subscription)["lines"]["data"][0]
    assert line["amount"] == 3 * line["quantity"]
    assert_adds_up(shop.latest(subscription))


def test_lines_say_what_each_costs_and_how_often() -> None:
    shop = Shop()
    every = {"recurring": shop.monthly["recurring"] | {"interval_count": 3}}
    quarterly = shop.price(4500, "month")
    shop.state.update(quarterly, every)
    for price, words in ((shop.yearly, "2 × Team (at $200.00 / year)"),
                         (quarterly, "2 × Team (at $45.00 / every 3 months)")):  # fmt: skip
        invoice = shop.latest(shop.subscribe(price, quantity=2))
        assert invoice["lines"]["data"][0]["description"] == words


def test_months_keep_the_day_of_the_anchor() -> None:
    shop = Shop(now=1_706_702_400)  # 31 January 2024, noon
    subscription = shop.subscribe()
    ends = []
    for _ in range(3):
        shop.now = subscription["items"]["data"][0]["current_period_end"]
        ends.append(shop.now)
        billing.advance(shop.state)
    assert ends == [1_709_208_000, 1_711_886_400, 1_714_478_400]  # 29 Feb, 31 Mar, 30 Apr


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"price": "price_none"}, "No such price: 'price_none'", "items[0][price]"),
    ({"price": "inactive"}, "The price specified is inactive", "items[0][price]"),
    ({"price": "euro"}, "only supports `eur`", "items[0][price]"),
    ({"price": "once"}, "only accepts prices with `type=recurring`", "items[0][price]"),
    ({"quantity": -1}, "greater than or equal to 0", "items[0][quantity]"),
]


@pytest.mark.parametrize(("wish", "words", "param"), REFUSED)
def test_what_can_not_be_sold_is_refused_in_stripes_words(
    wish: dict[str, Any], words: str, param: str
) -> None:
    shop = Shop()
    others = {
        "inactive": shop.price(1, "month", active=False),
        "euro": shop.price(1, "month", "eur"),
        "once": shop.price(1, "month", type="one_time"),
    }
    subscription = shop.subscribe()
    price = wish.get("price", shop.big["id"])
    wanted = {"id": subscription["items"]["data"][0]["id"]} | wish
    wanted["price"] = others[price]["id"] if price in others else price
    before = dict(subscription)
    with pytest.raises(StripeProblem) as caught:
        billing.update_subscription(shop.state, subscription, {"items": [wanted]})
    assert words in caught.value.message
    assert caught.value.param == param
    with pytest.raises(StripeProblem):
        shop.preview(subscription, items=[wanted])
    assert subscription == before


def test_a_proration_date_must_lie_in_the_period() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    with pytest.raises(StripeProblem) as caught:
        shop.switch(subscription, shop.big, proration_date=shop.now - 10)
    assert caught.value.param == "proration_date"


def test_a_subscription_keeps_at_least_one_item() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    item = subscription["items"]["data"][0]["id"]
    with pytest.raises(StripeProblem, match="at least one active plan"):
        billing.update_subscription(
            shop.state, subscription, {"items": [{"id": item, "deleted": True}]}
        )
