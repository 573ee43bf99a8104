"""Follows Stripe's events: each page is applied together with the cursor, oldest change first."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace

from portal_desk.errors import ResourceMissing
from portal_desk.models.json import Json
from portal_desk.services.store import TAIL
from portal_desk.services.store_writing import Batch
from portal_desk.services.sync.cursor import Cursor
from portal_desk.services.sync.link import Link
from portal_desk.services.sync.news import learn


class CursorLost(Exception):
    """Stripe doesn't know the event to read on from, or no longer has all that followed it."""


async def poll(link: Link) -> int:
    """Apply what happened since the last poll, and return how many events that were.

    Raises:
        CursorLost: the events don't tell all that happened.
    """
    saved = Cursor.of((await link.state())[TAIL])
    if anchor := saved.anchor(link.gateway.now()):
        try:
            return await _from_event(link, saved, anchor)
        except ResourceMissing as error:
            if saved.anchor(
                link.gateway.now()
            ):  # too young to be let go of: these events are others
                raise CursorLost from error
    if saved.is_gap(link.gateway.now()):
        raise CursorLost
    return await _from_nowhere(link, saved)


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


async def _from_nowhere(link: Link, cursor: Cursor) -> int:
    """Apply all events that there are: the last one before them is older than Stripe keeps any, or there was none."""
    page, as_of = await link.read("/v1/events", {"limit": 100})
    events: list[Json] = page["data"]
    while page["has_more"]:
        after = {"limit": 100, "starting_after": events[-1]["id"]}
        page, _ = await link.read("/v1/events", after)
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
    await learn(link, new, batch)
    await link.write(batch)
    return len(new)
