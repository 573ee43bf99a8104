"""Where a new portal configuration begins: empty, from another one, or with another one's settings."""

from __future__ import annotations

import copy

from portal_desk.models.json import Json
from portal_desk.services.configurations.fields import (
    WRITABLE,
    unknown_fields,
    value_at,
    with_value,
)

_OWN = ("name", "metadata", "login_page.enabled")
"""What belongs to one configuration alone, however alike two are."""


def blank() -> Json:
    """A configuration that shows invoices and lets customers keep their payment methods up to date."""
    draft: Json = {
        "object": "billing_portal.configuration",
        "active": True,
        "is_default": False,
        "features": {
            "subscription_cancel": {"mode": "at_period_end", "proration_behavior": "none"},
            "subscription_update": {
                "proration_behavior": "none",
                "trial_update_behavior": "end_trial",
            },
            "subscription_pause": {
                "duration": {
                    "type": "interval_options",
                    "interval_options": [{"interval": "month", "interval_count": 1}],
                }
            },
        },
    }
    for path in WRITABLE:
        if path.endswith(".enabled"):
            on = path.startswith(("features.invoice_history", "features.payment_method_update"))
            draft = with_value(draft, path, on)
    return draft


def duplicate(configuration: Json, name: str) -> Json:
    """A draft with all that a configuration has, unknown fields too, but for its login page."""
    draft: Json = {
        "object": "billing_portal.configuration",
        "active": True,
        "is_default": False,
    }
    for path in (*WRITABLE, *unknown_fields(configuration)):
        value = value_at(configuration, path)
        if value is not None:
            draft = with_value(draft, path, copy.deepcopy(value))
    return with_value(with_value(draft, "name", name), "login_page.enabled", False)


def with_settings_of(target: Json, source: Json) -> Json:
    """A draft of `target` that lets customers see and do what `source` does; name, metadata and login page stay."""
    draft = copy.deepcopy(target)
    for path in (*WRITABLE, *unknown_fields(source)):
        if path not in _OWN:
            draft = with_value(draft, path, copy.deepcopy(value_at(source, path)))
    return draft
