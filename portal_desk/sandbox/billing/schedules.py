"""Subscription schedules: made from a subscription, released, cancelled."""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json, period_end
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.items import price_for
from portal_desk.sandbox.billing.periods import next_boundary
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State

_LIVE = ("not_started", "active")


def create_schedule(state: State, params: Json) -> Json:
    """Make a schedule from a subscription: its first phase is the period that runs now.

    Raises:
        StripeProblem: if there is no such subscription, or it has a schedule.
    """
    subscription_id = params.get("from_subscription")
    if not subscription_id:
        raise unsupported("a schedule without `from_subscription`")
    subscription = state.get("subscription", subscription_id)
    if not subscription:
        raise missing("subscription", subscription_id, "from_subscription")
    if subscription["schedule"]:
        raise invalid(
            "You cannot migrate a subscription that is already attached to a schedule: "
            f"{subscription['schedule']}.",
            "from_subscription",
        )
    phase = current_phase(subscription)
    schedule = objects.new_schedule(
        state,
        customer=subscription["customer"],
        phases=[phase],
        subscription=subscription_id,
        status="active",
        billing_mode=subscription["billing_mode"],
        test_clock=subscription["test_clock"],
        current_phase={"end_date": phase["end_date"], "start_date": phase["start_date"]},
    )
    state.create(schedule, "subscription_schedule.created")
    state.update(subscription, {"schedule": schedule["id"]}, "customer.subscription.updated")
    return schedule


def current_phase(subscription: Json) -> Json:
    """The phase that a subscription's present period is."""
    items = subscription["items"]["data"]
    start = min(item["current_period_start"] for item in items)
    return objects.new_phase(
        currency=subscription["currency"],
        start=start,
        end=period_end(subscription) or start,
        items=[_phase_item(item) for item in items],
        collection_method=subscription["collection_method"],
    )


def _phase_item(item: Json) -> Json:
    return objects.new_phase_item(item["price"]["id"], item["quantity"])


def update_schedule(state: State, schedule: Json, params: Json) -> Json:
    """Replace a schedule's phases, its end behaviour or its metadata."""
    require_live(schedule)
    changes: Json = {n: params[n] for n in ("end_behavior", "metadata") if n in params}
    if params.get("phases"):
        changes["phases"] = _phases(state, schedule, params["phases"])
    return state.update(schedule, changes, "subscription_schedule.updated")


def _phases(state: State, schedule: Json, wanted: Sequence[Json]) -> list[Json]:
    phases: list[Json] = []
    start = schedule["phases"][0]["start_date"]
    currency = schedule["phases"][0]["currency"]
    for number, wish in enumerate(wanted):
        items = [
            objects.new_phase_item(each["price"], each.get("quantity", 1)) for each in wish["items"]
        ]
        for place, item in enumerate(items):
            price_for(state, item["price"], currency, f"phases[{number}][items][{place}][price]")
        end = _phase_end(state, wish, start, items)
        phases.append(objects.new_phase(currency=currency, start=start, end=end, items=items))
        start = end
    return phases


def _phase_end(state: State, wish: Json, start: int, items: Sequence[Json]) -> int:
    if wish.get("end_date"):
        return int(wish["end_date"])
    terms = wish.get("duration") or state.kind("price")[items[0]["price"]]["recurring"]
    return next_boundary(start, {"interval_count": 1} | terms, start)


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
    schedule = state.get("subscription_schedule", subscription["schedule"] or "")
    if schedule and schedule["status"] in _LIVE:
        changes = {"status": "canceled", "canceled_at": state.now(), "current_phase": None}
        state.update(schedule, changes, "subscription_schedule.canceled")


def follow_items(state: State, subscription: Json) -> None:
    """Items were changed directly: the schedule's current phase says so too."""
    schedule = state.get("subscription_schedule", subscription["schedule"] or "")
    if not schedule or not schedule["current_phase"]:
        return
    start = schedule["current_phase"]["start_date"]
    items = [_phase_item(item) for item in subscription["items"]["data"]]
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
