"""Reads customers' keys out of the search tables, in the order that is asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress
from operator import itemgetter

import orjson

from portal_desk.models.search import SortKey
from portal_desk.services.search_terms import Document

FEW = 500
"""Customers that are looked at one by one; more are picked from the order of all, which is kept."""

_ORDERS: dict[SortKey, str] = {
    "relevance": "created DESC, pk DESC",
    "created": "created, pk",
    "name": "sort_name, created",
    "balance": "balance, created",
}
_SOME = "WHERE pk IN (SELECT value FROM json_each(?))"
_DOCUMENTS = f"SELECT pk, body, tags FROM search_document {_SOME} ORDER BY created DESC, pk DESC"  # noqa: S608 - constants


class _Order:
    """All customers in one order, ready to pick some of them."""

    def __init__(self, pks: Iterable[int]) -> None:
        self.pks = tuple(pks)
        self._size = max(self.pks, default=0) + 1
        self._in_order = itemgetter(0, 0, *self.pks)  # two more, or it would give no tuple for one

    def picked(self, groups: Sequence[Collection[int]]) -> list[int]:
        """Groups of customers one after the other, each in this order; a customer's first group counts.

        By a mark for each customer rather than a sort: it takes the same few milliseconds however
        many they are.
        """
        marks = bytearray(self._size)
        for mark in range(len(groups), 0, -1):
            for pk in groups[mark - 1]:
                marks[pk] = mark
        in_order = bytes(self._in_order(marks))[2:]
        found: list[int] = []
        for mark in range(1, len(groups) + 1):
            only = bytes(mark) + b"\1" + bytes(255 - mark)
            found += compress(self.pks, in_order.translate(only))
        return found


class Orders:
    """The customers' orders in one state of the cache; `forget` them when that changes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[SortKey, bool], _Order] = {}

    def forget(self) -> None:
        """Read each order anew."""
        self._known.clear()

    def everyone(self, sort: SortKey, *, descending: bool) -> tuple[int, ...]:
        """All customers; by relevance, which says nothing here, the newest come first."""
        return self._order(sort, descending=descending).pks

    def arrange(self, pks: Collection[int], sort: SortKey, *, descending: bool) -> list[int]:
        """These customers, in order."""
        if len(pks) > FEW:
            return self._order(sort, descending=descending).picked([pks])
        few = selected(self._connection, _select(sort, _SOME), _array(pks))
        return _directed(few, sort, descending=descending)

    def ranked(self, groups: Sequence[Collection[int]]) -> list[int]:
        """Groups of customers, best first; the newest first within each. The first group counts."""
        return self._order("relevance", descending=False).picked(groups)

    def _order(self, sort: SortKey, *, descending: bool) -> _Order:
        key = (sort, descending)
        if key not in self._known:
            pks = selected(self._connection, _select(sort))
            self._known[key] = _Order(_directed(pks, sort, descending=descending))
        return self._known[key]

    def documents(self, pks: Collection[int]) -> Iterator[tuple[int, Document]]:
        """What is known of these customers, newest first."""
        for pk, body, tags in self._connection.execute(_DOCUMENTS, (_array(pks),)):
            yield pk, Document(body, tags)


def selected(connection: sqlite3.Connection, select: str, *parameters: str | int) -> list[int]:
    """The integer keys (`pk`) that a SELECT gives, in its order.

    They come as one text: a row for each would take four times as long, and keep the interpreter's
    lock, which the window needs.
    """
    query = f"SELECT group_concat(pk) FROM ({select})"  # noqa: S608 - from constants only
    (joined,) = connection.execute(query, parameters).fetchone()
    found: list[int] = orjson.loads(f"[{joined or ''}]")
    return found


def _select(sort: SortKey, some: str = "") -> str:
    return f"SELECT pk FROM search_document {some} ORDER BY {_ORDERS[sort]}"  # noqa: S608 - constants


def _directed(pks: list[int], sort: SortKey, *, descending: bool) -> list[int]:
    return pks[::-1] if descending and sort != "relevance" else pks


def _array(pks: Collection[int]) -> str:
    return orjson.dumps(list(pks)).decode()
