"""Spaces requests, so that Stripe needn't refuse any (https://docs.stripe.com/rate-limits)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

IN_ALL = {True: 100.0, False: 25.0}
"""Requests a second that an account may make in live mode, and otherwise."""
PER_ENDPOINT = 25.0

_STEADY = 0.8
"""The part of a limit that is used for long; the rest is left for short bursts and for the account's other tools."""


@dataclass
class _Lane:
    """Requests that share a limit: `rate` a second for long, and as many more at once as the limit leaves.

    Attributes:
        limit: how many a second Stripe takes.
        free: when the lane would be free if everything were evenly spaced (seconds).
    """

    limit: float
    free: float = 0.0

    def book(self, now: float) -> float:
        """Take the next place; returns how long to wait for it, in seconds."""
        rate = self.limit * _STEADY
        burst = self.limit - rate
        self.free = max(self.free, now) + 1 / rate
        return max(0.0, self.free - now - burst / rate)


class Pace:
    """The pace of one key's requests.

    Args:
        livemode: whether the limits are those of live mode.
        sleep: how to wait, in seconds.
        clock: seconds that only go on.
    """

    def __init__(
        self,
        *,
        livemode: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._in_all = _Lane(IN_ALL[livemode])
        self._endpoints: dict[str, _Lane] = {}
        self._sleep = sleep
        self._clock = clock

    @classmethod
    def of_key(cls, api_key: str) -> Self:
        """The pace that the mode of a key allows."""
        return cls(livemode="_live_" in api_key)

    async def turn(self, method: str, url: str) -> None:
        """Wait until a request may be sent."""
        now = self._clock()
        lane = self._endpoints.setdefault(_endpoint(method, url), _Lane(PER_ENDPOINT))
        wait = max(self._in_all.book(now), lane.book(now))
        if wait > 0:
            await self._sleep(wait)

    def hold(self, seconds: float) -> None:
        """Send nothing more for so long: Stripe asked for a pause."""
        self._in_all.free = max(self._in_all.free, self._clock() + seconds)


def _endpoint(method: str, url: str) -> str:
    """The endpoint of a URL, such as `get /v1/customers/*/tax_ids`; ids don't tell endpoints apart."""
    version, resource, *rest = (*urlsplit(url).path.strip("/").split("/"), "")
    return "/".join((method, version, resource, *("*" for _ in rest[:1]), *rest[1:2]))
