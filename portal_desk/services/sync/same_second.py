"""Which of several events of one second about one object tells how it is now.

Events have whole seconds, and Stripe promises no order (https://docs.stripe.com/webhooks#event-ordering). An event that
changed something says what that was before (`previous_attributes`), so that whoever told of that came earlier; an
invoice's status only ever goes on. Where neither decides, the object has to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal_desk.models.json import Json

_REMOVED = frozenset({"payment_method.detached"})
_KEPT = frozenset({"customer.subscription.deleted"})
"""Stripe's word for a cancelled subscription, which can still be read."""

_RETURNS = frozenset({"coupon", "customer", "payment_method", "product"})
"""What can be there again after it was gone: under an id of one's own choice, or attached once more."""

_PROGRESS = {"draft": 0, "open": 1, "uncollectible": 2, "paid": 3, "void": 3}
"""An invoice's statuses in the order of its life (https://docs.stripe.com/invoicing/overview#invoice-statuses)."""


def is_removal(event: Json) -> bool:
    """Whether an event says that its object is gone."""
    name = event["type"]
    return name in _REMOVED or (name.endswith(".deleted") and name not in _KEPT)


def last_told(events: Sequence[Json]) -> Json | None:
    """The event that came last of those about one object in one second, or None where that can't be told."""
    removals = [event for event in events if is_removal(event)]
    if removals:
        made_too = any(event["type"].endswith((".created", ".attached")) for event in events)
        may_return = removals[0]["data"]["object"].get("object") in _RETURNS
        return None if made_too and may_return else removals[0]
    left = _different(events)
    if len(left) > 1:
        left = [event for event in left if not any(_follows(other, event) for other in events)]
    if len(left) > 1:
        left = _furthest(left)
    return left[0] if len(left) == 1 else None


def _different(events: Sequence[Json]) -> list[Json]:
    """One event for each state that is told."""
    found: list[Json] = []
    for event in events:
        if all(_state(event) != _state(other) for other in found):
            found.append(event)
    return found


def _state(event: Json) -> tuple[str | None, Json]:
    return event.get("api_version"), event["data"]["object"]


def _follows(event: Json, other: Json) -> bool:
    """Whether an event changed what the other one tells."""
    before = event["data"].get("previous_attributes")
    return bool(before) and event is not other and _agrees(other["data"]["object"], before)


def _agrees(told: Any, before: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether all that was before is as told; of a hash, only what changed is given."""
    if isinstance(before, dict) and isinstance(told, dict):
        return all(_agrees(told.get(name), value) for name, value in before.items())
    return bool(told == before)


def _furthest(events: Sequence[Json]) -> list[Json]:
    """Of an invoice's states, those of the status that comes last."""
    ranks = [_PROGRESS.get(str(event["data"]["object"].get("status")), -1) for event in events]
    is_invoice = all(event["data"]["object"].get("object") == "invoice" for event in events)
    if not is_invoice:
        return list(events)
    return [event for event, rank in zip(events, ranks, strict=True) if rank == max(ranks)]
