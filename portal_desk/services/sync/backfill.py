"""Fills an empty cache: one pass over everything, begun once it is noted where the events stand."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.services.reads import reading_for
from portal_desk.services.store import BACKFILL, TAIL
from portal_desk.services.store_writing import Batch
from portal_desk.services.sync.kinds import LISTED
from portal_desk.services.sync.link import Link
from portal_desk.services.sync.passes import SLACK, Pass, PassName, places
from portal_desk.services.sync.windows import Listing


async def backfill(link: Link, states: dict[str, Json]) -> None:
    """Begin a backfill, or go on with the one that is under way, until everything was read."""
    with reading_for("backfill"):
        if BACKFILL not in states:
            begun = await places(link, "backfill", LISTED, {})
            kinds = [kind.name for kind in LISTED]
            version = await link.gateway.api_version()
            await link.write(
                await with_events(link, "backfill", begun, kinds=kinds, version=version)
            )
            states = await link.state()
        await Pass(link, "backfill", states[BACKFILL]).run()
        await link.write(Batch(state={BACKFILL: {**states[BACKFILL], "complete": True}}))


async def with_events(link: Link, name: PassName, begun: dict[str, Json], **noted: object) -> Batch:
    """The beginning of a pass that follows the events from here on: what changes while it reads is among them.

    The newest events count as applied, because whatever is read from now on knows of them.
    """
    page, as_of = await link.read("/v1/events", {"limit": 100})
    events: list[Json] = page["data"]
    history = Listing.of(begun[f"{name}:event"])
    history.take(history.windows[0], events, more=bool(page["has_more"]))
    batch = Batch(state={**begun, f"{name}:event": history.state()})
    for event in events:
        batch.add(event, event["created"])
    batch.state[TAIL] = {
        "until": as_of,
        "heads": [[event["created"], event["id"]] for event in reversed(events)],
        "at": None,
    }
    batch.state[name] = {"started": as_of - SLACK, "complete": False, **noted}
    return batch
