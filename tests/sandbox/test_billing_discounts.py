"""Coupons, balances and taxes on the sandbox's invoices."""

from __future__ import annotations

import pytest

from portal_desk.sandbox import billing, objects
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import Shop, assert_adds_up


def renewed_totals(shop: Shop, months: int) -> list[int]:
    for _ in range(months):
        shop.wait(days=31)
        billing.advance(shop.state)
    return [invoice["total"] for invoice in shop.invoices()]


def test_a_coupon_for_once_is_spent_on_the_first_invoice() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=50, duration="once")
    shop.subscribe(discounts=[{"coupon": coupon}])
    assert renewed_totals(shop, 2) == [1000, 2000, 2000]


def test_a_repeating_coupon_lasts_its_months() -> None:
    shop = Shop()
    coupon = shop.coupon(amount_off=500, currency="usd", duration="repeating", duration_in_months=2)
    shop.subscribe(discounts=[{"coupon": coupon}])
    assert renewed_totals(shop, 3)[:4] == [1500, 1500, 2000, 2000]


def test_a_coupon_for_ever_lasts() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=12.5, duration="forever")
    shop.subscribe(discounts=[{"coupon": coupon}])
    assert renewed_totals(shop, 2) == [1750, 1750, 1750]


def test_a_promotion_code_is_a_coupon_too() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=25, duration="forever")
    code = shop.state.create(objects.new_promotion_code(shop.state, coupon, "HELLO"))
    subscription = shop.subscribe(discounts=[{"promotion_code": code["id"]}])
    discount = shop.state.kind("discount")[subscription["discounts"][0]]
    assert discount["promotion_code"] == code["id"]
    assert discount["source"]["coupon"] == coupon
    assert shop.latest(subscription)["total"] == 1500


@pytest.mark.parametrize("amount_off", [1, 1999, 2000, 5000])
def test_a_fixed_discount_never_goes_below_nothing(amount_off: int) -> None:
    shop = Shop()
    coupon = shop.coupon(amount_off=amount_off, currency="usd", duration="forever")
    subscription = shop.subscribe(discounts=[{"coupon": coupon}])
    assert shop.latest(subscription)["total"] == max(0, 2000 - amount_off)
    assert_adds_up(shop.latest(subscription))


def test_removing_the_discount_restores_the_price() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=50, duration="forever")
    subscription = shop.subscribe(discounts=[{"coupon": coupon}])
    billing.update_subscription(shop.state, subscription, {"discounts": ""})
    assert subscription["discounts"] == []
    assert shop.preview(subscription)["total"] == 2000


def test_a_coupon_that_is_over_can_not_be_redeemed() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=50, valid=False)
    with pytest.raises(StripeProblem, match="Coupon expired") as caught:
        shop.subscribe(discounts=[{"coupon": coupon}])
    assert caught.value.code == "coupon_expired"


@pytest.mark.parametrize(("inclusive", "total", "tax"), [(False, 2380, 380), (True, 2000, 319)])
def test_tax_comes_on_top_or_is_in_the_price(inclusive: bool, total: int, tax: int) -> None:
    shop = Shop()
    rate = shop.state.create(objects.new_tax_rate(shop.state, "VAT", 19.0, inclusive=inclusive))
    subscription = shop.subscribe(default_tax_rates=[rate["id"]])
    invoice = shop.latest(subscription)
    assert invoice["total"] == total
    assert [each["amount"] for each in invoice["total_taxes"]] == [tax]
    assert_adds_up(invoice)


def test_three_decimals_and_none_are_counted_in_minor_units() -> None:
    for currency, amount in (("kwd", 1234), ("jpy", 980)):
        shop = Shop()
        subscription = shop.subscribe(shop.price(amount, "month", currency), quantity=3)
        assert shop.latest(subscription)["total"] == 3 * amount
        assert shop.customer["currency"] == currency


def test_a_coupon_for_one_charge_waits_for_the_end_of_a_trial() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=50, duration="once")
    subscription = shop.subscribe(trial_period_days=14, discounts=[{"coupon": coupon}])
    assert shop.latest(subscription)["total"] == 0
    assert shop.preview(subscription)["total"] == 1000
    shop.wait(days=15)
    billing.advance(shop.state)
    assert (shop.latest(subscription)["total"], subscription["discounts"]) == (1000, [])
    assert shop.preview(subscription)["total"] == 2000
