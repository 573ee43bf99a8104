"""The journal: what was done from this desk, written down before it is sent.

It has a file of its own, because nothing could rebuild it: the cache may be deleted, the journal stays. It never
holds a key or a web address: a portal link is a credential, and a return address may carry one.
"""

from __future__ import annotations

import getpass
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

import orjson
from sqlalchemy import Executable, Row, Select, event, func, insert, select, update

from portal_desk.errors import CacheBusy, CacheDamaged, DiskFull, JournalDamaged
from portal_desk.log import redact
from portal_desk.models.account import FileKey
from portal_desk.models.actions import JournalEntry
from portal_desk.models.schema import journal as table
from portal_desk.services.sqlite.engine import begin_write, open_database, translated
from portal_desk.services.sqlite.file import Connection

_log = logging.getLogger(__name__)

_PATH_OF_URL = re.compile(r"(?P<origin>[a-z][a-z0-9+.-]*://[^/?#\s]*)[^\s\"'<>]+", re.IGNORECASE)
_PENDING = ("sending", "unknown")


def without_secrets(value: Any) -> Any:  # noqa: ANN401 - any JSON, and the same kind back
    """`value` (JSON) with every key cut down to its kind and every web address to its host."""
    match value:
        case str():
            return redact(_PATH_OF_URL.sub(r"\g<origin>/…", value))
        case dict():
            return {name: without_secrets(inner) for name, inner in value.items()}
        case list() | tuple():
            return [without_secrets(inner) for inner in value]
        case _:
            return value


@contextmanager
def translated_journal(path: Path) -> Iterator[None]:
    """As `translated`, for the journal's file, which must be kept.

    Raises:
        JournalDamaged: the file is no journal, or a broken one.
        DiskFull: there is no room, or no permission, to write.
    """
    try:
        with translated(path):
            yield
    except CacheDamaged as error:
        raise JournalDamaged(
            f"{path.name} can't be read, and what was done from this desk is in it alone.",
            f"Close Portal Desk, move {path} to a safe place and keep it: a new journal is begun.",
        ) from error


class Journal:
    """The journal of one account; every method may be called from any thread.

    Args:
        path: its SQLite file, made (mode 0600) where it isn't there yet.
        key: what it is encrypted with; a plain file that is there is encrypted. None: it is plain.
        clock: the time, seconds UTC.

    Raises:
        JournalDamaged: the file is no journal, or a broken one.
        NewerSchema: a newer version of the program wrote it.
        DiskFull: there is no room, or no permission, to write; from every method that writes.
    """

    def __init__(
        self, path: Path, key: FileKey = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        with translated_journal(path):
            self._engine = open_database(path, "journal", key)
        self._engine.dispose()  # the connection that was opened before the next line
        event.listen(self._engine, "connect", _survive_power_cuts)
        self._clock = clock

    def now(self) -> int:
        """Seconds UTC by the clock that dates the entries, this machine's."""
        return int(self._clock())

    def begin(
        self,
        *,
        kind: str,
        customer: str,
        summary: str,
        subscription: str | None = None,
        configuration: str | None = None,
        params: dict[str, Any] | None = None,
        idempotency_key: str = "",
    ) -> JournalEntry:
        """Commit what is about to be sent, in state `sending`: after this returns it survives a crash."""
        values = {
            "kind": kind,
            "customer": customer,
            "subscription": subscription,
            "configuration": configuration,
            "summary": without_secrets(summary),
            "params": orjson.dumps(without_secrets(params or {})).decode(),
            "idempotency_key": idempotency_key,
            "state": "sending",
            "operator": _operator(),
            "started": self.now(),
            "error": "",
        }
        return self._write(insert(table).values(values).returning(*table.c))

    def finish(
        self,
        entry: JournalEntry,
        state: Literal["done", "failed", "unknown"],
        *,
        error: str = "",
        expires: int | None = None,
    ) -> JournalEntry:
        """Commit what came of `entry`. `error` is Stripe's words, `expires` a link's end (seconds UTC)."""
        values = {
            "state": state,
            "finished": self.now(),
            "error": without_secrets(error),
            "expires": expires,
        }
        change = update(table).where(table.c.id == entry.id).values(values)
        return self._write(change.returning(*table.c))

    def settle(
        self,
        entry: JournalEntry,
        state: Literal["done", "failed", "unknown"],
        *,
        error: str = "",
        expires: int | None = None,
    ) -> JournalEntry:
        """As `finish`, for where Stripe's answer counts for more than its record.

        If it can't be written, `entry` comes back as it was, and is settled by reading later.
        """
        try:
            return self.finish(entry, state, error=error, expires=expires)
        except (DiskFull, JournalDamaged, CacheBusy) as problem:
            _log.warning(
                "The journal doesn't say that entry %s is %s: %s", entry.id, state, problem
            )
            return entry

    def for_customer(self, customer: str, limit: int = 200) -> list[JournalEntry]:
        """What was done for one customer, newest first."""
        return self._read(_newest_first().where(table.c.customer == customer).limit(limit))

    def recent(self, limit: int = 200) -> list[JournalEntry]:
        """What was done for anyone, newest first."""
        return self._read(_newest_first().limit(limit))

    def pending(self) -> list[JournalEntry]:
        """What has no known outcome yet, oldest first."""
        waiting = select(table).where(table.c.state.in_(_PENDING)).order_by(table.c.id)
        return self._read(waiting)

    def link_uses(self) -> list[tuple[str | None, str, int, int]]:
        """Configuration (None for the default), customer, how many links, when the last (seconds UTC), newest first."""
        uses = (table.c.configuration, table.c.customer)
        last = func.max(table.c.started)
        query = select(*uses, func.count(), last).group_by(*uses).order_by(last.desc())
        made = query.where(table.c.kind == "link", table.c.state == "done")
        with translated_journal(self._path), self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(made)]

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def _write(self, statement: Executable) -> JournalEntry:
        with translated_journal(self._path), begin_write(self._engine) as connection:
            return _entry(connection.execute(statement).one())

    def _read(self, query: Select[Any]) -> list[JournalEntry]:
        with translated_journal(self._path), self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]


def _survive_power_cuts(connection: Connection, _record: object) -> None:
    """A commit waits until it is on the disk: intent must outlive the machine, not only the program."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA synchronous=FULL")


def _operator() -> str:
    """The operating system's user; a container may run as a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # OSError since Python 3.13
        return f"user {os.getuid()}"


def _newest_first() -> Select[Any]:
    return select(table).order_by(table.c.id.desc())


def _entry(row: Row[Any]) -> JournalEntry:
    fields = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return JournalEntry(**{**fields, "params": orjson.loads(fields["params"])})
