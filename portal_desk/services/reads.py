"""What reads of Stripe are for. Stripe counts them, for the whole account.

https://docs.stripe.com/rate-limits#api-read-request-allocations
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from portal_desk.errors import DeskError
from portal_desk.models.reads import Purpose

if TYPE_CHECKING:
    from portal_desk.services.ledger import Ledger

_log = logging.getLogger(__name__)

_purpose: ContextVar[Purpose] = ContextVar("purpose", default="work")


@contextmanager
def reading_for(purpose: Purpose) -> Iterator[None]:
    """Say what the reads in this block, and in the tasks that it starts, are for."""
    token = _purpose.set(purpose)
    try:
        yield
    finally:
        _purpose.reset(token)


class Meter:
    """Counts reads, repeated ones too.

    Args:
        ledger: where they are written down, if anywhere.
    """

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.reads = 0
        self._ledger = ledger
        self._unwritten = Counter[Purpose]()

    def count(self) -> None:
        """Count a read that was sent."""
        self.reads += 1
        self._unwritten[_purpose.get()] += 1

    async def write_down(self) -> None:
        """Write down what was counted since the last time; a ledger that can't be written stops nobody."""
        counted, self._unwritten = self._unwritten, Counter()
        if self._ledger is None or not counted:
            return
        try:
            await asyncio.to_thread(self._ledger.add, counted)
        except DeskError as error:
            self._unwritten += counted
            _log.warning("The reads can't be written down: %s", error)
