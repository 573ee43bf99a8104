"""The SQLite file that holds a sandbox's objects: a card for each in a catalogue, and its body.

A card says what lists are sorted and narrowed down by, so that a page costs no more than the page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from portal_desk.models.json import Json
from portal_desk.sandbox.packing import Packing

INDEXED = (
    "email", "invoice", "subscription", "customer", "payment_intent", "lookup_key", "product",
    "test_clock", "type", "status",
)  # fmt: skip
"""Fields that lists are narrowed down to, the most telling first."""

FORMAT = 1
"""Of the file: raised when an older one can't be read any more."""
_APPLICATION = 0x504F5254
_DICTIONARY = "dictionary"

Card: TypeAlias = tuple[str | int | None, ...]
"""When an object began (seconds UTC), and its indexed fields."""
Entry: TypeAlias = tuple[str, str, Card, bytes]
"""An object's kind, id, card and packed body."""
Place: TypeAlias = tuple[int, int]
"""Where an object stands in a list: when it began (seconds UTC), and its number."""
Row: TypeAlias = tuple[int, int, str, bytes]
"""When an object began, its number, its id and its packed body."""

_COLUMNS = ("created", *INDEXED)
_TABLES = f"""
CREATE TABLE object (
    number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL,
    {", ".join(f"{name} TEXT" for name in INDEXED)}
);
CREATE TABLE body (number INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE kind (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE gone (
    id TEXT, kind INTEGER, created INTEGER, number INTEGER, PRIMARY KEY (id, kind)
) WITHOUT ROWID;
CREATE TABLE note (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
_INDEXES = {
    "object_id": "CREATE UNIQUE INDEX object_id ON object(id, kind)",
    "object_created": "CREATE INDEX object_created ON object(kind, created)",
} | {
    f"object_{name}": f"CREATE INDEX object_{name} ON object(kind, {name}, created) "
    f"WHERE {name} IS NOT NULL"
    for name in INDEXED
}
_ADD = (
    f"INSERT INTO object(number, kind, id, {', '.join(_COLUMNS)}) "  # noqa: S608 - own names
    f"VALUES ({', '.join('?' * (len(_COLUMNS) + 3))})"
)
_PUT = f"{_ADD} ON CONFLICT(id, kind) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in _COLUMNS
)
_MOVE = (
    f"UPDATE object SET {', '.join(f'{name} = ?' for name in _COLUMNS)} "  # noqa: S608
    "WHERE id = ? AND kind = ?"
)
_NUMBER = "SELECT number FROM object WHERE id = ? AND kind = ?"
_FILL = (
    "INSERT OR REPLACE INTO body(packed, number) "
    "SELECT ?, number FROM object WHERE id = ? AND kind = ?"
)
_TRACE = (
    "INSERT OR REPLACE INTO gone(id, kind, created, number) "
    "SELECT id, kind, created, number FROM object WHERE id = ? AND kind = ?"
)


def _place(row: Row) -> Place:
    return row[0], row[1]


class ShelfError(Exception):
    """The file is not a sandbox's, or can't be used now; the message says which."""


def card(found: Json) -> Card:
    """What the catalogue says of an object."""
    began = int(found.get("created") or found.get("date") or found.get("start") or 0)
    values = map(found.get, INDEXED)
    return (began, *[value if isinstance(value, str) else None for value in values])


def _connected(path: Path | None) -> sqlite3.Connection:
    # Without a name, SQLite keeps what fits into its page cache and spills the rest to disk.
    return sqlite3.connect(
        path or "", 1, isolation_level=None, check_same_thread=False, cached_statements=400
    )


def _explained(path: Path | None, error: Exception) -> str:
    if isinstance(error, ShelfError):
        return str(error)
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_NOTADB:
        return f"{path} is not a sandbox's state. Name another file."
    if code == sqlite3.SQLITE_BUSY:
        return f"{path} is in use by another sandbox. Stop that one, or name another file."
    return f"{path} can't be used as a sandbox's state: {error}."


@dataclass(frozen=True)
class Range:
    """A part of a list.

    Attributes:
        field: narrow down by this indexed field,
        values: to these values.
        oldest: what began before is left out (seconds UTC).
        newest: what began later is left out (seconds UTC).
    """

    field: str | None = None
    values: tuple[str, ...] = ()
    oldest: int | None = None
    newest: int | None = None

    def narrowed(self, fields: Mapping[str, Any]) -> Range:
        """By the most telling of some fields, each of one value or any of a list of values."""
        for name in INDEXED:
            value = fields.get(name)
            if isinstance(value, (str, list)):
                values = (value,) if isinstance(value, str) else tuple(dict.fromkeys(value))
                return replace(self, field=name, values=values)
        return self

    def split(self) -> list[Range]:
        """Ranges of one value each: each is in order by itself."""
        return [replace(self, values=(value,)) for value in self.values]

    def condition(self) -> tuple[str, list[str | int]]:
        """The range in SQL."""
        terms: list[tuple[str, str | int]] = []
        if self.field is not None:
            terms.append((f"o.{self.field} = ?", self.values[0]))
        if self.oldest is not None:
            terms.append(("o.created >= ?", self.oldest))
        if self.newest is not None:
            terms.append(("o.created <= ?", self.newest))
        return "".join(f" AND {sql}" for sql, _ in terms), [value for _, value in terms]


class Shelf:
    """One sandbox's objects, in a file or, where there is none, in memory as far as it reaches.

    What is done is kept by `commit` alone; it begins by itself.

    Args:
        path: the file; it is made where it isn't there.

    Raises:
        ShelfError: the file is not a sandbox's, is another version's, or is in use.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.durable = path is not None
        self._path = path
        try:
            self._db = _connected(path)
        except sqlite3.Error as error:
            raise ShelfError(_explained(path, error)) from error
        try:
            self._open()
        except (sqlite3.Error, ShelfError) as error:
            self._db.close()
            raise ShelfError(_explained(path, error)) from error
        self._notes: dict[str, bytes] = {}
        self._kinds: dict[str, int] = {}
        self._last = 0
        self._recall()
        self.packing = Packing(self.note(_DICTIONARY) or b"")

    def _open(self) -> None:
        # One sandbox a file: two would each hold objects that the other has changed.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA cache_size = -65536")
        empty = not self._one("SELECT count(*) FROM sqlite_schema")
        if not empty:
            self._check()
        self._set_journal()
        self._db.execute("BEGIN IMMEDIATE")
        if empty:
            self._make()
        self._db.execute("COMMIT")

    def _check(self) -> None:
        """Refuse somebody else's file before anything is written to it."""
        if self._one("PRAGMA application_id") != _APPLICATION:
            raise ShelfError(f"{self._path} is a database, but not a sandbox's. Name another file.")
        if self._one("PRAGMA user_version") != FORMAT:
            raise ShelfError(f"{self._path} is another version's. Name another file.")

    def _set_journal(self) -> None:
        self._db.execute(f"PRAGMA journal_mode = {'WAL' if self.durable else 'MEMORY'}")
        self._db.execute("PRAGMA synchronous = NORMAL")

    def _make(self) -> None:
        for statement in (*_TABLES.split(";"), *_INDEXES.values()):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA application_id = {_APPLICATION}")
        self._db.execute(f"PRAGMA user_version = {FORMAT}")

    def _recall(self) -> None:
        """Learn anew what is known by heart."""
        self._notes = dict(self._db.execute("SELECT name, value FROM note"))
        self._kinds = dict(self._db.execute("SELECT name, number FROM kind"))
        highest = (self._one(f"SELECT max(number) FROM {table}") for table in ("object", "gone"))  # noqa: S608
        self._last = max(filter(None, highest), default=0)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _one(self, sql: str, *values: str | int | bytes) -> Any:  # noqa: ANN401 - of any column
        row = self._db.execute(sql, values).fetchone()
        return row[0] if row else None

    def _write(self, sql: str, *values: str | int | bytes | None) -> None:
        self._begin()
        self._db.execute(sql, values)

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")

    def commit(self) -> None:
        """Keep what was done since the last time."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def roll_back(self) -> None:
        """Undo what was done since the last `commit`."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
            self._recall()

    def squeeze(self, dictionary: bytes) -> None:
        """Squeeze bodies from now on, with the help of a dictionary."""
        self.write_note(_DICTIONARY, dictionary)
        self.packing = Packing(dictionary)

    def packed(self, made: Iterable[Json]) -> list[Entry]:
        """What to `load` of new objects."""
        return [
            (found["object"], found["id"], card(found), self.packing.pack(orjson.dumps(found)))
            for found in made
        ]

    def load(self, entries: Iterable[Entry]) -> None:
        """Add new objects with their bodies, many at a time; their ids must be new."""
        cards, bodies = [], []
        for kind, object_id, values, packed in entries:
            self._last += 1
            cards.append((self._last, self._number(kind), object_id, *values))
            bodies.append((self._last, packed))
        self._begin()
        self._db.executemany(_ADD, cards)
        self._db.executemany("INSERT INTO body(number, packed) VALUES (?, ?)", bodies)

    @contextmanager
    def loading(self, dictionary: bytes) -> Iterator[None]:
        """Make it fast to `load` millions of objects, whose bodies are squeezed from now on.

        What is loaded can't be undone, and a file whose loading was interrupted is of no use.
        """
        self.squeeze(dictionary)
        self.commit()
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        for name in _INDEXES:
            self._db.execute(f"DROP INDEX {name}")
        yield
        self.commit()
        for index in _INDEXES.values():
            self._db.execute(index)
        self._set_journal()

    def put(self, kind: str, object_id: str, values: Card) -> None:
        """Give an object its place; one that has its place keeps it. Its body comes later."""
        self._last += 1
        self._write(_PUT, self._last, self._number(kind), object_id, *values)

    def _number(self, kind: str) -> int:
        if kind not in self._kinds:
            self._kinds[kind] = len(self._kinds) + 1
            self._write("INSERT INTO kind(name, number) VALUES (?, ?)", kind, self._kinds[kind])
        return self._kinds[kind]

    def move(self, kind: str, object_id: str, values: Card) -> None:
        """Note that an object's fields have changed."""
        self._write(_MOVE, *values, object_id, self._number(kind))

    def fill(self, kind: str, object_id: str, text: bytes) -> None:
        """Keep an object's body."""
        self._write(_FILL, self.packing.pack(text), object_id, self._number(kind))

    def remove(self, kind: str, object_id: str, *, trace: bool = True) -> None:
        """Forget an object; with a trace, lists can go on from where it was."""
        key = object_id, self._number(kind)
        if trace:
            self._write(_TRACE, *key)
        self._write(f"DELETE FROM body WHERE number = ({_NUMBER})", *key)  # noqa: S608
        self._write("DELETE FROM object WHERE id = ? AND kind = ?", *key)

    def body(self, kind: str, object_id: str) -> bytes | None:
        """An object's text, if there is one."""
        sql = f"SELECT packed FROM body WHERE number = ({_NUMBER})"  # noqa: S608
        packed = self._one(sql, object_id, self._kinds.get(kind, 0))
        return None if packed is None else self.packing.unpack(packed)

    def has(self, kind: str, object_id: str) -> bool:
        """Whether there is an object of that id."""
        return self._one(_NUMBER, object_id, self._kinds.get(kind, 0)) is not None

    def place(self, kind: str, object_id: str) -> Place | None:
        """Where an object stands, or stood before it was removed."""
        key = object_id, self._kinds.get(kind, 0)
        for table in ("object", "gone"):
            sql = f"SELECT created, number FROM {table} WHERE id = ? AND kind = ?"  # noqa: S608
            if found := self._db.execute(sql, key).fetchone():
                return int(found[0]), int(found[1])
        return None

    def was_removed(self, kind: str, object_id: str) -> bool:
        """Whether an object of that id was removed."""
        sql = "SELECT 1 FROM gone WHERE id = ? AND kind = ?"
        return self._one(sql, object_id, self._kinds.get(kind, 0)) is not None

    def count(self, kind: str) -> int:
        """How many objects of a kind there are."""
        sql = "SELECT count(*) FROM object WHERE kind = ?"
        return int(self._one(sql, self._kinds.get(kind, 0)))

    def kinds(self) -> list[str]:
        """The kinds that there is, or was, an object of."""
        return list(self._kinds)

    def rows(
        self,
        kind: str,
        within: Range,
        limit: int,
        *,
        beyond: Place | None = None,
        newest_first: bool = True,
    ) -> list[Row]:
        """A part of a list.

        Args:
            kind: of what.
            within: which part.
            limit: how many at most.
            beyond: begin behind this place.
            newest_first: which way to go.
        """
        if len(within.values) > 1:
            several = (
                self.rows(kind, each, limit, beyond=beyond, newest_first=newest_first)
                for each in within.split()
            )
            return list(islice(merge(*several, key=_place, reverse=newest_first), limit))
        condition, values = within.condition()
        if beyond is not None:
            # SQLite finds the place by the first condition: the second alone would walk there.
            sign = "<" if newest_first else ">"
            condition += f" AND o.created {sign}= ? AND (o.created, o.number) {sign} (?, ?)"
            values += (beyond[0], *beyond)
        way = "DESC" if newest_first else "ASC"
        found = self._db.execute(
            "SELECT o.created, o.number, o.id, b.packed FROM object o "  # noqa: S608 - own names
            "LEFT JOIN body b ON b.number = o.number "
            f"WHERE o.kind = ?{condition} ORDER BY o.created {way}, o.number {way} LIMIT ?",
            (self._kinds.get(kind, 0), *values, limit),
        )
        return found.fetchall()

    def note(self, name: str) -> bytes | None:
        """A note about the sandbox as a whole."""
        return self._notes.get(name)

    def write_note(self, name: str, value: bytes) -> None:
        """Keep a note, in place of the one of that name."""
        if self._notes.get(name) == value:
            return
        self._notes[name] = value
        self._write("INSERT OR REPLACE INTO note(name, value) VALUES (?, ?)", name, value)
