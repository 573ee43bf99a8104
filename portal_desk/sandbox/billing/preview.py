"""Previews of invoices: what would be billed, without billing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal_desk.models.json import Json, ends_at, period_end
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing import cancellation
from portal_desk.sandbox.billing.changes import Change, plan_change, proration_moment
from portal_desk.sandbox.billing.creation import draft_subscription, first_bill
from portal_desk.sandbox.billing.discounts import effective, requested
from portal_desk.sandbox.billing.drafts import Draft, cycle_lines, waiting_line
from portal_desk.sandbox.billing.ending import credits_for, final_bill
from portal_desk.sandbox.billing.invoice_items import item_draft
from portal_desk.sandbox.billing.invoices import drafted, waiting_items
from portal_desk.sandbox.billing.pausing import pause_bill, pause_drafts, require_pausable
from portal_desk.sandbox.billing.renewal import renewed_items
from portal_desk.sandbox.billing.resuming import plan_resumption, resumption_bill
from portal_desk.sandbox.billing.subscriptions import check_changeable, immediate_bill
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.problems import StripeProblem, invalid, missing, unsupported
from portal_desk.sandbox.state import State

_HOUR = 3600


def preview_invoice(state: State, params: Json) -> Json:
    """The invoice that would come next, or that a change would bring.

    The parameters are those of `POST /v1/invoices/create_preview`. The invoice is not stored.

    Raises:
        StripeProblem: `invoice_upcoming_none` where nothing would be billed; and whatever the
            change itself would be refused for.
    """
    for name in ("schedule", "schedule_details"):
        if params.get(name):
            raise unsupported(f"`{name}` in a preview")
    coming = _coming(state, params)
    extra = _extra(state, params, coming.customer)
    bill = replace(coming.bill, drafts=[*coming.bill.drafts, *extra])
    return _upcoming(state, bill, coming.customer, coming.at, coming.changes)


@dataclass(frozen=True)
class _Coming:
    """An invoice that would come: of what, for whom, when (seconds UTC), by which changes."""

    bill: Bill
    customer: Json
    at: int
    changes: Json


def _extra(state: State, params: Json, customer: Json) -> list[Draft]:
    """The invoice items that a preview adds to what would be billed."""
    return [
        item_draft(state, wish, customer, f"invoice_items[{number}]")
        for number, wish in enumerate(params.get("invoice_items") or ())
    ]


def _coming(state: State, params: Json) -> _Coming:
    details = params.get("subscription_details") or {}
    if not params.get("subscription") and details.get("items"):
        return _of_new(state, params, details)
    if not params.get("subscription") and not _billed(state, _customer(state, params)):
        return _of_items(state, params)
    subscription = _subject(state, params)
    customer = state.kind("customer")[subscription["customer"]]
    if details.get("pause"):
        return _of_pausing(state, subscription, customer, details["pause"])
    if details.get("resume_at"):
        return _of_resuming(state, subscription, customer, details)
    return _of_subscription(state, subscription, customer, params)


def _of_subscription(state: State, subscription: Json, customer: Json, params: Json) -> _Coming:
    details = params.get("subscription_details") or {}
    if subscription["status"] in ("canceled", "incomplete_expired"):
        raise _nothing(customer)
    if details.get("cancel_now"):
        return _of_cancelling(state, subscription, customer, details)
    changes = _as_update(details, params)
    check_changeable(subscription, changes)
    change = plan_change(state, subscription, changes)
    change.after |= cancellation.scheduled(state, subscription, changes)
    if change.bills_now:
        bill = immediate_bill(state, subscription, change)
        return _Coming(bill, customer, change.when, changes)
    return _of_next(state, subscription, customer, change, changes)


def _subject(state: State, params: Json) -> Json:
    if subscription_id := params.get("subscription"):
        found = state.get("subscription", subscription_id)
        if not found:
            raise missing("subscription", subscription_id, "subscription")
        if params.get("customer") not in (None, found["customer"]):
            raise invalid(
                f"Subscription {subscription_id} does not belong to customer {params['customer']}.",
                "subscription",
            )
        return found
    billed = _billed(state, _customer(state, params))
    return min(billed, key=lambda each: period_end(each) or 0)


def _billed(state: State, customer: Json) -> list[Json]:
    """The subscriptions of a customer that will be billed again."""
    return [
        each
        for each in state.where("subscription", customer=customer["id"])
        if each["status"] in ("active", "trialing", "past_due") and not ends_at(each)
    ]


def _customer(state: State, params: Json) -> Json:
    customer_id = params.get("customer")
    if not customer_id:
        raise invalid(
            "You must provide one of `customer`, `subscription`, or `schedule`.", "customer"
        )
    customer = state.get("customer", customer_id)
    if not customer:
        raise missing("customer", customer_id, "customer")
    return customer


def _nothing(customer: Json) -> StripeProblem:
    message = f"No upcoming invoices for customer: {customer['id']}"
    return StripeProblem(404, "invalid_request_error", "invoice_upcoming_none", message)


def _as_update(details: Json, params: Json) -> Json:
    """A preview's parameters as those of the update that it previews."""
    ignored = ("cancel_now", "pause", "start_date", "billing_mode", "billing_schedules")
    changes = {name: value for name, value in details.items() if name not in ignored}
    if "discounts" in params:
        changes["discounts"] = params["discounts"]
    return changes


