"""What a customer can do with a subscription, and what the agent reads where they can't."""

from __future__ import annotations

import pytest

from portal_desk.models.json import Json

from .world import (
    BUSINESS,
    DAY,
    METERED,
    NOW,
    PERIOD_END,
    TEAM,
    card,
    configuration,
    every,
    item,
    noted,
    offered,
    price,
    rules_of,
    schedule,
    snapshot,
    subscription,
    verdicts,
)


def test_an_ordinary_subscription_can_be_updated_paused_and_cancelled() -> None:
    found = verdicts(subscription())
    enabled = {
        capability for capability, verdict in found.items() if verdict.availability == "enabled"
    }
    assert enabled == {"update_plan", "update_quantity", "apply_promotion_code", "pause", "cancel"}


@pytest.mark.parametrize(
    ("about", "clause"),
    [
        (subscription(item(), item(BUSINESS)), "the subscription has several products"),
        (subscription(item(METERED, None)), "the subscription has a usage-based price"),
    ],
)
def test_what_the_portal_cannot_update_is_disabled_and_can_be_cancelled(
    about: Json, clause: str
) -> None:
    found = verdicts(about)
    assert found["update_plan"].availability == "disabled"
    assert found["update_plan"].reasons[0].rule == "R1"
    assert found["update_plan"].reasons[0].text == clause
    assert found["cancel"].availability == "enabled"


def test_two_prices_of_one_product_are_not_several_products_but_several_items() -> None:
    yearly = price("price_yearly", "prod_team", recurring=every("year"))
    found = verdicts(subscription(item(), item(yearly)))
    assert rules_of(found["update_plan"]) == {"R19"}


def test_updates_of_an_emailed_subscription_are_hidden_without_a_message() -> None:
    found = verdicts(subscription(collection_method="send_invoice"))
    assert found["update_plan"].availability == "hidden"
    first = found["update_plan"].reasons[0]
    assert (first.rule, first.text) == ("R1", "the subscription is invoiced by email")
    assert "R2" in rules_of(found["update_plan"])
    assert found["cancel"].availability == "enabled"


@pytest.mark.parametrize(
    ("kind", "currency", "country", "supported"),
    [
        ("card", "kwd", "JP", True),
        ("sepa_debit", "eur", "DE", True),
        ("sepa_debit", "eur", "BR", False),
        ("us_bank_account", "usd", "US", True),
        ("us_bank_account", "usd", "CA", False),
        ("bacs_debit", "eur", "GB", False),
        ("paypal", "usd", "US", False),
        ("paypal", "eur", "FR", True),
        ("ideal", "eur", "NL", False),
        ("acss_debit", "cad", "US", True),
    ],
)
def test_only_supported_payment_methods_allow_updates(
    kind: str, currency: str, country: str, supported: bool
) -> None:
    prices = [
        price("price_now", currency=currency),
        price("price_next", "prod_next", currency=currency),
    ]
    about = subscription(item(prices[0]), currency=currency)
    world = snapshot(about, payment_methods=({"id": "pm_1", "type": kind},), prices=prices)
    world.account["country"] = country
    offers = configuration(subscription_update={"products": [offered("prod_next", "price_next")]})
    found = verdicts(about, offers, world)
    assert ("R1" not in rules_of(found["update_plan"])) is supported


def test_a_subscription_is_judged_by_its_own_payment_method() -> None:
    about = subscription(default_payment_method="pm_ideal")
    world = snapshot(about, payment_methods=(card(), {"id": "pm_ideal", "type": "ideal"}))
    assert "iDEAL" in verdicts(about, world=world)["update_plan"].reasons[0].text


@pytest.mark.parametrize(
    ("plan", "blocked"),
    [
        (schedule(NOW - DAY, NOW + DAY), True),
        (schedule(NOW - DAY), False),
        (schedule(NOW - DAY, end_behavior="cancel"), True),
        (schedule(NOW - 2 * DAY, NOW + DAY, status="released"), False),
        (None, True),
    ],
    ids=["update to come", "no update", "ends the subscription", "released", "not synced"],
)
def test_a_schedule_with_an_update_blocks_updating_and_cancelling(
    plan: Json | None, blocked: bool
) -> None:
    about = subscription(schedule="sub_sched_1")
    world = snapshot(about, schedules={"sub_sched_1": plan} if plan else {})
    found = verdicts(about, world=world)
    for capability in ("update_plan", "update_quantity", "cancel"):
        assert (rules_of(found[capability]) == {"R3"}) is blocked
    if blocked:
        assert "Release the schedule" in found["cancel"].reasons[0].way_out


