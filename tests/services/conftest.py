"""Fixtures for the services' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web

from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

from .stripe_double import StripeDouble


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
    made = Store(tmp_path / "account" / "cache.sqlite3")
    yield made
    made.close()
