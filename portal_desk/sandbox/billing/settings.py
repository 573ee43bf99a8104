"""What a subscription is told besides its items: how it is collected, taxed, paid and shown."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.periods import shifted
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State

_NESTED = ("automatic_tax", "invoice_settings", "payment_settings")


def billing_mode(wanted: Json | None, at: int | None = None) -> Json:
    """How bills are computed, as a subscription says it; `at` is when that changed (seconds UTC)."""
    kind = (wanted or {}).get("type", "flexible")
    flexible = (wanted or {}).get("flexible") or {}
    terms = {"proration_discounts": flexible.get("proration_discounts", "included")}
    return {"flexible": terms if kind == "flexible" else None, "type": kind, "updated_at": at}


def nested_settings(subscription: Json, params: Json) -> Json:
    """What stands in a subscription's settings once those in `params` are put over them."""
    after: Json = {
        name: subscription[name] | _cleared(params[name])
        for name in _NESTED
        if isinstance(params.get(name), dict)
    }
    if ending := (params.get("trial_settings") or {}).get("end_behavior"):
        current = subscription["trial_settings"]["end_behavior"]
        after["trial_settings"] = {"end_behavior": current | ending}
    return after


def _cleared(given: Json) -> Json:
    return {name: None if value == "" else value for name, value in given.items()}


def check_method(state: State, customer: str, method_id: str | None) -> None:
    """Refuse a payment method that isn't the customer's, where one is named."""
    method = state.get("payment_method", method_id or "")
    if method_id and (not method or method["customer"] != customer):
        raise missing("PaymentMethod", method_id, "default_payment_method")


def check_collection(subscription: Json) -> None:
    """An emailed invoice needs a due date, and only an emailed one has any."""
    sent = subscription["collection_method"] == "send_invoice"
    if sent and subscription["days_until_due"] is None:
        raise invalid(
            "You must specify `days_until_due` when `collection_method` is `send_invoice`.",
            "days_until_due",
        )
    if not sent and subscription["days_until_due"] is not None:
        raise invalid(
            "You can only specify `days_until_due` if `collection_method` is `send_invoice`.",
            "days_until_due",
        )


def pending_items_after(params: Json, now: int) -> Json:
    """How often what waits is billed between the periods, and when next (seconds UTC).

    Source: https://docs.stripe.com/api/subscriptions/create (`pending_invoice_item_interval`).
    """
    if "pending_invoice_item_interval" not in params:
        return {}
    wanted = params["pending_invoice_item_interval"] or None
    if wanted is None:
        return {"pending_invoice_item_interval": None, "next_pending_invoice_item_invoice": None}
    terms = {"interval": wanted["interval"], "interval_count": int(wanted.get("interval_count", 1))}
    return {
        "pending_invoice_item_interval": terms,
        "next_pending_invoice_item_invoice": shifted(
            now, terms["interval"], terms["interval_count"]
        ),
    }
