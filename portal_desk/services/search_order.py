"""Puts customers in the order that is asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from itertools import compress

import orjson

from portal_desk.models.search import SortKey

_FEW = 2_000
"""Customers that SQLite puts in order; more are picked from the order of all, which is kept."""

_ORDERS: dict[SortKey, str] = {
    "relevance": "created DESC, pk DESC",
    "created": "created, pk",
    "name": "sort_name, created",
    "balance": "balance, created",
}


class Orders:
    """The customers' orders in one state of the cache; `forget` them when that changes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[SortKey, bool], tuple[int, ...]] = {}

    def forget(self) -> None:
        """Read each order anew."""
        self._known.clear()

    def everyone(self, sort: SortKey, *, descending: bool) -> tuple[int, ...]:
        """All customers; where relevance says nothing, the newest come first."""
        key = (sort, descending and sort != "relevance")
        if key not in self._known:
            self._known[key] = tuple(self._select(sort, descending=descending))
        return self._known[key]

    def arrange(self, pks: Collection[int], sort: SortKey, *, descending: bool) -> Iterable[int]:
        """These customers, in order."""
        if len(pks) <= _FEW:
            return self._select(sort, descending=descending, among=pks)
        everyone = self.everyone(sort, descending=descending)
        wanted = bytearray(max(everyone) + 1)
        for pk in pks:
            wanted[pk] = True
        return compress(everyone, map(wanted.__getitem__, everyone))

    def _select(
        self, sort: SortKey, *, descending: bool, among: Collection[int] | None = None
    ) -> list[int]:
        some = "WHERE pk IN (SELECT value FROM json_each(?))" if among is not None else ""
        pks = selected(
            self._connection,
            f"SELECT pk FROM search_document {some} ORDER BY {_ORDERS[sort]}",  # noqa: S608 - constants
            *([] if among is None else [orjson.dumps(list(among)).decode()]),
        )
        return pks[::-1] if descending and sort != "relevance" else pks


def selected(connection: sqlite3.Connection, select: str, *parameters: str) -> list[int]:
    """The integer keys (`pk`) that a SELECT gives, in its order.

    They come as one text: a row for each would take four times as long, and keep the interpreter's
    lock, which the window needs.
    """
    query = f"SELECT group_concat(pk) FROM ({select})"  # noqa: S608 - from constants only
    (joined,) = connection.execute(query, parameters).fetchone()
    found: list[int] = orjson.loads(f"[{joined or ''}]")
    return found
