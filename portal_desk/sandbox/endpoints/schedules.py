"""Subscription schedules."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints import honoured
from portal_desk.sandbox.endpoints.changes import matches, only
from portal_desk.sandbox.lists import page

_TIMES = ("canceled_at", "completed_at", "released_at")


def _list(call: Call) -> Json:
    only(
        call.params,
        *_TIMES, "created", "customer", "ending_before", "limit", "scheduled", "starting_after",
    )  # fmt: skip
    return page(
        call,
        "subscription_schedule",
        keep=lambda schedule: (
            all(matches(schedule[name], call.params.get(name)) for name in _TIMES)
            and (not call.params.get("scheduled") or schedule["status"] == "not_started")
        ),
        customer=call.params.get("customer"),
    )


def _retrieve(call: Call) -> Json:
    return call.named("subscription_schedule")


def _create(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SCHEDULE_CREATE)
    return billing.create_schedule(call.state, params)


def _update(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SCHEDULE_UPDATE)
    return billing.update_schedule(call.state, call.named("subscription_schedule"), params)


def _release(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SCHEDULE_RELEASE)
    return billing.release_schedule(call.state, call.named("subscription_schedule"), params)


def _cancel(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SCHEDULE_CANCEL)
    return billing.cancel_schedule(call.state, call.named("subscription_schedule"), params)


_ALL = "/v1/subscription_schedules"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "SubscriptionScheduleListParams", "subscription"),
    Endpoint("POST", _ALL, _create, "SubscriptionScheduleCreateParams", "subscription"),
    Endpoint("GET", _ONE, _retrieve, "SubscriptionScheduleRetrieveParams", "subscription"),
    Endpoint("POST", _ONE, _update, "SubscriptionScheduleUpdateParams", "subscription"),
    Endpoint(
        "POST", f"{_ONE}/release", _release, "SubscriptionScheduleReleaseParams", "subscription"
    ),
    Endpoint("POST", f"{_ONE}/cancel", _cancel, "SubscriptionScheduleCancelParams", "subscription"),
)
