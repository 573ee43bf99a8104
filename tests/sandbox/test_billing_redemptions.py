"""How often coupons and promotion codes were redeemed, and until when they can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import DAY, Shop
from .http_world import World


def refused(act: Callable[[], object]) -> StripeProblem:
    with pytest.raises(StripeProblem) as caught:
        act()
    return caught.value


def redeemed(shop: Shop, coupon: str) -> int:
    return int(shop.state.kind("coupon")[coupon]["times_redeemed"])


def test_each_discount_counts_once_and_a_preview_never() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=10, duration="repeating", duration_in_months=2)
    subscription = shop.subscribe(discounts=[{"coupon": coupon}])
    assert redeemed(shop, coupon) == 1
    shop.preview(subscription, items=[shop.item(subscription, shop.big)])
    shop.wait(days=70)
    assert redeemed(shop, coupon) == 1
    of_item = {"items": [shop.item(subscription, shop.big) | {"discounts": [{"coupon": coupon}]}]}
    billing.update_subscription(shop.state, subscription, of_item)
    asked = {"customer": shop.customer["id"], "amount": 100, "discounts": [{"coupon": coupon}]}
    billing.create_invoice_item(shop.state, asked)
    assert redeemed(shop, coupon) == 3


def test_a_coupon_is_used_up_after_its_redemptions() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=10, duration="forever", max_redemptions=2)
    for _ in range(2):
        shop.subscribe(customer=shop.new_customer(), discounts=[{"coupon": coupon}])
    problem = refused(lambda: shop.subscribe(discounts=[{"coupon": coupon}]))
    assert (problem.code, problem.message) == ("coupon_expired", f"Coupon expired: {coupon}")
    assert redeemed(shop, coupon) == 2


def test_a_coupon_cannot_be_redeemed_after_its_last_day() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=10, duration="forever", redeem_by=shop.now + DAY)
    early = shop.subscribe(discounts=[{"coupon": coupon}])
    shop.wait(days=2)
    late = shop.new_customer()
    problem = refused(lambda: shop.subscribe(customer=late, discounts=[{"coupon": coupon}]))
    assert problem.code == "coupon_expired"
    assert len(early["discounts"]) == 1


@pytest.fixture
def code(client: stripe.StripeClient) -> Callable[..., stripe.PromotionCode]:
    def made(**terms: Any) -> stripe.PromotionCode:
        coupon = client.v1.coupons.create({"percent_off": 10, "duration": "once"})
        wish: Any = {"promotion": {"type": "coupon", "coupon": coupon.id}, **terms}
        return client.v1.promotion_codes.create(wish)

    return made


def subscribe(client: stripe.StripeClient, world: World, code: str, customer: Json) -> None:
    wish: Any = {
        "customer": customer["id"],
        "items": [{"price": world.monthly["id"]}],
        "discounts": [{"promotion_code": code}],
    }
    client.v1.subscriptions.create(wish)


def test_a_promotion_code_is_counted_with_its_coupon_and_shown_as_used_up(
    client: stripe.StripeClient, world: World, code: Callable[..., stripe.PromotionCode]
) -> None:
    made = code(max_redemptions=1)
    subscribe(client, world, made.id, world.new_customer())
    shown = client.v1.promotion_codes.retrieve(made.id, {"expand": ["promotion.coupon"]})
    assert (shown.times_redeemed, shown.active) == (1, False)
    assert isinstance(shown.promotion.coupon, stripe.Coupon)
    assert (shown.promotion.coupon.times_redeemed, shown.promotion.coupon.valid) == (1, True)
    assert client.v1.promotion_codes.list({"active": True, "code": made.code}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="not active or has expired"):
        subscribe(client, world, made.id, world.new_customer())


def test_a_promotion_code_for_new_customers_is_refused_to_those_who_have_paid(
    client: stripe.StripeClient, world: World, code: Callable[..., stripe.PromotionCode]
) -> None:
    made = code(restrictions={"first_time_transaction": True})
    known = world.new_customer()
    world.subscribe(known, world.monthly)
    with pytest.raises(stripe.InvalidRequestError, match="has prior transactions"):
        subscribe(client, world, made.id, known)
    subscribe(client, world, made.id, world.new_customer())


def test_a_coupon_whose_last_day_is_over_is_shown_as_invalid_and_its_codes_as_inactive(
    client: stripe.StripeClient, world: World
) -> None:
    until = world.clock.time + DAY
    coupon = client.v1.coupons.create({"percent_off": 10, "duration": "once", "redeem_by": until})
    wish: Any = {"promotion": {"type": "coupon", "coupon": coupon.id}}
    made = client.v1.promotion_codes.create(wish)
    assert (coupon.valid, made.active) == (True, True)
    world.clock.time += 2 * DAY
    assert client.v1.coupons.retrieve(coupon.id).valid is False
    assert client.v1.promotion_codes.retrieve(made.id).active is False
