"""Which prices a customer can switch to, and what a switch leads to."""

from __future__ import annotations

import pytest

from portal_desk.models.json import Json
from portal_desk.services.portal.rules import TargetPrice, target_prices, what_happens_on_update

from .world import (
    DAY,
    NOW,
    TEAM,
    configuration,
    every,
    item,
    offered,
    price,
    snapshot,
    subscription,
)


def target(about: Json, candidate: Json, **offer: object) -> TargetPrice:
    offers = configuration(
        subscription_update={"products": [offered("prod_next", candidate["id"], **offer)]}
    )
    (found,) = target_prices(about, offers, snapshot(about, prices=[candidate]))
    return found


def following(**fields: object) -> Json:
    return price("price_next", "prod_next", **fields)


def test_a_price_that_fits_is_allowed() -> None:
    assert target(subscription(), following()).is_allowed


@pytest.mark.parametrize(
    ("fields", "rule", "clause"),
    [
        ({"tax_behavior": "unspecified"}, "R5", "its tax behavior is unspecified"),
        (
            {"tax_behavior": "inclusive"},
            "R5",
            "its tax is inclusive, the present price's is exclusive",
        ),
        ({"currency": "eur"}, "", "it is in EUR, the subscription in USD"),
        ({"active": False}, "", "the price is archived"),
    ],
)
def test_a_price_that_does_not_fit_is_excluded_with_the_reason(
    fields: Json, rule: str, clause: str
) -> None:
    (reason,) = target(subscription(), following(**fields)).reasons
    assert (reason.rule, reason.text) == (rule, clause)


def test_unspecified_does_not_even_match_unspecified() -> None:
    unspecified = price(tax_behavior="unspecified")
    (reason,) = target(
        subscription(item(unspecified)), following(tax_behavior="unspecified")
    ).reasons
    assert reason.text == "the present price's tax behavior is unspecified"


def test_a_price_in_several_currencies_fits_any_of_them() -> None:
    about = subscription(item(price(currency="eur")), currency="eur")
    found = target(about, following(currency_options={"eur": {"unit_amount": 1800}}))
    assert found.is_allowed
    assert (found.price["currency"], found.price["unit_amount"]) == ("eur", 1800)


def test_the_present_price_is_no_target() -> None:
    about = subscription()
    first, second = target_prices(about, configuration(), snapshot(about))
    assert [reason.text for reason in first.reasons] == ["it is the present price"]
    assert second.is_allowed


def test_a_price_that_has_not_been_synced_is_excluded() -> None:
    about = subscription()
    offers = configuration(subscription_update={"products": [offered("prod_new", "price_new")]})
    (found,) = target_prices(about, offers, snapshot(about))
    assert (found.price, found.is_allowed) == ({"id": "price_new"}, False)


def test_a_target_says_how_many_may_be_chosen() -> None:
    adjustable = target(subscription(), following(), minimum=3, maximum=9).quantities
    assert adjustable is not None
    assert (adjustable.minimum, adjustable.maximum) == (3, 9)
    assert target(subscription(), following(), enabled=False).quantities is None


def conditions(*types: str) -> Json:
    listed = [{"type": name} for name in types]
    return configuration(subscription_update={"schedule_at_period_end": {"conditions": listed}})


def effects(about: Json, offers: Json, to: Json, quantity: int = 1) -> dict[str, str]:
    found = what_happens_on_update(about, offers, to, quantity=quantity, now=NOW)
    return {reason.rule: reason.text for reason in found}


@pytest.mark.parametrize(
    ("to", "quantity", "waits"),
    [
        (following(unit_amount=1999), 1, True),
        (following(unit_amount=2000), 1, False),
        (following(unit_amount=1500), 2, False),
        (following(unit_amount=None, unit_amount_decimal="1999.5"), 1, True),
        (following(unit_amount=None), 1, False),
    ],
    ids=["cheaper", "same", "cheaper but more", "fraction of a cent cheaper", "tiered"],
)
def test_a_lower_amount_waits_for_the_end_of_the_period(
    to: Json, quantity: int, waits: bool
) -> None:
    found = effects(subscription(), conditions("decreasing_item_amount"), to, quantity)
    assert ("R9" in found) is waits
    if waits:
        assert found["R9"] == "the new amount is lower, so the change waits until 28 November 2026"
        assert "neither update nor cancel" in found["R4"]


def test_a_shorter_interval_waits_for_the_end_of_the_period() -> None:
    yearly = subscription(item(price(recurring=every("year"))))
    offers = conditions("shortening_interval")
    assert "shorter" in effects(yearly, offers, following())["R9"]
    assert "R9" not in effects(yearly, offers, following(recurring=every("year", 2)))


def test_a_condition_that_the_configuration_does_not_have_does_not_schedule() -> None:
    assert "R9" not in effects(
        subscription(), conditions("shortening_interval"), following(unit_amount=1)
    )


def test_ending_a_trial_names_the_amount() -> None:
    about = subscription(status="trialing", trial_end=NOW + DAY)
    found = effects(about, configuration(), following(unit_amount=4900), 3)
    assert found["R8"] == "a change ends the trial and invoices $147.00 at once"


def test_a_subscription_without_items_has_no_effects_to_foresee() -> None:
    bare = {**subscription(), "items": {"data": []}}
    assert "R10" in effects(bare, conditions("decreasing_item_amount"), TEAM)
