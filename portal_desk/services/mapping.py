"""Stripe's objects as rows of the cache: pure functions, no database.

An object is stored as Stripe gives it unexpanded: what Stripe expanded on request goes into its own table, and the
reference becomes an id again. So every object is kept once, and an event's payload equals a read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import is_
from typing import Any

import orjson

from portal_desk.models.account import business_name
from portal_desk.models.json import (
    Json,
    data_of,
    ends_at,
    id_of,
    invoice_subscription,
    items_of,
    period_end,
)

Promoted = dict[str, Any]

_INCLUDED = object()
"""Stands where a list was that goes into a table of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One object as a row.

    Attributes:
        kind: the table's name.
        id: Stripe's id.
        values: the columns, but for `pk` and `as_of`.
        items: a subscription's items, rows of their own table.
    """

    kind: str
    id: str
    values: Promoted
    items: tuple[Promoted, ...] = field(default=())


def kind_of(stripe_object: Json) -> str | None:
    """The table that mirrors an object's kind, or None where none does."""
    name = str(stripe_object.get("object"))
    return _KINDS.get(name, name if name in _COLUMNS else None)


def rows(stripe_object: Json) -> Iterator[Row]:
    """The row of an object, and those of the objects that are expanded within it.

    Objects of a kind that the cache doesn't mirror, and previews, which have no id, give none.
    """
    nested: list[Json] = []
    is_event = stripe_object.get("object") == "event"  # an event's payload belongs to the event
    whole = _without_credentials(stripe_object) if is_event else _collapsed(stripe_object, nested)
    kind = kind_of(whole)
    if kind and whole.get("id"):
        yield _row(kind, whole)
    for found in nested:
        nested_kind = kind_of(found)
        if nested_kind and not found.get("deleted"):
            yield _row(nested_kind, found)


def _without_credentials(event: Json) -> Json:
    """An event without what lets its reader act as the customer: a session's address, and any client secret."""
    payload = event["data"]["object"]
    is_session = str(payload.get("object")).endswith("session")
    secret = {"client_secret", "url"} if is_session else {"client_secret"}
    if secret.isdisjoint(payload):
        return event
    kept = {name: value for name, value in payload.items() if name not in secret}
    return event | {"data": event["data"] | {"object": kept}}


def event_customer(event: Json) -> str | None:
    """The customer that an event is about, if it is about one."""
    about = event["data"]["object"]
    if about.get("object") == "customer":
        return id_of(about)
    before = event["data"].get("previous_attributes") or {}
    return id_of(about.get("customer") or before.get("customer"))


def _row(kind: str, whole: Json) -> Row:
    values = {
        "id": whole["id"],
        "created": int(whole.get("created") or whole.get("start") or 0),
        "raw": orjson.dumps(whole, option=orjson.OPT_SORT_KEYS),
        **_COLUMNS[kind](whole),
    }
    items = tuple(_items(whole)) if kind == "subscription" else ()
    return Row(kind, whole["id"], values, items)


def _collapsed(value: Json, nested: list[Json]) -> Json:
    """An object with expanded references as ids again; what was expanded goes to `nested`.

    It is the object itself where nothing is expanded in it: most of what a sync reads has nothing to copy.
    """
    changed = {}
    for name, inner in value.items():
        if isinstance(inner, dict | list):
            new = _collapsed_value(name, inner, nested)
            if new is not inner:
                changed[name] = new
    if not changed:
        return value
    return {name: new for name, new in (value | changed).items() if new is not _INCLUDED}


