"""Stripe's objects as they arrive: plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object, such as a Stripe object exactly as the API gave it."""

ENDED = frozenset({"canceled", "incomplete_expired"})
"""The statuses that a subscription never leaves (https://docs.stripe.com/api/subscriptions/object#subscription_object-status)."""


def id_of(value: str | Json | None) -> str | None:
    """The id behind a field that Stripe gives as an id or, when expanded, as the whole object."""
    return value["id"] if isinstance(value, dict) else value


def data_of(value: Json | None) -> list[Json]:
    """The entries of a nested Stripe list (`{"object": "list", "data": […]}`), or none."""
    return list(value.get("data", [])) if value else []


def expanded(value: str | Json | None) -> Json | None:
    """The object where Stripe expanded the field, else None."""
    return value if isinstance(value, dict) else None


def items_of(subscription: Json) -> Iterator[Json]:
    """The items of a subscription."""
    yield from data_of(subscription.get("items"))


def period_end(subscription: Json) -> int | None:
    """When the current period ends (seconds UTC): the earliest of the items' ends.

    Since API version basil the period is on the items
    (https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end).
    """
    ends = (item.get("current_period_end") for item in items_of(subscription))
    return min((end for end in ends if end is not None), default=None)


def ends_at(subscription: Json) -> int | None:
    """When a scheduled cancellation takes effect (seconds UTC), or None where none is scheduled.

    Flexible billing mode sets `cancel_at` alone, classic mode sets `cancel_at_period_end`; either is scheduled.
    """
    if subscription.get("cancel_at"):
        return int(subscription["cancel_at"])
    if subscription.get("cancel_at_period_end"):
        return period_end(subscription)
    return None


def default_configuration(configurations: Iterable[Json]) -> Json | None:
    """The portal configuration that a link without one of its own uses, or None where the account has none."""
    return next((one for one in configurations if one.get("is_default")), None)


def invoice_subscription(invoice: Json) -> str | None:
    """The id of the subscription that an invoice bills, if it bills one (`parent.subscription_details`)."""
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    return id_of(details.get("subscription"))
