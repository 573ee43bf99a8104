"""Pausing a subscription: it keeps its place, and bills nothing until it is resumed.

https://docs.stripe.com/billing/subscriptions/pause
"""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json
from portal_desk.models.periods import cycle_anchor
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import is_metered
from portal_desk.sandbox.billing.collection import charge_bill
from portal_desk.sandbox.billing.discounts import effective
from portal_desk.sandbox.billing.drafts import (
    Draft,
    Proration,
    credit_line,
    cycle_lines,
    waiting_line,
)
from portal_desk.sandbox.billing.issuing import wait, waiting_items
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.billing.trials import paused_because
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

PAUSABLE = ("active", "trialing")


def pause_subscription(state: State, subscription: Json, params: Json) -> Json:
    """Pause a subscription at once: its unused time is credited, its usage so far billed.

    Items whose unused time is credited end their period now; the others keep what was paid for.

    Args:
        state: the sandbox.
        subscription: which one.
        params: `bill_for`, `invoicing_behavior` and `type`, as for the endpoint.

    Raises:
        StripeProblem: classic billing, a schedule, an emailed invoice, or it does not run.
    """
    require_pausable(subscription, params)
    now = state.now()
    drafts = pause_drafts(state, subscription, params, now)
    after = _asleep(state, subscription, params)
    if params.get("invoicing_behavior") == "invoice":
        if bill := pause_bill(state, subscription, drafts):
            invoice, _ = charge_bill(state, bill, reason="subscription_update", at=now)
            after["latest_invoice"] = invoice["id"]
    else:
        for draft in reversed(drafts):
            wait(state, draft, subscription)
    state.update(subscription, after, "customer.subscription.updated")
    state.emit("customer.subscription.paused", subscription)
    return subscription


def require_pausable(subscription: Json, params: Json) -> None:
    """Refuse what Stripe does not pause."""
    if params.get("type", "subscription") != "subscription":
        raise invalid("Invalid type: must be one of subscription", "type")
    if subscription["billing_mode"]["type"] != "flexible":
        raise invalid(
            "Pausing is only supported for subscriptions with `billing_mode[type]=flexible`. "
            "Please migrate the subscription to flexible billing mode first."
        )
    if schedule := subscription["schedule"]:
        raise invalid(
            f"The subscription is managed by the subscription schedule `{schedule}`, and pausing it "
            "directly is not allowed. Please update the schedule instead."
        )
    if subscription["collection_method"] != "charge_automatically":
        raise invalid(
            "You can only pause subscriptions with `collection_method=charge_automatically`."
        )
    if subscription["status"] not in PAUSABLE:
        raise invalid(f"You cannot pause a subscription with status `{subscription['status']}`.")


def pause_drafts(state: State, subscription: Json, params: Json, when: int) -> list[Draft]:
    """What a pause at `when` (seconds UTC) credits and bills."""
    items: Sequence[Json] = subscription["items"]["data"]
    drafts: list[Draft] = []
    if _bill_for(params, "unused_time_from") != "none":
        drafts += _credits(state, subscription, params, when)
    if _bill_for(params, "outstanding_usage_through") != "none":
        metered = [item for item in items if is_metered(item["price"])]
        drafts += cycle_lines(state, metered, when, cycle_anchor(subscription))
    return drafts


def _bill_for(params: Json, what: str) -> str:
    wanted = (params.get("bill_for") or {}).get(what) or {}
    return str(wanted.get("type", "now"))


def _credits(state: State, subscription: Json, params: Json, when: int) -> list[Draft]:
    if subscription["status"] == "trialing":
        return []
    customer = state.kind("customer")[subscription["customer"]]
    discounts = effective(state, subscription["discounts"], customer, when)
    whole = _bill_for(params, "unused_time_from") == "item_current_period_start"
    lines = (
        credit_line(
            state,
            item,
            Proration.of(subscription, item["current_period_start"] if whole else when, discounts),
        )
        for item in subscription["items"]["data"]
    )
    return [line for line in lines if line and line.amount]


def pause_bill(state: State, subscription: Json, drafts: Sequence[Draft]) -> Bill | None:
    """The invoice that a pause brings at once, with what waits already; None without any line."""
    waiting = waiting_items(
        state, subscription["customer"], subscription["id"], currency=subscription["currency"]
    )
    every = [*drafts, *(waiting_line(state, each) for each in waiting)]
    if not every:
        return None
    return Bill(
        drafts=every, tax_rates=subscription["default_tax_rates"], subscription=subscription
    )


def _asleep(state: State, subscription: Json, params: Json) -> Json:
    items = subscription["items"]["data"]
    if _bill_for(params, "unused_time_from") != "none":
        items = [item | {"current_period_end": state.now()} for item in items]
    return paused_because(state, "pause_requested") | {
        "items": objects.item_list(subscription["id"], items)
    }
