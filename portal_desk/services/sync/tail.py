"""Follows Stripe's events: each page is applied together with the cursor, oldest change first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from portal_desk.errors import ResourceMissing
from portal_desk.models.json import Json, id_of, items_of
from portal_desk.services.mapping import kind_of
from portal_desk.services.nested_lists import complete_lists, is_cut_off
from portal_desk.services.store import TAIL
from portal_desk.services.store_writing import Batch
from portal_desk.services.sync.kinds import BY_NAME
from portal_desk.services.sync.link import Link

RETENTION = 30 * 86_400
"""Seconds that Stripe keeps events (https://docs.stripe.com/api/events)."""

MARGIN = 3_600
"""Seconds before the end of the retention from which the events are no longer relied on."""

OVERLAP = 15
"""Seconds that are read again: `created` has whole seconds, and an event can show up late."""

SAVED_EVERY = 600
"""Seconds after which the cursor is saved although nothing happened."""

_REMOVED = frozenset({"payment_method.detached"})
_KEPT = frozenset({"customer.subscription.deleted"})
"""Stripe's word for a cancelled subscription, which can still be read."""
_WITHOUT_OBJECT = frozenset({"invoice.upcoming"})
"""Events about an invoice that doesn't exist yet."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the events are applied.

    Attributes:
        until: up to when, but for what shows up late (seconds UTC).
        heads: the newest event of each page that was applied, oldest first, with its `created`; only as many as the
            overlap needs.
        at: when that was last saved (seconds UTC), or None before the first poll.
    """

    until: int
    heads: tuple[tuple[int, str], ...] = ()
    at: int | None = None

    @classmethod
    def of(cls, state: Json) -> Cursor:
        """The cursor that was saved."""
        heads = tuple((created, head) for created, head in state["heads"])
        return cls(state["until"], heads, state["at"])

    def after(self, events: Sequence[Json], until: int) -> Cursor:
        """The cursor once `events` (newest first) are applied too, or applied again."""
        newest = ((event["created"], event["id"]) for event in events[:1])
        heads = tuple(dict.fromkeys((*self.heads, *newest)))
        moved = replace(self, until=max(self.until, until), heads=heads)
        return replace(moved, heads=moved.heads[moved.place() :])

    def place(self) -> int:
        """Which head to read on from: the last one before the overlap, else the first."""
        settled = [i for i, head in enumerate(self.heads) if head[0] <= self.until - OVERLAP]
        return settled[-1] if settled else 0

    def is_near(self, saved: Cursor) -> bool:
        """Whether the saved cursor serves as well, so that nothing need be written."""
        recent = saved.at is not None and self.until - saved.until < SAVED_EVERY
        return recent and self.heads == saved.heads

    def anchor(self, now: int) -> str | None:
        """The event to read on from, if there is one that Stripe still has."""
        created, event = self.heads[self.place()] if self.heads else (0, None)
        return event if created > now - RETENTION + MARGIN else None


def is_gap(states: dict[str, Json], now: int) -> bool:
    """Whether events since the last sync are lost, so that only a new backfill helps."""
    return Cursor.of(states[TAIL]).until < now - RETENTION + MARGIN


async def poll(link: Link) -> int:
    """Apply what happened since the last poll, and return how many events that were."""
    saved = Cursor.of((await link.state())[TAIL])
    if anchor := saved.anchor(link.gateway.now()):
        with suppress(ResourceMissing):  # Stripe let go of the event since its last answer
            return await _from_event(link, saved, anchor)
    return await _from_time(link, saved)


async def _from_event(link: Link, saved: Cursor, anchor: str) -> int:
    cursor, applied, more = saved, 0, True
    while more:
        events, more, as_of = await _page_after(link, anchor)
        cursor = cursor.after(events, events[0]["created"] if more else as_of)
        applied += await _apply(link, events, cursor, saved)
        anchor = events[0]["id"] if events else anchor
    return applied


async def _page_after(link: Link, anchor: str) -> tuple[list[Json], bool, int]:
    """The events that follow `anchor`, newest first; whether there are more; when that was asked."""
    page, as_of = await link.read("/v1/events", {"limit": 100, "ending_before": anchor})
    events: list[Json] = page["data"]
    return events, bool(page["has_more"]) and bool(events), as_of


async def _from_time(link: Link, cursor: Cursor) -> int:
    """Read all since the cursor where no event is left to start from: the account was quiet for a month."""
    query: Json = {"limit": 100, "created": {"gte": cursor.until - OVERLAP}}
    page, as_of = await link.read("/v1/events", query)
    events: list[Json] = page["data"]
    while page["has_more"]:
        page, _ = await link.read("/v1/events", {**query, "starting_after": events[-1]["id"]})
        events.extend(page["data"])
    return await _apply(link, events, cursor.after(events, as_of), cursor)


async def _apply(link: Link, events: list[Json], cursor: Cursor, saved: Cursor) -> int:
    """Apply a page, which is newest first, and save the cursor with it."""
    at = link.gateway.now()
    known = await asyncio.to_thread(link.store.known_events, [event["id"] for event in events])
    new = [event for event in reversed(events) if event["id"] not in known]
    if not new and cursor.is_near(saved):
        await asyncio.to_thread(link.store.note_synced, at)
        return 0
    batch = Batch(state={TAIL: asdict(replace(cursor, at=at))})
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
        return "products" not in update
    if about["object"] == "price":
        return "currency_options" not in about
    return is_cut_off(about) or bool(_discounts_of(about) - known_discounts)


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
        account, as_of = await link.read("/v1/account")
        batch.add(account, as_of)
        return
    source = BY_NAME[kind]
    entry, as_of = await link.find(f"{source.path}/{object_id}", source.one())
    if entry is None:
        batch.remove(kind, object_id, as_of)
        return
    await complete_lists(link.gateway, entry)
    batch.add(entry, as_of)
