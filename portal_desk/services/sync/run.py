"""Runs the sync: one process per cache, from the first backfill to following the events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from portal_desk.errors import (
    CacheBusy,
    CacheDamaged,
    DeskError,
    DiskFull,
    Offline,
    RateLimited,
    StripeUnavailable,
)
from portal_desk.models.progress import Phase, Progress
from portal_desk.models.reads import ReadBudget
from portal_desk.services.lock import held
from portal_desk.services.reads import reading_for
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.attention import Attention, Sleep
from portal_desk.services.sync.link import CacheReplaced, Link
from portal_desk.services.sync.pauses import Pauses
from portal_desk.services.sync.step import bring_up_to_date

_log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0
"""Seconds between attempts at most, where Stripe or the disk doesn't play along."""

_PASSING = (Offline, RateLimited, StripeUnavailable, DiskFull, CacheBusy)


async def sync(
    gateway: StripeGateway,
    store: Store,
    *,
    lock: Path,
    follow: bool,
    report: Callable[[Progress], None],
    interval: float = 5.0,
    attention: Attention | None = None,
    budget: Callable[[], ReadBudget] = ReadBudget,
    account: str | None = None,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Bring the cache up to date, and keep it so while `follow`.

    Args:
        gateway: Stripe.
        store: the cache.
        lock: the file that the one syncing process holds.
        follow: go on for ever, and wait out what passes by itself: no network, a busy Stripe, a full disk.
        report: gets each step.
        interval: seconds between two polls of the events after something happened; see `Pauses`.
        attention: what the people at the window want.
        budget: how many reads were made.
        account: the `acct_…` that the key must be of; by default whichever the cache is of.
        sleep: how to wait.

    Raises:
        CacheBusy: another process is syncing this cache.
        InvalidInput: the key is of another account.
        DeskError: what stops the sync; it was reported as `failed` before.
    """
    busy = CacheBusy(
        "Another Portal Desk is already syncing this account.",
        "Its progress shows up here too; there is nothing to do.",
    )
    attention = attention or Attention()
    with held(lock, busy), reading_for("following"):
        attempts = _Attempts(gateway, store, report, attention, account=account, follow=follow)
        pauses = Pauses(interval)
        while True:
            happened = await attempts.succeed(sleep)
            if not follow:
                return
            pauses.looked(happened=happened > 0)
            pauses.spent = await asyncio.to_thread(_spent, budget)
            if await attention.rest(pauses.length, sleep):
                pauses.expect()


class _Attempts:
    """Tries to bring the cache up to date until it is."""

    def __init__(
        self,
        gateway: StripeGateway,
        store: Store,
        report: Callable[[Progress], None],
        attention: Attention,
        *,
        account: str | None,
        follow: bool,
    ) -> None:
        self._link = Link(gateway, store, report, account)
        self._attention = attention
        self._follow = follow
        self._mended = False

    async def succeed(self, sleep: Sleep) -> int:
        """Bring the cache up to date, and return how many events were new.

        Raises:
            DeskError: what doesn't pass by itself; it was reported before.
        """
        failures = 0
        while True:
            try:
                return await bring_up_to_date(self._link, self._attention)
            except CacheReplaced:
                self._link = self._link.renewed()
            except CacheDamaged as error:
                await self._mend(error)
            except DeskError as error:
                waits = self._follow and isinstance(error, _PASSING)
                self._report("waiting" if waits else "failed", error)
                if not waits:
                    raise
                failures += 1
                await sleep(_wait_after(failures))

    async def _mend(self, error: CacheDamaged) -> None:
        """Begin a new cache in the place of a damaged one: everything in it is at Stripe as well.

        Raises:
            CacheDamaged: that was done before, so that something else must be wrong.
        """
        if self._mended:
            self._report("failed", error)
            raise error
        self._mended = True
        self._report("waiting", error)
        await asyncio.to_thread(self._link.store.start_over)
        self._link = self._link.renewed()

    def _report(self, phase: Phase, error: DeskError) -> None:
        at = self._link.gateway.now()
        said = Progress(phase, "", 0, None, at=at, message=str(error), reason=error.title)
        self._link.report(said)


def _spent(budget: Callable[[], ReadBudget]) -> float:
    """The part of the allowance that is spent; nothing as far as is known where the ledger can't be read."""
    try:
        return budget().share
    except DeskError as error:
        _log.warning("The ledger of reads can't be read: %s", error)
        return 0.0


def _wait_after(failures: int) -> float:
    """Seconds until the next attempt: twice as long each time, up to a minute."""
    enough = int(LONGEST_WAIT).bit_length()  # days without a network would outgrow a float
    return min(2.0 ** min(failures, enough), LONGEST_WAIT)
