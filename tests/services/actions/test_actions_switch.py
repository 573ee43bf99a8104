"""What another price or quantity would do, exactly, in money and dates, or why it can't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portal_desk.errors import InvalidInput, NotPossible
from portal_desk.models.actions import CancelRequest, SwitchRequest
from portal_desk.models.money import Money
from portal_desk.services.actions.wording import date

from .actions_wire import NOW, PERIOD_END, Wire, invoice, line, price

if TYPE_CHECKING:
    from portal_desk.services.actions import Actions

LATER = CancelRequest("sub_1")
AT_ONCE = CancelRequest("sub_1", when="now")
END = date(PERIOD_END)


def switch(**fields: Any) -> SwitchRequest:
    wish = {"subscription": "sub_1", "item": "si_1", "price": "price_pro", "quantity": 2}
    return SwitchRequest(**{**wish, **fields})


@pytest.fixture(autouse=True)
def offered(wire: Wire) -> None:
    wire.prices = {
        "price_pro": price("price_pro", 4000),
        "price_yearly": price(
            "price_yearly", 40_000, recurring={"interval": "year", "interval_count": 1}
        ),
        "price_dollars": price("price_dollars", 4000, currency="usd"),
        "price_both": price(
            "price_both",
            4000,
            currency="usd",
            currency_options={"usd": {"unit_amount": 4000}, "eur": {"unit_amount": 3700}},
        ),
        "price_old": price("price_old", 4000, active=False),
        "price_once": price("price_once", 4000, recurring=None),
        "price_usage": price(
            "price_usage",
            1,
            recurring={"interval": "month", "interval_count": 1, "usage_type": "metered"},
        ),
    }


async def test_preparing_changes_nothing_and_writes_nothing(actions: Actions, wire: Wire) -> None:
    for plan in (LATER, AT_ONCE):
        await actions.prepare_cancel(plan)
    await actions.prepare_switch(switch())
    assert wire.changes() == []


async def test_a_price_with_several_currencies_serves_a_subscription_in_any_of_them(
    actions: Actions, wire: Wire
) -> None:
    """Such a price names its first currency, whatever the customer pays in."""
    plan = await actions.prepare_switch(switch(price="price_both"))
    assert plan.params["items"] == [{"id": "si_1", "price": "price_both", "quantity": 2}]
    wire.item["price"] = wire.prices["price_both"] | {"currency_options": None}
    plan = await actions.prepare_switch(switch(price="price_both", quantity=5))
    assert plan.params["items"] == [{"id": "si_1", "quantity": 5}]


async def test_what_is_previewed_is_what_would_be_sent(actions: Actions, wire: Wire) -> None:
    wire.preview = invoice(
        line("Unused time on 2 × Team", -2000, proration=True),
        line("Remaining time on 2 × Pro", 5333, proration=True),
        created=NOW,
    )
    plan = await actions.prepare_switch(switch(proration_behavior="always_invoice"))
    asked = wire.sent[-1].params
    assert asked["subscription_details[proration_date]"] == str(NOW)
    assert plan.params == {
        "items": [{"id": "si_1", "price": "price_pro", "quantity": 2}],
        "proration_behavior": "always_invoice",
        "proration_date": NOW,
    }
    assert plan.title == "Switch Team (2 seats) to Pro (2 seats)"
    assert plan.due_now == Money(3333, "eur")
    assert "An invoice over €33.33 is made now and charged to Visa •••• 4242." in plan.effects
    assert plan.next_date == PERIOD_END


async def test_a_switch_that_is_billed_later_says_when_and_how_much(
    actions: Actions, wire: Wire
) -> None:
    wire.preview = invoice(
        line("Unused time on 2 × Team", -2000, proration=True),
        line("Remaining time on 2 × Pro", 5333, proration=True),
        line("2 × Pro", 8000, proration=False),
    )
    plan = await actions.prepare_switch(switch())
    assert plan.due_now == Money(0, "eur")
    assert (plan.next_total, plan.next_date) == (Money(11_333, "eur"), PERIOD_END)
    assert plan.effects[:2] == (
        "From now on the subscription has Pro (2 seats).",
        "Nothing is charged now.",
    )
    assert plan.effects[2] == (
        f"The next invoice, over €113.33, is charged to Visa •••• 4242 on {END}; "
        "€33.33 of it is for the rest of the present period."
    )


async def test_another_interval_starts_a_new_period_that_is_billed_at_once(
    actions: Actions, wire: Wire
) -> None:
    year_end = NOW + 365 * 86_400
    yearly = line("2 × Yearly", 80_000, proration=False)
    yearly["period"]["end"] = year_end
    credit = line("Unused time on 2 × Team", -2000, proration=True)
    wire.preview = invoice(credit, yearly, created=NOW)
    plan = await actions.prepare_switch(switch(price="price_yearly"))
    assert (plan.due_now, plan.next_date) == (Money(78_000, "eur"), year_end)
    assert any("new billing period starts today" in warning for warning in plan.warnings)


async def test_without_proration_stripe_is_given_no_date(actions: Actions, wire: Wire) -> None:
    plan = await actions.prepare_switch(switch(proration_behavior="none"))
    assert "proration_date" not in plan.params
    assert any("neither charged nor credited" in warning for warning in plan.warnings)


async def test_another_quantity_alone_leaves_the_price_alone(actions: Actions) -> None:
    plan = await actions.prepare_switch(switch(price="price_team", quantity=5))
    assert plan.params["items"] == [{"id": "si_1", "quantity": 5}]
    assert plan.title == "Switch Team (2 seats) to Team (5 seats)"


async def test_a_price_by_usage_gets_no_quantity(actions: Actions) -> None:
    plan = await actions.prepare_switch(switch(price="price_usage"))
    assert plan.params["items"] == [{"id": "si_1", "price": "price_usage"}]


async def test_a_trial_goes_on_and_the_agent_is_told(actions: Actions, wire: Wire) -> None:
    wire.subscription |= {"status": "trialing", "trial_end": PERIOD_END}
    plan = await actions.prepare_switch(switch(proration_behavior="always_invoice"))
    assert plan.due_now == Money(0, "eur")
    assert any(f"The trial goes on until {END}" in warning for warning in plan.warnings)


async def test_a_scheduled_end_stays_and_the_agent_is_told(actions: Actions, wire: Wire) -> None:
    wire.subscription["cancel_at"] = PERIOD_END
    plan = await actions.prepare_switch(switch())
    assert f"The subscription stays set to be cancelled on {END}." in plan.warnings


async def test_an_end_with_the_period_moves_to_the_end_of_the_new_one(
    actions: Actions, wire: Wire
) -> None:
    wire.subscription |= {"cancel_at_period_end": True, "cancel_at": PERIOD_END}
    year_end = NOW + 365 * 86_400
    yearly = line("2 × Yearly", 80_000, proration=False)
    yearly["period"]["end"] = year_end
    wire.preview = invoice(yearly, created=NOW)
    plan = await actions.prepare_switch(switch(price="price_yearly"))
    assert f"The subscription stays set to be cancelled on {date(year_end)}." in plan.warnings


async def test_emailed_invoices_are_not_said_to_be_charged(actions: Actions, wire: Wire) -> None:
    wire.subscription["collection_method"] = "send_invoice"
    plan = await actions.prepare_switch(switch())
    assert any("emailed to the customer, who pays by hand" in effect for effect in plan.effects)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"price": "price_team"}, "already has Team"),
        ({"price": "price_dollars"}, "priced in USD, the subscription in EUR"),
        ({"price": "price_old"}, "no longer sold"),
        ({"price": "price_once"}, "sold once"),
    ],
)
async def test_a_switch_is_refused_in_words(
    actions: Actions, wish: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotPossible, match=words) as refused:
        await actions.prepare_switch(switch(**wish))
    assert refused.value.next_step


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "canceled"}, "already cancelled"),
        ({"status": "incomplete"}, "first payment"),
        ({"schedule": {"id": "sub_sched_1"}}, "sub_sched_1 decides"),
    ],
)
async def test_some_subscriptions_can_not_be_switched(
    actions: Actions, wire: Wire, fields: dict[str, Any], words: str
) -> None:
    wire.subscription |= fields
    with pytest.raises(NotPossible, match=words):
        await actions.prepare_switch(switch())


@pytest.mark.parametrize("wish", [{"quantity": 0}, {"item": "si_9"}, {"subscription": "cus_1"}])
async def test_nonsense_is_refused(actions: Actions, wish: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        await actions.prepare_switch(switch(**wish))


async def test_the_same_product_by_the_year_is_told_apart(actions: Actions, wire: Wire) -> None:
    wire.prices["price_team_yearly"] = price(
        "price_team_yearly",
        15_000,
        product=wire.item["price"]["product"],
        recurring={"interval": "year", "interval_count": 1, "usage_type": "licensed"},
    )
    plan = await actions.prepare_switch(switch(price="price_team_yearly"))
    assert plan.title == "Switch Team (2 seats) to Team (2 seats), per year"


async def test_a_switch_that_is_never_billed_says_so(actions: Actions, wire: Wire) -> None:
    wire.preview = None
    plan = await actions.prepare_switch(switch())
    assert plan.effects[-1] == "Stripe foresees no invoice for this."
    assert (plan.next_total, plan.next_date) == (None, None)


async def test_a_switch_that_credits_more_than_it_costs_fills_the_balance(
    actions: Actions, wire: Wire
) -> None:
    wire.preview = invoice(line("Unused time", -2000, proration=True), created=NOW)
    plan = await actions.prepare_switch(switch(proration_behavior="always_invoice"))
    assert plan.due_now == Money(-2000, "eur")
    assert (
        "An invoice over -€20.00 is made now: €20.00 goes to the customer's balance."
        in plan.effects
    )


async def test_an_archived_product_and_unpaid_invoices_are_pointed_out(
    actions: Actions, wire: Wire
) -> None:
    wire.subscription["status"] = "past_due"
    wire.prices["price_pro"]["product"]["active"] = False
    plan = await actions.prepare_switch(switch())
    assert "The product is archived at Stripe." in plan.warnings
    assert any("unpaid invoices" in warning for warning in plan.warnings)
