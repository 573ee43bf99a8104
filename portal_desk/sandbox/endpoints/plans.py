"""Plans: recurring prices, as Stripe called them before there were prices.

A plan and its price have one id; what is done to the one is done to the other
(https://docs.stripe.com/billing/migration/migrating-prices).
"""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import cleared, only, plain_changes
from portal_desk.sandbox.endpoints.prices import change_price, create_price
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import plan_of
from portal_desk.sandbox.problems import invalid, missing

_AS_PRICE = {
    "active": "active",
    "amount": "unit_amount",
    "amount_decimal": "unit_amount_decimal",
    "billing_scheme": "billing_scheme",
    "currency": "currency",
    "id": "id",
    "metadata": "metadata",
    "nickname": "nickname",
    "tiers": "tiers",
    "tiers_mode": "tiers_mode",
    "transform_usage": "transform_quantity",
}
"""What a price calls the parameters of a plan."""
_TERMS = ("interval", "interval_count", "meter", "trial_period_days", "usage_type")


def _list(call: Call) -> Json:
    only(call.params, "active", "created", "ending_before", "limit", "product", "starting_after")
    found = page(
        call,
        "price",
        type="recurring",
        active=call.params.get("active"),
        product=call.params.get("product"),
    )
    return {**found, "data": [plan_of(price) for price in found["data"]], "of": "plan"}


def _price(call: Call) -> Json:
    price = call.state.get("price", call.ids["id"])
    if price is None or not price["recurring"]:
        raise missing("plan", call.ids["id"])
    return price


def _retrieve(call: Call) -> Json:
    return plan_of(_price(call))


def _create(call: Call) -> Json:
    params = call.params
    only(params, *_AS_PRICE, *_TERMS, "product")
    if call.state.get("price", params.get("id", "")):
        raise invalid("Plan already exists.", "id", "resource_already_exists")
    wish = {_AS_PRICE[name]: value for name, value in params.items() if name in _AS_PRICE}
    wish["recurring"] = {name: params[name] for name in _TERMS if name in params}
    return plan_of(create_price(call.state, wish | _product(params.get("product"))))


def _product(given: Any) -> Json:  # noqa: ANN401 - an id, or what a new product is like
    if given is None:
        raise invalid("Missing required param: product.", "product", "parameter_missing")
    return {"product_data": given} if isinstance(given, dict) else {"product": given}


def _update(call: Call) -> Json:
    only(call.params, "active", "metadata", "nickname", "product", "trial_period_days")
    price = _price(call)
    call.given("product", "product")
    changes = plain_changes(call.params, ("active", "nickname", "product"), price)
    if "trial_period_days" in call.params:
        days = cleared(call.params["trial_period_days"])
        changes["recurring"] = {**price["recurring"], "trial_period_days": days}
    return plan_of(change_price(call.state, price, changes))


def _delete(call: Call) -> Json:
    """New subscribers can't be added to it; existing ones keep it."""
    price = _price(call)
    call.state.delete(price, "price.deleted")
    call.state.emit("plan.deleted", plan_of(price))
    return {"id": price["id"], "object": "plan", "deleted": True}


_ALL = "/v1/plans"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "PlanListParams", "plan"),
    Endpoint("POST", _ALL, _create, "PlanCreateParams", "plan"),
    Endpoint("GET", _ONE, _retrieve, "PlanRetrieveParams", "plan"),
    Endpoint("POST", _ONE, _update, "PlanUpdateParams", "plan"),
    Endpoint("DELETE", _ONE, _delete, "PlanDeleteParams", "plan"),
)
