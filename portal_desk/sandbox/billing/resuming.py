"""Resuming a paused subscription: in a new billing cycle, or in the one it had.

https://docs.stripe.com/api/subscriptions/resume
"""

from __future__ import annotations

from dataclasses import dataclass, field

from portal_desk.models.json import Json
from portal_desk.models.periods import anchored, cycle_anchor, next_boundary, period_around
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.collection import charge_bill
from portal_desk.sandbox.billing.discounts import effective
from portal_desk.sandbox.billing.drafts import (
    Draft,
    Proration,
    charge_line,
    period_lines,
    waiting_line,
)
from portal_desk.sandbox.billing.issuing import wait, waiting_items
from portal_desk.sandbox.billing.resumption import await_payment, wake
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State


@dataclass
class Resumption:
    """A paused subscription as it would go on.

    Attributes:
        when: the moment that it counts from (seconds UTC).
        after: the fields that change.
        drafts: what is billed, with an invoice at once or on the next one.
        bills_now: whether that invoice follows at once.
    """

    when: int
    after: Json = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    bills_now: bool = False


def resume_subscription(state: State, subscription: Json, params: Json) -> Json:
    """Resume a paused subscription, at once or when its invoice is settled.

    By default nothing is charged by the request: the subscription goes on once its invoice is
    paid. With `payment_behavior=resume_on_payment_success` the invoice is charged now.

    Raises:
        StripeProblem: it is not paused, or is invoiced by email.
    """
    plan = plan_resumption(state, subscription, params)
    if not plan.bills_now:
        for draft in reversed(plan.drafts):
            wait(state, draft, subscription)
        wake(state, subscription, plan.after)
        return subscription
    at_once = params.get("payment_behavior") == "resume_on_payment_success"
    bill = resumption_bill(state, subscription, plan)
    invoice, _ = charge_bill(
        state, bill, reason="subscription_update", at=plan.when, attempt=at_once
    )
    after = plan.after | {"latest_invoice": invoice["id"]}
    if invoice["status"] == "paid":
        wake(state, subscription, after)
        return subscription
    await_payment(state, subscription, invoice, after, on_attempt=not at_once)
    latest = {"latest_invoice": invoice["id"]}
    return state.update(subscription, latest, "customer.subscription.updated")


def plan_resumption(state: State, subscription: Json, params: Json) -> Resumption:
    """Work out what resuming would bill.

    Raises:
        StripeProblem: where Stripe would refuse.
    """
    _require_paused(subscription)
    anchor = (params.get("billing_cycle_anchor") or {}).get("type", "now")
    plan = Resumption(params.get("proration_date") or state.now())
    if anchor == "now":
        _begin_anew(state, subscription, plan)
    elif anchor == "unchanged":
        behavior = params.get("proration_behavior", "create_prorations")
        _go_on(state, subscription, plan, prorate=behavior != "none")
        plan.bills_now = behavior == "always_invoice" and bool(plan.drafts)
    else:
        raise invalid(
            "Invalid billing_cycle_anchor[type]: must be one of now or unchanged",
            "billing_cycle_anchor[type]",
        )
    return plan


def _require_paused(subscription: Json) -> None:
    if subscription["status"] != "paused":
        raise invalid(
            f"You cannot resume a subscription with status `{subscription['status']}`. It must be "
            "`paused`."
        )
    if subscription["collection_method"] != "charge_automatically":
        raise invalid(
            "You can only resume subscriptions with `collection_method=charge_automatically`."
        )


def _begin_anew(state: State, subscription: Json, plan: Resumption) -> None:
    """A new cycle begins, and its first period is billed whole."""
    items = []
    for item in subscription["items"]["data"]:
        end = next_boundary(plan.when, item["price"]["recurring"], plan.when)
        items.append(item | {"current_period_start": plan.when, "current_period_end": end})
        if item["quantity"] is not None:
            plan.drafts += period_lines(state, item, plan.when, plan.when)
    plan.after = {
        "items": objects.item_list(subscription["id"], items),
        **anchored(plan.when),
    }
    plan.bills_now = True


def _go_on(state: State, subscription: Json, plan: Resumption, *, prorate: bool) -> None:
    """The cycle stays: what remains of each period is charged, unless it was paid before."""
    customer = state.kind("customer")[subscription["customer"]]
    discounts = effective(state, subscription["discounts"], customer, plan.when)
    items = []
    for item in subscription["items"]["data"]:
        anchor, terms = cycle_anchor(subscription), item["price"]["recurring"]
        start, end = period_around(anchor, terms, plan.when)
        resumed = item | {"current_period_start": start, "current_period_end": end}
        items.append(resumed)
        paid = item["current_period_end"] > plan.when
        if prorate and not paid:
            line = charge_line(state, resumed, Proration.of(subscription, plan.when, discounts))
            plan.drafts += [line] if line and line.amount else []
    plan.after = {"items": objects.item_list(subscription["id"], items)}


def resumption_bill(state: State, subscription: Json, plan: Resumption) -> Bill:
    """The invoice of a resumption, with what has waited since the pause."""
    customer = state.kind("customer")[subscription["customer"]]
    waiting = waiting_items(
        state, customer["id"], subscription["id"], currency=subscription["currency"]
    )
    return Bill(
        drafts=[*plan.drafts, *(waiting_line(state, each) for each in waiting)],
        discounts=effective(state, subscription["discounts"], customer, plan.when),
        tax_rates=subscription["default_tax_rates"],
        subscription=subscription | plan.after,
    )
