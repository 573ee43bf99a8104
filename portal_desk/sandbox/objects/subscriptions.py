"""Subscriptions and their items, discounts and schedules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.catalog import plan_of
from portal_desk.sandbox.objects.common import (
    AUTOMATIC_TAX_OFF,
    SELF_ISSUER,
    billing_mode,
    filled,
    listed,
)
from portal_desk.sandbox.state import State

_INVOICE_SETTINGS: Json = {
    "account_tax_ids": None,
    "custom_fields": None,
    "description": None,
    "footer": None,
    "issuer": SELF_ISSUER,
}
_PAYMENT_SETTINGS: Json = {
    "payment_method_options": None,
    "payment_method_types": None,
    "save_default_payment_method": "off",
}
_TRIAL_SETTINGS: Json = {
    "end_behavior": {"billing_cycle_anchor": None, "missing_payment_method": "create_invoice"}
}
NOT_CANCELLED: Json = {
    "comment": None,
    "feedback": None,
    "feedback_option": None,
    "reason": None,
}


_UNSET: Json = dict.fromkeys(
    (
        "application", "application_fee_percent", "billing_cycle_anchor_config",
        "billing_thresholds", "cancel_at", "canceled_at", "customer_account", "days_until_due",
        "default_payment_method", "default_source", "description", "ended_at", "latest_invoice",
        "managed_payments", "next_pending_invoice_item_invoice", "on_behalf_of",
        "pause_collection", "pending_invoice_item_interval", "pending_setup_intent",
        "pending_update", "schedule", "status_details", "test_clock", "transfer_data", "trial_end",
        "trial_start",
    )
)  # fmt: skip
_EMPTY = ("billing_schedules", "default_tax_rates", "discounts")


def new_subscription(
    state: State, *, customer: str, currency: str, items: Sequence[Json], **fields: Any
) -> Json:
    """A complete subscription; it is not stored yet.

    Args:
        state: where ids and the time come from.
        customer: `cus_…`.
        currency: ISO code in lower case.
        items: from `new_subscription_item`; they learn here whose they are.
        fields: whatever differs from the defaults.
    """
    start = fields.get("created", state.now())
    subscription_id = fields.get("id") or state.new_id("sub", 24)
    subscription: Json = {
        "id": subscription_id,
        "object": "subscription",
        **_UNSET,
        **{name: [] for name in _EMPTY},
        "automatic_tax": AUTOMATIC_TAX_OFF,
        "billing_cycle_anchor": start,
        "billing_mode": billing_mode("classic"),
        "cancel_at_period_end": False,
        "cancellation_details": NOT_CANCELLED,
        "collection_method": "charge_automatically",
        "created": start,
        "currency": currency,
        "customer": customer,
        "invoice_settings": _INVOICE_SETTINGS,
        "items": item_list(subscription_id, items),
        "livemode": state.livemode,
        "metadata": {},
        "payment_settings": _PAYMENT_SETTINGS,
        "start_date": start,
        "status": "active",
        "trial_settings": _TRIAL_SETTINGS,
    }
    return filled(subscription, fields, "subscription")


def item_list(subscription: str, items: Sequence[Json]) -> Json:
    """The nested list of a subscription's items."""
    for item in items:
        item["subscription"] = subscription
    url = f"/v1/subscription_items?subscription={subscription}"
    return listed(url, list(items)) | {"total_count": len(items)}


def new_subscription_item(
    state: State, price: Json, *, start: int, end: int, quantity: int | None = 1, **fields: Any
) -> Json:
    """A complete item of a subscription, whose period runs from `start` to `end` (seconds UTC).

    A price that is billed by usage has no quantity.
    """
    metered = price["recurring"]["usage_type"] == "metered"
    item: Json = {
        "id": fields.get("id") or state.new_id("si"),
        "object": "subscription_item",
        "billed_until": None,
        "billing_thresholds": None,
        "created": start,
        "current_period_end": end,
        "current_period_start": start,
        "current_trial": None,
        "discounts": [],
        "metadata": {},
        "plan": plan_of(price),
        "price": price,
        "quantity": None if metered else quantity,
        "subscription": "",
        "tax_rates": [],
    }
    return filled(item, fields, "subscription item")


def new_discount(state: State, coupon: str, *, customer: str, **fields: Any) -> Json:
    """A coupon as it is applied to something; it is not stored yet."""
    discount: Json = {
        "id": fields.get("id") or state.new_id("di", 24),
        "object": "discount",
        "checkout_session": None,
        "customer": customer,
        "customer_account": None,
        "end": None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": None,
        "source": {"coupon": coupon, "type": "coupon"},
        "start": state.now(),
        "subscription": None,
        "subscription_item": None,
    }
    return filled(discount, fields, "discount")


def new_schedule(state: State, *, customer: str, phases: Sequence[Json], **fields: Any) -> Json:
    """A complete subscription schedule; it is not stored yet."""
    schedule: Json = {
        "id": fields.get("id") or state.new_id("sub_sched", 24),
        "object": "subscription_schedule",
        "application": None,
        "billing_mode": billing_mode("classic"),
        "canceled_at": None,
        "completed_at": None,
        "created": state.now(),
        "current_phase": None,
        "customer": customer,
        "customer_account": None,
        "default_settings": schedule_settings(),
        "end_behavior": "release",
        "livemode": state.livemode,
        "metadata": {},
        "pause_schedules": [],
        "phases": list(phases),
        "released_at": None,
        "released_subscription": None,
        "status": "not_started",
        "subscription": None,
        "test_clock": None,
    }
    return filled(schedule, fields, "subscription schedule")


def schedule_settings() -> Json:
    """A schedule's default settings, as none are asked for."""
    return {
        "application_fee_percent": None,
        "automatic_tax": AUTOMATIC_TAX_OFF,
        "billing_cycle_anchor": "automatic",
        "billing_thresholds": None,
        "collection_method": "charge_automatically",
        "default_payment_method": None,
        "description": None,
        "invoice_settings": _INVOICE_SETTINGS | {"days_until_due": None},
        "on_behalf_of": None,
        "transfer_data": None,
    }


def new_phase(*, currency: str, start: int, end: int, items: Sequence[Json], **fields: Any) -> Json:
    """One phase of a schedule, from `start` to `end` (seconds UTC); items from `new_phase_item`."""
    phase: Json = {
        "add_invoice_items": [],
        "application_fee_percent": None,
        "automatic_tax": AUTOMATIC_TAX_OFF,
        "billing_cycle_anchor": None,
        "billing_thresholds": None,
        "collection_method": None,
        "currency": currency,
        "default_payment_method": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "end_date": end,
        "invoice_settings": None,
        "items": list(items),
        "metadata": {},
        "on_behalf_of": None,
        "proration_behavior": "create_prorations",
        "start_date": start,
        "transfer_data": None,
        "trial_end": None,
    }
    return filled(phase, fields, "schedule phase")


def new_phase_item(price: str, quantity: int | None) -> Json:
    """One item of a schedule's phase."""
    return {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": {},
        "plan": price,
        "price": price,
        "quantity": quantity,
        "tax_rates": [],
    }
