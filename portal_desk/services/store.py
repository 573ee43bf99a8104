"""The cache: a mirror of what Stripe has, in one SQLite file that may be deleted at any time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import orjson
from sqlalchemy import Connection, Engine, Table, func, select

from portal_desk.config import private_file
from portal_desk.errors import NewerSchema
from portal_desk.models import schema
from portal_desk.models.account import FileKey
from portal_desk.models.changes import ChangeSet
from portal_desk.models.freshness import Freshness, KindFreshness
from portal_desk.models.invoices import InvoiceQuery, InvoiceRow
from portal_desk.models.json import Json
from portal_desk.models.search import CustomerRow
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services import store_invoices as invoices
from portal_desk.services import store_reading as reading
from portal_desk.services.sqlite.engine import begin_write, open_database, translated
from portal_desk.services.sqlite.file import identity, remove
from portal_desk.services.sqlite.raw import unpack
from portal_desk.services.sqlite.search_index import index_due
from portal_desk.services.sqlite.store_rows import customer_rows
from portal_desk.services.store_writing import Batch, chunks

BACKFILL = "backfill"
VERIFY = "verify"
TAIL = "tail"

_SOONEST, _LATEST = 0.5, 2.0
_REST = 3.0
"""Search learns of what is read in bulk after so many seconds, and so many times as long as it took to learn the last
time: the more at once, the less each of them costs."""

_SYNCED = ".synced"
"""The file beside the cache whose time says when the last sync found nothing new."""


class Store:
    """The cache of one account. Synchronous; every method may be called from any thread.

    A file that is deleted or replaced while it is open is noticed at the next call, which works on the new one.

    Args:
        path: the file, made (mode 0600) where it isn't there yet.
        key: what it is encrypted with; a plain file that is there is encrypted. None: it is plain.

    Raises:
        CacheDamaged: the file can't be read, or not with this key; `Store.discard` it and start again.
        DiskFull: there is no room, or no permission, to write.
    """

    def __init__(self, path: Path, key: FileKey = None) -> None:
        self._path = path
        self._key = key
        self._opening = threading.Lock()
        self._engine = self._open()
        self._file = identity(path)
        self._generation = 0
        self._index_again = 0.0

    @staticmethod
    def discard(path: Path) -> None:
        """Delete a cache; the next `Store` begins an empty one, and the next sync fills it."""
        with translated(path):
            remove(path)
            path.with_name(path.name + _SYNCED).unlink(missing_ok=True)

    def start_over(self) -> None:
        """Delete the cache and begin an empty one."""
        with self._opening:
            self._engine.dispose()
            self.discard(self._path)
            self._engine = self._open()
            self._file = identity(self._path)
            self._generation += 1

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._opening:
            self._engine.dispose()

    def snapshot(self, customer_id: str) -> CustomerSnapshot | None:
        """Everything about one customer, or None if the cache doesn't know it."""
        with self._read() as connection:
            return reading.snapshot(connection, customer_id)

    def customer_rows(self, pks: Sequence[int]) -> list[CustomerRow]:
        """Lines of the customers table, in the order asked; what is gone is left out."""
        with self._read() as connection:
            return customer_rows(connection.exec_driver_sql, pks)

    def customer_pk(self, customer_id: str) -> int | None:
        """The cache's key of a customer."""
        table = schema.customer
        with self._read() as connection:
            return connection.scalar(select(table.c.pk).where(table.c.id == customer_id))

    def object(self, kind: str, object_id: str) -> Json | None:
        """One object as Stripe gives it unexpanded; `kind` is a table's name."""
        table = schema.cache_metadata.tables[kind]
        with self._read() as connection:
            raw = connection.scalar(select(table.c.raw).where(table.c.id == object_id))
        return None if raw is None else unpack(raw)

    def configurations(self) -> list[Json]:
        """Portal configurations: the default first, then the active ones, newest first."""
        with self._read() as connection:
            return reading.configurations(connection)

    def account(self) -> Json:
        """The account, or an empty object before the first sync."""
        with self._read() as connection:
            return reading.account(connection)

    def products(self) -> list[Json]:
        """All products, newest first."""
        return self._all("product")

    def prices(self) -> list[Json]:
        """All prices, newest first."""
        return self._all("price")

    def coupons(self) -> list[Json]:
        """All coupons, newest first."""
        return self._all("coupon")

    def promotion_codes(self) -> list[Json]:
        """All promotion codes, newest first."""
        return self._all("promotion_code")

    def currencies(self) -> list[str]:
        """The currencies that customers pay in, in alphabetical order."""
        column = schema.customer.c.currency
        with self._read() as connection:
            found = connection.scalars(select(column).where(column != "").distinct())
            return sorted(found)

    def events(self, customer_id: str, limit: int = 200) -> list[Json]:
        """What happened to a customer, newest first."""
        table = schema.event
        query = select(table.c.raw).where(table.c.customer == customer_id)
        query = query.order_by(table.c.created.desc(), table.c.pk.desc()).limit(limit)
        with self._read() as connection:
            return [unpack(raw) for raw in connection.scalars(query)]

    def session_uses(self) -> list[tuple[str, str, int, int]]:
        """Portal sessions that Stripe's events tell of: see `store_reading.session_uses`."""
        with self._read() as connection:
            return reading.session_uses(connection)

    def invoice_pks(self, query: InvoiceQuery) -> tuple[int, ...]:
        """The keys of the invoices that match, in the order asked."""
        with self._read() as connection:
            return invoices.invoice_pks(connection, query)

    def invoice_rows(self, pks: Sequence[int]) -> list[InvoiceRow]:
        """Lines of the invoices table, in the order asked; what is gone is left out."""
        with self._read() as connection:
            return invoices.invoice_rows(connection, pks)

    def paid_since(self, created: int) -> int:
        """How many invoices of more than nothing were made since then (seconds UTC) and are paid."""
        table = schema.invoice
        paid = (table.c.created >= created, table.c.status == "paid", table.c.total > 0)
        with self._read() as connection:
            return connection.scalar(select(func.count()).select_from(table).where(*paid)) or 0

    def freshness(self) -> Freshness:
        """How complete and how recent the cache is."""
        states = self.state()
        kinds = states.get(BACKFILL, {}).get("kinds", [])
        found = (states.get(f"{BACKFILL}:{kind}") or {} for kind in kinds)
        return Freshness(
            tuple(
                KindFreshness(
                    kind,
                    done=state.get("done", 0),
                    total=state.get("total"),
                    complete=state.get("complete", False),
                )
                for kind, state in zip(kinds, found, strict=True)
            ),
            synced_at=self._synced_at(states.get(TAIL, {}).get("at")),
        )

    def apply(self, objects: Iterable[Json], *, as_of: int) -> ChangeSet:
        """Store objects of any kinds in one transaction, where nothing newer is known.

        Args:
            objects: as Stripe gave them, with whatever was expanded.
            as_of: when they were asked for (seconds UTC by Stripe's clock: `StripeGateway.now`).
        """
        batch = Batch()
        for found in objects:
            batch.add(found, as_of)
        return self.write(batch)

    def remove(self, kind: str, object_id: str, *, as_of: int) -> ChangeSet:
        """Forget an object that Stripe deleted at `as_of`; older answers don't bring it back."""
        batch = Batch()
        batch.remove(kind, object_id, as_of)
        return self.write(batch)

    def write(self, batch: Batch) -> ChangeSet:
        """Write a batch, with its notes on where the sync stands, in one transaction.

        Search knows of it at once; of one in `bulk` within seconds, or at the next write.
        """
        with translated(self._path), begin_write(self._current()) as connection:
            changes = batch.write(connection)
            if not batch.bulk or time.monotonic() > self._index_again:
                self._index(connection)
        return changes

    def _index(self, connection: Connection) -> None:
        started = time.monotonic()
        index_due(connection)
        now = time.monotonic()
        self._index_again = now + min(max(_REST * (now - started), _SOONEST), _LATEST)

    def note_synced(self, at: int) -> None:
        """Note that nothing was new at `at` (seconds UTC).

        Not in the cache itself: a write there makes every reader forget what it keeps in memory.
        """
        with translated(self._path):
            os.utime(private_file(self._synced_file), (at, at))

    def _synced_at(self, written: int | None) -> int | None:
        try:
            noted = int(self._synced_file.stat().st_mtime)
        except FileNotFoundError:
            return written
        return None if written is None else max(written, noted)

    @property
    def _synced_file(self) -> Path:
        return self._path.with_name(self._path.name + _SYNCED)

    def state(self) -> dict[str, Json]:
        """Where the sync stands, by name."""
        table = schema.sync_state
        with self._read() as connection:
            return {row.name: orjson.loads(row.value) for row in connection.execute(select(table))}

    def generation(self) -> int:
        """A number that grows when the file was deleted or exchanged under the store."""
        self._current()
        return self._generation

    def differences(self, batch: Batch) -> list[tuple[str, str, Literal["missing", "stale"]]]:
        """Kind and id of what the cache lacks, or has otherwise than the batch although it isn't newer."""
        with self._read() as connection:
            return list(batch.differences(connection))

    def events_about(self, ids: Sequence[str], since: int) -> list[Json]:
        """The stored events since then (seconds UTC) that are about these objects, in no order."""
        table = schema.event
        recent = select(table.c.raw).where(table.c.created >= since)
        with self._read() as connection:
            return [
                unpack(raw)
                for chunk in chunks(ids)
                for raw in connection.scalars(recent.where(table.c.object.in_(chunk)))
            ]

    def times(self, kind: str, ids: Sequence[str]) -> dict[str, int]:
        """When what the cache has of these objects was asked for (seconds UTC), by id."""
        table = schema.cache_metadata.tables[kind]
        columns = select(table.c.id, table.c.as_of)
        with self._read() as connection:
            return {
                row.id: row.as_of
                for chunk in chunks(ids)
                for row in connection.execute(columns.where(table.c.id.in_(chunk)))
            }

    def unseen(self, kind: str, since: int) -> list[str]:
        """Ids of the rows that no answer since then (seconds UTC) named."""
        table = schema.cache_metadata.tables[kind]
        with self._read() as connection:
            return list(connection.scalars(select(table.c.id).where(table.c.as_of < since)))

    def known_events(self, ids: Sequence[str]) -> set[str]:
        """Which of these events were stored before."""
        return self._known(schema.event, ids)

    def known_discounts(self, ids: Sequence[str]) -> set[str]:
        """Which of these discounts the cache has."""
        return self._known(schema.discount, ids)

    def _known(self, table: Table, ids: Sequence[str]) -> set[str]:
        with self._read() as connection:
            return {
                found
                for chunk in chunks(ids)
                for found in connection.scalars(select(table.c.id).where(table.c.id.in_(chunk)))
            }

    def _all(self, kind: str) -> list[Json]:
        with self._read() as connection:
            return reading.objects(connection, schema.cache_metadata.tables[kind])

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """One consistent view of the cache."""
        with translated(self._path), self._current().begin() as connection:
            yield connection

    def _current(self) -> Engine:
        """The engine, on a new file if the one that was open is gone."""
        if identity(self._path) != self._file:
            with self._opening:
                self._reopen()
        return self._engine

    def _reopen(self) -> None:
        if identity(self._path) == self._file:
            return  # another thread was faster
        self._engine.dispose()
        self._engine = self._open()
        self._file = identity(self._path)
        self._generation += 1

    def _open(self) -> Engine:
        try:
            return open_database(self._path, "cache", self._key)
        except NewerSchema:
            self.discard(self._path)
            return open_database(self._path, "cache", self._key)
