"""Discounts taken off customers and subscriptions."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.problems import StripeProblem


def _of_customer(call: Call) -> Json:
    customer = call.named("customer", "customer")
    discount = customer["discount"]
    if discount is None:
        raise _none("customer", customer["id"])
    call.state.update(customer, {"discount": None}, "customer.updated")
    return _ended(call, discount)


def _of_subscription(call: Call) -> Json:
    """Takes off all of them."""
    subscription = call.named("subscription")
    found = [call.state.get("discount", each) for each in subscription["discounts"]]
    discounts = [each for each in found if each]
    if not discounts:
        raise _none("subscription", subscription["id"])
    call.state.update(subscription, {"discounts": []}, "customer.subscription.updated")
    return [_ended(call, each) for each in discounts][-1]


def _ended(call: Call, discount: Json) -> Json:
    call.state.emit("customer.discount.deleted", discount)
    return {**discount, "deleted": True}


def _none(kind: str, object_id: str) -> StripeProblem:
    message = f"No active discount for {kind}: {object_id}"
    return StripeProblem(404, "invalid_request_error", "resource_missing", message)


ENDPOINTS = (
    Endpoint(
        "DELETE",
        "/v1/customers/{customer}/discount",
        _of_customer,
        "CustomerDeleteDiscountParams",
        "customer",
    ),
    Endpoint(
        "DELETE",
        "/v1/subscriptions/{id}/discount",
        _of_subscription,
        "SubscriptionDeleteDiscountParams",
        "subscription",
    ),
)
