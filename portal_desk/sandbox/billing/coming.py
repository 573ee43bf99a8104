"""Which invoice comes next, for a customer, a subscription or a schedule, as it is or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal_desk.models.json import Json, ends_at, period_end
from portal_desk.sandbox.billing.changes import Change, plan_change, proration_moment
from portal_desk.sandbox.billing.creation import draft_subscription, first_bill
from portal_desk.sandbox.billing.discounts import effective, requested
from portal_desk.sandbox.billing.drafts import Draft, waiting_line
from portal_desk.sandbox.billing.ending import credits_for, final_bill
from portal_desk.sandbox.billing.issuing import waiting_items
from portal_desk.sandbox.billing.pausing import pause_bill, pause_drafts, require_pausable
from portal_desk.sandbox.billing.phases import (
    ends_subscription_at,
    phase_as_creation,
    phase_as_update,
    phase_at,
    schedule_of,
)
from portal_desk.sandbox.billing.renewal import plan_renewal
from portal_desk.sandbox.billing.resuming import plan_resumption, resumption_bill
from portal_desk.sandbox.billing.scheduling import draft_schedule, planned_changes
from portal_desk.sandbox.billing.subscriptions import (
    check_changeable,
    immediate_bill,
    plain_fields,
)
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.problems import StripeProblem, invalid, missing
from portal_desk.sandbox.state import State

_OF_NEW = ("billing_cycle_anchor", "billing_mode", "default_tax_rates", "items", "metadata",
           "proration_behavior", "trial_end", "cancel_at", "cancel_at_period_end")  # fmt: skip
_OF_UPDATE = (*_OF_NEW, "proration_date")


@dataclass(frozen=True)
class Coming:
    """An invoice that would come: of what, when (seconds UTC), by which changes."""

    bill: Bill
    at: int
    changes: Json


def coming(state: State, customer: Json, params: Json) -> Coming:
    """The invoice that `params` (as for a preview) ask about.

    Raises:
        StripeProblem: `invoice_upcoming_none` where nothing would be billed; and whatever the
            change itself would be refused for.
    """
    details = params.get("subscription_details") or {}
    if params.get("schedule") or params.get("schedule_details"):
        return _of_schedule(state, customer, params)
    if not params.get("subscription") and details.get("items"):
        return _of_new(state, customer, params, details)
    if not params.get("subscription") and not _billed(state, customer):
        return _of_items(state, customer, params)
    subscription = _subject(state, customer, params)
    if details.get("pause"):
        return _of_pausing(state, subscription, details["pause"])
    if details.get("resume_at"):
        return _of_resuming(state, subscription, details)
    return _of_subscription(state, subscription, params)


def _of_subscription(state: State, subscription: Json, params: Json) -> Coming:
    details = params.get("subscription_details") or {}
    if subscription["status"] in ("canceled", "incomplete_expired"):
        raise _nothing(subscription["customer"])
    if details.get("cancel_now"):
        return _of_cancelling(state, subscription, details)
    changes = {name: details[name] for name in _OF_UPDATE if name in details}
    changes.pop("billing_mode", None)
    if "discounts" in params:
        changes["discounts"] = params["discounts"]
    check_changeable(subscription, changes)
    change = plan_change(state, subscription, changes)
    change.after |= plain_fields(state, subscription, changes)
    if change.stops:
        raise _nothing(subscription["customer"])
    if params.get("preview_mode") == "recurring":
        return _recurring(state, subscription, change)
    if change.bills_now:
        return Coming(immediate_bill(state, subscription, change), change.when, changes)
    return _next(state, subscription, change, schedule_of(state, subscription), changes)


def _subject(state: State, customer: Json, params: Json) -> Json:
    if subscription_id := params.get("subscription"):
        found = state.get("subscription", subscription_id)
        if not found:
            raise missing("subscription", subscription_id, "subscription")
        if found["customer"] != customer["id"]:
            raise invalid(
                f"Subscription {subscription_id} does not belong to customer {customer['id']}.",
                "subscription",
            )
        return found
    return min(_billed(state, customer), key=lambda each: period_end(each) or 0)


def _billed(state: State, customer: Json) -> list[Json]:
    """The subscriptions of a customer that will be billed again."""
    return [
        each
        for each in state.where("subscription", customer=customer["id"])
        if each["status"] in ("active", "trialing", "past_due") and not ends_at(each)
    ]


def _nothing(customer: str) -> StripeProblem:
    message = f"No upcoming invoices for customer: {customer}"
    return StripeProblem(404, "invalid_request_error", "invoice_upcoming_none", message)


def _of_new(state: State, customer: Json, params: Json, details: Json) -> Coming:
    asked = {name: details[name] for name in _OF_NEW if name in details}
    asked |= {name: params[name] for name in ("automatic_tax", "currency") if name in params}
    asked["discounts"] = params.get("discounts") or []
    start = details.get("start_date")
    if start is not None and start < state.now():
        asked["backdate_start_date"] = start
    with state.at(max(start or 0, state.now())):
        return _begun(state, customer, asked)


def _begun(state: State, customer: Json, params: Json) -> Coming:
    subscription, discounts = draft_subscription(state, customer, params)
    bill = first_bill(state, subscription, discounts, params)
    return Coming(bill, state.now(), {})


def _of_items(state: State, customer: Json, params: Json) -> Coming:
    """Without a subscription, what waits for the customer and what the request adds is billed."""
    currency = params.get("currency") or customer["currency"]
    waiting = waiting_items(state, customer["id"], None, currency=currency)
    if not waiting and not params.get("invoice_items"):
        raise _nothing(customer["id"])
    discounts = effective(state, [], customer, state.now())
    if params.get("discounts"):
        discounts = requested(state, params["discounts"], customer["id"], at=state.now())
    bill = Bill(drafts=[waiting_line(state, each) for each in waiting], discounts=discounts)
    return Coming(bill, state.now(), {})


def _of_cancelling(state: State, subscription: Json, details: Json) -> Coming:
    when = proration_moment(state, subscription, details)
    prorated = details.get("proration_behavior") != "none"
    credits_ = credits_for(state, subscription, when) if prorated else []
    bill = final_bill(state, subscription, when, credits_)
    if not bill.drafts:
        raise _nothing(subscription["customer"])
    return Coming(bill, when, details)


def _of_pausing(state: State, subscription: Json, pause: Json) -> Coming:
    """Only a pause that bills at once has an invoice to show."""
    settings: Json = {"type": pause.get("type", "subscription"), **pause}
    require_pausable(subscription, settings)
    now = state.now()
    bill = pause_bill(state, subscription, pause_drafts(state, subscription, settings, now))
    if bill is None or settings.get("invoicing_behavior") != "invoice":
        raise _nothing(subscription["customer"])
    return Coming(bill, now, {})


def _of_resuming(state: State, subscription: Json, details: Json) -> Coming:
    names = ("billing_cycle_anchor", "proration_behavior", "proration_date")
    asked = {name: details[name] for name in names if name in details}
    plan = plan_resumption(state, subscription, asked)
    if not plan.bills_now:
        raise _nothing(subscription["customer"])
    return Coming(resumption_bill(state, subscription, plan), plan.when, details)


def _of_schedule(state: State, customer: Json, params: Json) -> Coming:
    """A schedule as it is, as it would be with `schedule_details`, or one that isn't there yet."""
    details = params.get("schedule_details") or {}
    schedule_id = params.get("schedule")
    if not schedule_id:
        return _before(
            state, customer, draft_schedule(state, details | {"customer": customer["id"]})
        )
    stored = state.get("subscription_schedule", schedule_id)
    if not stored:
        raise missing("subscription schedule", schedule_id, "schedule")
    schedule = stored | planned_changes(state, stored, details)
    if stored["status"] == "not_started":
        return _before(state, customer, schedule)
    subscription = state.get("subscription", stored["subscription"] or "")
    if not subscription or stored["status"] != "active":
        raise _nothing(customer["id"])
    change = Change(when=state.now(), discounts=_running(state, subscription, customer))
    phase = phase_at(schedule, state.now())
    if phase and schedule != stored:
        behavior = details.get("proration_behavior", "create_prorations")
        change = _entered(state, schedule, phase, subscription, {"proration_behavior": behavior})
    if change.bills_now:
        return Coming(immediate_bill(state, subscription, change), change.when, {})
    return _next(state, subscription, change, schedule, {})


