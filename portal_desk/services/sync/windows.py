"""How a list is divided into windows of `created` that are read side by side. Plans only; reads nothing.

A list begins as one window. Once enough of it was read, the longest window is divided at the middle of the time that
is left in it, and so on. A window ends exactly where the next one begins, so a division costs one page that isn't full
at most; with one division for every twenty full pages, a list never costs more than 5 % more pages than it must.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Self

from portal_desk.models.json import Json

PAGE = 100
"""The most that Stripe lists at once (https://docs.stripe.com/api/pagination)."""

SIDE_BY_SIDE = 8
"""Windows of one list that are read at once: with a third of a second a page that makes the 25 a second that an
endpoint allows (https://docs.stripe.com/rate-limits)."""

PAGES_A_DIVISION = 20
WORTH = 4.0
"""Pages that must be left in a window, as far as can be told, to divide it."""

BEGINNING = 1_293_840_000
"""The start of 2011 (seconds UTC), before Stripe had any customer: where a list is thought to end at the latest."""


@dataclass(slots=True)
class Window:
    """A span of a list, newest first.

    Attributes:
        newest: the latest `created` in it (seconds UTC); None for no bound.
        oldest: what all that is in it is created after; None for no bound.
        after: the last object of it that was read.
        created: when that one was created.
        first: when the first one that was read was created.
        pages: how many of its pages were read.
    """

    newest: int | None = None
    oldest: int | None = None
    after: str | None = None
    created: int | None = None
    first: int | None = None
    pages: int = 0

    def query(self) -> Json:
        """The parameters of its next page."""
        bounds = {"lte": self.newest, "gt": self.oldest}
        known = {name: bound for name, bound in bounds.items() if bound is not None}
        query: Json = {"created": known} if known else {}
        return query | ({"starting_after": self.after} if self.after else {})

    def move_to(self, last: Json) -> None:
        """Note that it is read up to this object."""
        self.after, self.created = last["id"], last.get("created")
        self.pages += 1

    def lose_cursor(self) -> None:
        """Go on by time, because the last object that was read is gone at Stripe."""
        self.newest, self.after = self.created, None

    def pages_left(self, bottom: int) -> float:
        """How many pages are left if the rest is as dense as what was read; `bottom` is where the list may end."""
        if not self.pages or self.created is None or self.first is None:
            return 0.0
        left = self.created - self._low(self.created, bottom)
        return self.pages * left / max(self.first - self.created, 1) if left > 1 else 0.0

    def divide(self, bottom: int) -> Window:
        """Give up the older half of the time that is left; returns that half."""
        if self.created is None:
            msg = "a window of which nothing was read can't be divided"
            raise ValueError(msg)
        middle = (self.created + self._low(self.created, bottom)) // 2
        older = Window(newest=middle, oldest=self.oldest)
        self.oldest = middle
        return older

    def _low(self, created: int, bottom: int) -> int:
        if self.oldest is not None:
            return self.oldest
        return bottom if bottom < created else BEGINNING


@dataclass
class Listing:
    """How far one list is read.

    Attributes:
        windows: those that are not read to their end yet.
        done: objects that were read.
        total: how many there were the last time; None where that isn't known.
        most: how many to read at most; None for all.
        divisions: how often a window was divided.
        dividable: whether the list can be asked for by `created`.
        bottom: where it may end (seconds UTC), for guesses alone.
    """

    windows: list[Window] = field(default_factory=lambda: [Window()])
    done: int = 0
    total: int | None = None
    most: int | None = None
    divisions: int = 0
    dividable: bool = True
    bottom: int = BEGINNING

    @classmethod
    def of(cls, state: Json) -> Self:
        """The listing that `state` is of."""
        fields = {name: state[name] for name in cls.__dataclass_fields__}
        return cls(**fields | {"windows": [Window(**window) for window in state["windows"]]})

    def state(self) -> Json:
        """What to note in the cache, with what others ask: `done`, `total`, `complete`."""
        return {**asdict(self), "complete": self.complete}

    @property
    def complete(self) -> bool:
        """Whether all was read."""
        return not self.windows

    def take(self, window: Window, found: list[Json], *, more: bool) -> None:
        """Note that a page of a window was read."""
        own = [
            entry for entry in found if window.oldest is None or entry["created"] > window.oldest
        ]
        self.done += len(own)
        enough = self.most is not None and self.done >= self.most
        if not more or len(own) < len(found) or not found or enough:
            self.windows.remove(window)
            self.total = self.done if self.complete else self.total
            return
        if window.first is None:
            window.first = found[0].get("created")
        window.move_to(found[-1])

    def divide(self) -> Window | None:
        """A new window to read beside the others, if that pays."""
        allowed = self.done // (PAGE * PAGES_A_DIVISION)
        if not self.dividable or self.divisions >= allowed or len(self.windows) >= SIDE_BY_SIDE:
            return None
        longest = max(self.windows, key=lambda window: window.pages_left(self.bottom), default=None)
        if longest is None or longest.pages_left(self.bottom) < WORTH:
            return None
        self.divisions += 1
        self.windows.append(longest.divide(self.bottom))
        return self.windows[-1]
