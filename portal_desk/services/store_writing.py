"""Writes to the cache: newer answers over older ones, everything of one answer in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count, islice
from typing import Literal, NamedTuple, TypeVar

import orjson
from sqlalchemy import Connection, Table

from portal_desk.models.changes import ChangeSet
from portal_desk.models.json import Json
from portal_desk.models.schema import (
    cache_metadata,
    newest_first,
    subscription_item,
    sync_state,
    tombstone,
)
from portal_desk.services.mapping import Row, kind_of, rows
from portal_desk.services.sqlite.raw import pack, unpacked
from portal_desk.services.sqlite.search_index import note_due
from portal_desk.services.sqlite.statements import among, upsert

T = TypeVar("T")

CHUNK = 500
"""Ids per query: the fewest variables that any SQLite in use allows is 999."""

_OWNED = ("payment_method", "tax_id", "discount")
"""What goes when its customer is deleted; invoices and ended subscriptions stay at Stripe."""

_SEARCHED = frozenset({"customer", "subscription", "invoice", "payment_method", "tax_id"})
"""Kinds that the search index has something of; products it looks up by name when it is asked."""

_SEARCHED_BY_TEXT = frozenset({"customer", "tax_id"})
"""Kinds of which it has words, rather than only that a customer has one."""


class Trust(IntEnum):
    """What counts of two answers of the same second: times have whole seconds."""

    PAGE = 0
    """A page of a long list gives way: whatever it shows anew is told by an event as well."""
    NEWS = 1
    """News replace what is known, but gone is gone."""
    LAST = 2
    """The answer was asked for after all that is known, a deletion too."""


@dataclass(frozen=True, slots=True)
class _Write:
    """What to do with one object: store this row, or forget it where `row` is None."""

    as_of: int
    row: Row | None
    trust: Trust = Trust.NEWS

    def supersedes(self, other: _Write) -> bool:
        """Whether this, which was learnt later, is the truth."""
        return self.is_newer(other.as_of, gone=other.row is None)

    def is_newer(self, as_of: int, *, gone: bool) -> bool:
        """Whether this is newer than what was known at `as_of` (seconds UTC)."""
        enough = Trust.LAST if gone else Trust.NEWS
        return self.as_of > as_of or (self.as_of == as_of and self.trust >= enough)


class _Known(NamedTuple):
    """What the cache has of an object."""

    id: str
    as_of: int
    raw: bytes
    customer: str | None


@dataclass
class Batch:
    """Objects to write at once, of any kinds and times, in the order in which they were learnt.

    Attributes:
        state: what to note in `sync_state` in the same transaction; None forgets.
        bulk: whether many more are coming at once, so that search need not know of these at once.
    """

    state: dict[str, Json | None] = field(default_factory=dict)
    bulk: bool = False
    _writes: dict[str, dict[str, _Write]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, stripe_object: Json, as_of: int, trust: Trust = Trust.NEWS) -> None:
        """Store an object, or forget it where Stripe says that it is deleted."""
        kind = kind_of(stripe_object)
        if kind and stripe_object.get("deleted"):
            self.remove(kind, stripe_object["id"], as_of)
            return
        for row in rows(stripe_object):
            self._note(row.kind, row.id, _Write(as_of, row, trust))

    def remove(self, kind: str, object_id: str, as_of: int) -> None:
        """Forget an object."""
        self._note(kind, object_id, _Write(as_of, None))

    def write(self, connection: Connection) -> ChangeSet:
        """Write everything within the connection's transaction, and note for whom the search index is due."""
        changes = ChangeSet()
        for kind, writes in self._writes.items():
            for chunk in chunks(writes.items()):
                customers = _write_chunk(connection, kind, dict(chunk))
                if customers is not None:
                    changes |= ChangeSet(customers, frozenset({kind}))
                    if kind in _SEARCHED:
                        note_due(connection, customers, text=kind in _SEARCHED_BY_TEXT)
        save_state(connection, self.state)
        return changes

    def differences(
        self, connection: Connection
    ) -> Iterator[tuple[str, str, Literal["missing", "stale"]]]:
        """Kind and id of what the cache lacks, or has otherwise than the batch although it isn't newer."""
        for kind, writes in self._writes.items():
            for chunk in chunks(writes.items()):
                stored = {key: write for key, write in chunk if write.row}
                known = _known(connection, cache_metadata.tables[kind], list(stored))
                for key, write in _due(connection, stored, known).items():
                    if key not in known:
                        yield kind, key, "missing"
                    elif not _is_same(known[key], write):
                        yield kind, key, "stale"

    def _note(self, kind: str, object_id: str, new: _Write) -> None:
        known = self._writes[kind].get(object_id)
        if known is None or new.supersedes(known):
            self._writes[kind][object_id] = new


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """`values` in lists of at most `size`."""
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk


def save_state(connection: Connection, state: Mapping[str, Json | None]) -> None:
    """Note where the sync stands."""
    forgotten = [name for name, value in state.items() if value is None]
    among(connection, "DELETE FROM sync_state WHERE name IN", forgotten)
    upsert(
        connection,
        sync_state,
        (
            {"name": name, "value": orjson.dumps(value).decode()}
            for name, value in state.items()
            if value is not None
        ),
    )


