"""Search, with Stripe's query language and, where it is asked for, its lag.

https://docs.stripe.com/search
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import crc32
from collections.abc import Callable, Iterator

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.awakening import awaken_all
from portal_desk.sandbox.lists import limit_of
from portal_desk.sandbox.previous import restored
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.search_query import parse
from portal_desk.sandbox.state import State


def _search(kind: str) -> Callable[[Call], Json]:
    def handler(call: Call) -> Json:
        text = call.params["query"]
        query = parse(text, kind)
        limit = limit_of(call.params)
        if kind in {"charge", "payment_intent"}:
            awaken_all(call.state, query.required("customer"))
        found = [shown for shown, known in _index(call.state, kind) if query.matches(known)]
        start = _start(call.params.get("page"), text, found)
        data = found[start : start + limit]
        more = len(found) > start + limit
        return {
            "object": "search_result",
            "data": data,
            "has_more": more,
            "of": kind,
            "next_page": _token(text, data[-1]["id"]) if more else None,
            "url": call.path,
        }

    return handler


def _token(query: str, last: str) -> str:
    """Where the next page of a query begins: behind `last`."""
    return urlsafe_b64encode(f"{crc32(query.encode()):08x}{last}".encode()).decode()


def _start(page: str | None, query: str, found: list[Json]) -> int:
    if page is None:
        return 0
    try:
        last = urlsafe_b64decode(page).decode()[8:]
    except ValueError:
        last = ""
    ids = [each["id"] for each in found]
    if last not in ids or page != _token(query, last):
        raise invalid(f"Invalid page: {page}", "page")
    return ids.index(last) + 1


def _index(state: State, kind: str) -> Iterator[tuple[Json, Json]]:
    """The objects of a kind, newest first, each with what the index knows of it by now."""
    lag = state.settings.search_lag
    before = _as_of(state, kind, state.feed_now() - lag) if lag else {}
    stored = state.kind(kind)
    for object_id, known in before.items():
        if known and object_id not in stored:
            yield known, known
    for each in state.where(kind):
        known = before.get(each["id"], each)
        if known:
            yield each, known


def _as_of(state: State, kind: str, moment: int) -> dict[str, Json | None]:
    """What has changed since `moment` (seconds UTC) as it was then; None for what wasn't there.

    Undoes, newest first, what the events tell.
    """
    earlier: dict[str, Json | None] = {}
    for event in state.where("event"):
        if event["created"] <= moment:
            break
        about = event["data"]["object"]
        if about["object"] != kind:
            continue
        known = earlier.get(about["id"]) or state.get(kind, about["id"]) or about
        was_there = not event["type"].endswith(".created")
        previous = event["data"].get("previous_attributes", {})
        earlier[about["id"]] = restored(known, previous) if was_there else None
    return earlier


ENDPOINTS = (
    Endpoint("GET", "/v1/charges/search", _search("charge"), "ChargeSearchParams", "charge"),
    Endpoint(
        "GET", "/v1/customers/search", _search("customer"), "CustomerSearchParams", "customer"
    ),
    Endpoint("GET", "/v1/invoices/search", _search("invoice"), "InvoiceSearchParams", "invoice"),
    Endpoint(
        "GET",
        "/v1/payment_intents/search",
        _search("payment_intent"),
        "PaymentIntentSearchParams",
        "payment_intent",
    ),
    Endpoint("GET", "/v1/prices/search", _search("price"), "PriceSearchParams", "plan"),
    Endpoint("GET", "/v1/products/search", _search("product"), "ProductSearchParams", "product"),
    Endpoint(
        "GET",
        "/v1/subscriptions/search",
        _search("subscription"),
        "SubscriptionSearchParams",
        "subscription",
    ),
)
