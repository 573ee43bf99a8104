"""Which of several events of one second about one object tells how it is now.

Events have whole seconds, and Stripe promises no order (https://docs.stripe.com/webhooks#event-ordering). An event that
changed something says what that was before (`previous_attributes`), so that whoever told of that came earlier; an
invoice's status only ever goes on, and a subscription that has ended stays so. Where neither decides, the object has to
be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal_desk.models.json import ENDED, Json

_REMOVED = frozenset({"payment_method.detached"})
_KEPT = frozenset({"customer.subscription.deleted"})
"""Stripe's word for a cancelled subscription, which can still be read."""

_RETURNS = frozenset({"coupon", "customer", "payment_method", "product"})
"""What can be there again after it was gone: under an id of one's own choice, or attached once more."""

_PROGRESS = {
    ("invoice", "open"): 1,
    ("invoice", "uncollectible"): 2,
    ("invoice", "paid"): 3,
    ("invoice", "void"): 3,
    **{("subscription", status): 1 for status in ENDED},
}
"""Statuses that come after others for good (https://docs.stripe.com/invoicing/overview#invoice-statuses)."""


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
    left = _furthest(_different(sorted(events, key=_has_no_place)))
    if len(left) > 1:
        if any(map(_has_no_place, left)):
            return None
        left = [event for event in left if not any(_follows(other, event) for other in events)]
    return left[0] if len(left) == 1 else None


def _has_no_place(event: Json) -> bool:
    """Whether an event doesn't say what it came after."""
    return not (event["type"].endswith(".created") or event["data"].get("previous_attributes"))


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
    """Of an invoice's or a subscription's states, those of the status that comes last."""
    ranks = [_progress(event["data"]["object"]) for event in events]
    return [event for event, rank in zip(events, ranks, strict=True) if rank == max(ranks)]


def _progress(told: Json) -> int:
    return _PROGRESS.get((str(told.get("object")), str(told.get("status"))), 0)