@pytest.mark.parametrize("status", ["canceled", "incomplete_expired"])
def test_nothing_can_be_done_with_a_subscription_that_has_ended(status: str) -> None:
    found = verdicts(subscription(status=status, cancel_at=NOW - DAY))
    assert {verdict.availability for verdict in found.values()} == {"hidden"}
    assert found["cancel"].reasons[0].text == "the subscription has ended"


@pytest.mark.parametrize(
    "fields",
    [
        {"cancel_at": PERIOD_END},
        {"cancel_at_period_end": True, "billing_mode": {"type": "classic"}},
    ],
    ids=["flexible", "classic"],
)
def test_a_scheduled_cancellation_can_be_undone_and_nothing_else(fields: Json) -> None:
    found = verdicts(subscription(**fields))
    assert found["renew"].availability == "enabled"
    assert found["cancel"].availability == found["update_plan"].availability == "hidden"
    assert "scheduled to cancel on 28 November 2026" in found["update_plan"].reasons[0].text


def test_an_incomplete_subscription_waits_for_its_first_payment() -> None:
    found = verdicts(subscription(status="incomplete"))
    assert found["update_plan"].availability == "disabled"
    assert "first invoice" in found["update_plan"].reasons[0].text


def test_a_paused_subscription_is_resumed_before_anything_else() -> None:
    found = verdicts(subscription(status="paused"))
    assert found["resume"].availability == "enabled"
    assert found["pause"].availability == "hidden"
    assert found["update_plan"].availability == "disabled"


def test_a_paused_subscription_that_is_invoiced_by_email_cannot_be_resumed() -> None:
    found = verdicts(subscription(status="paused", collection_method="send_invoice"))
    assert found["resume"].availability == "hidden"
    assert "email" in found["resume"].reasons[0].text


def test_an_overdue_subscription_can_still_be_updated_and_not_paused() -> None:
    found = verdicts(subscription(status="past_due"))
    assert found["update_plan"].availability == "enabled"
    assert found["pause"].reasons[0].text == "the subscription is past due"


@pytest.mark.parametrize(
    ("fields", "clause"),
    [
        ({"billing_mode": {"type": "classic"}}, "pausing needs flexible billing mode"),
        ({"schedule": "sub_sched_1"}, "a subscription schedule is attached"),
    ],
)
def test_pausing_needs_flexible_billing_mode_and_no_schedule(fields: Json, clause: str) -> None:
    found = verdicts(subscription(**fields))
    assert found["pause"].availability == "disabled"
    assert clause in [reason.text for reason in found["pause"].reasons]


def test_an_emailed_subscription_can_not_be_paused_by_the_customer() -> None:
    found = verdicts(subscription(collection_method="send_invoice"))
    assert found["pause"].availability == "hidden"
    assert "charge automatically" in found["pause"].reasons[0].way_out


def test_pausing_is_not_confused_with_paused_collection() -> None:
    found = verdicts(subscription(pause_collection={"behavior": "void"}))
    assert "something else" in found["pause"].notes[0].text


@pytest.mark.parametrize(
    ("feature", "capabilities"),
    [
        ("subscription_update", ["update_plan", "update_quantity", "apply_promotion_code"]),
        ("subscription_cancel", ["cancel"]),
        ("subscription_pause", ["pause"]),
    ],
)
def test_a_disabled_feature_is_hidden(feature: str, capabilities: list[str]) -> None:
    found = verdicts(subscription(), configuration(**{feature: {"enabled": False}}))
    for capability, verdict in found.items():
        if capability in capabilities:
            assert verdict.availability == "hidden"
            assert "disabled in the portal's configuration" in verdict.reasons[0].text


