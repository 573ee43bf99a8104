"""Whether a change took effect, judged by what Stripe has now rather than by what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_desk.models.json import ENDED, Json, ends_at, items_of

if TYPE_CHECKING:
    from portal_desk.models.actions import JournalEntry


def took_effect(entry: JournalEntry, subscription: Json) -> bool:
    """Whether `subscription`, read after `entry` was sent, is as `entry` wanted it; False for what leaves no trace."""
    match entry.kind:
        case "cancel":
            return subscription["status"] in ENDED or (
                _by_date(entry) and ends_at(subscription) is not None
            )
        case "resume":
            return subscription["status"] not in ENDED and ends_at(subscription) is None
        case "switch":
            wanted = entry.params["items"]
            return all(_has(subscription, one) for one in wanted)
        case _:
            return False


def _by_date(entry: JournalEntry) -> bool:
    return "cancel_at" in entry.params or "cancel_at_period_end" in entry.params


def _has(subscription: Json, wanted: Json) -> bool:
    return any(
        item["id"] == wanted["id"]
        and wanted.get("price", item["price"]["id"]) == item["price"]["id"]
        and wanted.get("quantity", item.get("quantity")) == item.get("quantity")
        for item in items_of(subscription)
    )
