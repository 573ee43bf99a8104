"""Subscription schedules as requests make and change them, and as time brings their phases.

https://docs.stripe.com/billing/subscriptions/subscription-schedules
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.creation import create_subscription
from portal_desk.sandbox.billing.items import merged
from portal_desk.sandbox.billing.phase_requests import requested_phases
from portal_desk.sandbox.billing.phases import (
    current,
    ends_subscription_at,
    phase_as_creation,
    phase_as_update,
    phase_at,
    present_phase,
)
from portal_desk.sandbox.billing.renewal import follow_phases
from portal_desk.sandbox.billing.schedules import require_live
from portal_desk.sandbox.billing.settings import billing_mode
from portal_desk.sandbox.billing.subscriptions import update_subscription
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State

_CUSTOM = ("billing_mode", "customer", "default_settings", "end_behavior", "phases", "start_date")


def create_schedule(state: State, params: Json) -> Json:
    """Make a schedule, of a subscription that there is or of one that begins with it.

    Raises:
        StripeProblem: where Stripe would refuse.
    """
    check_end_behavior(params)
    if params.get("from_subscription"):
        return _from_subscription(state, params)
    schedule = draft_schedule(state, params)
    state.create(schedule, "subscription_schedule.created")
    if schedule["phases"][0]["start_date"] <= state.now():
        start_schedule(state, schedule)
    return schedule


def check_end_behavior(params: Json) -> None:
    """Refuse the older ends of a schedule."""
    if params.get("end_behavior") in ("none", "renew"):
        raise unsupported(f"`end_behavior={params['end_behavior']}`")


def draft_schedule(state: State, params: Json) -> Json:
    """A schedule as `params` ask for it, which hasn't started; it is not stored."""
    customer = state.get("customer", params.get("customer") or "")
    if not customer:
        raise missing("customer", params.get("customer") or "", "customer")
    if not params.get("phases"):
        raise invalid("Missing required param: phases.", "phases", "parameter_missing")
    start = params.get("start_date", "now")
    mode = billing_mode(params.get("billing_mode"))
    subject = {"billing_mode": mode, "customer": customer["id"], "currency": customer["currency"]}
    begin = start if isinstance(start, int) else state.now()
    return objects.new_schedule(
        state,
        customer=customer["id"],
        phases=requested_phases(state, params["phases"], subject, start=begin),
        billing_mode=mode,
        default_settings=default_settings(objects.schedule_settings(), params),
        end_behavior=params.get("end_behavior", "release"),
        metadata=params.get("metadata") or {},
        test_clock=customer["test_clock"],
    )


def default_settings(settings: Json, params: Json) -> Json:
    """A schedule's default settings with those of `params` over them."""
    given: Json = params.get("default_settings") or {}
    after = {
        name: settings[name] | value
        if isinstance(value, dict) and isinstance(settings[name], dict)
        else value or None
        for name, value in given.items()
    }
    return settings | after


def _from_subscription(state: State, params: Json) -> Json:
    wanted = params["from_subscription"]
    if others := [name for name in _CUSTOM if name in params]:
        raise invalid(
            f"You cannot set `{others[0]}` if `from_subscription` is set.", "from_subscription"
        )
    subscription = state.get("subscription", wanted)
    if not subscription:
        raise missing("subscription", wanted, "from_subscription")
    if subscription["schedule"]:
        raise invalid(
            "You cannot migrate a subscription that is already attached to a schedule: "
            f"{subscription['schedule']}.",
            "from_subscription",
        )
    phase = present_phase(subscription)
    schedule = objects.new_schedule(
        state,
        customer=subscription["customer"],
        phases=[phase],
        subscription=wanted,
        status="active",
        billing_mode=subscription["billing_mode"],
        metadata=params.get("metadata") or {},
        test_clock=subscription["test_clock"],
        current_phase=current(phase),
    )
    state.create(schedule, "subscription_schedule.created")
    state.update(subscription, {"schedule": schedule["id"]}, "customer.subscription.updated")
    return schedule


def start_schedule(state: State, schedule: Json) -> None:
    """Begin the first phase: the subscription is made, backdated where the phase is."""
    phase = schedule["phases"][0]
    params = phase_as_creation(state, schedule, phase)
    if phase["start_date"] < state.now():
        params["backdate_start_date"] = phase["start_date"]
    subscription = create_subscription(state, params, schedule=schedule["id"])
    _set_end(state, schedule, phase, subscription)
    running = {
        "status": "active", "subscription": subscription["id"], "current_phase": current(phase),
    }  # fmt: skip
    state.update(schedule, running, "subscription_schedule.updated")


def _set_end(state: State, schedule: Json, phase: Json, subscription: Json) -> None:
    ends = ends_subscription_at(schedule, phase)
    if subscription["cancel_at"] != ends:
        state.update(subscription, {"cancel_at": ends}, "customer.subscription.updated")


def update_schedule(state: State, schedule: Json, params: Json) -> Json:
    """Change a schedule; where that changes its current phase, the subscription follows at once.

    Raises:
        StripeProblem: where Stripe would refuse.
    """
    require_live(schedule)
    check_end_behavior(params)
    changes = planned_changes(state, schedule, params)
    if "metadata" in params:
        changes["metadata"] = merged(schedule["metadata"], params["metadata"])
    state.update(schedule, changes, "subscription_schedule.updated")
    if schedule["status"] == "not_started":
        if schedule["phases"][0]["start_date"] <= state.now():
            start_schedule(state, schedule)
    elif changes.keys() & {"phases", "end_behavior", "default_settings"}:
        behavior = params.get("proration_behavior", "create_prorations")
        enter_phase(state, schedule, state.now(), {"proration_behavior": behavior})
    return schedule


def planned_changes(state: State, schedule: Json, params: Json) -> Json:
    """The fields of a schedule that `params` change, its metadata aside."""
    changes: Json = {}
    if "end_behavior" in params:
        changes["end_behavior"] = params["end_behavior"]
    if "default_settings" in params:
        changes["default_settings"] = default_settings(schedule["default_settings"], params)
    if params.get("phases"):
        subject = schedule | {"currency": schedule["phases"][0]["currency"]}
        start = (schedule["current_phase"] or schedule["phases"][0])["start_date"]
        changes["phases"] = requested_phases(state, params["phases"], subject, start=start)
        _require_current(state, schedule, changes["phases"])
    return changes


def _require_current(state: State, schedule: Json, phases: list[Json]) -> None:
    now = state.now()
    if schedule["status"] == "active" and not phases[0]["start_date"] <= now:
        raise invalid(
            "The current phase of a schedule must be among its phases.", "phases[0][start_date]"
        )


def enter_phase(state: State, schedule: Json, at: int, terms: Json | None = None) -> None:
    """Make the subscription what the phase at `at` says, between the ends of its periods.

    Args:
        state: the sandbox.
        schedule: active.
        at: seconds UTC.
        terms: what the update has apart from the phase, such as how it is prorated.
    """
    subscription = state.get("subscription", schedule["subscription"] or "")
    phase = phase_at(schedule, at)
    follow_phases(state, schedule, at)
    if subscription is None:
        return
    if phase is None:
        state.update(subscription, {"schedule": None}, "customer.subscription.updated")
        return
    _set_end(state, schedule, phase, subscription)
    update_subscription(
        state, subscription, phase_as_update(state, schedule, phase, subscription) | (terms or {})
    )
