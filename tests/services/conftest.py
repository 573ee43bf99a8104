"""Fixtures for the services' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web

from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.sandbox.server import make_app
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

from ..files import FILE_KEY
from .stripe_double import StripeDouble
from .sync_world import Clock, Synced, fill
from .world import NOW, World, empty_state


@pytest.fixture
async def stripe() -> AsyncIterator[StripeDouble]:
    """A web server that answers what the test says."""
    double = StripeDouble()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", double.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield double
    await runner.cleanup()


@pytest.fixture
def pauses() -> list[float]:
    """How long the gateway would have waited between attempts."""
    return []


@pytest.fixture
async def connect(pauses: list[float]) -> AsyncIterator[Callable[[str], StripeGateway]]:
    """Make a gateway to an address; it doesn't really wait between attempts."""

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with AsyncExitStack() as stack:

        def make(url: str, key: str = "sk_test_123") -> StripeGateway:
            gateway = StripeGateway(key, api_base=url, sleep=pause)
            stack.push_async_callback(gateway.close)
            return gateway

        yield make


@pytest.fixture
def gateway(stripe: StripeDouble, connect: Callable[[str], StripeGateway]) -> StripeGateway:
    """A gateway to the double."""
    return connect(stripe.url)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty cache."""
    made = Store(tmp_path / "account" / "cache.sqlite3", FILE_KEY)
    yield made
    made.close()


@pytest.fixture
async def synced(
    store: Store, connect: Callable[..., StripeGateway], tmp_path: Path
) -> AsyncIterator[Synced]:
    """250 customers, the first with a subscription and all else; not synced yet."""
    clock = Clock(NOW)
    world = World(empty_state())
    state = world.state
    state.now = clock
    fill(world)
    requests: list[str] = []

    @web.middleware
    async def note(request: web.Request, handler: object) -> web.StreamResponse:
        requests.append(f"{request.path_qs}")
        return await handler(request)  # type: ignore[operator]

    app = make_app(state)
    app.middlewares.append(note)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    clock.now += 120
    yield Synced(state, clock, world, store, connect(url, FULL_KEY), tmp_path / "account", requests)
    await runner.cleanup()
