"""What only a sandbox has: faults on demand and a clock that can be moved on."""

from __future__ import annotations

import orjson
from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.faults import Faults
from portal_desk.sandbox.gate import new_request_id, refused
from portal_desk.sandbox.keys import authenticate
from portal_desk.sandbox.problems import StripeProblem, invalid
from portal_desk.sandbox.state import State


class Control:
    """`/_sandbox/…`: takes JSON, wants a key like every other request."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """The routes for the web server."""
        return [
            web.post("/_sandbox/faults", self._add_fault),
            web.delete("/_sandbox/faults", self._clear_faults),
            web.post("/_sandbox/clock", self._advance),
        ]

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            self._faults.add(await self._wish(request))
        except StripeProblem as problem:
            return refused(problem, new_request_id())
        return web.json_response({})

    async def _clear_faults(self, _: web.Request) -> web.Response:
        self._faults.clear()
        return web.json_response({})

    async def _advance(self, request: web.Request) -> web.Response:
        """Move the clock on by `advance` seconds, and bill what comes due; it never goes back."""
        try:
            seconds = (await self._wish(request)).get("advance")
            if not isinstance(seconds, int) or seconds < 0:
                raise invalid("advance must be a number of seconds", "advance")
        except StripeProblem as problem:
            return refused(problem, new_request_id())
        before = self._state.now
        self._state.now = lambda: before() + seconds
        billing.advance(self._state)
        return web.json_response({"now": self._state.now()})

    async def _wish(self, request: web.Request) -> Json:
        authenticate(request.headers, livemode=self._state.livemode)
        try:
            wish = orjson.loads(await request.read())
        except orjson.JSONDecodeError as error:
            raise invalid(f"Not JSON: {error}") from error
        if not isinstance(wish, dict):
            raise invalid("A JSON object is wanted.")
        return wish
