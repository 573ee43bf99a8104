"""Test clocks: made, moved on, deleted with the customers that are on them."""

from __future__ import annotations

from portal_desk.models.json import Json, items_of
from portal_desk.models.periods import shifted
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.clocks import CLOCK
from portal_desk.sandbox.endpoints.changes import only
from portal_desk.sandbox.endpoints.customers import delete_customer
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import new_test_clock
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_MOST_INTERVALS = 2


def _list(call: Call) -> Json:
    return page(call, CLOCK)


def _retrieve(call: Call) -> Json:
    return call.named(CLOCK)


def _create(call: Call) -> Json:
    only(call.params, "frozen_time", "name")
    if call.state.livemode:
        raise invalid("This endpoint is only available in testmode. Try using your test keys.")
    name = {"name": call.params["name"]} if call.params.get("name") else {}
    clock = new_test_clock(call.state, call.params["frozen_time"], **name)
    return call.state.create(clock, f"{CLOCK}.created")


def _advance(call: Call) -> Json:
    """Move a clock on; like Stripe, the answer says that it is still advancing."""
    clock, target = call.named(CLOCK), call.params["frozen_time"]
    _check_target(call.state, clock, target)
    call.state.update(
        clock,
        {"status": "advancing", "status_details": {"advancing": {"target_frozen_time": target}}},
        f"{CLOCK}.advancing",
    )
    advancing = dict(clock)
    with call.state.at(target, apart=True):
        billing.advance(call.state, clock["id"])
    done = {"frozen_time": target, "status": "ready", "status_details": {}}
    call.state.update(clock, done, f"{CLOCK}.ready")
    return advancing


def _check_target(state: State, clock: Json, target: int) -> None:
    if target <= clock["frozen_time"]:
        raise invalid(
            "The `frozen_time` to advance to must be after the test clock's current frozen time "
            f"({clock['frozen_time']}).",
            "frozen_time",
        )
    furthest = [
        shifted(clock["frozen_time"], terms["interval"], terms["interval_count"] * _MOST_INTERVALS)
        for subscription in state.where("subscription", test_clock=clock["id"])
        if subscription["status"] not in {"canceled", "incomplete_expired"}
        for terms in (item["price"]["recurring"] for item in items_of(subscription))
    ]
    if furthest and target > min(furthest):
        raise invalid(
            "Test clocks can be advanced by at most two intervals of the shortest subscription on "
            f"them; the furthest time that this one can be advanced to is {min(furthest)}.",
            "frozen_time",
        )


def _delete(call: Call) -> Json:
    clock = call.named(CLOCK)
    for customer in list(call.state.where("customer", test_clock=clock["id"])):
        delete_customer(call.state, customer)
    call.state.delete(clock, f"{CLOCK}.deleted")
    return {"id": clock["id"], "object": CLOCK, "deleted": True}


_ALL = "/v1/test_helpers/test_clocks"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "test_helpers.TestClockListParams", "billing_clock"),
    Endpoint("POST", _ALL, _create, "test_helpers.TestClockCreateParams", "billing_clock"),
    Endpoint("GET", _ONE, _retrieve, "test_helpers.TestClockRetrieveParams", "billing_clock"),
    Endpoint("DELETE", _ONE, _delete, "test_helpers.TestClockDeleteParams", "billing_clock"),
    Endpoint(
        "POST",
        f"{_ONE}/advance",
        _advance,
        "test_helpers.TestClockAdvanceParams",
        "billing_clock",
    ),
)
