"""The end of a period: the next one begins, or the subscription ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from portal_desk.models.json import Json
from portal_desk.models.periods import cycle_anchor, period_end_of
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import is_metered
from portal_desk.sandbox.billing.changes import Change, plan_change
from portal_desk.sandbox.billing.collection import draft_bill, without_spent
from portal_desk.sandbox.billing.discounts import effective, redeem
from portal_desk.sandbox.billing.drafts import Draft, cycle_lines, trial_line, waiting_line
from portal_desk.sandbox.billing.ending import end_subscription, final_bill
from portal_desk.sandbox.billing.issuing import waiting_items
from portal_desk.sandbox.billing.items import kept_items
from portal_desk.sandbox.billing.phases import (
    current,
    ends_subscription_at,
    phase_as_update,
    phase_at,
    schedule_of,
)
from portal_desk.sandbox.billing.subscriptions import plain_fields
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.billing.trials import announce_end, has_free_stub, stop_unpaid
from portal_desk.sandbox.billing.unpaid_trials import stops_unpaid
from portal_desk.sandbox.state import State


class Renewal(NamedTuple):
    """A subscription in its next period, and the bill for that.

    Attributes:
        after: the fields that change.
        bill: what is billed.
    """

    after: Json
    bill: Bill


def end(state: State, subscription: Json, at: int) -> None:
    """End a subscription whose time has come at `at` (seconds UTC), with a last invoice."""
    bill = final_bill(state, subscription, at)
    after: Json = {"status": "canceled", "ended_at": at, "schedule": None}
    if bill.drafts:
        invoice = draft_bill(state, bill, reason="subscription_cycle", at=at)
        after["latest_invoice"] = invoice["id"]
    end_subscription(state, subscription, after)


def renew(state: State, subscription: Json, at: int) -> Json:
    """Begin the next period at `at` (seconds UTC), and bill it.

    The invoice is a draft for an hour (https://docs.stripe.com/billing/invoices/subscription).
    """
    if stops_unpaid(state, subscription):
        return stop_unpaid(state, subscription)
    schedule = schedule_of(state, subscription)
    renewal = plan_renewal(state, subscription, at, schedule)
    items = kept_items(state, subscription["id"], renewal.after["items"]["data"])
    for each in renewal.bill.discounts:
        redeem(state, each, "customer.discount.created")
    invoice = draft_bill(state, renewal.bill, reason="subscription_cycle", at=at)
    after = without_spent(state, renewal.bill, renewal.after | {"items": items})
    if schedule:
        follow_phases(state, schedule, at)
    trial_end = subscription["trial_end"]
    state.update(
        subscription, after | {"latest_invoice": invoice["id"]}, "customer.subscription.updated"
    )
    if subscription["status"] == "trialing" and subscription["trial_end"] != trial_end:
        announce_end(state, subscription)
    return subscription


def plan_renewal(
    state: State,
    subscription: Json,
    at: int,
    schedule: Json | None,
    extra: Sequence[Draft] = (),
) -> Renewal:
    """Work out what follows the period that ends at `at` (seconds UTC).

    Args:
        state: the sandbox.
        subscription: as it is until then.
        at: when its period ends.
        schedule: what may change it then.
        extra: lines that will wait for the invoice by then.
    """
    change = _transition(state, subscription, schedule, at)
    after: Json = dict(change.after)
    changed = subscription | after
    if subscription["status"] == "trialing" and "status" not in after:
        after["status"] = "active"
    items = changed["items"]["data"]
    due = [
        item for item in items if item["current_period_end"] <= at or _is_new(subscription, item)
    ]
    until = changed["cancel_at"]
    anchor = cycle_anchor(changed)
    moved = [_next_period(item, at, anchor, until) if item in due else item for item in items]
    if not change.periods:
        after["items"] = objects.item_list(subscription["id"], moved)
    return Renewal(after, _bill(state, subscription, after, change, at, extra))


def _is_new(subscription: Json, item: Json) -> bool:
    return all(each["id"] != item["id"] for each in subscription["items"]["data"])


def _next_period(item: Json, at: int, anchor: int, until: int | None) -> Json:
    ahead = period_end_of(anchor, item["price"]["recurring"], at, until)
    return item | {"current_period_start": at, "current_period_end": ahead}


def _transition(state: State, subscription: Json, schedule: Json | None, at: int) -> Change:
    """What the phase that begins at `at` changes; where none does, discounts may still run out."""
    phase = phase_at(schedule, at) if schedule else None
    if not schedule or not phase or phase["start_date"] != at:
        customer = state.kind("customer")[subscription["customer"]]
        discounts = effective(state, subscription["discounts"], customer, at)
        after: Json = {}
        if schedule and not phase:
            after["schedule"] = None
        return Change(when=at, after=after, discounts=discounts)
    params = phase_as_update(state, schedule, phase, subscription) | {"proration_behavior": "none"}
    if params.get("trial_end") == "now":
        del params["trial_end"]
    ends = {"cancel_at": ends_subscription_at(schedule, phase)}
    with state.at(at):
        change = plan_change(state, subscription | ends, params)
        change.after |= plain_fields(state, subscription, params) | ends
    return change


def _bill(
    state: State, subscription: Json, after: Json, change: Change, at: int, extra: Sequence[Draft]
) -> Bill:
    whole = subscription | after
    waiting = waiting_items(
        state, subscription["customer"], subscription["id"], currency=subscription["currency"]
    )
    drafts = [*change.added, *extra, *(waiting_line(state, each) for each in waiting)]
    return Bill(
        drafts=[*drafts, *_cycle(state, subscription, whole, at)],
        discounts=change.discounts,
        tax_rates=whole["default_tax_rates"],
        subscription=whole,
    )


def _cycle(state: State, before: Json, after: Json, at: int) -> list[Draft]:
    """Usage of the period behind, at what it cost then; the period ahead, as it will be."""
    ended = [item for item in before["items"]["data"] if item["current_period_end"] <= at]
    metered = [item for item in ended if is_metered(item["price"])]
    anchor, until = cycle_anchor(after), after["cancel_at"]
    begun = [
        item
        for item in after["items"]["data"]
        if item["current_period_start"] == at and not is_metered(item["price"])
    ]
    if after["status"] == "trialing":
        ahead = [trial_line(state, item, at, item["current_period_end"]) for item in begun]
    else:
        ahead = cycle_lines(state, begun, at, anchor, until)
        if has_free_stub(state, before):
            ahead = [line for line in ahead if not line.proration]
    behind = cycle_lines(state, metered, at, anchor)
    if before["status"] == "trialing":
        behind = []
    return [*behind, *ahead]


def follow_phases(state: State, schedule: Json, at: int) -> None:
    """A schedule goes on to the phase that runs at `at` (seconds UTC), or is done."""
    phase = phase_at(schedule, at)
    if phase:
        changes: Json = {"current_phase": current(phase)}
        state.update(schedule, changes, "subscription_schedule.updated")
    else:
        changes = {"status": "completed", "completed_at": at, "current_phase": None}
        state.update(schedule, changes, "subscription_schedule.completed")
