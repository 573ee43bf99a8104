"""Which parameters of billing's requests the sandbox does something with: the others are refused.

A parameter that Stripe takes and the sandbox would ignore is answered with an error that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, Union

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import unsupported

Honoured: TypeAlias = Union[frozenset[str], Mapping[str, "Honoured"], None]  # noqa: UP007 - recursive
"""None: whatever Stripe takes; a set: only these values; a mapping: these parameters within."""

_NO_CONNECT: Honoured = {"type": frozenset({"self"})}
"""Whose tax or invoice it is: the account's own, as without Connect."""


def _all(*names: str) -> dict[str, Honoured]:
    return dict.fromkeys(names)


def honour(params: Json, known: Mapping[str, Honoured], path: str = "") -> Json:
    """Refuse what the sandbox would ignore.

    Args:
        params: decoded and checked, as Stripe takes them.
        known: what the sandbox honours of them.
        path: where `params` stand in the request.

    Raises:
        StripeProblem: 501, naming the parameter or its value.
    """
    for name, value in params.items():
        where = f"{path}[{name}]" if path else name
        if name not in known:
            raise unsupported(f"the parameter '{where}' here")
        _check(value, known[name], where)
    return params


def _check(value: object, known: Honoured, where: str) -> None:
    if isinstance(value, list):
        for number, each in enumerate(value):
            _check(each, known, f"{where}[{number}]")
    elif isinstance(known, frozenset):
        if str(value) not in known:
            raise unsupported(f"`{where}={value}`")
    elif isinstance(known, Mapping) and isinstance(value, dict):
        honour(value, known, where)


_TAX: Honoured = {"enabled": None, "liability": _NO_CONNECT}
_INVOICE_SETTINGS = _all("account_tax_ids", "custom_fields", "description", "footer") | {
    "issuer": _NO_CONNECT
}
_ITEM = _all("discounts", "metadata", "plan", "price", "price_data", "quantity", "tax_rates")
_CHANGED_ITEM = _ITEM | _all("clear_usage", "deleted", "id")
_TERMS = _all("payment_behavior", "proration_behavior", "proration_date")
# `off_session` matters where a bank may ask for authentication, which no test card here does.
_SUBSCRIPTION = _all(
    "add_invoice_items", "cancel_at_period_end", "collection_method", "days_until_due",
    "default_payment_method", "default_tax_rates", "description", "discounts", "metadata",
    "off_session", "payment_behavior", "payment_settings", "pending_invoice_item_interval",
    "proration_behavior", "trial_end", "trial_from_plan", "trial_settings",
) | {
    "automatic_tax": _TAX,
    "cancel_at": None,
    "invoice_settings": _INVOICE_SETTINGS,
}  # fmt: skip
SUBSCRIPTION_CREATE = _SUBSCRIPTION | _all(
    "backdate_start_date", "billing_cycle_anchor", "billing_cycle_anchor_config", "currency",
    "customer", "trial_period_days",
) | {"billing_mode": None, "items": _ITEM}  # fmt: skip
SUBSCRIPTION_UPDATE = _SUBSCRIPTION | _all(
    "billing_cycle_anchor", "cancellation_details", "pause_collection", "proration_date",
) | {"items": _CHANGED_ITEM}  # fmt: skip
SUBSCRIPTION_CANCEL = _all("cancellation_details", "invoice_now", "prorate")
SUBSCRIPTION_PAUSE = _all("bill_for", "invoicing_behavior", "type")
SUBSCRIPTION_RESUME = _all(
    "billing_cycle_anchor", "payment_behavior", "proration_behavior", "proration_date"
)
SUBSCRIPTION_MIGRATE = _all("billing_mode")

ITEM_CREATE = _ITEM | _TERMS | _all("subscription")
ITEM_UPDATE = _ITEM | _TERMS | _all("off_session")
ITEM_DELETE = _TERMS | _all("clear_usage")
"""`clear_usage` has no effect on a price with a meter, and the sandbox has no other usage."""

_SCHEDULE_SETTINGS = _all(
    "billing_cycle_anchor", "collection_method", "default_payment_method", "description"
) | {"automatic_tax": _TAX, "invoice_settings": _INVOICE_SETTINGS | _all("days_until_due")}
_PHASE = _SCHEDULE_SETTINGS | _all(
    "add_invoice_items", "currency", "default_tax_rates", "discounts", "duration", "end_date",
    "metadata", "proration_behavior", "trial", "trial_end",
) | {"items": _ITEM}  # fmt: skip
_ENDS = frozenset({"cancel", "release"})
_SCHEDULE: dict[str, Honoured] = {
    "default_settings": _SCHEDULE_SETTINGS, "end_behavior": _ENDS, "metadata": None,
    "phases": _PHASE,
}  # fmt: skip
SCHEDULE_CREATE = _SCHEDULE | _all("billing_mode", "customer", "from_subscription", "start_date")
_LATER_PHASE = _PHASE | _all("start_date")
SCHEDULE_UPDATE = _SCHEDULE | _all("proration_behavior") | {"phases": _LATER_PHASE}
SCHEDULE_RELEASE = _all("preserve_cancel_date")
SCHEDULE_CANCEL = _all("invoice_now", "prorate")

INVOICE_UPDATE = _all(
    "account_tax_ids", "auto_advance", "automatically_finalizes_at", "collection_method",
    "custom_fields", "days_until_due", "default_payment_method", "default_tax_rates",
    "description", "discounts", "due_date", "effective_at", "footer", "metadata", "number",
    "payment_settings", "rendering", "shipping_details", "statement_descriptor",
) | {"automatic_tax": _TAX, "issuer": _NO_CONNECT}  # fmt: skip
INVOICE_CREATE = INVOICE_UPDATE | _all(
    "currency", "customer", "pending_invoice_items_behavior", "subscription"
)
INVOICE_FINALIZE = _all("auto_advance")
INVOICE_PAY = _all("off_session", "paid_out_of_band", "payment_method")
_INVOICE_ITEM = _all(
    "amount", "description", "discountable", "discounts", "metadata", "period", "price_data",
    "quantity", "tax_rates", "unit_amount_decimal",
)  # fmt: skip
INVOICE_ITEM_UPDATE = _INVOICE_ITEM | _all("pricing")
INVOICE_ITEM_CREATE = INVOICE_ITEM_UPDATE | _all("currency", "customer", "invoice", "subscription")
PREVIEW: dict[str, Honoured] = _all(
    "currency", "customer", "discounts", "preview_mode", "schedule", "subscription"
) | {
    "automatic_tax": _TAX,
    "customer_details": _all("address", "shipping", "tax_exempt"),
    "invoice_items": _INVOICE_ITEM | _all("currency", "price", "unit_amount"),
    "issuer": _NO_CONNECT,
    "schedule_details": {
        "billing_mode": None,
        "end_behavior": _ENDS,
        "phases": _LATER_PHASE
        | {"invoice_settings": _all("account_tax_ids", "days_until_due") | {"issuer": _NO_CONNECT}},
        "proration_behavior": None,
    },
    "subscription_details": _all(
        "billing_cycle_anchor", "billing_mode", "cancel_at", "cancel_at_period_end", "cancel_now",
        "default_tax_rates", "metadata", "pause", "proration_behavior", "proration_date",
        "resume_at", "start_date", "trial_end",
    ) | {"items": _CHANGED_ITEM},
}  # fmt: skip