def _running(state: State, subscription: Json, customer: Json) -> list[Json]:
    return effective(state, subscription["discounts"], customer, state.now())


def _before(state: State, customer: Json, schedule: Json) -> Coming:
    phase = schedule["phases"][0]
    params = phase_as_creation(state, schedule, phase)
    if phase["start_date"] < state.now():
        params["backdate_start_date"] = phase["start_date"]
    with state.at(max(phase["start_date"], state.now())):
        return _begun(state, customer, params)


def _entered(
    state: State, schedule: Json, phase: Json, subscription: Json, terms: Json | None = None
) -> Change:
    """What a phase changes as it is entered between the ends of periods."""
    params = phase_as_update(state, schedule, phase, subscription) | (terms or {})
    ends = {"cancel_at": ends_subscription_at(schedule, phase)}
    change = plan_change(state, subscription | ends, params)
    change.after |= plain_fields(state, subscription, params) | ends
    return change


def _next(
    state: State, subscription: Json, change: Change, schedule: Json | None, changes: Json
) -> Coming:
    """What comes when the period ends, or before where a schedule's phase bills at once."""
    after = _as_changed(subscription, change)
    extra = [*change.prorations, *change.added]
    while schedule and (phase := _phase_before(schedule, after, change.when)):
        with state.at(phase["start_date"]):
            change = _entered(state, schedule, phase, after)
            if change.bills_now:
                change.added = [*change.added, *extra]
                return Coming(immediate_bill(state, after, change), change.when, changes)
        after = _as_changed(after, change)
        extra = [*change.prorations, *change.added, *extra]
    return _at_end(state, after, schedule, extra, changes)