def _collapsed_value(name: str, value: Any, nested: list[Json]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        new = [_collapsed_value(name, inner, nested) for inner in value]
        return value if all(map(is_, new, value)) else new
    if not isinstance(value, dict):
        return value
    if _is_included_list(name, value, nested):
        return _INCLUDED
    whole = _collapsed(value, nested)
    if not _is_reference(name, whole):
        return whole
    nested.append(whole)
    return whole["id"]


def _is_reference(name: str, value: Json) -> bool:
    """Whether Stripe gives an id here unless asked to expand it."""
    return bool(value.get("id")) and (
        value.get("object") in _EXPANDABLE
        or (value.get("object") == "discount" and name == "discounts")
    )


def _is_included_list(name: str, value: Json, nested: list[Json]) -> bool:
    """Whether this is a list that a customer has only on request; its entries go to `nested`."""
    if name not in {"tax_ids", "subscriptions"}:
        return False
    nested.extend(_collapsed(entry, nested) for entry in data_of(value))
    return True


def _items(subscription: Json) -> Iterator[Promoted]:
    for item in items_of(subscription):
        price = item.get("price") or {}
        yield {
            "id": item["id"],
            "subscription": subscription["id"],
            "customer": id_of(subscription["customer"]) or "",
            "product": id_of(price.get("product")) or "",
            "price": price.get("id") or "",
            "quantity": item.get("quantity"),
        }


def _customer(raw: Json) -> Promoted:
    return {
        "name": raw.get("name") or "",
        "email": raw.get("email") or "",
        "phone": raw.get("phone") or "",
        "country": (raw.get("address") or {}).get("country") or "",
        "currency": raw.get("currency") or "",
        "balance": raw.get("balance") or 0,
        "delinquent": bool(raw.get("delinquent")),
        "default_payment_method": id_of(
            (raw.get("invoice_settings") or {}).get("default_payment_method")
        ),
    }


def _product(raw: Json) -> Promoted:
    return {"name": raw.get("name") or "", "active": bool(raw.get("active"))}


def _price(raw: Json) -> Promoted:
    return {
        "product": id_of(raw.get("product")) or "",
        "currency": raw.get("currency") or "",
        "active": bool(raw.get("active")),
    }


def _subscription(raw: Json) -> Promoted:
    return {
        "customer": id_of(raw.get("customer")) or "",
        "status": raw["status"],
        "currency": raw.get("currency") or "",
        "collection_method": raw.get("collection_method") or "",
        "current_period_end": period_end(raw),
        "ends_at": ends_at(raw),
        "schedule": id_of(raw.get("schedule")),
    }


def _schedule(raw: Json) -> Promoted:
    return {
        "customer": id_of(raw.get("customer")) or "",
        "subscription": id_of(raw.get("subscription")),
        "status": raw["status"],
    }


def _invoice(raw: Json) -> Promoted:
    return {
        "customer": id_of(raw.get("customer")) or "",
        "customer_name": raw.get("customer_name") or raw.get("customer_email") or "",
        "subscription": invoice_subscription(raw),
        "number": raw.get("number"),
        "status": raw.get("status") or "draft",
        "currency": raw.get("currency") or "",
        "total": raw.get("total") or 0,
        "amount_remaining": raw.get("amount_remaining") or 0,
        "due_date": raw.get("due_date"),
        "has_pdf": bool(raw.get("invoice_pdf")),
    }


def _payment_method(raw: Json) -> Promoted:
    details = raw.get(raw["type"]) or {}
    return {
        "customer": id_of(raw.get("customer")),
        "type": raw["type"],
        "brand": details.get("brand") or "",
        "last4": details.get("last4") or "",
    }


def _tax_id(raw: Json) -> Promoted:
    owner = raw.get("owner") or {}
    return {
        "customer": id_of(raw.get("customer") or owner.get("customer")),
        "type": raw["type"],
        "value": raw.get("value") or "",
        "verification": (raw.get("verification") or {}).get("status") or "",
    }


def _coupon(raw: Json) -> Promoted:
    return {"name": raw.get("name") or ""}


def _promotion_code(raw: Json) -> Promoted:
    return {"code": raw["code"], "coupon": id_of((raw.get("promotion") or {}).get("coupon"))}


def _discount(raw: Json) -> Promoted:
    return {"customer": id_of(raw.get("customer")), "subscription": raw.get("subscription")}


def _configuration(raw: Json) -> Promoted:
    return {
        "name": raw.get("name") or "",
        "active": bool(raw.get("active")),
        "is_default": bool(raw.get("is_default")),
    }


def _account(raw: Json) -> Promoted:
    return {"name": business_name(raw)}


def _event(raw: Json) -> Promoted:
    about = raw["data"]["object"]
    return {
        "type": raw["type"],
        "object": about.get("id") or "",
        "customer": event_customer(raw),
    }


_KINDS = {"billing_portal.configuration": "portal_configuration"}

_COLUMNS: dict[str, Callable[[Json], Promoted]] = {
    "customer": _customer,
    "product": _product,
    "price": _price,
    "subscription": _subscription,
    "subscription_schedule": _schedule,
    "invoice": _invoice,
    "payment_method": _payment_method,
    "tax_id": _tax_id,
    "coupon": _coupon,
    "promotion_code": _promotion_code,
    "discount": _discount,
    "portal_configuration": _configuration,
    "account": _account,
    "event": _event,
}

_EXPANDABLE = frozenset(
    {
        "coupon",
        "customer",
        "invoice",
        "payment_method",
        "product",
        "promotion_code",
        "subscription",
        "subscription_schedule",
    }
)
"""Kinds that other objects name by id; prices and items are always whole where they stand."""
