"""A pass over everything that Stripe lists, side by side, each page written with the places to go on from."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from portal_desk.errors import ResourceMissing
from portal_desk.models.json import Json
from portal_desk.models.verification import Findings, Found
from portal_desk.services.nested_lists import complete_lists
from portal_desk.services.store import BACKFILL
from portal_desk.services.store_writing import Batch, Trust
from portal_desk.services.sync.kinds import LISTED, Kind
from portal_desk.services.sync.link import Link
from portal_desk.services.sync.together import together
from portal_desk.services.sync.windows import BEGINNING, Listing, Window

SLACK = 5
"""Seconds before a pass's start from which a row counts as seen by it: clocks differ a little."""

PassName = Literal["backfill", "verify"]


@dataclass
class Pass:
    """A pass, which can be gone on with after any page.

    Attributes:
        name: `backfill` fills a cache, `verify` compares one that is full.
        state: what is noted of it under its name, with `started` (seconds UTC).
        findings: what was not as it is at Stripe, where it compares.
    """

    link: Link
    name: PassName
    state: Json
    kinds: tuple[Kind, ...] = LISTED
    findings: Findings | None = field(init=False)

    def __post_init__(self) -> None:
        found = self.state.get("findings")
        self.findings = Findings.of(found) if found is not None else None

    def place(self, kind: Kind) -> str:
        """The name under which it is noted how far a kind is read."""
        return f"{self.name}:{kind.name}"

    def note(self, batch: Batch) -> None:
        """Note what was found, with the rows that it was found in."""
        if self.findings is not None:
            self.state["findings"] = self.findings.state()
            batch.state[self.name] = self.state

    async def run(self) -> None:
        """Read every list to its end, and forget what Stripe no longer has."""
        states = await self.link.state()
        async with together() as group:
            for kind in self.kinds:
                listing = Listing.of(states[self.place(kind)])
                group.create_task(self._read_kind(kind, listing))

    async def _read_kind(self, kind: Kind, listing: Listing) -> None:
        async with together() as group:

            async def read(window: Window) -> None:
                while window in listing.windows:
                    await self._next_page(kind, listing, window)
                    if divided := listing.divide():
                        group.create_task(read(divided))

            for window in listing.windows:
                group.create_task(read(window))
        for name in (kind.name, *kind.brings):
            await self.forget_unseen(name)

    async def _next_page(self, kind: Kind, listing: Listing, window: Window) -> None:
        page, as_of = await self._read(kind, window)
        found: list[Json] = page["data"]
        batch = Batch(bulk=True)
        for entry in found:
            await complete_lists(self.link.gateway, entry)
            batch.add(entry, entry["created"] if kind.name == "event" else as_of, Trust.PAGE)
        async with self.link.writing:  # the places of all windows are noted at once
            listing.take(window, found, more=bool(page["has_more"]))
            await self._compare(batch)
            batch.state[self.place(kind)] = listing.state()
            await self.link.write(batch)
        self.link.say(self.name, kind.name, done=listing.done, total=listing.total)

    async def _read(self, kind: Kind, window: Window) -> tuple[Json, int]:
        try:
            return await self.link.read(kind.path, kind.page() | window.query())
        except ResourceMissing:
            if window.after is None:
                raise
        window.lose_cursor()
        return await self.link.read(kind.path, kind.page() | window.query())

    async def _compare(self, batch: Batch) -> None:
        if self.findings is None:
            return
        differences = await asyncio.to_thread(self.link.store.differences, batch)
        for kind, object_id, drift in differences:
            if kind != "event":  # those of the history come as they are read
                self.findings.note(Found(kind, drift, object_id))
        self.note(batch)

    async def forget_unseen(self, kind: str, *, note: bool = True) -> None:
        """Forget the rows of a kind that no page of this pass had; `note` whether that counts as a finding."""
        if kind == "event":  # older ones are the history, which Stripe keeps for a month alone
            return
        started = self.state["started"]
        unseen = await asyncio.to_thread(self.link.store.unseen, kind, started)
        if not unseen:
            return
        batch = Batch()
        for object_id in unseen:
            batch.remove(kind, object_id, started)
        async with self.link.writing:
            if self.findings is not None and note:
                for object_id in unseen:
                    self.findings.note(Found(kind, "vanished", object_id))
            self.note(batch)
            await self.link.write(batch)


async def places(
    link: Link, name: PassName, kinds: tuple[Kind, ...], states: dict[str, Json]
) -> dict[str, Json]:
    """Where a pass begins in each list; how many there are is what the last complete backfill knows."""
    bottom = (await asyncio.to_thread(link.store.account)).get("created") or BEGINNING
    found = {}
    for kind in kinds:
        before = states.get(f"{BACKFILL}:{kind.name}", {})
        total = before.get("done") if before.get("complete") else before.get("total")
        listing = Listing(total=total, most=kind.most, dividable=kind.dividable, bottom=bottom)
        found[f"{name}:{kind.name}"] = listing.state()
    return found


def is_under_way(states: dict[str, Json], name: PassName) -> bool:
    """Whether a pass was begun and isn't over."""
    return not states.get(name, {}).get("complete", True)
