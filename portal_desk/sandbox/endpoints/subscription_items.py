"""The items of subscriptions, each changed by itself: what a change to the whole would do."""

from __future__ import annotations

from portal_desk.models.json import Json, items_of
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.clocks import own_time
from portal_desk.sandbox.endpoints import honoured
from portal_desk.sandbox.lists import page_of
from portal_desk.sandbox.problems import missing
from portal_desk.sandbox.state import State

_TERMS = ("off_session", "payment_behavior", "proration_behavior", "proration_date")
"""Parameters about the whole subscription; the others are about the item."""
_ITEM = ("discounts", "metadata", "plan", "price", "price_data", "quantity", "tax_rates")


def _list(call: Call) -> Json:
    subscription = fetch(call.state, "subscription", call.params["subscription"], "subscription")
    return page_of(call, list(items_of(subscription)), "subscription_item")


def _retrieve(call: Call) -> Json:
    return _named(call)[1]


def _create(call: Call) -> Json:
    honoured.honour(call.params, honoured.ITEM_CREATE)
    subscription = fetch(call.state, "subscription", call.params["subscription"], "subscription")
    before = {item["id"] for item in items_of(subscription)}
    _change(call.state, subscription, call.params, {})
    return next(item for item in items_of(subscription) if item["id"] not in before)


def _update(call: Call) -> Json:
    honoured.honour(call.params, honoured.ITEM_UPDATE)
    subscription, item = _named(call)
    with own_time(call.state, subscription["id"]):
        _change(call.state, subscription, call.params, {"id": item["id"]})
    return _named(call)[1]


def _delete(call: Call) -> Json:
    honoured.honour(call.params, honoured.ITEM_DELETE)
    subscription, item = _named(call)
    with own_time(call.state, subscription["id"]):
        _change(call.state, subscription, call.params, {"id": item["id"], "deleted": True})
    return {"id": item["id"], "object": "subscription_item", "deleted": True}


def _change(state: State, subscription: Json, params: Json, wish: Json) -> None:
    terms = {name: params[name] for name in _TERMS if name in params}
    asked = wish | {name: params[name] for name in _ITEM if name in params}
    billing.update_subscription(state, subscription, terms | {"items": [asked]})


def _named(call: Call) -> tuple[Json, Json]:
    """The subscription of the item that the path names, and the item."""
    subscription = call.state.containing("subscription", call.ids["id"])
    if subscription is None:
        raise missing("subscription item", call.ids["id"])
    return subscription, next(i for i in items_of(subscription) if i["id"] == call.ids["id"])


_ALL = "/v1/subscription_items"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "SubscriptionItemListParams", "subscription"),
    Endpoint("POST", _ALL, _create, "SubscriptionItemCreateParams", "subscription"),
    Endpoint("GET", _ONE, _retrieve, "SubscriptionItemRetrieveParams", "subscription"),
    Endpoint("POST", _ONE, _update, "SubscriptionItemUpdateParams", "subscription"),
    Endpoint("DELETE", _ONE, _delete, "SubscriptionItemDeleteParams", "subscription"),
)
