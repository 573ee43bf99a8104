"""One step of the sync: whatever the cache lacks, then the events."""

from __future__ import annotations

import asyncio

from portal_desk.errors import InvalidInput
from portal_desk.models.json import Json
from portal_desk.models.verification import Reason
from portal_desk.services.store import BACKFILL, VERIFY
from portal_desk.services.store_writing import Batch
from portal_desk.services.sync.attention import Attention
from portal_desk.services.sync.backfill import backfill
from portal_desk.services.sync.cursor import is_gap
from portal_desk.services.sync.link import CacheReplaced, Link
from portal_desk.services.sync.passes import is_under_way
from portal_desk.services.sync.tail import CursorLost, poll
from portal_desk.services.sync.verify import verify


async def bring_up_to_date(link: Link, attention: Attention) -> int:
    """Fill the cache or compare it where that is due, then apply what happened.

    Returns how many events that were.

    Raises:
        InvalidInput: the key is of another account.
        CacheReplaced: the cache is another file now, or has to become one.
    """
    states = await _checked(link)
    if await _must_begin(link, states):
        await _forget(link, BACKFILL)
        states = {name: state for name, state in states.items() if name != BACKFILL}
    if not states.get(BACKFILL, {}).get("complete"):
        await backfill(link, states)
        attention.verify = False
    elif reason := await _reason(link, states, attention):
        await verify(link, reason)
        attention.verify = False
    try:
        happened = await poll(link)
    except CursorLost:
        await _forget(link, VERIFY)
        await verify(link, "gap")
        happened = await poll(link)
    link.say("tail", done=happened)
    return happened


async def _must_begin(link: Link, states: dict[str, Json]) -> bool:
    """Whether a backfill that was begun is of no use: too much happened since, or in another version."""
    begun = states.get(BACKFILL)
    if begun is None or begun["complete"]:
        return False
    return is_gap(states, link.gateway.now()) or begun.get("version") != await _version(link)


async def _reason(link: Link, states: dict[str, Json], attention: Attention) -> Reason | None:
    """Why the cache has to be compared, if it has to."""
    if is_gap(states, link.gateway.now()):
        await _forget(link, VERIFY)  # one that is under way doesn't know of the gap
        return "gap"
    if states[BACKFILL].get("version") != await _version(link):
        return "version"
    if is_under_way(states, "verify"):
        return "asked"
    return "asked" if attention.verify else None


async def _version(link: Link) -> str:
    return await link.gateway.api_version()


async def _forget(link: Link, name: str) -> None:
    await link.write(Batch(state={name: None}))


async def _checked(link: Link) -> dict[str, Json]:
    """Where the sync stands; the account is read once a run, and until the first backfill is over.

    Raises:
        InvalidInput: the key is of another account.
        CacheReplaced: the cache was another account's; it is begun anew.
    """
    states = await link.state()
    if states.get(BACKFILL, {}).get("complete") and link.account_checked:
        return states
    account, as_of = await link.read("/v1/account")
    known = (await asyncio.to_thread(link.store.account)).get("id", account["id"])
    expected = link.account or known
    if account["id"] != expected:
        msg = f"This cache is of {expected}, but the key is of {account['id']}."
        raise InvalidInput(msg, "Connect the other account as one of its own.")
    if known != expected:
        await asyncio.to_thread(link.store.start_over)
        raise CacheReplaced
    batch = Batch()
    batch.add(account, as_of)
    await link.write(batch)
    link.account_checked = True
    return states
