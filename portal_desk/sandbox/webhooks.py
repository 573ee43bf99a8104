"""Webhooks: events sent to the addresses that asked for them, signed, and again until they are taken.

https://docs.stripe.com/webhooks
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Callable

import aiohttp
import orjson
from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox.expand import present
from portal_desk.sandbox.older import in_version
from portal_desk.sandbox.state import State
from portal_desk.sandbox.webhook_queue import ENDPOINT, SECRET, due_now, settle

_LONGEST = 10.0
"""How long an endpoint may take to answer, in seconds."""
_PAUSE = 0.1
"""How often we look what is due, in seconds."""


def signature(secret: str, payload: bytes, at: int) -> str:
    """The `Stripe-Signature` of a payload sent `at` (seconds UTC).

    https://docs.stripe.com/webhooks#verify-manually
    """
    digest = hmac.new(secret.encode(), b"%d." % at + payload, "sha256").hexdigest()
    return f"t={at},v1={digest}"


def delivering(state: State) -> Callable[[web.Application], AsyncIterator[None]]:
    """Sends what is due for as long as the application runs."""

    async def context(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_keep_delivering(state))
        task.add_done_callback(_report)
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    return context


def _report(task: asyncio.Task[None]) -> None:
    """A bug is told of when it stops the deliveries, not when the sandbox ends."""
    if not task.cancelled() and (error := task.exception()):
        told = {"message": "No webhooks are sent any more", "exception": error}
        task.get_loop().call_exception_handler(told)


async def _keep_delivering(state: State) -> None:
    timeout = aiohttp.ClientTimeout(total=_LONGEST)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while True:
            due = list(due_now(state))
            endpoints = {each["endpoint"] for each in due}
            await asyncio.gather(
                *(
                    _deliver(state, session, [each for each in due if each["endpoint"] == one])
                    for one in endpoints
                )
            )
            await asyncio.sleep(_PAUSE)


async def _deliver(state: State, session: aiohttp.ClientSession, due: list[Json]) -> None:
    """Send events to one endpoint, one after the other, so that they come in order."""
    for delivery in due:
        endpoint = state.get(ENDPOINT, delivery["endpoint"])
        event = state.get("event", delivery["event"])
        answered: int | str | None = None
        if event and endpoint and endpoint["status"] == "enabled":
            answered = await _send(state, session, endpoint, event)
        with state.unit():
            settle(state, delivery["id"], answered)


async def _send(
    state: State, session: aiohttp.ClientSession, endpoint: Json, event: Json
) -> int | str:
    """The status that an endpoint answered an event with, or why there is none."""
    payload = _payload(state, endpoint, event)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(endpoint[SECRET], payload, int(time.time())),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    try:
        async with session.post(
            endpoint["url"], data=payload, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return str(error) or type(error).__name__


def _payload(state: State, endpoint: Json, event: Json) -> bytes:
    """An event as an endpoint wants it: in its own API version, where it has one."""
    version = endpoint["api_version"] or event["api_version"]
    shown = in_version(state, present(state, {**event, "api_version": version}, []), version)
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2)
