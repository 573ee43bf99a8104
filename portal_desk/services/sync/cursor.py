"""How far the events are applied, and which one to read on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal_desk.models.json import Json
from portal_desk.services.store import TAIL

RETENTION = 30 * 86_400
"""Seconds that Stripe keeps events (https://docs.stripe.com/api/events)."""

MARGIN = 3_600
"""Seconds before the end of the retention from which the events are no longer relied on."""

OVERLAP = 15
"""Seconds that are read again: `created` has whole seconds, and an event can show up late."""

AGAIN = 50
"""Events that are read again at least, however old: in an account where little happens one may show up very late, and a
page of a hundred has room for them."""

SAVED_EVERY = 600
"""Seconds after which the cursor is saved although nothing happened."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the events are applied.

    Attributes:
        until: up to when, but for what shows up late (seconds UTC).
        heads: the newest events that were applied, oldest first, with their `created`; no more than are read again.
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
        found = tuple((event["created"], event["id"]) for event in reversed(events))
        again = set(found)
        heads = (*(head for head in self.heads if head not in again), *found)
        moved = replace(self, until=max(self.until, until), heads=heads)
        return replace(moved, heads=heads[moved.place() :])

    def place(self) -> int:
        """Which head to read on from: the last one before the overlap, or an older one where there is room."""
        settled = [i for i, head in enumerate(self.heads) if head[0] <= self.until - OVERLAP]
        return max(0, min(settled[-1] if settled else 0, len(self.heads) - AGAIN))

    def is_near(self, saved: Cursor) -> bool:
        """Whether the saved cursor serves as well, so that nothing need be written."""
        recent = saved.at is not None and self.until - saved.until < SAVED_EVERY
        return recent and self.heads == saved.heads

    def anchor(self, now: int) -> str | None:
        """The event to read on from, if there is one that Stripe still has."""
        created, event = self.heads[self.place()] if self.heads else (0, None)
        return event if created > now - RETENTION + MARGIN else None

    def is_gap(self, now: int) -> bool:
        """Whether events since then are lost."""
        return self.until < now - RETENTION + MARGIN


def is_gap(states: dict[str, Json], now: int) -> bool:
    """Whether events since the last sync are lost, so that all has to be read again."""
    return Cursor.of(states[TAIL]).is_gap(now)
