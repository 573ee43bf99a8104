"""The fields of a portal configuration: which can be written, which are only told, and which nobody here knows.

A field is named by its path, such as `features.subscription_cancel.mode`, in Stripe's own words
(https://docs.stripe.com/api/customer_portal/configurations/update).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from portal_desk.models.json import Json
from portal_desk.models.loose import as_id, as_object, as_objects

PRODUCTS = "features.subscription_update.products"
METADATA = "metadata"

WRITABLE = (
    "name",
    "default_return_url",
    "business_profile.headline",
    "business_profile.privacy_policy_url",
    "business_profile.terms_of_service_url",
    "login_page.enabled",
    "features.customer_update.enabled",
    "features.customer_update.allowed_updates",
    "features.payment_method_update.enabled",
    "features.payment_method_update.payment_method_configuration",
    "features.invoice_history.enabled",
    "features.subscription_cancel.enabled",
    "features.subscription_cancel.mode",
    "features.subscription_cancel.proration_behavior",
    "features.subscription_cancel.cancellation_reason.enabled",
    "features.subscription_cancel.cancellation_reason.options",
    "features.subscription_cancel.cancellation_reason.feedback_options",
    "features.subscription_pause.enabled",
    "features.subscription_pause.duration.type",
    "features.subscription_pause.duration.interval_options",
    "features.subscription_update.enabled",
    "features.subscription_update.default_allowed_updates",
    PRODUCTS,
    "features.subscription_update.proration_behavior",
    "features.subscription_update.billing_cycle_anchor",
    "features.subscription_update.trial_update_behavior",
    "features.subscription_update.schedule_at_period_end.conditions",
    METADATA,
)
"""All that can be set when a configuration is made. `active` can be changed later."""

_TOLD = frozenset(
    {
        "id", "object", "active", "application", "created", "is_default", "livemode", "login_page.url", "updated",
    }
)  # fmt: skip
"""What Stripe decides, or what is no part of how the portal looks."""

_SETS = frozenset({"allowed_updates", "default_allowed_updates", "options", "feedback_options"})
"""Lists whose order says nothing."""

_DEFAULTS = {"features.subscription_update.billing_cycle_anchor": "unchanged"}
"""What it means that a field is empty."""


def value_at(configuration: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any JSON
    """The value of a field; None where it isn't there."""
    value: Any = configuration
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def with_value(configuration: Json, path: str, value: Any) -> Json:  # noqa: ANN401 - any JSON
    """A copy of the configuration in which a field has another value."""
    changed = copy.deepcopy(configuration)
    *around, name = path.split(".")
    place = changed
    for one in around:
        if not isinstance(place.get(one), dict):
            place[one] = {}
        place = place[one]
    place[name] = value
    return changed


def without_unknown(configuration: Json) -> Json:
    """A copy of the configuration with the fields alone that this program knows."""
    known = copy.deepcopy(configuration)
    for path in unknown_fields(configuration):
        around, _, name = path.rpartition(".")
        (value_at(known, around) if around else known).pop(name)
    return known


def unknown_fields(configuration: Json) -> dict[str, Any]:
    """The fields that a later Stripe has and this program doesn't know, by path."""
    return dict(_unknown(configuration, ""))


def _unknown(value: Json, prefix: str) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        path = f"{prefix}{name}"
        if path in _TOLD or path in WRITABLE:
            continue
        if isinstance(inner, dict) and any(one.startswith(f"{path}.") for one in WRITABLE):
            yield from _unknown(inner, f"{path}.")
        else:
            yield path, inner


def contents(configuration: Json) -> dict[str, Any]:
    """All that makes a configuration what it is, by path, so that equal fields are equal values.

    Products and metadata are told one by one; what is empty, in whichever of Stripe's ways, is None.
    """
    found: dict[str, Any] = {}
    for path in WRITABLE:
        if path == PRODUCTS:
            found |= {f"{PRODUCTS}.{product}": offer for product, offer in _products(configuration)}
        elif path == METADATA:
            metadata = as_object(configuration.get(METADATA))
            found |= {f"{METADATA}.{name}": value for name, value in metadata.items()}
        else:
            found[path] = normal(path, value_at(configuration, path))
    return found | unknown_fields(configuration)


def normal(path: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value in one form: nothing is None or Stripe's default, a switch is on or off, a set is sorted."""
    if path.endswith(".enabled"):
        return value is True
    if value in (None, "", [], {}):
        return _DEFAULTS.get(path)
    if path.rpartition(".")[2] in _SETS and isinstance(value, list):
        return sorted({as_id(one) for one in value})
    return value


def _products(configuration: Json) -> Iterator[tuple[str, Json]]:
    for offer in as_objects(value_at(configuration, PRODUCTS)):
        prices = offer.get("prices")
        ids = sorted(as_id(price) for price in prices) if isinstance(prices, list) else None
        yield as_id(offer.get("product")), offer | {"prices": ids}
