"""Configurations of the customer portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State

ALL_REASONS = [
    "too_expensive",
    "missing_features",
    "switched_service",
    "unused",
    "customer_service",
    "too_complex",
    "low_quality",
    "other",
]


def new_configuration(state: State, features: Json | None = None, **fields: Any) -> Json:
    """A complete portal configuration; it is not stored yet.

    Args:
        state: where ids and the time come from.
        features: from `new_features`; everything is off without.
        fields: whatever differs from the defaults.
    """
    now = fields.get("created", state.now())
    configuration: Json = {
        "id": fields.get("id") or state.new_id("bpc", 24),
        "object": "billing_portal.configuration",
        "active": True,
        "application": None,
        "business_profile": {
            "headline": None,
            "privacy_policy_url": None,
            "terms_of_service_url": None,
        },
        "created": now,
        "default_return_url": None,
        "features": features or new_features(),
        "is_default": False,
        "livemode": state.livemode,
        "login_page": {"enabled": False, "url": None},
        "metadata": {},
        "name": None,
        "updated": now,
    }
    return filled(configuration, fields, "portal configuration")


def new_features(
    *,
    customer_update: Sequence[str] = (),
    invoice_history: bool = True,
    payment_method_update: bool = True,
    subscription_cancel: Json | None = None,
    subscription_update: Json | None = None,
    subscription_pause: bool = False,
) -> Json:
    """What a customer may do; `customer_update` names the fields that may be changed."""
    return {
        "customer_update": {
            "allowed_updates": list(customer_update),
            "enabled": bool(customer_update),
        },
        "invoice_history": {"enabled": invoice_history},
        "payment_method_update": {
            "enabled": payment_method_update,
            "payment_method_configuration": None,
        },
        "subscription_cancel": subscription_cancel or cancel_feature(enabled=False),
        "subscription_pause": {
            "duration": {
                "interval_options": [
                    {"interval": "month", "interval_count": count} for count in (1, 2, 3)
                ],
                "type": "interval_options",
            },
            "enabled": subscription_pause,
        },
        "subscription_update": subscription_update or update_feature(),
    }


def cancel_feature(
    *,
    enabled: bool = True,
    mode: str = "at_period_end",
    proration_behavior: str = "none",
    reasons: Sequence[str] = (),
) -> Json:
    """How a customer may cancel; with `reasons`, they are asked why."""
    return {
        "cancellation_reason": {
            "enabled": bool(reasons),
            "feedback_options": None,
            "options": list(reasons),
        },
        "enabled": enabled,
        "mode": mode,
        "proration_behavior": proration_behavior,
    }


def update_feature(
    *,
    allowed: Sequence[str] = (),
    products: Sequence[Json] = (),
    proration_behavior: str = "create_prorations",
    schedule_conditions: Sequence[str] = (),
    trial_update_behavior: str = "end_trial",
    billing_cycle_anchor: str | None = None,
) -> Json:
    """What a customer may change: `allowed` from `price`, `quantity`, `promotion_code`."""
    return {
        "billing_cycle_anchor": billing_cycle_anchor,
        "default_allowed_updates": list(allowed),
        "enabled": bool(allowed),
        "products": list(products),
        "proration_behavior": proration_behavior,
        "schedule_at_period_end": {"conditions": [{"type": each} for each in schedule_conditions]},
        "trial_update_behavior": trial_update_behavior,
    }


def offered_product(
    product: str,
    prices: Sequence[str],
    *,
    minimum: int = 1,
    maximum: int | None = None,
    adjustable: bool = False,
) -> Json:
    """A product that a customer may switch to, and how many of it."""
    return {
        "adjustable_quantity": {"enabled": adjustable, "maximum": maximum, "minimum": minimum},
        "prices": list(prices),
        "product": product,
    }
