"""Reads customers' keys out of the search tables: how many there are, and as many as are asked for, in order.

Of the answers nothing is kept between two reads. Keys are in order of age (see `schema.customer`), so the
index itself gives the newest first, and the first page without the rest.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

import orjson

from portal_desk.models.search import SortKey
from portal_desk.services.search_terms import (
    EVERYONE,
    SAMPLE,
    Common,
    Condition,
    Document,
    Sql,
    counted,
)
from portal_desk.services.sqlite.file import Connection

FEW = 500
"""Customers that are looked at one by one; of more, the index is asked."""

_MANY = SAMPLE // 20
"""Of the sample: if as many fit, it is not far to the next one."""

_PIECE = 100_000
"""Characters that are taken apart at a time."""

Keys: TypeAlias = "array[int]"
"""Customers' keys: of a million customers, eight megabytes."""

_ALL = -1
"""No limit, in SQLite's words."""

_ORDERS: dict[tuple[SortKey, bool], str] = {
    ("created", False): "pk DESC",
    ("created", True): "pk",
    ("name", False): "sort_name, pk",
    ("name", True): "sort_name DESC, pk DESC",
    ("balance", False): "balance, pk",
    ("balance", True): "balance DESC, pk DESC",
}
_MATCHING = "SELECT rowid AS pk FROM search_index WHERE search_index MATCH ?"
_CHECKED = """
    SELECT search_index.rowid AS pk FROM search_index
    CROSS JOIN search_document ON search_document.pk = search_index.rowid
    WHERE search_index MATCH ? AND ({check})
"""
"""The cross join keeps SQLite at the index's order: whoever matches is checked, newest first."""

_NEWEST = f"SELECT body, tags FROM search_document ORDER BY pk LIMIT {SAMPLE}"  # noqa: S608 - a constant
_EVERYONE = "SELECT pk FROM search_document"
_SOME = "SELECT value FROM json_each(?)"
_DOCUMENTS = f"SELECT pk, body, tags FROM search_document WHERE pk IN ({_SOME}) ORDER BY pk"  # noqa: S608 - constants


class Reader:
    """The search tables of one open cache."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, condition: Condition) -> int:
        """How many customers fit."""
        selected = Sql(_EVERYONE) if condition is EVERYONE else self._fitting(condition)
        (number,) = self._connection.execute(
            f"SELECT count(*) FROM ({selected.text})",  # noqa: S608 - constants
            selected.parameters,
        ).fetchone()
        return int(number)

    def newest(self, condition: Condition, most: int | None) -> Keys:
        """The newest `most` customers who fit, or all of them."""
        select, parameters = self._fitting(condition)
        order = "ORDER BY search_index.rowid LIMIT ?"
        return self._selected(f"{select} {order}", *parameters, _limit(most))

    def arranged(
        self, condition: Condition, also: Collection[int], most: int | None, order: str
    ) -> Keys:
        """The first `most`, or all, of those who fit and of some others, in an `order_of`."""
        if condition is EVERYONE:
            return self._selected(f"{_EVERYONE} ORDER BY {order} LIMIT ?", _limit(most))
        where, parameters = self._where(condition, one_by_one=most is not None)
        select = f"{_EVERYONE} WHERE {where} ORDER BY {order} LIMIT ?"
        return self._selected(select, *parameters, _array(also), _limit(most))

    def _where(self, condition: Condition, *, one_by_one: bool) -> Sql:
        """Who fits, or is among some others, for a walk along an order's own index.

        The first few of many are found soonest by looking at everyone on the way. Else the plus keeps
        SQLite from sorting those who fit, unless they are few.
        """
        if one_by_one and condition.match(self._common).share >= _MANY:
            check = condition.check
            return Sql(f"({check.text}) OR +pk IN ({_SOME})", check.parameters)
        pk = "pk" if len(self.newest(condition, FEW + 1)) <= FEW else "+pk"
        fitting, parameters = self._fitting(condition)
        return Sql(f"{pk} IN ({fitting} UNION ALL {_SOME})", parameters)

    def documents(self, pks: Collection[int]) -> Iterator[tuple[int, Document]]:
        """What is known of these customers, newest first."""
        for pk, body, tags in self._connection.execute(_DOCUMENTS, (_array(pks),)):
            yield pk, Document(body, tags)

    def _fitting(self, condition: Condition) -> Sql:
        """The keys of those who fit, as a SELECT."""
        match = condition.match(self._common)
        if match.exact:
            return Sql(_MATCHING, (match.expression,))
        check = condition.check
        return Sql(_CHECKED.format(check=check.text), (match.expression, *check.parameters))

    @cached_property
    def _common(self) -> Common:
        """How common tokens are among the newest customers: a guess at what is quickly looked up."""
        return counted(Document(*row) for row in self._connection.execute(_NEWEST))

    def _selected(self, select: str, *parameters: str | int) -> Keys:
        """The keys that a SELECT gives, in its order.

        They come as one text: a row for each would take four times as long, and keep the
        interpreter's lock, which the window needs. It is read piece by piece, for the same reason.
        """
        query = f"SELECT group_concat(pk) FROM ({select})"  # noqa: S608 - from constants only
        (joined,) = self._connection.execute(query, parameters).fetchone()
        found: Keys = array("q")
        start = 0
        while joined and start < len(joined):
            end = joined.find(",", start + _PIECE)
            end = len(joined) if end < 0 else end
            found.extend(orjson.loads(f"[{joined[start:end]}]"))
            start = end + 1
        return found


def each_once(groups: Iterable[Sequence[int]]) -> Keys:
    """The keys of all groups, one after the other, without those of an earlier group."""
    *earlier, last = groups
    found: Keys = array("q")
    seen: set[int] = set()
    for group in earlier:
        found.extend(pk for pk in group if pk not in seen)
        seen.update(group)
    found.extend(pk for pk in last if pk not in seen)
    return found


def order_of(sort: SortKey, *, descending: bool) -> str:
    """An order by a column, as SQL."""
    return _ORDERS[sort, descending]


def _limit(most: int | None) -> int:
    return _ALL if most is None else most


def _array(pks: Collection[int]) -> str:
    return orjson.dumps(list(pks)).decode()
