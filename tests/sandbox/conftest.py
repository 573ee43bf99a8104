"""Fixtures for tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from .http_world import Server, World, new_world, serving


@pytest.fixture
def world() -> World:
    """A small world of the test's own."""
    return new_world()


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    """That world, served."""
    with serving(world) as found:
        yield found


@pytest.fixture
def client(server: Server) -> stripe.StripeClient:
    """Stripe's own client with a full key."""
    return server.client()