def _write_chunk(
    connection: Connection, kind: str, writes: dict[str, _Write]
) -> frozenset[str] | None:
    """Write some objects of one kind; return the customers that it matters to, or None if nothing changed."""
    table = cache_metadata.tables[kind]
    known = _known(connection, table, list(writes))
    due = _due(connection, writes, known)
    same = {key for key, write in due.items() if key in known and _is_same(known[key], write)}
    _confirm(connection, table, {key: due[key].as_of for key in same})
    stored = {key: write for key, write in due.items() if write.row and key not in same}
    gone = {key: write.as_of for key, write in due.items() if not write.row}
    _store(connection, table, stored, new=stored.keys() - known.keys())
    _bury(connection, table, gone)
    changed = stored.keys() | (gone.keys() & known.keys())
    return _customers(connection, kind, changed, writes, known) if changed else None


def _known(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, _Known]:
    customer = "customer" if "customer" in table.c else "NULL"
    select = f"SELECT id, as_of, raw, {customer} FROM {table.name} WHERE id IN"  # noqa: S608 - names of the schema
    return {known.id: known for known in map(_Known._make, among(connection, select, ids))}


def _due(
    connection: Connection, writes: dict[str, _Write], known: dict[str, _Known]
) -> dict[str, _Write]:
    """The writes that are not older than what the cache knows."""
    select = "SELECT id, as_of FROM tombstone WHERE id IN"
    buried = {key: int(as_of) for key, as_of in among(connection, select, writes)}
    return {
        key: write
        for key, write in writes.items()
        if (key not in known or write.is_newer(known[key].as_of, gone=False))
        and (key not in buried or write.is_newer(buried[key], gone=True))
    }


def _is_same(known: _Known, write: _Write) -> bool:
    return write.row is not None and bool(write.row.values["raw"] == unpacked(known.raw))


def _confirm(connection: Connection, table: Table, times: dict[str, int]) -> None:
    """Note that rows are still as they were."""
    if times:
        change = f"UPDATE {table.name} SET as_of = ? WHERE id = ?"  # noqa: S608 - a name of the schema
        connection.exec_driver_sql(change, [(time, key) for key, time in times.items()])


def _store(
    connection: Connection, table: Table, writes: dict[str, _Write], *, new: Set[str]
) -> None:
    rows = [(write.as_of, write.row) for write in writes.values() if write.row]
    if not rows:
        return
    keys = _keys(connection, [row for _, row in rows if row.id in new])
    upsert(
        connection,
        table,
        (
            row.values | {"pk": keys.get(row.id), "as_of": as_of, "raw": pack(row.values["raw"])}
            for as_of, row in rows
        ),
    )
    _forget_tombstones(connection, list(writes))
    if table.name == "subscription":
        _replace_items(connection, list(writes), [item for _, row in rows for item in row.items])


def _keys(connection: Connection, new: Sequence[Row]) -> dict[str, int]:
    """The keys of new customers by id: see `schema.customer`. Other kinds get SQLite's next one."""
    new_customers = (row for row in new if row.kind == "customer")
    wanted = {row.id: newest_first(row.values["created"]) for row in new_customers}
    taken = set[int]()
    while wanted:
        _move_on(wanted, taken)
        select = "SELECT pk FROM customer WHERE pk IN"
        if not (others := {pk for (pk,) in among(connection, select, wanted.values())}):
            break
        taken |= others
    return wanted


def _move_on(wanted: dict[str, int], taken: Set[int]) -> None:
    """Give each of those who want a taken key, or the same one, the next that is free."""
    given = set[int]()
    for customer_id, first in wanted.items():
        free = (key for key in count(first) if key not in taken and key not in given)
        wanted[customer_id] = next(free)
        given.add(wanted[customer_id])


def _forget_tombstones(connection: Connection, ids: Sequence[str]) -> None:
    """A coupon's id can be used again after its deletion."""
    among(connection, "DELETE FROM tombstone WHERE id IN", ids)


def _replace_items(
    connection: Connection, subscriptions: Sequence[str], items: Sequence[Json]
) -> None:
    among(connection, "DELETE FROM subscription_item WHERE subscription IN", subscriptions)
    upsert(connection, subscription_item, items)


def _bury(connection: Connection, table: Table, times: dict[str, int]) -> None:
    """Forget rows, and remember until when: an older page may still name them."""
    if not times:
        return
    ids = list(times)
    among(connection, f"DELETE FROM {table.name} WHERE id IN", ids)  # noqa: S608 - a name of the schema
    upsert(connection, tombstone, ({"id": key, "as_of": time} for key, time in times.items()))
    if table.name == "subscription":
        _replace_items(connection, ids, [])
    if table.name == "customer":
        for name in _OWNED:
            among(connection, f"DELETE FROM {name} WHERE customer IN", ids)  # noqa: S608 - see `_OWNED`


def _customers(
    connection: Connection,
    kind: str,
    changed: Iterable[str],
    writes: dict[str, _Write],
    known: dict[str, _Known],
) -> frozenset[str]:
    """The customers, of before and of now, that changed objects belong to."""
    if kind == "customer":
        return frozenset(changed)
    if kind == "product":
        return _subscribers(connection, [key for key in changed if key in known])
    found = {known[key].customer for key in changed if key in known}
    found |= {row.values.get("customer") for key in changed if (row := writes[key].row)}
    return frozenset(customer for customer in found if customer)


def _subscribers(connection: Connection, products: Sequence[str]) -> frozenset[str]:
    select = "SELECT DISTINCT customer FROM subscription_item WHERE product IN"
    return frozenset(one for (one,) in among(connection, select, products))
