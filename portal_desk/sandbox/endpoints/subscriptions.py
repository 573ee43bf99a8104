"""Subscriptions."""

from __future__ import annotations

from collections.abc import Callable

from portal_desk.models.json import Json, id_of, items_of
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints import honoured
from portal_desk.sandbox.endpoints.changes import matches, only
from portal_desk.sandbox.lists import page

_ENDED = {"canceled", "incomplete_expired"}


def _list(call: Call) -> Json:
    only(
        call.params,
        "collection_method", "created", "current_period_end", "current_period_start", "customer",
        "ending_before", "limit", "plan", "price", "starting_after", "status", "test_clock",
    )  # fmt: skip
    call.given("customer", "customer")
    return page(
        call,
        "subscription",
        keep=_filter(call.params),
        customer=call.params.get("customer"),
        collection_method=call.params.get("collection_method"),
        status=_statuses(call.params.get("status")),
        test_clock=call.params.get("test_clock"),
    )


def _filter(params: Json) -> Callable[[Json], bool]:
    cancelled_too = "status" in params
    price = params.get("price", params.get("plan"))
    clock, of_one = params.get("test_clock"), "customer" in params
    ends, starts = params.get("current_period_end"), params.get("current_period_start")

    def keep(subscription: Json) -> bool:
        items = list(items_of(subscription))
        return (
            (cancelled_too or subscription["status"] != "canceled")
            and (subscription["test_clock"] == clock or (clock is None and of_one))
            and (price is None or any(id_of(item["price"]) == price for item in items))
            and (ends is None or any(matches(item["current_period_end"], ends) for item in items))
            and (
                starts is None
                or any(matches(item["current_period_start"], starts) for item in items)
            )
        )

    return keep


def _statuses(wanted: str | None) -> list[str] | None:
    """Which statuses alone a list shows."""
    if wanted in {None, "all"}:
        return None
    return sorted(_ENDED) if wanted == "ended" else [str(wanted)]


def _retrieve(call: Call) -> Json:
    return call.named("subscription")


def _create(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SUBSCRIPTION_CREATE)
    return billing.create_subscription(call.state, params)


def _update(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SUBSCRIPTION_UPDATE)
    return billing.update_subscription(call.state, call.named("subscription"), params)


def _cancel(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SUBSCRIPTION_CANCEL)
    return billing.cancel_subscription(call.state, call.named("subscription"), params)


def _pause(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SUBSCRIPTION_PAUSE)
    return billing.pause_subscription(call.state, call.named("subscription"), params)


def _resume(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SUBSCRIPTION_RESUME)
    return billing.resume_subscription(call.state, call.named("subscription"), params)


def _migrate(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.SUBSCRIPTION_MIGRATE)
    return billing.migrate_subscription(call.state, call.named("subscription"), params)


_ONE = "/v1/subscriptions/{id}"

ENDPOINTS = (
    Endpoint("GET", "/v1/subscriptions", _list, "SubscriptionListParams", "subscription"),
    Endpoint("POST", "/v1/subscriptions", _create, "SubscriptionCreateParams", "subscription"),
    Endpoint("GET", _ONE, _retrieve, "SubscriptionRetrieveParams", "subscription"),
    Endpoint("POST", _ONE, _update, "SubscriptionUpdateParams", "subscription"),
    Endpoint("DELETE", _ONE, _cancel, "SubscriptionCancelParams", "subscription"),
    Endpoint("POST", f"{_ONE}/pause", _pause, "SubscriptionPauseParams", "subscription"),
    Endpoint("POST", f"{_ONE}/resume", _resume, "SubscriptionResumeParams", "subscription"),
    Endpoint("POST", f"{_ONE}/migrate", _migrate, "SubscriptionMigrateParams", "subscription"),
)
