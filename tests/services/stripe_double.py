"""A web server that answers what a test tells it to: for what the sandbox is too well-behaved to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from portal_desk.models.json import Json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class StripeDouble:
    """Answers in the order given; the last answer stays.

    Attributes:
        url: its address.
        requests: what was asked: method, path with query, headers and body.
    """

    answers: list[Handler] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append((request.method, request.path_qs, headers, await request.text()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.requests]


def json(body: Json, status: int = 200, **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response(body, status=status, headers=named)

    return answer


def error(status: int, message: str, **fields: str) -> Handler:
    body = {"type": "invalid_request_error", "message": message, **fields}
    return json({"error": body}, status, Request_Id="req_1")


def text(body: str, status: int = 200) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body, status=status)

    return answer


async def dropped(request: web.Request) -> web.StreamResponse:
    """The connection breaks before a word of an answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def truncated(request: web.Request) -> web.StreamResponse:
    """The connection breaks in the middle of the body."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"id": "cus_1"')
    assert request.transport is not None
    request.transport.close()
    return response
