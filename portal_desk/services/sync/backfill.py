"""Reads everything, page by page; each page is written together with the places to go on from."""

from __future__ import annotations

import asyncio

from portal_desk.errors import ResourceMissing
from portal_desk.models.json import Json
from portal_desk.services.nested_lists import complete_lists
from portal_desk.services.store import BACKFILL, TAIL
from portal_desk.services.store_writing import Batch
from portal_desk.services.sync.kinds import LISTED, Kind
from portal_desk.services.sync.link import Link
from portal_desk.services.sync.together import together
from portal_desk.services.sync.windows import BEGINNING, Listing, Window

SLACK = 60
"""Seconds before a backfill's start from which a row counts as seen by it: clocks differ a little."""


async def begin(link: Link, states: dict[str, Json]) -> None:
    """Note where the events stand, before anything is read: what changes meanwhile is in the events."""
    page, as_of = await link.read("/v1/events", {"limit": 100})
    events: list[Json] = page["data"]
    batch = Batch()
    for event in events:
        batch.add(event, event["created"])
    batch.state[TAIL] = {
        "until": as_of,
        "heads": [[event["created"], event["id"]] for event in reversed(events)],
        "at": None,
    }
    batch.state[BACKFILL] = {
        "kinds": [kind.name for kind in LISTED],
        "started": as_of - SLACK,
        "version": await link.gateway.api_version(),
        "complete": False,
    }
    bottom = (await asyncio.to_thread(link.store.account)).get("created") or BEGINNING
    for kind in LISTED:
        before = states.get(_name(kind), {})
        total = before.get("done") if before.get("complete") else before.get("total")
        listing = Listing(total=total, most=kind.most, dividable=kind.dividable, bottom=bottom)
        if kind.name == "event":
            listing.take(listing.windows[0], events, more=bool(page["has_more"]))
        batch.state[_name(kind)] = listing.state()
    await link.write(batch)


async def backfill(link: Link, states: dict[str, Json]) -> None:
    """Go on with a backfill until everything was read, and forget what Stripe no longer has."""
    started = states[BACKFILL]["started"]
    async with together() as group:
        for kind in LISTED:
            listing = Listing.of(states[_name(kind)])
            group.create_task(_read_kind(link, kind, listing, started))
    await link.write(Batch(state={BACKFILL: {**states[BACKFILL], "complete": True}}))


async def _read_kind(link: Link, kind: Kind, listing: Listing, started: int) -> None:
    async with together() as group:

        async def read(window: Window) -> None:
            while window in listing.windows:
                await _next_page(link, kind, listing, window)
                if divided := listing.divide():
                    group.create_task(read(divided))

        for window in listing.windows:
            group.create_task(read(window))
    for name in (kind.name, *kind.brings):
        await _forget_unseen(link, name, started)


async def _next_page(link: Link, kind: Kind, listing: Listing, window: Window) -> None:
    page, as_of = await _read(link, kind, window)
    found: list[Json] = page["data"]
    batch = Batch(bulk=True)
    for entry in found:
        await complete_lists(link.gateway, entry)
        batch.add(entry, entry["created"] if kind.name == "event" else as_of)
    async with link.writing:  # the places of all windows are noted at once
        listing.take(window, found, more=bool(page["has_more"]))
        batch.state[_name(kind)] = listing.state()
        await link.write(batch)
    link.say("backfill", kind.name, done=listing.done, total=listing.total)


async def _read(link: Link, kind: Kind, window: Window) -> tuple[Json, int]:
    try:
        return await link.read(kind.path, kind.page() | window.query())
    except ResourceMissing:
        if window.after is None:
            raise
    window.lose_cursor()
    return await link.read(kind.path, kind.page() | window.query())


async def _forget_unseen(link: Link, kind: str, started: int) -> None:
    if kind == "event":  # older ones are the history, which Stripe keeps for a month alone
        return
    unseen = await asyncio.to_thread(link.store.unseen, kind, started)
    if unseen:
        batch = Batch()
        for object_id in unseen:
            batch.remove(kind, object_id, started)
        await link.write(batch)


def _name(kind: Kind) -> str:
    return f"{BACKFILL}:{kind.name}"