def test_only_the_allowed_kinds_of_update_are_there() -> None:
    found = verdicts(
        subscription(), configuration(subscription_update={"default_allowed_updates": ["quantity"]})
    )
    assert found["update_plan"].availability == "hidden"
    assert found["update_quantity"].availability == "enabled"
    assert (
        found["apply_promotion_code"].reasons[0].way_out
        == "Add promotion_code to default_allowed_updates."
    )


@pytest.mark.parametrize(
    "products",
    [
        [offered("prod_business", "price_business")],
        [offered("prod_team", "price_team", enabled=False)],
    ],
)
def test_the_quantity_is_fixed_unless_the_product_makes_it_adjustable(products: list[Json]) -> None:
    found = verdicts(subscription(), configuration(subscription_update={"products": products}))
    assert found["update_quantity"].availability == "disabled"
    assert rules_of(found["update_quantity"]) == {"R11"}


@pytest.mark.parametrize(("maximum", "most"), [(50, "50"), (None, "any number")])
def test_the_agent_reads_how_many_the_customer_may_choose(maximum: int | None, most: str) -> None:
    products = [offered("prod_team", "price_team", minimum=2, maximum=maximum)]
    found = verdicts(subscription(), configuration(subscription_update={"products": products}))
    assert noted(found["update_quantity"], "R11") == f"the customer may choose from 2 to {most}"


@pytest.mark.parametrize(
    ("behavior", "text"), [("end_trial", "ends the trial"), ("continue_trial", "goes on")]
)
def test_the_agent_reads_what_an_update_does_to_a_trial(behavior: str, text: str) -> None:
    offers = configuration(subscription_update={"trial_update_behavior": behavior})
    trialing = verdicts(subscription(status="trialing", trial_end=NOW + DAY), offers)
    assert text in noted(trialing["update_plan"], "R8")
    assert noted(verdicts(subscription(), offers)["update_plan"], "R8") == ""


@pytest.mark.parametrize(
    ("anchor", "day"), [("now", "18 November"), ("unchanged", "28 November"), (None, "28 November")]
)
def test_the_agent_reads_when_the_next_invoice_comes(anchor: str | None, day: str) -> None:
    offers = configuration(subscription_update={"billing_cycle_anchor": anchor})
    assert day in noted(verdicts(subscription(), offers)["update_plan"], "R10")


def test_the_agent_is_warned_that_downgrades_wait_in_a_schedule() -> None:
    conditions = {"conditions": [{"type": "decreasing_item_amount"}]}
    offers = configuration(subscription_update={"schedule_at_period_end": conditions})
    found = verdicts(subscription(), offers)["update_plan"]
    assert "to a lower amount waits" in noted(found, "R9")
    assert "neither update nor cancel" in noted(found, "R4")
    assert noted(verdicts(subscription())["update_plan"], "R4") == ""


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"billing_mode": {"type": "flexible"}}, "sets cancel_at"),
        ({"billing_mode": {"type": "classic"}}, "sets cancel_at_period_end"),
    ],
)
def test_the_agent_reads_how_a_cancellation_will_look(fields: Json, field: str) -> None:
    assert noted(verdicts(subscription(**fields))["cancel"], "R12").endswith(field)


def test_the_agent_reads_that_cancelling_is_immediate() -> None:
    cancel = {"mode": "immediately", "proration_behavior": "create_prorations"}
    found = verdicts(subscription(), configuration(subscription_cancel=cancel))
    assert (
        found["cancel"].notes[0].text
        == "cancelling takes effect at once, and credits the unused time"
    )


def test_a_plan_cannot_be_changed_where_no_offered_price_fits() -> None:
    offers = configuration(subscription_update={"products": [offered("prod_team", TEAM["id"])]})
    found = verdicts(subscription(), offers)["update_plan"]
    assert found.availability == "disabled"
    assert found.reasons[0].text == "none of the offered prices fits: it is the present price"


def test_a_plan_cannot_be_changed_where_nothing_is_offered() -> None:
    found = verdicts(subscription(), configuration(subscription_update={"products": []}))
    assert found["update_plan"].reasons[0].text == "the configuration offers no products"
