"""The world while it is being made: what is stored, what was priced, what happened lately."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import TypeVar

from portal_desk.models.json import Json
from portal_desk.sandbox.state import State
from portal_desk.sandbox.versions import API_VERSION

DAY = 86_400
FEED_DAYS = 30
"""How far back the event feed goes (https://docs.stripe.com/api/events)."""
_NO_REQUEST: Json = {"id": None, "idempotency_key": None}

_T = TypeVar("_T")


@cache
def _sums(weights: tuple[int, ...]) -> list[int]:
    return list(accumulate(weights))


@dataclass
class World:
    """A state being filled.

    Attributes:
        state: where everything ends up.
        now: the moment that the world is made for (seconds UTC).
        products: by the seed's own keys.
        prices: by key, currency and interval.
        coupons: by the seed's own keys.
        tax_rates: by country.
        configurations: the ids of the portal's configurations, by name.
        redeemed: how often each coupon was, by the seed's own keys.
        number: how many customers were made before the present one.
    """

    state: State
    now: int
    products: dict[str, Json] = field(default_factory=dict)
    prices: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    coupons: dict[str, Json] = field(default_factory=dict)
    tax_rates: dict[str, Json] = field(default_factory=dict)
    configurations: dict[str, str] = field(default_factory=dict)
    redeemed: Counter[str] = field(default_factory=Counter)
    number: int = 0
    _made: list[Json] = field(default_factory=list)

    def begin_customer(self, number: int, chance: int) -> None:
        """Give the next customer a chance of its own: what happens to one changes no other."""
        self.number = number
        self.state.random.seed(chance)

    def store(self, new: Json, event: str | None = None) -> Json:
        """Note that an object is to be stored; with `event`, that it was created when it says so.

        It may still be changed, until it is `taken`.
        """
        self._made.append(new)
        if event:
            self.note(event, new, new["created"])
        return new

    def note(self, event: str, about: Json, at: int, previous: Json | None = None) -> None:
        """Put an event on the feed, with the object as it is now, unless it is too long ago."""
        if not self.now - FEED_DAYS * DAY < at <= self.now:
            return
        data: Json = {"object": dict(about)}
        if previous is not None:
            data["previous_attributes"] = previous
        happened = {
            "id": self.state.new_id("evt", 24),
            "object": "event",
            "api_version": API_VERSION,
            "created": at,
            "data": data,
            "livemode": self.state.livemode,
            "pending_webhooks": 0,
            "request": _NO_REQUEST,
            "type": event,
        }
        self._made.append(happened)

    def taken(self) -> list[Json]:
        """Everything that was made since the last time."""
        made, self._made = self._made, []
        return made

    def price(self, key: str, currency: str, interval: str = "month") -> Json:
        """A product's price; in US dollars where it isn't sold in the currency."""
        return self.prices.get((key, currency, interval)) or self.prices[key, "usd", interval]

    def pick(self, among: Sequence[_T], weights: Sequence[int] | None = None) -> _T:
        """One of several, by chance."""
        drawn = self.state.random.random()
        if weights is None:
            return among[int(drawn * len(among))]
        sums = _sums(tuple(weights))
        return among[bisect(sums, drawn * sums[-1])]

    def chance(self, share: float) -> bool:
        """True in a share of cases."""
        return self.state.random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, for one draw however wide the range is."""
        return low + int(self.state.random.random() * (high - low + 1))

    def digits(self, pattern: str) -> str:
        """The pattern with a digit of chance for each `#`."""
        parts = pattern.split("#")
        drawn = [str(int(self.state.random.random() * 10)) for _ in parts[1:]]
        return parts[0] + "".join(
            digit + part for digit, part in zip(drawn, parts[1:], strict=True)
        )
