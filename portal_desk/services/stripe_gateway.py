"""The one door to Stripe: JSON in, JSON out, and every refusal a known problem.

The SDK does the talking (authentication, retries, idempotency keys, encoding); its typed objects are
not made, because they cost twenty times what the request does.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import orjson

from portal_desk.errors import Offline, OutcomeUnknown, ResourceMissing, StripeUnavailable
from portal_desk.models.json import Json
from portal_desk.services.reads import Meter
from portal_desk.services.stripe_clock import Question, StripeClock
from portal_desk.services.stripe_pace import Pace

if TYPE_CHECKING:
    from portal_desk.services.ledger import Ledger
    from portal_desk.services.stripe_connection import Connection, Method
    from portal_desk.services.stripe_transport import Sleep

PAGE = 100
"""The most that Stripe lists at once."""

_MAX_DOWNLOADS = 4
_CONNECTION = "portal_desk.services.stripe_connection"


class StripeGateway:
    """Stripe's API for one key.

    All methods raise the `StripeError` family where Stripe says no, `Offline` where it can't be
    reached, and `OutcomeUnknown` where a change was sent but no readable answer came.

    Args:
        api_key: a secret or restricted key.
        api_base: another address than Stripe's own: the sandbox's.
        max_retries: how often a call is repeated after a 429, a 5xx or a lost connection.
        sleep: how to wait between attempts.
        pace: how fast requests may follow each other; by default what Stripe allows the key, and as fast as can be at
            another address, which has no limits unless it says so.
        ledger: where reads are written down, if anywhere.
    """

    def __init__(
        self,
        api_key: str,
        *,
        api_base: str | None = None,
        max_retries: int = 3,
        sleep: Sleep = asyncio.sleep,
        pace: Pace | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self._api_key = api_key
        self._api_base = api_base
        self._max_retries = max_retries
        self._sleep = sleep
        self._pace = pace or (Pace.of_key(api_key) if api_base is None else None)
        self._connection: Connection | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._downloads = asyncio.Semaphore(_MAX_DOWNLOADS)
        self._meter = Meter(ledger)
        self._clock = StripeClock()

    @property
    def reads(self) -> int:
        """GETs sent so far, repeated ones too: Stripe counts them against the account's allowance."""
        return self._meter.reads

    def now(self) -> int:
        """Seconds UTC by Stripe's clock, as far as its last answer told: the `as_of` of an answer."""
        return self._clock.now()

    async def api_version(self) -> str:
        """The version of Stripe's API that the answers are of."""
        return (await self._connected()).api_version

    async def get(self, path: str, params: Json | None = None) -> Json:
        """Read one object or one page."""
        return await self._call("get", path, params or {})

    async def read(self, path: str, params: Json | None = None) -> tuple[Json, int]:
        """An answer, and when it was asked for (seconds UTC by Stripe's clock, rather too early)."""
        question = Question(self._clock)
        answer = await self.get(path, params)
        return answer, question.asked_at()

    async def find(self, path: str, params: Json | None = None) -> tuple[Json | None, int]:
        """As `read`, but None for an object that Stripe doesn't have."""
        question = Question(self._clock)
        try:
            answer = await self.get(path, params)
        except ResourceMissing:
            return None, question.asked_at()
        return answer, question.asked_at()

    async def pages(self, path: str, params: Json | None = None) -> AsyncIterator[list[Json]]:
        """Read a list, newest first, a hundred objects at a time."""
        query = {"limit": PAGE, **(params or {})}
        more = True
        while more:
            page = await self.get(path, query)
            found: list[Json] = page["data"]
            more = bool(page.get("has_more")) and bool(found)
            if found:
                yield found
                query["starting_after"] = found[-1]["id"]

    async def post(
        self, path: str, params: Json | None = None, *, idempotency_key: str | None = None
    ) -> Json:
        """Change something; without a key the SDK makes one, for the retries of this call."""
        options = {"idempotency_key": idempotency_key} if idempotency_key else {}
        return await self._call("post", path, {**(params or {}), **options})

    async def delete(self, path: str, params: Json | None = None) -> Json:
        """Delete or cancel; sent once, because Stripe has no idempotency key for it."""
        return await self._call("delete", path, params or {})

    async def download(self, url: str) -> bytes:
        """The file behind a link that Stripe gave, such as an invoice's PDF.

        The key is not sent: such a link is its own credential.

        Raises:
            ResourceMissing: the link has expired.
            Offline: the file can't be reached.
        """
        connection = await self._connected()
        # aiohttp is imported already, by the connection.
        import aiohttp  # noqa: PLC0415

        try:
            async with self._downloads, connection.session.get(url) as response:
                return _file(url, response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            host = urlsplit(url).netloc
            raise Offline(f"{host} can't be reached.", "Check the network connection.") from error

    async def close(self) -> None:
        """End the session; a later call opens a new one."""
        connection, self._connection = self._connection, None
        if connection and self._loop is asyncio.get_running_loop():
            await connection.close()

    async def _call(self, method: Method, path: str, params: Json) -> Json:
        connection = await self._connected()
        try:
            return _decoded(await connection.send(method, path, params), method)
        finally:
            await self._meter.write_down()

    async def _connected(self) -> Connection:
        """The session of the running event loop."""
        loop = asyncio.get_running_loop()
        if self._connection is None or self._loop is not loop:
            # Importing the SDK takes long: in a thread, so that a window stays awake.
            await asyncio.to_thread(importlib.import_module, _CONNECTION)
            from portal_desk.services.stripe_connection import Connection  # noqa: PLC0415

            if self._connection is None or self._loop is not loop:
                self._loop = loop
                self._connection = Connection(
                    self._api_key,
                    self._api_base,
                    retries=self._max_retries,
                    sleep=self._sleep,
                    meter=self._meter,
                    clock=self._clock,
                    pace=self._pace,
                )
        return self._connection


def _decoded(body: bytes, method: Method) -> Json:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if method != "get":
            msg = (
                "Stripe's answer can't be read, so it is not known whether the change took effect."
            )
            raise OutcomeUnknown(msg, "Look at the customer again before doing more.") from error
        msg = "Stripe's answer can't be read."
        raise StripeUnavailable(msg, "Try again in a minute.") from error
    return cast("Json", found)


def _file(url: str, status: int, body: bytes) -> bytes:
    if status >= 500:  # noqa: PLR2004
        msg = f"{urlsplit(url).netloc} answered with status {status}."
        raise StripeUnavailable(msg, "Try again in a minute.", http_status=status)
    if status != 200:  # noqa: PLR2004
        msg = f"The link to the file no longer works (status {status})."
        raise ResourceMissing(msg, "Read the invoice again for a new link.", http_status=status)
    return body
