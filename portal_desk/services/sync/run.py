"""Runs the sync: one process per cache, from the first backfill to following the events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path

from portal_desk.errors import (
    CacheBusy,
    DeskError,
    DiskFull,
    InvalidInput,
    Offline,
    RateLimited,
    StripeUnavailable,
)
from portal_desk.models.json import Json
from portal_desk.models.progress import Phase, Progress
from portal_desk.services.lock import held
from portal_desk.services.store import BACKFILL, Store
from portal_desk.services.store_writing import Batch
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.backfill import backfill, begin
from portal_desk.services.sync.link import CacheReplaced, Link
from portal_desk.services.sync.tail import is_gap, poll

LONGEST_WAIT = 60.0
"""Seconds between attempts at most, where Stripe or the disk doesn't play along."""

LONGEST_PAUSE = 60.0
"""Seconds between two polls at most. Every poll is a read, and Stripe counts an account's reads: one a minute makes
about 10,000 in a month of working days (https://docs.stripe.com/rate-limits#api-read-request-allocations)."""

_PASSING = (Offline, RateLimited, StripeUnavailable, DiskFull, CacheBusy)


async def sync(
    gateway: StripeGateway,
    store: Store,
    *,
    lock: Path,
    follow: bool,
    report: Callable[[Progress], None],
    interval: float = 5.0,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Bring the cache up to date, and keep it so while `follow`.

    Args:
        gateway: Stripe.
        store: the cache.
        lock: the file that the one syncing process holds.
        follow: go on for ever, and wait out what passes by itself: no network, a busy Stripe, a full disk.
        report: gets each step.
        interval: seconds between two polls of the events after something happened; the pauses grow from there, up to
            `LONGEST_PAUSE`, while nothing does.
        sleep: how to wait.

    Raises:
        CacheBusy: another process is syncing this cache.
        InvalidInput: the cache is another account's.
        DeskError: what stops the sync; it was reported as `failed` before.
    """
    with _held(lock):
        failures, pause = 0, interval
        link = Link(gateway, store, report)
        while True:
            try:
                happened = await _once(link)
            except CacheReplaced:
                link = Link(gateway, store, report)
                continue
            except DeskError as error:
                waits = follow and isinstance(error, _PASSING)
                _report(gateway, report, error, waits=waits)
                if not waits:
                    raise
                failures += 1
                await sleep(_wait_after(failures))
                continue
            failures = 0
            if not follow:
                return
            pause = interval if happened else pause
            await sleep(pause)
            pause = min(pause * 1.5, max(interval, LONGEST_PAUSE))


def _wait_after(failures: int) -> float:
    """Seconds until the next attempt: twice as long each time, up to a minute."""
    enough = int(LONGEST_WAIT).bit_length()  # days without a network would outgrow a float
    return min(2.0 ** min(failures, enough), LONGEST_WAIT)


async def _once(link: Link) -> int:
    """Backfill what is missing, then apply what happened; returns how many events that were."""
    states = await _checked(link)
    if "version" not in states.get(BACKFILL, {}) or is_gap(states, link.gateway.now()):
        await begin(link, states)
        states = await link.state()
    if not states[BACKFILL]["complete"]:
        await backfill(link, states)
    happened = await poll(link)
    link.say("tail", done=happened)
    return happened


async def _checked(link: Link) -> dict[str, Json]:
    """Where the sync stands; the account is read at the beginning of every backfill.

    Raises:
        InvalidInput: the cache is another account's.
    """
    states = await link.state()
    if states.get(BACKFILL, {}).get("complete") and link.account_checked:
        return states
    account, as_of = await link.read("/v1/account")
    known = await asyncio.to_thread(link.store.account)
    if known and known["id"] != account["id"]:
        msg = f"This cache is of {known['id']}, but the key is of {account['id']}."
        raise InvalidInput(msg, "Connect the other account as one of its own.")
    batch = Batch()
    batch.add(account, as_of)
    await link.write(batch)
    link.account_checked = True
    return states


def _report(
    gateway: StripeGateway,
    report: Callable[[Progress], None],
    error: DeskError,
    *,
    waits: bool,
) -> None:
    phase: Phase = "waiting" if waits else "failed"
    at = gateway.now()
    report(Progress(phase, "", done=0, total=None, at=at, message=str(error), reason=error.title))


def _held(lock: Path) -> AbstractContextManager[None]:
    """Hold the lock of a cache; raises CacheBusy where another process holds it."""
    msg = "Another Portal Desk is already syncing this account."
    return held(lock, CacheBusy(msg, "Its progress shows up here too; there is nothing to do."))
