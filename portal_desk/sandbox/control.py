"""What only a sandbox has: faults on demand, settings, a clock that can be moved on, and the emails it sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias, get_args

import orjson
from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.faults import EventKind, read_fault
from portal_desk.sandbox.gate import new_request_id, refused
from portal_desk.sandbox.keys import authenticate
from portal_desk.sandbox.portal_login import outbox
from portal_desk.sandbox.problems import StripeProblem, invalid
from portal_desk.sandbox.state import State
from portal_desk.sandbox.webhook_queue import undelivered

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.Response]]


class Control:
    """`/_sandbox/…`: takes JSON, wants a key like every other request."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """The routes for the web server."""
        return [
            web.get("/_sandbox/faults", self._handler(self._show_faults)),
            web.post("/_sandbox/faults", self._handler(self._add_fault)),
            web.delete("/_sandbox/faults", self._handler(self._clear_faults)),
            web.get("/_sandbox/settings", self._handler(self._show_settings)),
            web.post("/_sandbox/settings", self._handler(self._change_settings)),
            web.post("/_sandbox/clock", self._handler(self._advance)),
            web.get("/_sandbox/outbox", self._handler(self._show_outbox)),
            web.get("/_sandbox/webhooks", self._handler(self._show_undelivered)),
        ]

    def _handler(self, act: Callable[[Json], Json]) -> Handler:
        """What the web server calls for something that can be done with a wish."""

        async def handle(request: web.Request) -> web.Response:
            try:
                authenticate(request.headers, livemode=self._state.livemode)
                wish = _read(await request.read()) if request.method == "POST" else {}
                with self._state.unit():
                    return web.json_response(act(wish))
            except StripeProblem as problem:
                return refused(problem, new_request_id())

        return handle

    def _show_faults(self, _: Json) -> Json:
        waiting = [*self._state.faults.waiting, *self._state.feed.faults(self._state.feed_now())]
        return {"faults": [fault.as_json() for fault in waiting]}

    def _add_fault(self, wish: Json) -> Json:
        fault = read_fault(wish)
        if fault.kind in get_args(EventKind):
            self._state.feed.begin(fault, self._state.feed_now())
        else:
            self._state.faults.waiting.append(fault)
        return fault.as_json()

    def _clear_faults(self, _: Json) -> Json:
        self._state.faults.waiting.clear()
        self._state.feed.end()
        return {"faults": []}

    def _show_settings(self, _: Json) -> Json:
        return self._state.settings.as_json()

    def _change_settings(self, wish: Json) -> Json:
        self._state.settings.change(wish)
        return self._state.settings.as_json()

    def _show_outbox(self, _: Json) -> Json:
        return {"emails": outbox(self._state)}

    def _show_undelivered(self, _: Json) -> Json:
        return {"deliveries": undelivered(self._state)}

    def _advance(self, wish: Json) -> Json:
        """Move the clock on by `advance` seconds, and bill what comes due; it never goes back."""
        seconds = wish.get("advance")
        if type(seconds) is not int or seconds < 0:
            raise invalid("advance must be a number of seconds", "advance")
        before = self._state.now
        self._state.now = lambda: before() + seconds
        billing.advance(self._state)
        return {"now": self._state.now()}


def _read(body: bytes) -> Json:
    try:
        wish = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise invalid(f"Not JSON: {error}") from error
    if not isinstance(wish, dict):
        raise invalid("A JSON object is wanted.")
    return wish
