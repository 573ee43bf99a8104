"""Statements for many rows at once: compiled by SQLAlchemy one time, then run by the driver with tuples.

For each row SQLAlchemy takes several times as long as SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import dialect, insert

Values = Mapping[str, Any]


class _Upsert(NamedTuple):
    sql: str
    values: Callable[[Values], tuple[Any, ...]]


def upsert(connection: Connection, table: Table, rows: Iterable[Values]) -> None:
    """Insert rows, or change those whose id (or name) is there.

    Args:
        connection: a transaction.
        table: where to.
        rows: a value for each column, by name.
    """
    sql, values = _upsert(table)
    if found := [values(row) for row in rows]:
        connection.exec_driver_sql(sql, found)


def among(
    connection: Connection, select: str, ids: Iterable[str] | Iterable[int]
) -> Sequence[Sequence[Any]]:
    """The rows of a SELECT that ends in `IN`, or run a DELETE that does, for any number of ids."""
    statement = f"{select} (SELECT value FROM json_each(?))"  # noqa: S608 - from constants alone
    found = connection.exec_driver_sql(statement, (_json(ids),))
    return found.all() if found.returns_rows else ()


@cache
def _upsert(table: Table) -> _Upsert:
    key = "id" if "id" in table.c else "name"
    statement = insert(table)
    others = (column.name for column in table.c if column.name not in {"pk", key})
    changed = {name: statement.excluded[name] for name in others}
    compiled = statement.on_conflict_do_update([key], set_=changed).compile(dialect=dialect())
    return _Upsert(str(compiled), itemgetter(*(compiled.positiontup or ())))


def _json(ids: Iterable[str] | Iterable[int]) -> str:
    return orjson.dumps(list(ids)).decode()
