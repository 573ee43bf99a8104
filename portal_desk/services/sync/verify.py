"""Compares a full cache with Stripe: finds what is missing, stale or gone there, repairs it, and says what it found."""

from __future__ import annotations

import asyncio

from portal_desk.models.json import Json
from portal_desk.models.verification import Findings, Reason, Verification
from portal_desk.services.reads import reading_for
from portal_desk.services.store import BACKFILL, VERIFY, Store
from portal_desk.services.store_writing import Batch
from portal_desk.services.sync.backfill import with_events
from portal_desk.services.sync.kinds import LISTED, Kind
from portal_desk.services.sync.link import Link
from portal_desk.services.sync.passes import SLACK, Pass, is_under_way, places
from portal_desk.services.sync.tail import poll
from portal_desk.services.sync.together import together

FOLLOWED_EVERY = 30.0
"""Seconds between two looks at the events while everything is read, which can take an hour."""

_A_MOMENT = 2
"""Seconds by which the clocks that date events and answers may differ."""

_HISTORY = "event"


async def verify(link: Link, reason: Reason) -> Verification:
    """Compare, or go on with the comparison that is under way, whatever began it."""
    with reading_for("verification"):
        states = await link.state()
        if not is_under_way(states, "verify"):
            await link.write(await _begin(link, reason, states))
            states = await link.state()
        reading = Pass(link, "verify", states[VERIFY], _kinds(states[VERIFY]["reason"]))
        await _read_all(link, reading)
        await poll(link)
        return await _finish(link, reading)


async def _begin(link: Link, reason: Reason, states: dict[str, Json]) -> Batch:
    begun = await places(link, "verify", _kinds(reason), states)
    noted = {"reason": reason, "findings": Findings().state()}
    if reason == "gap":
        return await with_events(link, "verify", begun, **noted)
    await poll(link)  # so that what is found is not just the latest news
    started = link.gateway.now() - SLACK
    return Batch(state={**begun, VERIFY: {"started": started, "complete": False, **noted}})


def _kinds(reason: Reason) -> tuple[Kind, ...]:
    """What is read; events never change, so that only missed ones have to be."""
    return tuple(kind for kind in LISTED if reason == "gap" or kind.name != _HISTORY)


async def _read_all(link: Link, reading: Pass) -> None:
    """Read everything, and follow the events meanwhile."""
    async with together() as group:
        following = group.create_task(_follow(link))
        await reading.run()
        following.cancel()
    if reading.state["reason"] != "asked":
        # No list shows the payment methods of all: each customer's are read again when it is opened.
        await reading.forget_unseen("payment_method", note=False)


async def _follow(link: Link) -> None:
    while True:
        await asyncio.sleep(FOLLOWED_EVERY)
        await poll(link)


async def _finish(link: Link, reading: Pass) -> Verification:
    """Take back what was only news, and note the outcome."""
    findings = reading.findings or Findings()
    ids = [found.id for found in findings.named]
    since = reading.state["started"] + SLACK - _A_MOMENT
    news = await asyncio.to_thread(link.store.events_about, ids, since)
    findings.take_back({event["data"]["object"]["id"] for event in news})
    batch = Batch()
    reading.note(batch)
    finished = {"complete": True, "finished": link.gateway.now()}
    batch.state[VERIFY] = reading.state | finished
    states = await link.state()
    for kind in reading.kinds:
        batch.state[f"{BACKFILL}:{kind.name}"] = states[reading.place(kind)]
        batch.state[reading.place(kind)] = None
    version = {"version": await link.gateway.api_version()}
    batch.state[BACKFILL] = {**states[BACKFILL], **version}
    await link.write(batch)
    link.say("verified", done=findings.total, message=str(findings))
    return Verification(reading.state["reason"], finished["finished"], findings)


def last_verification(store: Store) -> Verification | None:
    """The last comparison that is over, if there was any."""
    state = store.state().get(VERIFY, {})
    if not state.get("complete"):
        return None
    return Verification(state["reason"], state["finished"], Findings.of(state["findings"]))
