"""Settling what was sent and never answered, by reading what Stripe has now.

Nothing is ever sent again. Stripe would replay a POST with the same idempotency key for 24 hours, so a repeat could
not charge twice; but a repeat after minutes, by a program, would do what a person wanted under circumstances that
may have changed. So the entry is settled as `done` or `failed`, and the person decides.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from portal_desk.errors import ResourceMissing
from portal_desk.models.actions import LINK_LIFETIME
from portal_desk.services.actions import subscriptions
from portal_desk.services.actions.evidence import took_effect
from portal_desk.services.actions.execute import refetch
from portal_desk.services.configurations import evidence as configuration_evidence

if TYPE_CHECKING:
    from portal_desk.models.actions import JournalEntry
    from portal_desk.services.journal import Journal
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway


_TRYING = 360
"""How long the gateway may go on trying (seconds): four attempts of 80 seconds each, and the pauses between."""

_AT_STRIPE = 90
"""How long Stripe may go on working on a request that nobody waits for any more (seconds)."""


async def reconcile(gateway: StripeGateway, store: Store, journal: Journal) -> list[JournalEntry]:
    """Settle the entries left `sending` or `unknown`: one read each. Returns those that are settled now.

    An entry whose change doesn't show yet is left alone until the request can no longer be under way. How long ago it
    was sent is judged by the clock that dated it, the journal's: Stripe's may show another time.

    Raises:
        Offline, StripeError: Stripe can't be read; what was settled before stays settled.
    """
    settled, now = [], journal.now()
    for entry in await asyncio.to_thread(journal.pending):
        finished = await _settle(gateway, journal, entry, now)
        if finished is not None:
            settled.append(finished)
    for customer in sorted({entry.customer for entry in settled if entry.subscription}):
        await refetch(gateway, store, customer)
    return settled


async def _settle(
    gateway: StripeGateway, journal: Journal, entry: JournalEntry, now: int
) -> JournalEntry | None:
    if entry.kind == "configuration":
        return await _settle_configuration(gateway, journal, entry, now)
    if not entry.subscription or entry.kind == "link":
        return await _settle_link(journal, entry, now)
    try:
        subscription = await subscriptions.read(gateway, entry.subscription)
    except ResourceMissing as error:
        return await asyncio.to_thread(journal.finish, entry, "failed", error=error.message)
    if took_effect(entry, subscription):
        return await asyncio.to_thread(journal.finish, entry, "done")
    return await _settle_without_trace(journal, entry, now)


async def _settle_configuration(
    gateway: StripeGateway, journal: Journal, entry: JournalEntry, now: int
) -> JournalEntry | None:
    if await configuration_evidence.found(gateway, entry) is not None:
        return await asyncio.to_thread(journal.finish, entry, "done")
    return await _settle_without_trace(journal, entry, now)


async def _settle_without_trace(
    journal: Journal, entry: JournalEntry, now: int
) -> JournalEntry | None:
    if not _over(entry, now):
        return None
    return await asyncio.to_thread(
        journal.finish, entry, "failed", error="The change does not show at Stripe."
    )


def _over(entry: JournalEntry, now: int) -> bool:
    """Whether the request can no longer take effect."""
    given_up = entry.finished or entry.started + _TRYING
    return now - given_up > _AT_STRIPE


async def _settle_link(journal: Journal, entry: JournalEntry, now: int) -> JournalEntry | None:
    """A link whose answer was lost can't be read back: nobody has it, and it expires by itself."""
    if now - entry.started <= LINK_LIFETIME:
        return None
    return await asyncio.to_thread(
        journal.finish, entry, "failed", error="No link was noted; if one was made, it has expired."
    )
