"""Finds customers by the ids of their objects, from the start of an id on: ranges of the mirror's own indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from portal_desk.services.search_terms import EVERYONE, Condition, Tagged, tag
from portal_desk.services.sqlite.file import Connection

_TOO_MANY = 2_000
"""Objects; a fragment that fits more says nothing yet."""

_SHORTEST_FRAGMENT = 4
"""Characters of an id that is typed without its prefix."""

_SHORTEST_NUMBER = 3
_LONGEST_NUMBER = 26
"""Characters that Stripe allows an invoice number (https://docs.stripe.com/api/invoices/object)."""
_AFTER_ANY = "\x7f"
"""Sorts behind every character of an id."""

_CUSTOMER = "SELECT pk, id FROM customer WHERE id >= ? AND id < ? LIMIT ?"
_OWNED = """
    SELECT customer.pk, owned.id FROM {table} AS owned
    JOIN customer ON customer.id = owned.customer
    WHERE owned.id >= ? AND owned.id < ? LIMIT ?
"""
_NAMED = {
    "product": "SELECT id FROM product WHERE id >= ? AND id < ? LIMIT ?",
    "price": "SELECT id FROM price WHERE id >= ? AND id < ? LIMIT ?",
}
_NUMBER = """
    SELECT customer.pk, invoice.number FROM invoice
    JOIN customer ON customer.id = invoice.customer
    WHERE invoice.number >= ? AND invoice.number < ? LIMIT ?
"""


class _Kind(NamedTuple):
    """Where the objects are whose ids begin alike, and who has any of them."""

    select: str
    owners: Condition = EVERYONE


def _owned(table: str, owners: Condition = EVERYONE) -> _Kind:
    return _Kind(_OWNED.format(table=table), owners)


def _has(kind: str) -> Condition:
    return Tagged(tag(kind))


_PAYMENT_METHOD = _owned("payment_method", _has("payment_method"))
_KINDS = {  # a longer prefix before the one that it begins with
    "cus_": _Kind(_CUSTOMER),
    "sub_sched_": _owned("subscription_schedule"),
    "sub_": _owned("subscription", _has("subscription")),
    "si_": _owned("subscription_item", _has("subscription")),
    "in_": _owned("invoice", _has("invoice")),
    "pm_": _PAYMENT_METHOD,
    "card_": _PAYMENT_METHOD,
    "ba_": _PAYMENT_METHOD,
    "src_": _PAYMENT_METHOD,
    "txi_": _owned("tax_id"),
    "di_": _owned("discount"),
    "evt_": _owned("event"),
}


class Found(NamedTuple):
    """Who a word leads to by an id or an invoice number.

    Attributes:
        exact: customers (`pk`) of the object whose id or number the word is.
        all: customers of the objects whose ids or numbers begin with the word.
        owners: instead, where those are too many: whoever has such an object.
    """

    exact: frozenset[int] = frozenset()
    all: frozenset[int] = frozenset()
    owners: tuple[Condition, ...] = ()


def look_up(connection: Connection, typed: str) -> Found:
    """The customers whose objects' ids, or invoice numbers, begin with a word as it was typed.

    Ids are compared as they are, because Stripe's are case-sensitive; numbers in upper case.
    """
    if not typed.isascii():
        return Found()
    for prefix, kind in _KINDS.items():
        if typed.startswith(prefix):
            return _of_kind(connection, kind, typed)
    pairs = {
        pair for number in _numbers(typed.upper()) for pair in _pairs(connection, _NUMBER, number)
    }
    if len(typed) >= _SHORTEST_FRAGMENT and typed.isalnum():
        for prefix, kind in _KINDS.items():
            pairs.update(_pairs(connection, kind.select, prefix + typed))
    exact = frozenset(pk for pk, number in pairs if number in _numbers(typed.upper()))
    return Found(exact, frozenset(pk for pk, _ in pairs))


def named(connection: Connection, kind: Literal["product", "price"], typed: str) -> list[str]:
    """The ids of the products or prices that begin with a word as it was typed."""
    if len(typed) < _SHORTEST_FRAGMENT or not typed.isascii():
        return []
    parameters = (typed, typed + _AFTER_ANY, _TOO_MANY)
    return [object_id for (object_id,) in connection.execute(_NAMED[kind], parameters)]


def _of_kind(connection: Connection, kind: _Kind, typed: str) -> Found:
    pairs = list(_pairs(connection, kind.select, typed))
    if not pairs and connection.execute(kind.select, (typed, typed + _AFTER_ANY, 1)).fetchone():
        return Found(owners=(kind.owners,))
    exact = frozenset(pk for pk, found in pairs if found == typed)
    return Found(exact, frozenset(pk for pk, _ in pairs))


def _pairs(connection: Connection, select: str, typed: str) -> Iterator[tuple[int, str]]:
    """Customers with what was found; none where it is too many to mean anything."""
    cursor = connection.execute(select, (typed, typed + _AFTER_ANY, _TOO_MANY + 1))
    found: list[tuple[int, str]] = cursor.fetchall()
    yield from found if len(found) <= _TOO_MANY else ()


def _numbers(typed: str) -> Iterator[str]:
    """The invoice numbers that may be meant: as typed, and with the dash that was left out."""
    if len(typed) < _SHORTEST_NUMBER or not any(char.isdigit() for char in typed):
        return
    yield typed
    if typed.isalnum() and len(typed) <= _LONGEST_NUMBER:
        for end in range(1, len(typed)):
            yield f"{typed[:end]}-{typed[end:]}"
