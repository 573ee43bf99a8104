"""Keeps the search tables in step with the cached customers, inside the writer's own transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from portal_desk.models.json import Json
from portal_desk.services import search_terms
from portal_desk.services.folding import digits, fold

_BATCH = 5_000
"""Customers at a time: few enough to hold their raw JSON in memory."""

_NAMELESS = "\U0010ffff"
"""Sorts customers with neither a name nor an e-mail address behind all others."""

_CUSTOMERS = """
    SELECT pk, id, created, name, email, phone, balance, currency, delinquent, raw
    FROM customer WHERE id IN (SELECT value FROM json_each(?))
"""
_FACTS = {
    "status": "SELECT DISTINCT customer, status FROM subscription",
    "product": "SELECT DISTINCT customer, product FROM subscription_item",
    "price": "SELECT DISTINCT customer, price FROM subscription_item",
    "last4": "SELECT DISTINCT customer, last4 FROM payment_method",
    "subscription": "SELECT DISTINCT customer, '' FROM subscription",
    "payment_method": "SELECT DISTINCT customer, '' FROM payment_method",
    "invoice": "SELECT DISTINCT customer, '' FROM invoice",
}
_OF_THESE = "WHERE customer IN (SELECT value FROM json_each(?))"
_OPEN_INVOICES = """
    SELECT DISTINCT customer FROM invoice
    WHERE status = 'open' AND customer IN (SELECT value FROM json_each(?))
"""
_TAX_IDS = "SELECT customer, value FROM tax_id WHERE customer IN (SELECT value FROM json_each(?))"
_INDEXED = """
    SELECT pk, customer, created, sort_name, balance, body, tags
    FROM search_document
    WHERE customer IN (SELECT value FROM json_each(?1))
    OR pk IN (SELECT pk FROM customer WHERE id IN (SELECT value FROM json_each(?1)))
"""
"""By both keys: a deleted customer's integer key may have gone to a new one meanwhile."""

_STORE = "INSERT INTO search_document VALUES (?, ?, ?, ?, ?, ?, ?)"
_INDEX = "INSERT INTO search_index (rowid, tokens) VALUES (?, ?)"
_FORGET = "INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', ?, ?)"


class _Document(NamedTuple):
    """What search knows of one customer: a row of `search_document`, in its order."""

    pk: int
    customer: str
    created: int
    sort_name: str
    balance: int
    body: str
    tags: str

    @property
    def tokens(self) -> tuple[int, str]:
        return self.pk, search_terms.tokens(self.body, self.tags)


def index_customers(connection: Connection, customer_ids: Iterable[str]) -> None:
    """Rebuild what search knows of these customers; those that are gone from the cache are forgotten.

    What has not changed is not written, so that a page of events about invoices costs a few reads.
    """
    ids = list(dict.fromkeys(customer_ids))
    for start in range(0, len(ids), _BATCH):
        _index(connection, orjson.dumps(ids[start : start + _BATCH]).decode())


def _index(connection: Connection, ids: str) -> None:
    old = {_Document(*row) for row in connection.exec_driver_sql(_INDEXED, (ids,))}
    new = set(_documents(connection, ids))
    _forget(connection, old - new)
    _store(connection, sorted(new - old))


def _forget(connection: Connection, documents: Iterable[_Document]) -> None:
    if gone := sorted(documents):
        connection.exec_driver_sql(_FORGET, [document.tokens for document in gone])
        connection.exec_driver_sql(
            "DELETE FROM search_document WHERE pk = ?", [(document.pk,) for document in gone]
        )


def _store(connection: Connection, documents: list[_Document]) -> None:
    if documents:
        connection.exec_driver_sql(_STORE, [tuple(document) for document in documents])
        connection.exec_driver_sql(_INDEX, [document.tokens for document in documents])


def _documents(connection: Connection, ids: str) -> Iterator[_Document]:
    tags = _tags(connection, ids)
    tax_ids = defaultdict(list)
    for customer, value in connection.exec_driver_sql(_TAX_IDS, (ids,)):
        tax_ids[customer].append(value)
    for row in connection.exec_driver_sql(_CUSTOMERS, (ids,)):
        own = tags[row.id] | _own_tags(row.currency, delinquent=row.delinquent)
        others = [*_others(row.phone, orjson.loads(row.raw)), *sorted(tax_ids[row.id])]
        yield _Document(
            row.pk,
            row.id,
            row.created,
            fold(row.name or row.email) or _NAMELESS,
            row.balance,
            search_terms.body(row.name, row.email, others),
            " ".join(sorted(own)),
        )


def _tags(connection: Connection, ids: str) -> defaultdict[str, set[str]]:
    """What can be looked up whole, by customer."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for kind, select in _FACTS.items():
        query = f"{select} {_OF_THESE}"
        for customer, value in connection.exec_driver_sql(query, (ids,)):
            found[customer].add(search_terms.tag(kind, value))
    for (customer,) in connection.exec_driver_sql(_OPEN_INVOICES, (ids,)):
        found[customer].add(search_terms.tag("open_invoice"))
    return found


def _own_tags(currency: str, *, delinquent: bool) -> set[str]:
    tags = {search_terms.tag("currency", currency)} if currency else set()
    return tags | ({search_terms.tag("delinquent")} if delinquent else set())


def _others(phone: str, raw: Json) -> Iterator[str]:
    """What else a customer can be found by."""
    shipping: dict[str, Any] = raw.get("shipping") or {}
    yield from filter(None, (digits(phone), digits(shipping.get("phone") or "")))
    yield from (raw.get(name) or "" for name in ("business_name", "individual_name", "description"))
    yield shipping.get("name") or ""
    yield from map(str, (raw.get("metadata") or {}).values())
