"""Requests are spaced so that Stripe has nothing to refuse, and hardly slower than it allows."""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import dataclass, field

import pytest

from portal_desk.sandbox.call import Endpoint
from portal_desk.sandbox.limits import Limits
from portal_desk.sandbox.settings import Plan, Settings
from portal_desk.services.stripe_pace import Pace


@dataclass
class Time:
    """A time that passes only where somebody waits for it."""

    now: float = 0.0
    _waiting: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        done = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds, id(done), done))
        await done

    def pass_on(self) -> None:
        """Go on to what is waited for next."""
        self.now, _, done = heapq.heappop(self._waiting)
        done.set_result(None)


def endpoint(path: str) -> Endpoint:
    return Endpoint("GET", path, lambda call: {}, "", "customer")


async def send(livemode: bool, plan: Plan, paths: list[str], count: int) -> float:
    """Send `count` requests by twenty-four at once; returns how long that took. A refusal would be raised."""
    time = Time()
    pace = Pace(livemode=livemode, sleep=time.sleep, clock=lambda: time.now)
    limits = Limits(Settings(rate_limits=plan), lambda: time.now)
    left = list(range(count))

    async def work() -> None:
        while left:
            path = paths[left.pop() % len(paths)]
            await pace.turn("get", f"https://api.stripe.com{path}?limit=100")
            limits.count(endpoint(path))

    working = asyncio.gather(*(work() for _ in range(24)))
    while not working.done():
        for _ in range(60):
            await asyncio.sleep(0)
        if time._waiting:
            time.pass_on()
    await working
    return time.now


LISTS = ["/v1/customers", "/v1/invoices", "/v1/subscriptions", "/v1/prices", "/v1/events"]


@pytest.mark.parametrize(
    ("livemode", "plan", "paths", "limit"),
    [
        (True, "live", LISTS, 100),
        (True, "live", LISTS[:1], 25),
        (False, "test", LISTS, 25),
    ],
)
async def test_nothing_is_refused_and_most_of_what_is_allowed_is_used(
    livemode: bool, plan: Plan, paths: list[str], limit: int
) -> None:
    took = await send(livemode, plan, paths, 1_000)
    assert 1_000 / took > 0.75 * limit


async def test_a_customer_is_opened_without_waiting() -> None:
    time = Time()
    pace = Pace(livemode=False, sleep=time.sleep, clock=lambda: time.now)
    for path in ("customers/cus_1", "subscriptions", "customers/cus_1/payment_methods"):
        await pace.turn("get", f"https://api.stripe.com/v1/{path}")
    assert time.now == 0


async def test_a_pause_that_stripe_asks_for_counts_for_all_requests() -> None:
    time = Time()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    pace = Pace(livemode=True, sleep=sleep, clock=lambda: time.now)
    pace.hold(7)
    await pace.turn("get", "https://api.stripe.com/v1/events")
    assert waits == [pytest.approx(7, abs=0.3)]
