"""What cancelling and undoing would do, exactly, in money and dates, or why it can't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portal_desk.errors import InvalidInput, NotPossible, ResourceMissing, StripeUnavailable
from portal_desk.models.actions import CancelRequest, ResumeRequest
from portal_desk.models.money import Money
from portal_desk.services.actions.wording import date

from .actions_wire import NOW, PERIOD_END, Wire, invoice, line, price

if TYPE_CHECKING:
    from portal_desk.services.actions import Actions

LATER = CancelRequest("sub_1")
AT_ONCE = CancelRequest("sub_1", when="now")
END = date(PERIOD_END)


def test_dates_can_not_be_misread() -> None:
    assert date(1_799_000_000) in {"3 Jan 2027", "4 Jan 2027"}


async def test_cancelling_later_names_the_day_and_that_nothing_is_charged(actions: Actions) -> None:
    plan = await actions.prepare_cancel(LATER)
    assert plan.title == f"Cancel Team (2 seats) on {END}"
    assert plan.effects == (
        f"Team (2 seats) stays usable until {END}, then it is over.",
        f"Nothing is charged on {END} or later, and nothing is refunded.",
        "Until then the cancellation can be undone.",
    )
    assert (plan.method, plan.params) == ("post", {"cancel_at_period_end": True})
    assert plan.customer == "cus_1"


async def test_flexible_billing_mode_is_told_the_period_by_word(
    actions: Actions, wire: Wire
) -> None:
    wire.subscription["billing_mode"]["type"] = "flexible"
    assert (await actions.prepare_cancel(LATER)).params == {"cancel_at": "min_period_end"}


async def test_items_that_are_paid_for_longer_are_not_credited_unasked(
    actions: Actions, wire: Wire
) -> None:
    wire.subscription["billing_mode"]["type"] = "flexible"
    wire.subscription["items"]["data"].append(
        wire.item
        | {
            "id": "si_2",
            "price": price("price_storage", 9900),
            "quantity": 1,
            "current_period_end": PERIOD_END + 90 * 86_400,
        }
    )
    plan = await actions.prepare_cancel(LATER)
    assert plan.title == f"Cancel Team (2 seats) and Storage on {END}"
    assert plan.params == {"cancel_at": "min_period_end", "proration_behavior": "none"}
    assert any("different days" in warning for warning in plan.warnings)


async def test_a_trial_that_is_cancelled_is_never_charged(actions: Actions, wire: Wire) -> None:
    wire.subscription |= {"status": "trialing", "trial_end": PERIOD_END}
    plan = await actions.prepare_cancel(LATER)
    assert (
        plan.effects[0]
        == f"Team (2 seats) stays usable until its trial ends on {END}, then it is over."
    )
    assert "The customer is never charged for it." in plan.effects


async def test_the_customers_reason_goes_along(actions: Actions) -> None:
    request = CancelRequest("sub_1", feedback="too_expensive", comment="  Found another.  ")
    details = {"feedback": "too_expensive", "comment": "Found another."}
    assert (await actions.prepare_cancel(request)).params["cancellation_details"] == details


async def test_cancelling_now_without_money_says_that_nothing_is_credited(
    actions: Actions, wire: Wire
) -> None:
    plan = await actions.prepare_cancel(AT_ONCE)
    assert plan.title == "Cancel Team (2 seats) now"
    assert plan.effects[0] == (
        f"Team (2 seats) ends at once, today ({date(NOW)}), instead of running until {END}."
    )
    assert "Unused time is not credited, and nothing is refunded." in plan.effects
    assert (plan.method, plan.params) == ("delete", {"prorate": False, "invoice_now": False})
    assert plan.due_now is None


@pytest.mark.parametrize(("prorate", "dropped"), [(False, True), (True, False)])
async def test_cancelling_now_without_money_drops_what_earlier_changes_left(
    actions: Actions, wire: Wire, *, prorate: bool, dropped: bool
) -> None:
    wire.preview = invoice(line("Unused time on 2 × Team", -2000, proration=True))
    plan = await actions.prepare_cancel(CancelRequest("sub_1", when="now", prorate=prorate))
    [final] = [effect for effect in plan.effects if effect.startswith("No final invoice is made.")]
    assert ("are dropped" in final) is dropped


async def test_a_final_invoice_shows_stripes_own_figures(actions: Actions, wire: Wire) -> None:
    wire.preview = invoice(
        line("Unused time on 2 × Team", -2000, proration=True),
        line("Storage", 700, proration=False),
    )
    request = CancelRequest("sub_1", when="now", prorate=True, invoice_now=True)
    plan = await actions.prepare_cancel(request)
    assert plan.due_now == Money(-1300, "eur")
    assert "€20.00 for unused time is credited in the final invoice." in plan.effects
    assert (
        "The final invoice comes to -€13.00: €13.00 goes to the customer's balance." in plan.effects
    )
    assert [one.amount for one in plan.lines] == [Money(-2000, "eur"), Money(700, "eur")]


async def test_a_final_invoice_that_must_be_paid_says_by_what(actions: Actions, wire: Wire) -> None:
    wire.preview = invoice(line("Storage", 700, proration=False), balance=-200)
    plan = await actions.prepare_cancel(CancelRequest("sub_1", when="now", invoice_now=True))
    assert plan.due_now == Money(500, "eur")
    assert "A final invoice over €5.00 is made now and charged to Visa •••• 4242." in plan.effects


async def test_a_final_invoice_over_nothing_is_not_made(actions: Actions, wire: Wire) -> None:
    wire.preview = None
    plan = await actions.prepare_cancel(CancelRequest("sub_1", when="now", invoice_now=True))
    assert plan.due_now == Money(0, "eur")
    assert "There is nothing to put on a final invoice, so none is made." in plan.effects


async def test_a_credit_without_an_invoice_comes_with_a_warning(
    actions: Actions, wire: Wire
) -> None:
    wire.preview = invoice(line("Unused time on 2 × Team", -2000, proration=True))
    plan = await actions.prepare_cancel(CancelRequest("sub_1", when="now", prorate=True))
    assert plan.due_now == Money(0, "eur")
    assert "€20.00 for unused time is credited on the customer's next invoice." in plan.effects
    assert any("there may never be one" in warning for warning in plan.warnings)


async def test_credits_and_invoices_belong_to_cancelling_now(actions: Actions) -> None:
    with pytest.raises(InvalidInput, match="Cancel now"):
        await actions.prepare_cancel(CancelRequest("sub_1", prorate=True))


async def test_unpaid_invoices_are_pointed_out(actions: Actions, wire: Wire) -> None:
    wire.subscription["status"] = "past_due"
    plan = await actions.prepare_cancel(AT_ONCE)
    assert any("Unpaid invoices stay open" in warning for warning in plan.warnings)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "canceled", "ended_at": NOW}, "was already cancelled on"),
        ({"status": "incomplete_expired"}, "expired, because its first payment was never made"),
        ({"status": "incomplete"}, "no period that is paid for"),
        ({"cancel_at": PERIOD_END}, "already set to be cancelled on"),
        ({"cancel_at_period_end": True}, "already set to be cancelled on"),
        ({"schedule": "sub_sched_1"}, "the subscription schedule sub_sched_1 decides"),
    ],
)
async def test_cancelling_later_is_refused_in_words(
    actions: Actions, wire: Wire, fields: dict[str, Any], words: str
) -> None:
    wire.subscription |= fields
    with pytest.raises(NotPossible, match=words) as refused:
        await actions.prepare_cancel(LATER)
    assert refused.value.next_step


async def test_cancelling_now_takes_the_schedule_along(actions: Actions, wire: Wire) -> None:
    wire.subscription["schedule"] = "sub_sched_1"
    plan = await actions.prepare_cancel(AT_ONCE)
    assert "The subscription schedule sub_sched_1 is cancelled with it." in plan.warnings


@pytest.mark.parametrize(
    ("fields", "params"),
    [
        ({"cancel_at_period_end": True, "cancel_at": PERIOD_END}, {"cancel_at_period_end": False}),
        ({"cancel_at": PERIOD_END}, {"cancel_at": ""}),
    ],
)
async def test_undoing_a_cancellation_names_the_next_invoice(
    actions: Actions, wire: Wire, fields: dict[str, Any], params: dict[str, Any]
) -> None:
    wire.subscription |= fields
    plan = await actions.prepare_resume(ResumeRequest("sub_1"))
    assert plan.title == f"Keep Team (2 seats): undo the cancellation on {END}"
    assert plan.params == params
    assert (plan.next_total, plan.next_date) == (Money(3000, "eur"), PERIOD_END)
    assert plan.effects[-1] == (
        f"The next invoice, over €30.00, is charged to Visa •••• 4242 on {END}."
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "not set to be cancelled"),
        ({"status": "canceled"}, "already cancelled"),
        ({"cancel_at": PERIOD_END, "schedule": "sub_sched_1"}, "sub_sched_1 decides"),
    ],
)
async def test_undoing_nothing_is_refused(
    actions: Actions, wire: Wire, fields: dict[str, Any], words: str
) -> None:
    wire.subscription |= fields
    with pytest.raises(NotPossible, match=words):
        await actions.prepare_resume(ResumeRequest("sub_1"))


async def test_a_subscription_that_stripe_does_not_know_is_named(
    actions: Actions, wire: Wire
) -> None:
    wire.subscription = None
    with pytest.raises(ResourceMissing, match="sub_1"):
        await actions.prepare_cancel(LATER)


async def test_without_stripes_preview_there_is_no_plan(actions: Actions, wire: Wire) -> None:
    plan = CancelRequest("sub_1", when="now", invoice_now=True)
    wire.lost_previews = 1
    with pytest.raises(StripeUnavailable, match="preview"):
        await actions.prepare_cancel(plan)


async def test_a_preview_of_many_lines_is_read_to_its_end(actions: Actions, wire: Wire) -> None:
    many = [line(f"Seat {number}", -100, proration=True) for number in range(25)]
    wire.all_lines = [{**one, "id": f"il_{number}"} for number, one in enumerate(many)]
    wire.preview = invoice(*many)
    wire.preview["lines"] = {"data": wire.all_lines[:10], "has_more": True}
    plan = await actions.prepare_cancel(CancelRequest("sub_1", when="now", prorate=True))
    assert len(plan.lines) == 25
    assert "€25.00 for unused time is credited on the customer's next invoice." in plan.effects
