"""The sandbox's HTTP server."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate

from aiohttp import web

from portal_desk.sandbox.control import Control
from portal_desk.sandbox.endpoints import ENDPOINTS
from portal_desk.sandbox.gate import Gate, unknown_path
from portal_desk.sandbox.limits import Limits
from portal_desk.sandbox.pace import keep_billing, sped_up
from portal_desk.sandbox.pages import Pages
from portal_desk.sandbox.state import State
from portal_desk.sandbox.webhooks import delivering

_LARGEST_REQUEST = 17 * 2**20
"""A file of 16 MB, the most that Stripe takes, and what is around it; in bytes."""

_LOOK_AFTER = 100_000
"""So many objects are made before Python looks for garbage among them."""
_GONE = "/v1/invoices/{path:upcoming(/lines)?}"
"""What only versions before basil have: it is no invoice's id."""


def make_app(state: State) -> web.Application:
    """The application that serves `state`: the API below /v1, and the pages it links to."""
    app = web.Application(client_max_size=_LARGEST_REQUEST)
    app.on_response_prepare.append(_dated(state))
    app.cleanup_ctx.append(delivering(state))
    app.router.add_route("GET", _GONE, unknown_path)
    gate = Gate(state, Limits(state.settings, time.monotonic))
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, gate.handler(endpoint))
    app.add_routes(Control(state).routes())
    app.add_routes(Pages(state).routes())
    app.router.add_route("*", "/{path:.*}", unknown_path)
    return app


def _dated(state: State) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Tells the sandbox's time in every answer: its clock can be moved on."""

    async def date(_: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(state.now(), usegmt=True)

    return date


def run(state: State, host: str, port: int, *, speed: float = 1.0) -> None:
    """Serve a sandbox until it is interrupted.

    Args:
        state: its world.
        host: the address to listen on.
        port: the port; 0 picks a free one.
        speed: how many seconds pass for each of ours.

    Raises:
        OSError: the address can't be listened on.
    """
    # JSON has no cycles: looking for garbage in it as often as usual takes half of the time of a page.
    gc.set_threshold(_LOOK_AFTER, 50, 100)
    if speed != 1:
        state.now = sped_up(state.now, speed)
    asyncio.run(_serve(state, make_app(state), host, port, passing=speed != 1))


async def _serve(
    state: State, app: web.Application, host: str, port: int, *, passing: bool
) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        taken = runner.addresses[0][1]
        state.base_url = f"http://{host}:{taken}"
        sys.stdout.write(f"Sandbox ready at {state.base_url}\n")
        sys.stdout.flush()
        # At our own speed a world stays as it was made, so that tests and lessons can rely on it.
        await (keep_billing(state) if passing else asyncio.Event().wait())
    finally:
        await runner.cleanup()
