"""How the SDK's requests travel: over aiohttp, a few at a time, with a pause where Stripe asks for one."""

from __future__ import annotations

import asyncio
import email.utils
import random
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import stripe

if TYPE_CHECKING:
    from portal_desk.services.stripe_clock import StripeClock
    from portal_desk.services.stripe_pace import Pace

MAX_CONCURRENT = 24
"""Requests at once: with a third of a second each, most of the 100 a second that live mode allows."""

LONGEST_PAUSE = 60.0
"""Seconds: a longer `Retry-After` is not waited for."""

_TOO_MANY = 429
_SERVER_ERROR = 500
_SUCCESS = range(200, 300)


@dataclass
class Attempts:
    """What happened to one call, over all its attempts.

    Attributes:
        unanswered: requests that left this machine, or may have, and got no whole answer, or a 5xx, after which
            Stripe may have acted as well.
    """

    unanswered: int = 0


Sleep = Callable[[float], Awaitable[None]]

attempts: ContextVar[Attempts] = ContextVar("attempts")
"""The call that the present task is making."""


class Answer(dict[str, str]):
    """An answer's headers, which the SDK hands on untouched, and with them its body."""

    def __init__(self, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__({name.title(): value for name, value in headers.items()})
        self.body = body

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.title())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).title())

    def find(self, name: str) -> str | None:
        """The header of this name, in whatever case."""
        return super().get(name.title())


class Transport(stripe.AIOHTTPClient):
    """The SDK's aiohttp client, with three things that it lacks.

    - An ordinary 429 is asked again after `Retry-After`, or after a growing pause
      (https://docs.stripe.com/rate-limits#handling-limiting-gracefully).
    - A body that breaks off counts as a lost connection.
    - A good answer's body is kept as bytes: the SDK's own decoding costs more than the request.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        retries: int,
        sleep: Sleep,
        clock: StripeClock,
        pace: Pace | None,
    ) -> None:
        super().__init__(timeout=aiohttp.ClientTimeout(total=80, sock_connect=15), session=session)
        self._open_session = session
        self._retries = retries
        self._sleep = sleep
        self._clock = clock
        self._pace = pace
        self._slots = asyncio.Semaphore(MAX_CONCURRENT)

    def sleep_async(self, secs: float) -> Awaitable[None]:
        """The SDK's own pauses."""
        return self._sleep(secs)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send, and ask again while the answer is an ordinary 429."""
        for retry in range(self._retries + 1):
            body, status, answer = await self._send(method, url, headers, post_data)
            pause = _pause(answer, retry)
            asked_too_often = status == _TOO_MANY and "Stripe-Should-Retry" not in answer
            if not asked_too_often or retry == self._retries or pause > LONGEST_PAUSE:
                break
            if self._pace is not None:
                self._pace.hold(pause)
            await self._sleep(pause)
        return (b"{}" if status in _SUCCESS else body), status, answer

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], post_data: object
    ) -> tuple[bytes, int, Answer]:
        args, kwargs = self._get_request_args_kwargs(method, url, headers, post_data)
        call = attempts.get()
        async with self._slots:
            if self._pace is not None:
                await self._pace.turn(method, url)
            try:
                async with self._open_session.request(*args, **kwargs) as response:
                    body = await response.read()
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                self._handle_request_error(error)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                call.unanswered += 1
                self._handle_request_error(error)
        call.unanswered += response.status >= _SERVER_ERROR
        answer = Answer(response.headers, body)
        self._read_clock(answer)
        return body, response.status, answer

    def _read_clock(self, answer: Answer) -> None:
        date = email.utils.parsedate_tz(answer.find("Date"))
        if date:
            self._clock.hear(email.utils.mktime_tz(date))


def _pause(answer: Answer, retry: int) -> float:
    """Seconds to wait before asking again."""
    asked = answer.find("Retry-After")
    if asked and asked.isdigit():
        return float(asked)
    return float(2**retry) * random.uniform(0.5, 1)  # noqa: S311 - spreads clients, hides nothing