def _of_new(state: State, params: Json, details: Json) -> _Coming:
    customer = _customer(state, params)
    wanted = {name: details[name] for name in ("items", "trial_end") if name in details}
    mode = {"billing_mode": details["billing_mode"]} if details.get("billing_mode") else {}
    asked = wanted | mode | {"discounts": params.get("discounts") or []}
    subscription, discounts = draft_subscription(state, customer, asked)
    bill = first_bill(state, subscription, discounts)
    return _Coming(bill, customer, state.now(), {})


def _of_items(state: State, params: Json) -> _Coming:
    """Without a subscription, what waits for the customer and what the request adds is billed."""
    customer = _customer(state, params)
    waiting = waiting_items(state, customer["id"], None)
    if not waiting and not params.get("invoice_items"):
        raise _nothing(customer)
    discounts = effective(state, [], customer, state.now())
    if params.get("discounts"):
        discounts = requested(state, params["discounts"], customer["id"], at=state.now())
    bill = Bill(drafts=[waiting_line(state, each) for each in waiting], discounts=discounts)
    return _Coming(bill, customer, state.now(), {})


def _of_cancelling(state: State, subscription: Json, customer: Json, details: Json) -> _Coming:
    when = proration_moment(state, subscription, details)
    prorated = details.get("proration_behavior") != "none"
    credits_ = credits_for(state, subscription, when) if prorated else []
    bill = final_bill(state, subscription, when, credits_)
    if not bill.drafts:
        raise _nothing(customer)
    return _Coming(bill, customer, when, details)


def _of_pausing(state: State, subscription: Json, customer: Json, pause: Json) -> _Coming:
    """Only a pause that bills at once has an invoice to show."""
    require_pausable(subscription, pause)
    now = state.now()
    drafts = pause_drafts(state, subscription, pause, now)
    bill = pause_bill(state, subscription, drafts)
    if bill is None or pause.get("invoicing_behavior") != "invoice":
        raise _nothing(customer)
    return _Coming(bill, customer, now, {})


def _of_resuming(state: State, subscription: Json, customer: Json, details: Json) -> _Coming:
    plan = plan_resumption(state, subscription, _resuming(details))
    if not plan.bills_now:
        raise _nothing(customer)
    bill = resumption_bill(state, subscription, plan)
    return _Coming(bill, customer, plan.when, details)


def _resuming(details: Json) -> Json:
    """A preview's parameters as those of the resumption that it previews."""
    names = ("billing_cycle_anchor", "proration_behavior", "proration_date")
    return {name: details[name] for name in names if name in details}


def _of_next(
    state: State, subscription: Json, customer: Json, change: Change, changes: Json
) -> _Coming:
    after = subscription | change.after
    at = period_end(after) or change.when
    waiting = waiting_items(state, customer["id"], subscription["id"])
    drafts = [*change.prorations, *(waiting_line(state, each) for each in waiting)]
    ending = ends_at(after)
    if ending is None or ending > at:
        drafts += _cycle(state, after, at)
    if not drafts or after["status"] == "paused":
        raise _nothing(customer)
    discounts = [each for each in change.discounts if each["end"] is None or each["end"] > at]
    bill = Bill(
        drafts=drafts,
        discounts=discounts,
        tax_rates=after["default_tax_rates"],
        subscription=after,
    )
    return _Coming(bill, customer, at, changes)


def _cycle(state: State, subscription: Json, at: int) -> Sequence[Draft]:
    items = renewed_items(state, subscription, at)
    return cycle_lines(state, items, at, subscription["billing_cycle_anchor"])


def _upcoming(state: State, bill: Bill, customer: Json, at: int, changes: Json) -> Json:
    invoice = drafted(state, bill, customer, reason="upcoming", at=at)
    subscription = bill.subscription
    stored = subscription and state.get("subscription", subscription["id"])
    invoice |= {
        "id": state.new_id("upcoming_in", 24),
        "created": at,
        "period_end": at,
        "ending_balance": min(0, invoice["total"] + customer["balance"]),
        "next_payment_attempt": at + _HOUR,
        "automatically_finalizes_at": None,
        "webhooks_delivered_at": None,
    }
    if subscription and not stored:
        invoice["parent"] = objects.subscription_invoice_parent(None, {})
    elif subscription and "proration_date" in changes:
        invoice["parent"] = objects.subscription_invoice_parent(
            subscription["id"], subscription["metadata"], changes["proration_date"]
        )
    for line in invoice["lines"]["data"]:
        line["invoice"] = invoice["id"]
    invoice["lines"]["url"] = f"/v1/invoices/{invoice['id']}/lines"
    return invoice
