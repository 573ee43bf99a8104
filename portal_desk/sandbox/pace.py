"""A sandbox whose whole time passes faster than ours: a year to watch in a lunch break."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from portal_desk.sandbox import billing
from portal_desk.sandbox.state import State

_TICK = 1.0
_IDLE_SHARE = 10
"""Billing takes a tenth of the time at most, however many customers there are."""


def sped_up(now: Callable[[], int], speed: float) -> Callable[[], int]:
    """A clock that starts at `now` and runs `speed` times as fast as ours."""
    start, since = now(), time.monotonic()
    return lambda: start + int((time.monotonic() - since) * speed)


async def keep_billing(state: State) -> None:
    """Bill what comes due as time passes, until cancelled."""
    while True:
        began = time.monotonic()
        with state.unit():
            billing.advance(state)
        await asyncio.sleep(max(_TICK, (time.monotonic() - began) * _IDLE_SHARE))
