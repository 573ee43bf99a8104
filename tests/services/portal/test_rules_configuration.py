"""What is wrong with a portal configuration by itself."""

from __future__ import annotations

import pytest

from portal_desk.models.json import Json
from portal_desk.services.portal.rules import RULES, check_configuration

from .world import BUSINESS, TEAM, configuration, every, offered, price

PRICES = {each["id"]: each for each in (TEAM, BUSINESS)}


def found(offers: Json, *more: Json) -> set[str]:
    prices = {**PRICES, **{each["id"]: each for each in more}}
    return {reason.rule for reason in check_configuration(offers, prices)}


def offering(*products: Json) -> Json:
    return configuration(subscription_update={"products": list(products)})


def test_a_sound_configuration_raises_nothing() -> None:
    assert check_configuration(configuration(), PRICES) == []


@pytest.mark.parametrize("behavior", ["unspecified", None])
def test_an_offered_price_needs_a_tax_behavior(behavior: str | None) -> None:
    loose = price("price_loose", "prod_loose", tax_behavior=behavior)
    assert found(offering(offered("prod_loose", "price_loose")), loose) == {"R5"}


def test_two_offered_prices_may_not_share_product_and_interval() -> None:
    quarterly = price("price_quarterly", recurring=every("month", 3))
    assert found(offering(offered("prod_team", "price_team", "price_quarterly")), quarterly) == {
        "R6"
    }


def test_one_product_may_be_offered_by_month_and_by_year() -> None:
    yearly = price("price_yearly", recurring=every("year"))
    assert found(offering(offered("prod_team", "price_team", "price_yearly")), yearly) == set()


@pytest.mark.parametrize(("count", "rules"), [(10, set()), (11, {"R7"})])
def test_ten_products_are_the_most(count: int, rules: set[str]) -> None:
    assert found(offering(*(offered(f"prod_{n}", f"price_{n}") for n in range(count)))) == rules


@pytest.mark.parametrize(
    ("mode", "behavior", "rules"),
    [
        ("immediately", "create_prorations", set()),
        ("at_period_end", "none", set()),
        ("at_period_end", "create_prorations", {"R22"}),
        ("immediately", "always_invoice", {"R22"}),
    ],
)
def test_prorations_go_with_immediate_cancellation_alone(
    mode: str, behavior: str, rules: set[str]
) -> None:
    offers = configuration(subscription_cancel={"mode": mode, "proration_behavior": behavior})
    assert found(offers) == rules


@pytest.mark.parametrize(("updates", "rules"), [(True, {"R26"}), (False, set())])
def test_updates_need_payment_methods_to_be_manageable(updates: bool, rules: set[str]) -> None:
    offers = configuration(
        subscription_update={"enabled": updates}, payment_method_update={"enabled": False}
    )
    assert found(offers) == rules


def test_prices_that_are_not_offered_to_anyone_are_not_judged() -> None:
    loose = price("price_loose", "prod_loose", tax_behavior="unspecified")
    offers = configuration(
        subscription_update={"enabled": False, "products": [offered("prod_loose", "price_loose")]}
    )
    assert found(offers, loose) == set()


@pytest.mark.parametrize(
    "damaged",
    [
        {},
        {"features": None},
        {"features": []},
        {"features": {"subscription_update": {"enabled": True, "products": ""}}},
        {
            "features": {
                "subscription_update": {"enabled": True, "products": [None, {"prices": [7]}]}
            }
        },
        {"features": {"subscription_cancel": "later"}},
    ],
)
def test_a_damaged_configuration_is_judged_as_far_as_it_goes(damaged: Json) -> None:
    assert {reason.rule for reason in check_configuration(damaged, PRICES)} <= {"R26"}


def test_every_rule_says_what_it_is_and_where_stripe_says_so() -> None:
    assert list(RULES) == [f"R{number}" for number in range(1, 27)]
    for rule in RULES.values():
        assert rule.title.endswith(".")
        assert rule.source.startswith("https://docs.stripe.com/")
