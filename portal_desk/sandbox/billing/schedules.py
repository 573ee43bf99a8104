"""Subscription schedules: released, stopped, and kept true to their subscription."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.phases import phase_item, schedule_of
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_LIVE = ("not_started", "active")


def release_schedule(state: State, schedule: Json, params: Json) -> Json:
    """Let a schedule go: the subscription stays as it is, and can be changed again."""
    require_live(schedule)
    subscription = state.get("subscription", schedule["subscription"] or "")
    if subscription:
        changes: Json = {"schedule": None}
        if schedule["end_behavior"] == "cancel" and not params.get("preserve_cancel_date"):
            changes |= {"cancel_at": None}
        state.update(subscription, changes, "customer.subscription.updated")
    changes = {
        "status": "released",
        "released_at": state.now(),
        "released_subscription": schedule["subscription"],
        "subscription": None,
        "current_phase": None,
    }
    return state.update(schedule, changes, "subscription_schedule.released")


def stop_schedule(state: State, subscription: Json) -> None:
    """The subscription is over, and so is its schedule."""
    schedule = schedule_of(state, subscription)
    if schedule and schedule["status"] in _LIVE:
        close_schedule(state, schedule)


def close_schedule(state: State, schedule: Json) -> Json:
    """A schedule is cancelled."""
    changes = {"status": "canceled", "canceled_at": state.now(), "current_phase": None}
    return state.update(schedule, changes, "subscription_schedule.canceled")


def follow_items(state: State, subscription: Json) -> None:
    """Items were changed directly: the schedule's current phase says so too."""
    schedule = schedule_of(state, subscription)
    if not schedule or not schedule["current_phase"]:
        return
    start = schedule["current_phase"]["start_date"]
    items = [phase_item(item) for item in subscription["items"]["data"]]
    phases = [
        phase | {"items": items} if phase["start_date"] == start else phase
        for phase in schedule["phases"]
    ]
    state.update(schedule, {"phases": phases}, "subscription_schedule.updated")


def require_live(schedule: Json) -> None:
    """Refuse to change a schedule that is over."""
    if schedule["status"] not in _LIVE:
        raise invalid(
            "You cannot change a subscription schedule that is currently in the "
            f"`{schedule['status']}` status. It must be in `not_started` or `active`."
        )
