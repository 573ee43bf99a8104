"""Follows Stripe's events: each page is applied together with the cursor, oldest change first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from portal_desk.errors import ResourceMissing
from portal_desk.models.json import Json, id_of, items_of
from portal_desk.services.mapping import kind_of
from portal_desk.services.store import TAIL
from portal_desk.services.store_writing import Batch
from portal_desk.services.sync.backfill import complete_lists
from portal_desk.services.sync.kinds import BY_NAME
from portal_desk.services.sync.link import Link

RETENTION = 30 * 86_400
"""Seconds that Stripe keeps events (https://docs.stripe.com/api/events)."""

MARGIN = 3_600
"""Seconds before the end of the retention from which the events are no longer relied on."""

OVERLAP = 15
"""Seconds that are read again: `created` has whole seconds, and an event can show up late."""

_REMOVED = frozenset({"payment_method.detached"})
_KEPT = frozenset({"customer.subscription.deleted"})
"""Stripe's word for a cancelled subscription, which can still be read."""
_WITHOUT_OBJECT = frozenset({"invoice.upcoming"})
"""Events about an invoice that doesn't exist yet."""


def is_gap(states: dict[str, Json], now: int) -> bool:
    """Whether events since the last sync are lost, so that only a new backfill helps."""
    return bool(states[TAIL]["until"] < now - RETENTION + MARGIN)


async def poll(link: Link) -> int:
    """Apply what happened since the last poll, and return how many events that were."""
    until = (await link.state())[TAIL]["until"]
    oldest_usable = link.gateway.now() - RETENTION + MARGIN
    anchor = await asyncio.to_thread(link.store.event_before, until - OVERLAP, oldest_usable)
    if anchor is None:
        return await _from_time(link, until)
    try:
        return await _from_event(link, anchor, until)
    except ResourceMissing as error:
        if error.param != "ending_before":
            raise
        return await _from_time(link, until)


async def _from_event(link: Link, anchor: str, until: int) -> int:
    """Read from `anchor` to the newest, in pages that are applied as they come."""
    applied, more = 0, True
    while more:
        page, as_of = await link.read("/v1/events", {"limit": 100, "ending_before": anchor})
        events: list[Json] = page["data"]
        more = bool(page["has_more"]) and bool(events)
        until = max(until, events[0]["created"] if more else as_of)
        applied += await _apply(link, list(reversed(events)), until)
        anchor = events[0]["id"] if events else anchor
    return applied


async def _from_time(link: Link, until: int) -> int:
    """Read all since `until` where no event is known to start from: a quiet account."""
    query: Json = {"limit": 100, "created": {"gte": until - OVERLAP}}
    page, as_of = await link.read("/v1/events", query)
    events: list[Json] = page["data"]
    while page["has_more"]:
        page, _ = await link.read("/v1/events", {**query, "starting_after": events[-1]["id"]})
        events.extend(page["data"])
    return await _apply(link, list(reversed(events)), max(until, as_of))


async def _apply(link: Link, events: list[Json], until: int) -> int:
    known = await asyncio.to_thread(link.store.known_events, [event["id"] for event in events])
    new = [event for event in events if event["id"] not in known]
    batch = Batch(state={TAIL: {"until": until, "at": link.gateway.now()}})
    for kind, object_id in await _learn(link, new, batch):
        await _refetch(link, kind, object_id, batch)
    await link.write(batch)
    return len(new)


async def _learn(link: Link, events: list[Json], batch: Batch) -> dict[tuple[str, str], None]:
    """Note what the events say, oldest first; return the objects that have to be read instead."""
    version = await link.gateway.api_version()
    account = (await asyncio.to_thread(link.store.account)).get("id")
    discounts = await asyncio.to_thread(link.store.known_discounts, _discounts(events))
    unclear: dict[tuple[str, str], None] = {}
    for event in events:
        batch.add(event, event["created"])
        about = event["data"]["object"]
        kind = kind_of(about)
        if not _concerns_us(event, kind, account):
            continue
        if kind == "discount":
            discounts.add(about["id"])
        if _is_removal(event):
            batch.remove(str(kind), about["id"], event["created"])
        elif event.get("api_version") != version or _lacks(about, discounts):
            unclear.setdefault(_to_read(str(kind), about))
        else:
            batch.add(about, event["created"])
    return unclear


def _concerns_us(event: Json, kind: str | None, account: str | None) -> bool:
    about = event["data"]["object"]
    if kind is None or not about.get("id") or event["type"] in _WITHOUT_OBJECT:
        return False
    return kind != "account" or about["id"] == account  # a platform hears of others' accounts too


def _is_removal(event: Json) -> bool:
    name = event["type"]
    return name in _REMOVED or (name.endswith(".deleted") and name not in _KEPT)


def _lacks(about: Json, known_discounts: set[str]) -> bool:
    """Whether an event's payload leaves out what the cache keeps."""
    if about["object"] == "billing_portal.configuration":
        update = (about.get("features") or {}).get("subscription_update") or {}
        return bool(update.get("enabled")) and "products" not in update
    return bool(_discounts_of(about) - known_discounts)


def _to_read(kind: str, about: Json) -> tuple[str, str]:
    """The object to read for news of `about`; a discount is read with whoever has it."""
    if kind != "discount":
        return kind, about["id"]
    subscription = about.get("subscription")
    return (
        ("subscription", subscription)
        if subscription
        else ("customer", id_of(about["customer"]) or "")
    )


def _discounts(events: Iterable[Json]) -> list[str]:
    return sorted({found for event in events for found in _discounts_of(event["data"]["object"])})


def _discounts_of(about: Json) -> set[str]:
    """The discounts that a subscription and its items name."""
    if about.get("object") != "subscription":
        return set()
    holders = (about, *items_of(about))
    return {
        found
        for holder in holders
        for entry in holder.get("discounts") or []
        if (found := id_of(entry))
    }


async def _refetch(link: Link, kind: str, object_id: str, batch: Batch) -> None:
    if kind == "account":
        entry, as_of = await link.read("/v1/account")
        batch.add(entry, as_of)
        return
    source = BY_NAME[kind]
    asked = link.gateway.now()
    try:
        entry, as_of = await link.read(f"{source.path}/{object_id}", source.one())
    except ResourceMissing:
        batch.remove(kind, object_id, asked)
        return
    await complete_lists(link, entry)
    batch.add(entry, as_of)
