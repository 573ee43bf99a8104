"""Actions against a server that plays Stripe and loses answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from portal_desk.services.actions import Actions
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

from .actions_wire import Clock, Wire

KEY = "sk_test_portaldesktests"


@pytest.fixture
def clock() -> Clock:
    """The time, for the actions and the journal."""
    return Clock()


@pytest.fixture
def wire() -> Wire:
    """What the server has."""
    return Wire()


@pytest.fixture
async def gateway(wire: Wire) -> AsyncIterator[StripeGateway]:
    """A gateway to the server, without retries."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", wire.answer)
    async with TestServer(app) as server:
        gateway = StripeGateway(KEY, api_base=str(server.make_url("")).rstrip("/"), max_retries=0)
        yield gateway
        await gateway.close()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    """An empty journal."""
    journal = Journal(tmp_path / "journal.sqlite3", clock=clock)
    yield journal
    journal.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty cache."""
    store = Store(tmp_path / "cache.sqlite3")
    yield store
    store.close()


@pytest.fixture
def actions(gateway: StripeGateway, store: Store, journal: Journal, clock: Clock) -> Actions:
    """What is tested."""
    return Actions(gateway, store, journal, clock=clock)
