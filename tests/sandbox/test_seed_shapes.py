"""Every object that the sandbox makes has the fields that stripe-python's classes expect."""

from __future__ import annotations

import pytest

from portal_desk.sandbox import billing, objects

from .billing_shop import Shop
from .http_shapes import problems
from .seed_worlds import every, world

KINDS = sorted(world().objects.keys() - {"event"})


@pytest.mark.parametrize("kind", KINDS)
def test_seeded_objects_are_complete(kind: str) -> None:
    found = {problem for each in every(kind) for problem in problems(each)}
    assert not found


def test_the_objects_of_events_are_complete() -> None:
    found = {p for each in every("event") for p in problems(each["data"]["object"])}
    assert not found


def test_what_the_billing_makes_is_complete() -> None:
    shop = Shop()
    coupon = shop.coupon(percent_off=10, duration="forever")
    subscription = shop.subscribe(discounts=[{"coupon": coupon}])
    schedule = billing.create_schedule(shop.state, {"from_subscription": subscription["id"]})
    shop.wait(days=3)
    shop.switch(subscription, shop.big)
    shown = shop.preview(subscription)
    shop.switch(subscription, shop.yearly)
    made = [each for kind in shop.state.objects for each in shop.state.kind(kind).values()]
    found = {problem for each in (*made, shown, schedule) for problem in problems(each)}
    assert not found


def test_a_field_that_stripe_does_not_have_is_a_slip() -> None:
    with pytest.raises(TypeError, match="a customer has no nmae"):
        objects.new_customer(Shop().state, nmae="Ada")
