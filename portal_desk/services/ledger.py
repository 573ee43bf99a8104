"""The ledger of reads: how many this workstation asked Stripe for, by hour and purpose, over thirty days.

It lies beside the journal, because it must outlive the cache: filling a new one costs reads as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert

from portal_desk.models.account import FileKey
from portal_desk.models.reads import DAYS, Purpose, ReadBudget
from portal_desk.models.schema import reads as table
from portal_desk.services.journal import translated_journal
from portal_desk.services.sqlite.engine import begin_write, open_database

if TYPE_CHECKING:
    from portal_desk.services.store import Store

_HOUR = 3_600
_HOURS = DAYS * 24


class Ledger:
    """The ledger of one account; several processes may have it open, and any thread may call.

    Args:
        path: the journal's file, made (mode 0600) where it isn't there yet.
        key: what it is encrypted with.
        clock: the time, seconds UTC.

    Raises:
        JournalDamaged: the file is no journal, or a broken one.
        NewerSchema: a newer version of the program wrote it.
        DiskFull: there is no room, or no permission, to write.
    """

    def __init__(self, path: Path, key: FileKey, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        with translated_journal(path):
            self._engine = open_database(path, "journal", key)
        self._clock = clock

    def add(self, counted: Mapping[Purpose, int]) -> None:
        """Write down reads that were just made, by purpose, and forget those of more than thirty days ago."""
        hour = self._hour()
        entry = insert(table)
        entry = entry.on_conflict_do_update(
            ["hour", "purpose"], set_={"count": table.c.count + entry.excluded.count}
        )
        rows = [{"hour": hour, "purpose": name, "count": count} for name, count in counted.items()]
        with translated_journal(self._path), begin_write(self._engine) as connection:
            connection.execute(entry, rows)
            connection.execute(delete(table).where(table.c.hour <= hour - _HOURS))

    def spent(self) -> dict[str, int]:
        """The reads of the last thirty days, by purpose."""
        recent = table.c.hour > self._hour() - _HOURS
        query = select(table.c.purpose, func.sum(table.c.count)).where(recent)
        with translated_journal(self._path), self._engine.connect() as connection:
            found = connection.execute(query.group_by(table.c.purpose)).all()
        return {purpose: int(count) for purpose, count in found}

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def _hour(self) -> int:
        return int(self._clock()) // _HOUR


def read_budget(ledger: Ledger, store: Store) -> ReadBudget:
    """What of an account's allowance is spent; its transactions are the paid invoices that the cache knows."""
    recent = int(time.time()) - DAYS * 24 * _HOUR
    return ReadBudget(ledger.spent(), store.paid_since(recent))
