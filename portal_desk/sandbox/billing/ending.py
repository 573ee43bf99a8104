"""The end of a subscription: cancelled at once, or when its time has come."""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json, id_of
from portal_desk.models.periods import cycle_anchor
from portal_desk.sandbox.billing import cancellation
from portal_desk.sandbox.billing.changes import prorations
from portal_desk.sandbox.billing.collection import charge_bill
from portal_desk.sandbox.billing.discounts import effective
from portal_desk.sandbox.billing.drafts import Draft, Proration, cycle_lines, waiting_line
from portal_desk.sandbox.billing.issuing import wait, waiting_items
from portal_desk.sandbox.billing.schedules import close_schedule, require_live, stop_schedule
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.problems import missing
from portal_desk.sandbox.state import State

_ENDED = ("canceled", "incomplete_expired")


def cancel_subscription(state: State, subscription: Json, params: Json) -> Json:
    """Cancel a subscription at once.

    With `prorate`, unused time is credited; with `invoice_now`, what waits and what was used is
    billed in a last invoice. Without either, prorations that wait are dropped
    (https://docs.stripe.com/api/subscriptions/cancel).

    Raises:
        StripeProblem: `resource_missing` where it has ended already.
    """
    if subscription["status"] in _ENDED:
        raise missing("subscription", subscription["id"])
    cancellation.check_feedback(state, params)
    now = state.now()
    credits_ = credits_for(state, subscription, now) if params.get("prorate") else []
    for draft in reversed(credits_):
        wait(state, draft, subscription)
    after: Json = {"status": "canceled", "canceled_at": now, "ended_at": now, "schedule": None}
    if params.get("invoice_now"):
        after["latest_invoice"] = _last_invoice(state, subscription, now)
    elif not params.get("prorate"):
        _drop_prorations(state, subscription)
    after["cancellation_details"] = cancellation.details(subscription, params, after)
    end_subscription(state, subscription, after)
    return subscription


def stop_billing(state: State, customer: Json) -> None:
    """A customer goes away: nothing that bills them begins, goes on, or leaves its draft.

    "Also immediately cancels any active subscriptions on the customer"
    (https://docs.stripe.com/api/customers/delete).
    """
    for subscription in state.where("subscription", customer=customer["id"]):
        if subscription["status"] not in _ENDED:
            cancel_subscription(state, subscription, {})
    for schedule in state.where("subscription_schedule", customer=customer["id"]):
        if schedule["status"] == "not_started":
            close_schedule(state, schedule)
    for invoice in list(state.where("invoice", customer=customer["id"], status="draft")):
        changes = {"auto_advance": False, "automatically_finalizes_at": None}
        state.update(invoice, changes, "invoice.updated")


def end_subscription(state: State, subscription: Json, after: Json) -> None:
    """A subscription is over: its schedule too, and its open invoices are no longer collected."""
    stop_schedule(state, subscription)
    for invoice in list(state.where("invoice", customer=subscription["customer"], status="open")):
        changes = {"auto_advance": False, "next_payment_attempt": None}
        state.update(invoice, changes, "invoice.updated")
    state.update(subscription, after)
    state.emit("customer.subscription.deleted", subscription)


def credits_for(state: State, subscription: Json, when: int) -> list[Draft]:
    """The unused time of a subscription that ends at `when` (seconds UTC)."""
    if subscription["status"] not in ("active", "past_due"):
        return []
    customer = state.kind("customer")[subscription["customer"]]
    discounts = effective(state, subscription["discounts"], customer, when)
    terms = Proration.of(subscription, when, discounts)
    old: Sequence[Json] = subscription["items"]["data"]
    return prorations(state, (old, []), (terms, terms))


def final_bill(
    state: State,
    subscription: Json,
    when: int,
    extra: Sequence[Draft] = (),
    *,
    usage: bool = True,
) -> Bill:
    """What the last invoice of a subscription is made of: what waits, and usage so far."""
    waiting = waiting_items(
        state, subscription["customer"], subscription["id"], currency=subscription["currency"]
    )
    metered = [i for i in subscription["items"]["data"] if i["quantity"] is None]
    used = cycle_lines(state, metered, when, cycle_anchor(subscription))
    drafts = [*extra, *(waiting_line(state, each) for each in waiting), *(used if usage else ())]
    return Bill(
        drafts=drafts, tax_rates=subscription["default_tax_rates"], subscription=subscription
    )


def _last_invoice(state: State, subscription: Json, now: int) -> str | None:
    bill = final_bill(state, subscription, now)
    if not bill.drafts:
        return id_of(subscription["latest_invoice"])
    invoice, _ = charge_bill(state, bill, reason="subscription_update", at=now)
    return str(invoice["id"])


def _drop_prorations(state: State, subscription: Json) -> None:
    for item in waiting_items(state, subscription["customer"], subscription["id"]):
        if item["proration"]:
            state.delete(item, "invoiceitem.deleted")


def cancel_schedule(state: State, schedule: Json, params: Json) -> Json:
    """Cancel a schedule, and its subscription with it."""
    require_live(schedule)
    if schedule["status"] == "not_started":
        return close_schedule(state, schedule)
    subscription = state.get("subscription", schedule["subscription"] or "")
    if subscription:
        terms = {
            "invoice_now": params.get("invoice_now", True),
            "prorate": params.get("prorate", True),
        }
        cancel_subscription(state, subscription, terms)
    return schedule
