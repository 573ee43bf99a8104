"""The SQLite file that holds a sandbox's objects: a card for each in a catalogue, and its body.

Both are kept in the order of lists, so that a page is a stretch of the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias
from weakref import finalize

import orjson

from portal_desk.models.json import Json
from portal_desk.sandbox.order import (
    INDEXED,
    Card,
    Range,
    card,
    first_number,
    kind_of,
    second_of,
)
from portal_desk.sandbox.packing import Packing

FORMAT = 4
"""Of the file: raised when an older one can't be read any more."""
_APPLICATION = 0x504F5254
_DICTIONARY = "dictionary"

Entry: TypeAlias = tuple[str, str, Card, bytes]
"""An object's kind, id, card and packed body."""
Row: TypeAlias = tuple[int, str, bytes]
"""An object's number, its id and its packed body."""

_TABLES = f"""
CREATE TABLE object (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, due INTEGER,
    {", ".join(f"{name} TEXT" for name in INDEXED)}
);
CREATE TABLE part (number INTEGER, id TEXT, PRIMARY KEY (number, id)) WITHOUT ROWID;
CREATE TABLE body (number INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE kind (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE gone (number INTEGER PRIMARY KEY, id TEXT NOT NULL);
CREATE TABLE note (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX gone_id ON gone(id);
"""
_INDEXES = {
    "object_id": "CREATE INDEX object_id ON object(id)",
    "object_due": "CREATE INDEX object_due ON object(test_clock, due, id) WHERE due IS NOT NULL",
    "part_id": "CREATE INDEX part_id ON part(id)",
} | {
    f"object_{name}": f"CREATE INDEX object_{name} ON object({name}) WHERE {name} IS NOT NULL"
    for name in INDEXED
}
"""An index ends with the number, and so is in the order of lists for each value."""
_ADD = f"INSERT INTO object VALUES ({', '.join('?' * (len(INDEXED) + 3))})"  # noqa: S608 - no values
_FILL = "INSERT OR REPLACE INTO body(number, packed) VALUES (?, ?)"
_MOVE = (
    "UPDATE object SET number = ?, due = ?, "  # noqa: S608 - no values
    f"{', '.join(f'{name} = ?' for name in INDEXED)} WHERE number = ?"
)
_PART = "INSERT INTO part(number, id) VALUES (?, ?)"
_LATEST = """
SELECT max(number) FROM (
    SELECT max(number) AS number FROM object WHERE number BETWEEN ?1 AND ?2
    UNION ALL SELECT max(number) FROM gone WHERE number BETWEEN ?1 AND ?2
)
"""
_PILED = ("kind", "id", "began", "due", "parts", *INDEXED, "packed")
_AT_ONCE = 10_000
"""So many sorted objects are put on the shelf at a time."""


class ShelfError(Exception):
    """The file is not a sandbox's, or can't be used now; the message says which."""


