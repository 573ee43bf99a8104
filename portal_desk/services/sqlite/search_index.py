"""Keeps the search tables in step with the cached customers, inside the writer's own transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from portal_desk.models.json import Json
from portal_desk.services.folding import digits, fold, joined_number
from portal_desk.services.search_terms import Document, document, tag, tagged
from portal_desk.services.sqlite.raw import unpack

_BATCH = 5_000
"""Customers at a time: few enough to hold their raw JSON in memory."""

_NAMELESS = "\U0010ffff"
"""Sorts customers with neither a name nor an e-mail address behind all others."""

_NOTE_DUE = """
    INSERT INTO search_due (customer, text) VALUES (?, ?)
    ON CONFLICT (customer) DO UPDATE SET text = max(text, excluded.text)
"""
_DUE = """
    SELECT search_due.customer, search_due.text FROM search_due
    LEFT JOIN customer ON customer.id = search_due.customer ORDER BY customer.pk
"""
"""In the order of their keys, in which the index takes them fastest."""

_CUSTOMERS = """
    SELECT pk, id, name, email, phone, balance, currency, delinquent, raw
    FROM customer WHERE id IN (SELECT value FROM json_each(?))
"""
_FACTS = {
    "status": "SELECT DISTINCT customer, status FROM subscription",
    "product": "SELECT DISTINCT customer, product FROM subscription_item",
    "price": "SELECT DISTINCT customer, price FROM subscription_item",
    "brand": "SELECT DISTINCT customer, brand FROM payment_method",
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
    SELECT pk, customer, sort_name, balance, body, tags
    FROM search_document
    WHERE customer IN (SELECT value FROM json_each(?))
    OR pk IN (SELECT pk FROM customer WHERE id IN (SELECT value FROM json_each(?)))
"""
"""By both keys: a deleted customer's integer key may have gone to a new one meanwhile."""

_STORE = "INSERT INTO search_document VALUES (?, ?, ?, ?, ?, ?)"
_DELETE = "DELETE FROM search_document WHERE pk = ?"
_INDEX = "INSERT INTO search_index (rowid, tokens) VALUES (?, ?)"
_FORGET = "INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', ?, ?)"


class _Row(NamedTuple):
    """A row of `search_document`."""

    pk: int
    customer: str
    sort_name: str
    balance: int
    body: str
    tags: str

    @property
    def tokens(self) -> tuple[int, str]:
        return self.pk, Document(self.body, self.tags).tokens


def note_due(connection: Connection, customers: Set[str], *, text: bool) -> None:
    """Note that search doesn't know these customers as they are: all of them, or their tags alone."""
    if customers:
        connection.exec_driver_sql(_NOTE_DUE, [(one, text) for one in customers])


def index_due(connection: Connection) -> None:
    """Rebuild what search knows of the customers that are due; those that are gone from the cache are forgotten.

    What has not changed is not written, so that a page of events about invoices costs a few reads.
    """
    due = connection.exec_driver_sql(_DUE).all()
    for start in range(0, len(due), _BATCH):
        batch = due[start : start + _BATCH]
        _index(connection, [row.customer for row in batch], {row[0] for row in batch if row.text})
    if due:
        connection.exec_driver_sql("DELETE FROM search_due")


def _index(connection: Connection, customers: list[str], changed: Set[str]) -> None:
    ids = orjson.dumps(customers).decode()
    old = {_Row(*row) for row in connection.exec_driver_sql(_INDEXED, (ids, ids))}
    new = set(
        _rows(connection, ids, {row.customer: row for row in old if row.customer not in changed})
    )
    _forget(connection, old - new)
    _store(connection, sorted(new - old))


def _forget(connection: Connection, rows: set[_Row]) -> None:
    if gone := sorted(rows):
        connection.exec_driver_sql(_FORGET, [row.tokens for row in gone])
        connection.exec_driver_sql(_DELETE, [(row.pk,) for row in gone])


def _store(connection: Connection, rows: list[_Row]) -> None:
    if rows:
        connection.exec_driver_sql(_STORE, [tuple(row) for row in rows])
        connection.exec_driver_sql(_INDEX, [row.tokens for row in rows])


def _rows(connection: Connection, ids: str, kept: Mapping[str, _Row]) -> Iterator[_Row]:
    """The documents of these customers; the text of some is kept as it is."""
    tags = _tags(connection, ids)
    tax_ids = defaultdict(list)
    for customer, value in connection.exec_driver_sql(_TAX_IDS, (ids,)):
        tax_ids[customer].append(value)
    for row in connection.exec_driver_sql(_CUSTOMERS, (ids,)):
        facts = tags[row.id] | _own_tags(row.currency, delinquent=row.delinquent)
        if row.id in kept:
            same = kept[row.id]
            yield same._replace(pk=row.pk, balance=row.balance, tags=tagged(facts))
            continue
        others = list(filter(None, _others(row.phone, unpack(row.raw))))
        others += sorted(tax_ids[row.id])
        others += filter(None, map(joined_number, others))
        known = document(row.name, row.email, others, facts)
        sort_name = fold(row.name or row.email) or _NAMELESS
        yield _Row(row.pk, row.id, sort_name, row.balance, known.body, known.tags)


def _tags(connection: Connection, ids: str) -> defaultdict[str, set[str]]:
    """What can be looked up whole, by customer."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for kind, select in _FACTS.items():
        query = f"{select} {_OF_THESE}"
        for customer, value in connection.exec_driver_sql(query, (ids,)):
            found[customer].add(tag(kind, value))
    for (customer,) in connection.exec_driver_sql(_OPEN_INVOICES, (ids,)):
        found[customer].add(tag("open_invoice"))
    return found


def _own_tags(currency: str, *, delinquent: bool) -> set[str]:
    tags = {tag("currency", currency)} if currency else set()
    return tags | ({tag("delinquent")} if delinquent else set())


def _others(phone: str, raw: Json) -> Iterator[str]:
    """What else a customer can be found by."""
    shipping: dict[str, Any] = raw.get("shipping") or {}
    yield from (digits(phone), digits(shipping.get("phone") or ""))
    yield from (raw.get(name) or "" for name in ("business_name", "individual_name", "description"))
    yield shipping.get("name") or ""
    yield from map(str, (raw.get("metadata") or {}).values())
