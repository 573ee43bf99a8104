"""What the phases of a schedule make of a subscription.

https://docs.stripe.com/billing/subscriptions/subscription-schedules
"""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json, id_of
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.pricing import PLANNED
from portal_desk.sandbox.state import State

_SETTINGS = ("automatic_tax", "collection_method", "default_payment_method", "description")


def schedule_of(state: State, subscription: Json) -> Json | None:
    """The schedule that manages a subscription, if one does."""
    return state.get("subscription_schedule", subscription["schedule"] or "")


def phase_at(schedule: Json, at: int) -> Json | None:
    """The phase of a schedule that runs at `at` (seconds UTC)."""
    phases: Sequence[Json] = schedule["phases"]
    return next((each for each in phases if each["start_date"] <= at < each["end_date"]), None)


def current(phase: Json) -> Json:
    """What a schedule says of the phase that it is in."""
    return {"end_date": phase["end_date"], "start_date": phase["start_date"]}


def ends_subscription_at(schedule: Json, phase: Json) -> int | None:
    """When the subscription ends with its schedule (seconds UTC), if `phase` is the last one."""
    last = phase["end_date"] == schedule["phases"][-1]["end_date"]
    return int(phase["end_date"]) if last and schedule["end_behavior"] == "cancel" else None


def phase_as_creation(state: State, schedule: Json, phase: Json) -> Json:
    """A phase as the parameters of the subscription that begins with it."""
    items = [_wish(each) for each in phase["items"]]
    mode = {"type": schedule["billing_mode"]["type"]}
    params = _settings(state, schedule, phase) | {
        "billing_mode": mode, "currency": phase["currency"], "items": items,
    }  # fmt: skip
    if phase["trial_end"]:
        params["trial_end"] = phase["trial_end"]
    return params | {"customer": schedule["customer"]}


def phase_as_update(state: State, schedule: Json, phase: Json, subscription: Json) -> Json:
    """A phase as the parameters of an update that makes a subscription what the phase says."""
    params = _settings(state, schedule, phase) | {"items": _item_changes(phase, subscription)}
    params["proration_behavior"] = phase["proration_behavior"]
    anchor = phase["billing_cycle_anchor"] or schedule["default_settings"]["billing_cycle_anchor"]
    if anchor == "phase_start":
        params["billing_cycle_anchor"] = "now"
    if phase["trial_end"]:
        params["trial_end"] = phase["trial_end"]
    elif subscription["status"] == "trialing":
        params["trial_end"] = "now"
    return params


def _settings(state: State, schedule: Json, phase: Json) -> Json:
    defaults: Json = schedule["default_settings"]
    merged = {name: phase[name] or defaults[name] for name in _SETTINGS}
    invoices: Json = phase["invoice_settings"] or defaults["invoice_settings"]
    if merged["collection_method"] == "send_invoice":
        merged["days_until_due"] = invoices["days_until_due"]
    method = state.get("payment_method", merged["default_payment_method"] or "")
    if method is None or method["customer"] != schedule["customer"]:
        # It was removed since the phase was planned: the customer's default is charged.
        merged["default_payment_method"] = None
    params = {name: value for name, value in merged.items() if value is not None}
    params |= {
        "add_invoice_items": [_addition(each) for each in phase["add_invoice_items"]],
        "default_tax_rates": [rate["id"] for rate in phase["default_tax_rates"]],
        "discounts": [_discount(each) for each in phase["discounts"]] or "",
        "invoice_settings": {k: v for k, v in invoices.items() if k != "days_until_due"},
    }
    if phase["metadata"]:
        params["metadata"] = phase["metadata"]
    if params.get("automatic_tax"):
        params["automatic_tax"] = {"enabled": params["automatic_tax"]["enabled"]}
    return params


def _addition(added: Json) -> Json:
    """A phase's invoice item as a request asks for it."""
    rates = {"tax_rates": [rate["id"] for rate in added["tax_rates"] or ()]}
    discounts = [_discount(each) for each in added["discounts"]]
    return added | rates | {"discounts": discounts, PLANNED: True}


def _discount(applied: Json) -> Json:
    """A phase's discount as a request asks for it."""
    return {name: value for name, value in applied.items() if value} | {PLANNED: True}


def _wish(item: Json) -> Json:
    """A phase's item as a request asks for it."""
    wish = {
        PLANNED: True,
        "price": id_of(item["price"]),
        "metadata": item["metadata"],
        "tax_rates": [rate["id"] for rate in item["tax_rates"] or ()],
        "discounts": [_discount(each) for each in item["discounts"]],
    }
    return wish if item["quantity"] is None else wish | {"quantity": item["quantity"]}


def _item_changes(phase: Json, subscription: Json) -> list[Json]:
    """Items keep their ids where the price stays, else in their order; the rest comes and goes."""
    old: list[Json] = list(subscription["items"]["data"])
    wanted = [_wish(each) for each in phase["items"]]
    pairs: list[tuple[Json | None, Json]] = []
    for wish in wanted:
        same = next((item for item in old if item["price"]["id"] == wish["price"]), None)
        if same:
            old.remove(same)
        pairs.append((same, wish))
    changes = []
    for item, wish in pairs:
        kept = item or (old.pop(0) if old else None)
        changes.append(wish | {"id": kept["id"]} if kept else wish)
    return changes + [{"id": item["id"], "deleted": True} for item in old]


def phase_item(item: Json) -> Json:
    """A subscription's item as a phase has it."""
    return objects.new_phase_item(item["price"]["id"], item["quantity"]) | {
        "metadata": item["metadata"],
        "tax_rates": item["tax_rates"],
        "discounts": [_as_applied(id_of(each)) for each in item["discounts"]],
    }


def _as_applied(discount: str | None) -> Json:
    return {"coupon": None, "discount": discount, "promotion_code": None}


def present_phase(subscription: Json) -> Json:
    """The phase that a subscription's present period is."""
    items = subscription["items"]["data"]
    start = min(item["current_period_start"] for item in items)
    return objects.new_phase(
        currency=subscription["currency"],
        start=start,
        end=min(item["current_period_end"] for item in items),
        items=[phase_item(item) for item in items],
        collection_method=subscription["collection_method"],
        default_payment_method=subscription["default_payment_method"],
        default_tax_rates=subscription["default_tax_rates"],
        discounts=[_as_applied(id_of(each)) for each in subscription["discounts"]],
        invoice_settings=subscription["invoice_settings"]
        | {"days_until_due": subscription["days_until_due"]},
        automatic_tax=subscription["automatic_tax"],
        trial_end=subscription["trial_end"] if subscription["status"] == "trialing" else None,
    )