def _connected(path: Path | None) -> sqlite3.Connection:
    # Without a name, SQLite keeps what fits into its page cache and spills the rest to disk.
    return sqlite3.connect(
        path or "",
        timeout=1,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=400,
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


def _parts(number: int, at: Card) -> Iterator[tuple[int, str]]:
    return ((number, part) for part in (at.parts or "").split())


class Pile:
    """Millions of new objects on their way to the shelf, in the order they came in.

    Args:
        db: where to pile them up, in a table that goes with the connection.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.execute(f"CREATE TEMP TABLE pile ({', '.join(_PILED)})")

    def load(self, entries: Iterable[Entry]) -> None:
        """Add objects with their bodies."""
        rows = ((kind, name, *at[:3], *at.fields, packed) for kind, name, at, packed in entries)
        self._db.executemany(
            f"INSERT INTO pile VALUES ({', '.join('?' * len(_PILED))})",  # noqa: S608 - no values
            rows,
        )

    def sorted(self) -> Iterator[Entry]:
        """The objects by kind, oldest first; what began in one second is in the order it came in."""
        for row in self._db.execute("SELECT * FROM pile ORDER BY kind, began, rowid"):
            yield row[0], row[1], Card(row[2], row[3], row[4], row[5:-1]), row[-1]

    def drop(self) -> None:
        """Let go of everything."""
        self._db.execute("DROP TABLE pile")


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
        finalize(self, self._db.close)  # a world in memory is let go of without a word
        try:
            self._open()
        except (sqlite3.Error, ShelfError) as error:
            self._db.close()
            raise ShelfError(_explained(path, error)) from error
        self._notes: dict[str, bytes] = {}
        self._kinds: dict[str, int] = {}
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

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _one(self, sql: str, *values: str | int | bytes | None) -> Any:  # noqa: ANN401 - of any column
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
        """Add new objects with their bodies; their ids must be new."""
        for kind, object_id, values, packed in entries:
            self.put(kind, object_id, values)
            self._write(_FILL, self._found(kind, object_id), packed)

    @contextmanager
    def loading(self, dictionary: bytes) -> Iterator[Pile]:
        """Load millions of objects in any order; their bodies are squeezed from now on.

        What is loaded can't be undone, and a file whose loading was interrupted is of no use.
        """
        self.squeeze(dictionary)
        self.commit()
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        for name in _INDEXES:
            self._db.execute(f"DROP INDEX {name}")
        pile = Pile(self._db)
        yield pile
        self._settle(pile.sorted())
        pile.drop()
        for index in _INDEXES.values():
            self._db.execute(index)
        self._set_journal()

    def _settle(self, entries: Iterable[Entry]) -> None:
        """Put objects on the shelf that come in order."""
        self._begin()
        numbered = self._numbered(entries)
        while some := list(islice(numbered, _AT_ONCE)):
            rows = [(number, name, at.due, *at.fields) for number, (_, name, at, _) in some]
            self._db.executemany(_ADD, rows)
            self._db.executemany(_FILL, [(number, packed) for number, (*_, packed) in some])
            parts = (part for number, (_, _, at, _) in some for part in _parts(number, at))
            self._db.executemany(_PART, parts)
        self.commit()

    def _numbered(self, entries: Iterable[Entry]) -> Iterator[tuple[int, Entry]]:
        """Entries in order, each with its place."""
        here = self._db.execute("SELECT number FROM object ORDER BY number").fetchall()
        taken = {second_of(number): number for (number,) in here}
        last = 0
        for entry in entries:
            first = first_number(self._number(entry[0]), entry[2].began)
            last = last + 1 if second_of(last) == first else taken.get(first, first - 1) + 1
            yield last, entry

    def put(self, kind: str, object_id: str, at: Card) -> None:
        """Give an object its place; one that has its place keeps it. Its body comes later."""
        if self._found(kind, object_id) is not None:
            self.move(kind, object_id, at)
            return
        number = self._next(kind, at.began)
        self._write(_ADD, number, object_id, at.due, *at.fields)
        self._db.executemany(_PART, _parts(number, at))

    def _next(self, kind: str, began: int) -> int:
        """The number of an object that begins now."""
        first, after = (first_number(self._number(kind), began + more) for more in (0, 1))
        latest: int | None = self._one(_LATEST, first, after - 1)
        return first if latest is None else latest + 1

    def _number(self, kind: str) -> int:
        if kind not in self._kinds:
            self._kinds[kind] = len(self._kinds) + 1
            self._write("INSERT INTO kind(name, number) VALUES (?, ?)", kind, self._kinds[kind])
        return self._kinds[kind]

    def _found(self, kind: str, object_id: str, table: str = "object") -> int | None:
        """The number of an object."""
        first, last = Range().numbers(self._kinds.get(kind, 0), None, newest_first=True)
        sql = f"SELECT max(number) FROM {table} WHERE id = ? AND number BETWEEN ? AND ?"  # noqa: S608
        number: int | None = self._one(sql, object_id, first, last)
        return number

    def move(self, kind: str, object_id: str, at: Card) -> None:
        """Note that an object's fields have changed."""
        number = self._found(kind, object_id)
        if number is None:
            return
        stays = second_of(number) == first_number(self._number(kind), at.began)
        there = number if stays else self._next(kind, at.began)
        self._write(_MOVE, there, at.due, *at.fields, number)
        self._write("DELETE FROM part WHERE number = ?", number)
        self._db.executemany(_PART, _parts(there, at))
        if there != number:
            self._write("UPDATE body SET number = ? WHERE number = ?", there, number)

    def fill(self, kind: str, object_id: str, text: bytes) -> None:
        """Keep an object's body."""
        self._write(_FILL, self._found(kind, object_id), self.packing.pack(text))

    def remove(self, kind: str, object_id: str, *, trace: bool = True) -> None:
        """Forget an object; with a trace, lists can go on from where it was."""
        number = self._found(kind, object_id)
        if number is None:
            return
        if trace:
            self._write("INSERT INTO gone(number, id) VALUES (?, ?)", number, object_id)
        for table in ("body", "part", "object"):
            self._write(f"DELETE FROM {table} WHERE number = ?", number)  # noqa: S608 - own names

    def body(self, kind: str, object_id: str) -> bytes | None:
        """An object's text, if there is one."""
        packed = self._one("SELECT packed FROM body WHERE number = ?", self._found(kind, object_id))
        return None if packed is None else self.packing.unpack(packed)

    def has(self, kind: str, object_id: str) -> bool:
        """Whether there is an object of that id."""
        return self._found(kind, object_id) is not None

    def place(self, kind: str, object_id: str) -> int | None:
        """The number of an object, or the one that it had before it was removed."""
        number = self._found(kind, object_id)
        return self._found(kind, object_id, "gone") if number is None else number

    def was_removed(self, kind: str, object_id: str) -> bool:
        """Whether an object of that id was removed."""
        return self._found(kind, object_id, "gone") is not None

    def whole(self, kind: str, part: str) -> str | None:
        """The id of the object of a kind that an item is in."""
        span = Range().numbers(self._kinds.get(kind, 0), None, newest_first=True)
        found: str | None = self._one(
            "SELECT o.id FROM part p JOIN object o ON o.number = p.number "
            "WHERE p.id = ? AND p.number BETWEEN ? AND ?",
            part,
            *span,
        )
        return found

    def due(self, until: int, test_clock: str | None) -> tuple[int, str, str] | None:
        """What is due first by a time (seconds UTC), on a test clock or none: when, kind and id."""
        row = self._db.execute(
            "SELECT due, number, id FROM object WHERE test_clock IS ? AND due <= ? "
            "ORDER BY due, id LIMIT 1",
            (test_clock, until),
        ).fetchone()
        return row and (row[0], self._kind_of(row[1]), row[2])

    def _kind_of(self, number: int) -> str:
        return next(name for name, each in self._kinds.items() if each == kind_of(number))

    def silence(self, kind: str, object_id: str) -> None:
        """Nothing is due of an object after all, until its fields change."""
        self._write("UPDATE object SET due = NULL WHERE number = ?", self._found(kind, object_id))

    def count(self, kind: str) -> int:
        """How many objects of a kind there are."""
        span = Range().numbers(self._kinds.get(kind, 0), None, newest_first=True)
        return int(self._one("SELECT count(*) FROM object WHERE number BETWEEN ? AND ?", *span))

    def kinds(self) -> list[str]:
        """The kinds that there is, or was, an object of, by name."""
        return sorted(self._kinds)

    def rows(
        self,
        kind: str,
        within: Range,
        limit: int,
        *,
        beyond: int | None = None,
        newest_first: bool = True,
    ) -> list[Row]:
        """A part of a list.

        Args:
            kind: of what.
            within: which part.
            limit: how many at most.
            beyond: begin behind the object of this number.
            newest_first: which way to go.
        """
        if len(within.values) > 1:
            several = (
                self.rows(kind, each, limit, beyond=beyond, newest_first=newest_first)
                for each in within.split()
            )
            return list(islice(merge(*several, reverse=newest_first), limit))
        span = within.numbers(self._kinds.get(kind, 0), beyond, newest_first=newest_first)
        found = self._db.execute(
            "SELECT o.number, o.id, b.packed FROM object o "  # noqa: S608 - own names
            "LEFT JOIN body b ON b.number = o.number WHERE o.number BETWEEN ? AND ? "
            f"{f'AND o.{within.field} = ?' if within.field else ''} "
            f"ORDER BY o.number {'DESC' if newest_first else 'ASC'} LIMIT ?",
            (*span, *within.values, limit),
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
