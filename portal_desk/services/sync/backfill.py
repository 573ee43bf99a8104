"""Reads everything once, page by page; each page is written together with the place to go on from."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, replace

from portal_desk.errors import ResourceMissing
from portal_desk.models.json import Json
from portal_desk.services.nested_lists import complete_lists
from portal_desk.services.store import BACKFILL, TAIL
from portal_desk.services.store_writing import Batch
from portal_desk.services.sync.kinds import LISTED, Kind
from portal_desk.services.sync.link import Link

SLACK = 60
"""Seconds before a backfill's start from which a row counts as seen by it: clocks differ a little."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far one kind is read.

    Attributes:
        after: the last object that was read.
        created: when that one was created (seconds UTC).
        done: how many were read.
        total: how many there were the last time.
        complete: whether all were read.
    """

    after: str | None = None
    created: int | None = None
    done: int = 0
    total: int | None = None
    complete: bool = False


async def begin(link: Link, states: dict[str, Json]) -> None:
    """Note where the events stand, before anything is read: what changes meanwhile is in the events."""
    page, as_of = await link.read("/v1/events", {"limit": 1})
    newest = next(iter(page["data"]), None)
    batch = Batch()
    if newest:
        batch.add(newest, newest["created"])
    batch.state[TAIL] = {
        "until": as_of,
        "heads": [[newest["created"], newest["id"]]] if newest else [],
        "at": None,
    }
    batch.state[BACKFILL] = {
        "kinds": [kind.name for kind in LISTED],
        "started": as_of - SLACK,
        "complete": False,
    }
    for kind in LISTED:
        before = states.get(_name(kind), {})
        total = before.get("done") if before.get("complete") else before.get("total")
        batch.state[_name(kind)] = asdict(_first_place(kind, newest, total))
    await link.write(batch)


def _first_place(kind: Kind, newest_event: Json | None, total: int | None) -> Place:
    if kind.name != "event":
        return Place(total=total)
    # Newer events are the tail's: an event that is stored counts as applied.
    if newest_event is None:
        return Place(total=0, complete=True)
    return Place(after=newest_event["id"], created=newest_event["created"], total=total)


async def backfill(link: Link, states: dict[str, Json]) -> None:
    """Go on with a backfill until everything was read, and forget what Stripe no longer has."""
    started = states[BACKFILL]["started"]
    for kind in LISTED:
        place = Place(**states[_name(kind)])
        while not place.complete:
            place = await _next_page(link, kind, place)
        for name in (kind.name, *kind.brings):
            await _forget_unseen(link, name, started)
    batch = Batch(state={BACKFILL: {**states[BACKFILL], "complete": True}})
    await link.write(batch)


async def _next_page(link: Link, kind: Kind, place: Place) -> Place:
    page, as_of = await _read(link, kind, place)
    found: list[Json] = page["data"]
    batch = Batch()
    for entry in found:
        await complete_lists(link.gateway, entry)
        batch.add(entry, entry["created"] if kind.name == "event" else as_of)
    place = _after(kind, place, found, more=bool(page["has_more"]))
    batch.state[_name(kind)] = asdict(place)
    await link.write(batch)
    link.say("backfill", kind.name, done=place.done, total=place.total)
    return place


async def _read(link: Link, kind: Kind, place: Place) -> tuple[Json, int]:
    query = kind.page()
    if place.after is None:
        return await link.read(kind.path, query)
    try:
        return await link.read(kind.path, {**query, "starting_after": place.after})
    except ResourceMissing:  # the last one that was read is deleted
        return await link.read(kind.path, {**query, "created": {"lte": place.created}})


def _after(kind: Kind, place: Place, found: list[Json], *, more: bool) -> Place:
    done = place.done + len(found)
    complete = not more or not found or (kind.most is not None and done >= kind.most)
    if not found:
        return replace(place, complete=True, total=done)
    return Place(
        after=found[-1]["id"],
        created=found[-1].get("created"),
        done=done,
        total=done if complete else place.total,
        complete=complete,
    )


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
