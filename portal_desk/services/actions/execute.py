"""Doing what was prepared: check, write down, send, note the outcome, refetch."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING

from portal_desk.errors import (
    DeskError,
    OutcomeUnknown,
    ResourceMissing,
    Stale,
    StripeError,
)
from portal_desk.models.actions import ActionPlan, JournalEntry, Outcome
from portal_desk.services.actions import preview, subscriptions
from portal_desk.services.actions.evidence import took_effect
from portal_desk.services.actions.refusals import advise
from portal_desk.services.refresh import refresh_customer

if TYPE_CHECKING:
    from portal_desk.models.json import Json
    from portal_desk.services.journal import Journal
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway

_log = logging.getLogger(__name__)

LIFETIME = 300
"""How long a plan holds (seconds): what is previewed moves with the clock."""

_AGAIN = "Look at what would happen now, and confirm again."


async def execute(
    plan: ActionPlan, gateway: StripeGateway, store: Store, journal: Journal, *, now: int
) -> Outcome:
    """Do what `plan` says, if it still holds: one read to check, the request, and a refetch into the cache.

    If this is interrupted after the request went out, or the journal can't be written any more, its entry stays
    `sending` and `reconcile` settles it.

    Args:
        now: seconds UTC.

    Raises:
        Stale: the subscription, or Stripe's preview, is not what it was, or the plan is too old. Nothing was sent.
        OutcomeUnknown: sent, and no answer came; the journal says `unknown`.
        StripeError: Stripe said no; the journal says `failed`.
        Offline: Stripe can't be reached; nothing was done.
        DiskFull: the journal can't be written, so nothing was sent.
    """
    await _check(plan, gateway, now)
    entry = await asyncio.to_thread(_begin, journal, plan)
    try:
        answer = await _send(plan, gateway, entry)
    except OutcomeUnknown as error:
        entry, answer = await _find_out(gateway, journal, entry, error)
    except DeskError as error:
        await asyncio.to_thread(journal.settle, entry, "failed", error=error.message)
        raise (advise(error) if isinstance(error, StripeError) else error) from None
    else:
        entry = await asyncio.to_thread(journal.settle, entry, "done")
    await refetch(gateway, store, plan.customer)
    return Outcome(entry, answer)


async def refetch(gateway: StripeGateway, store: Store, customer: str) -> None:
    """Read the customer afresh into the cache. Where that fails, the event tail brings the change a little later."""
    try:
        await refresh_customer(gateway, store, customer)
    except DeskError as error:
        _log.warning("The customer could not be read after a change: %s", error)


async def _check(plan: ActionPlan, gateway: StripeGateway, now: int) -> None:
    """Raise Stale where `plan` is no longer what would happen."""
    if now - plan.prepared > LIFETIME:
        raise Stale("This was prepared more than five minutes ago.", _AGAIN)
    try:
        subscription = await subscriptions.read(gateway, plan.subscription)
    except ResourceMissing:
        raise Stale("The subscription is no longer at Stripe.", "Refresh the customer.") from None
    if subscriptions.fingerprint(subscription) != plan.fingerprint:
        raise Stale("The subscription was changed meanwhile.", _AGAIN)
    if plan.preview is not None:
        await _check_preview(plan, gateway, plan.preview)


async def _check_preview(plan: ActionPlan, gateway: StripeGateway, asked: Json) -> None:
    """What else can change the amount (a balance, a pending invoice item, a tax) shows in Stripe's own preview."""
    shown = await preview.ask(gateway, asked)
    lines = shown.lines if shown else ()
    total = shown.total if shown else None
    charge_changed = bool(
        shown and plan.due_now and plan.due_now.amount and shown.charge != plan.due_now
    )
    if (lines, total) != (plan.lines, plan.next_total) or charge_changed:
        raise Stale("Stripe's preview shows other amounts than before.", _AGAIN)


def _begin(journal: Journal, plan: ActionPlan) -> JournalEntry:
    return journal.begin(
        kind=plan.kind,
        customer=plan.customer,
        subscription=plan.subscription,
        summary=plan.title,
        params=plan.params,
        # Stripe takes idempotency keys for POST alone.
        idempotency_key=f"portal-desk-{uuid.uuid4()}" if plan.method == "post" else "",
    )


async def _send(plan: ActionPlan, gateway: StripeGateway, entry: JournalEntry) -> Json:
    if plan.method == "delete":
        return await gateway.delete(plan.path, plan.params)
    return await gateway.post(plan.path, plan.params, idempotency_key=entry.idempotency_key)


async def _find_out(
    gateway: StripeGateway, journal: Journal, entry: JournalEntry, cause: DeskError
) -> tuple[JournalEntry, Json]:
    """Read whether a change without an answer happened; raise OutcomeUnknown where that can't be told yet.

    That the change doesn't show proves nothing at this moment: Stripe may still be working on the request.
    """
    subscription = await _reread(gateway, entry.subscription or "")
    if subscription is not None and took_effect(entry, subscription):
        return await asyncio.to_thread(journal.settle, entry, "done"), subscription
    await asyncio.to_thread(journal.settle, entry, "unknown", error=cause.message)
    raise OutcomeUnknown(
        "The change was sent to Stripe, and no answer came.",
        "It is looked up again by itself; until the journal says what came of it, don't repeat it.",
    ) from cause


async def _reread(gateway: StripeGateway, subscription_id: str) -> Json | None:
    try:
        return await subscriptions.read(gateway, subscription_id)
    except DeskError as error:
        _log.warning("The subscription could not be read after a lost answer: %s", error)
        return None