def _as_changed(subscription: Json, change: Change) -> Json:
    """The subscription with a change, whose new discounts stand in it whole."""
    after = subscription | change.after
    return after | {"discounts": change.discounts} if "discounts" in change.after else after


def _phase_before(schedule: Json, subscription: Json, after: int) -> Json | None:
    """The first phase that begins later than `after` and before the period ends."""
    until = period_end(subscription) or after
    phases: Sequence[Json] = schedule["phases"]
    return next((each for each in phases if after < each["start_date"] < until), None)


def _at_end(
    state: State, subscription: Json, schedule: Json | None, extra: list[Draft], changes: Json
) -> Coming:
    at, ending = period_end(subscription) or state.now(), ends_at(subscription)
    if subscription["status"] == "paused":
        raise _nothing(subscription["customer"])
    between = _between(state, subscription, at, extra, changes)
    if between:
        return between
    if ending is not None and ending <= at:
        bill, at = final_bill(state, subscription, ending, extra), ending
    else:
        bill = plan_renewal(state, subscription, at, schedule, extra).bill
    if not bill.drafts:
        raise _nothing(subscription["customer"])
    return Coming(bill, at, changes)


def _between(
    state: State, subscription: Json, at: int, extra: list[Draft], changes: Json
) -> Coming | None:
    """What waits, where that is billed before the period ends."""
    moment = subscription["next_pending_invoice_item_invoice"]
    if moment is None or moment >= at:
        return None
    bill = final_bill(state, subscription, moment, extra, usage=False)
    customer = state.kind("customer")[subscription["customer"]]
    discounts = effective(state, subscription["discounts"], customer, moment)
    whole = Bill(bill.drafts, discounts, bill.tax_rates, subscription)
    return Coming(whole, moment, changes) if bill.drafts else None


def _recurring(state: State, subscription: Json, change: Change) -> Coming:
    """What a period costs, without what is billed once."""
    after = _as_changed(subscription, change)
    at = period_end(after) or change.when
    bill = plan_renewal(state, after, at, schedule_of(state, subscription)).bill
    cycle = [draft for draft in bill.drafts if not draft.invoice_item]
    return Coming(Bill(cycle, bill.discounts, bill.tax_rates, bill.subscription), at, {})
