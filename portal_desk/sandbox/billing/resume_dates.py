"""When a paused subscription goes on by itself: a customer of the portal chooses how long to pause.

https://docs.stripe.com/api/customer_portal/configurations/object#portal_configuration_object-features-subscription_pause-duration
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.alarms import PAUSE
from portal_desk.sandbox.state import State


def resume_later(state: State, subscription: Json, at: int) -> None:
    """Remember that a subscription, which is paused now, goes on at `at` (seconds UTC)."""
    forget_resumption(state, subscription)
    state.create(
        {
            "id": subscription["id"],
            "object": PAUSE,
            "created": state.now(),
            "paused_at": _paused_at(subscription),
            "resumes_at": at,
            "test_clock": subscription["test_clock"],
        }
    )


def resumes_at(state: State, subscription: Json) -> int | None:
    """When a paused subscription goes on by itself (seconds UTC); None where only a request does it."""
    chosen = state.get(PAUSE, subscription["id"])
    if subscription["status"] != "paused" or chosen is None:
        return None
    # Another pause than the one it was chosen for lasts until it is ended.
    return int(chosen["resumes_at"]) if chosen["paused_at"] == _paused_at(subscription) else None


def forget_resumption(state: State, subscription: Json) -> None:
    """The date has come, or another is chosen."""
    if chosen := state.get(PAUSE, subscription["id"]):
        state.delete(chosen)


def _paused_at(subscription: Json) -> int | None:
    details = (subscription.get("status_details") or {}).get("paused") or {}
    found: int | None = details.get("transitioned_at")
    return found
