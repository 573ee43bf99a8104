"""Stripe's search, as far as simple queries go: clauses joined by AND.

https://docs.stripe.com/search#search-query-language
"""

from __future__ import annotations

import re
from collections.abc import Callable

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.lists import limit_of
from portal_desk.sandbox.problems import invalid

_CLAUSE = re.compile(
    r"""(?P<negated>-)?(?P<field>[a-z_]+)(?:\[["'](?P<key>[^"']+)["']\])?"""
    r"""(?P<operator>[:~<>]=?)(?:["'](?P<text>[^"']*)["']|(?P<number>\d+)|(?P<null>null))"""
)
_FIELDS = {
    "customer": {"created", "email", "metadata", "name", "phone"},
    "subscription": {"created", "canceled_at", "metadata", "status"},
    "invoice": {
        "created", "currency", "customer", "metadata", "number", "receipt_number", "status", "total",
    },
    "product": {"active", "description", "metadata", "name", "shippable", "url"},
    "price": {"active", "currency", "lookup_key", "metadata", "product", "type"},
}  # fmt: skip


def _search(kind: str) -> Callable[[Call], Json]:
    def handler(call: Call) -> Json:
        clauses = _parse(call.params["query"], kind)
        limit = limit_of(call.params)
        found = [
            each
            for each in call.state.where(kind)
            if all(_holds(each, clause) for clause in clauses)
        ]
        start = _start(call.params.get("page"))
        more = len(found) > start + limit
        return {
            "object": "search_result",
            "data": found[start : start + limit],
            "has_more": more,
            "next_page": str(start + limit) if more else None,
            "url": call.path,
        }

    return handler


def _start(page: str | None) -> int:
    if page is None:
        return 0
    if not page.isdecimal():
        raise invalid(f"Invalid page: {page}", "page")
    return int(page)


def _parse(query: str, kind: str) -> list[re.Match[str]]:
    clauses = []
    for text in re.split(r"\s+AND\s+", query.strip()):
        found = _CLAUSE.fullmatch(text)
        if not found:
            raise invalid(
                "We were unable to parse your search query. Try using the format "
                '`metadata["key"]:"value"` to query for metadata or key:"value" to query for other '
                "fields.",
                "query",
            )
        if found["field"] not in _FIELDS[kind]:
            raise invalid(f"Field `{found['field']}` is an unsupported search field.", "query")
        clauses.append(found)
    return clauses


def _holds(found: Json, clause: re.Match[str]) -> bool:
    value = found.get(clause["field"])
    if clause["key"]:
        value = (value or {}).get(clause["key"])
    return _compared(value, clause) != bool(clause["negated"])


def _compared(value: str | int | bool | None, clause: re.Match[str]) -> bool:
    operator = clause["operator"]
    if clause["null"]:
        return value is None
    if value is None:
        return False
    if clause["number"]:
        wanted = int(clause["number"])
        number = int(value)
        return {
            ":": number == wanted,
            ">": number > wanted,
            ">=": number >= wanted,
            "<": number < wanted,
            "<=": number <= wanted,
        }.get(operator, False)
    text, own = clause["text"].lower(), str(value).lower()
    return text in own if operator == "~" else text == own


ENDPOINTS = (
    Endpoint(
        "GET", "/v1/customers/search", _search("customer"), "CustomerSearchParams", "customer"
    ),
    Endpoint(
        "GET",
        "/v1/subscriptions/search",
        _search("subscription"),
        "SubscriptionSearchParams",
        "subscription",
    ),
    Endpoint("GET", "/v1/invoices/search", _search("invoice"), "InvoiceSearchParams", "invoice"),
    Endpoint("GET", "/v1/products/search", _search("product"), "ProductSearchParams", "product"),
    Endpoint("GET", "/v1/prices/search", _search("price"), "PriceSearchParams", "plan"),
)
