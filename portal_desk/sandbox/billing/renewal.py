"""The end of a period: the next one begins, or the subscription ends."""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.collection import charge_bill
from portal_desk.sandbox.billing.discounts import effective
from portal_desk.sandbox.billing.drafts import cycle_lines, waiting_line
from portal_desk.sandbox.billing.ending import end_subscription, final_bill
from portal_desk.sandbox.billing.invoices import waiting_items
from portal_desk.sandbox.billing.periods import next_boundary
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.billing.trials import trial_ends_unpaid
from portal_desk.sandbox.state import State


def end(state: State, subscription: Json, at: int) -> None:
    """End a subscription whose time has come at `at` (seconds UTC), with a last invoice."""
    bill = final_bill(state, subscription, at)
    after: Json = {"status": "canceled", "ended_at": at, "schedule": None}
    if bill.drafts:
        invoice, _ = charge_bill(state, bill, reason="subscription_cycle", at=at)
        after["latest_invoice"] = invoice["id"]
    end_subscription(state, subscription, after)


def renew(state: State, subscription: Json, at: int) -> Json:
    """Begin the next period at `at` (seconds UTC), and bill it."""
    if trial_ends_unpaid(state, subscription):
        return subscription
    items = renewed_items(state, subscription, at)
    anchor = subscription["billing_cycle_anchor"]
    waiting = waiting_items(state, subscription["customer"], subscription["id"])
    drafts = [
        *(waiting_line(state, each) for each in waiting),
        *cycle_lines(state, items, at, anchor),
    ]
    customer = state.kind("customer")[subscription["customer"]]
    bill = Bill(
        drafts=drafts,
        discounts=effective(state, subscription["discounts"], customer, at),
        tax_rates=subscription["default_tax_rates"],
        subscription=subscription,
    )
    invoice, failed = charge_bill(state, bill, reason="subscription_cycle", at=at)
    after: Json = {
        "items": _next_periods(subscription, items, at),
        "latest_invoice": invoice["id"],
    }
    if subscription["status"] == "trialing":
        after["status"] = "active"
    if failed and subscription["status"] != "unpaid":
        after["status"] = "past_due"
    _next_phase(state, subscription, at)
    return state.update(subscription, after, "customer.subscription.updated")


def renewed_items(state: State, subscription: Json, at: int) -> list[Json]:
    """The items whose period ends at `at`, as the schedule's next phase has them if there is one."""
    items = [item for item in subscription["items"]["data"] if item["current_period_end"] <= at]
    phase = _phase_at(state, subscription, at)
    if not phase:
        return [dict(item) for item in items]
    return [
        _in_phase(state, item, wanted) for item, wanted in zip(items, phase["items"], strict=False)
    ]


def _in_phase(state: State, item: Json, wanted: Json) -> Json:
    price = state.kind("price")[wanted["price"]]
    return item | {
        "price": price,
        "plan": objects.plan_of(state, price),
        "quantity": wanted["quantity"],
    }


def _phase_at(state: State, subscription: Json, at: int) -> Json | None:
    schedule = state.get("subscription_schedule", subscription["schedule"] or "")
    phases: Sequence[Json] = schedule["phases"] if schedule else ()
    return next((each for each in phases if each["start_date"] <= at < each["end_date"]), None)


def _next_phase(state: State, subscription: Json, at: int) -> None:
    schedule = state.get("subscription_schedule", subscription["schedule"] or "")
    phase = _phase_at(state, subscription, at)
    if schedule and phase:
        current = {"end_date": phase["end_date"], "start_date": phase["start_date"]}
        state.update(schedule, {"current_phase": current}, "subscription_schedule.updated")
    elif schedule:
        changes = {"status": "completed", "completed_at": at, "current_phase": None}
        state.update(schedule, changes, "subscription_schedule.completed")
        state.update(subscription, {"schedule": None})


def _next_periods(subscription: Json, renewed: Sequence[Json], at: int) -> Json:
    by_id = {item["id"]: item for item in renewed}
    anchor = subscription["billing_cycle_anchor"]
    data = []
    for item in subscription["items"]["data"]:
        if new := by_id.get(item["id"]):
            end = next_boundary(anchor, new["price"]["recurring"], at)
            data.append(new | {"current_period_start": at, "current_period_end": end})
        else:
            data.append(item)
    return objects.item_list(subscription["id"], data)
