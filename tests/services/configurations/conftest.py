"""Fixtures for portal configurations."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.sandbox.state import State
from portal_desk.services.configurations.saving import Configurations
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

from .world import Account, Line, app_of, fill


@pytest.fixture
async def account(tmp_path: Path) -> AsyncIterator[Account]:
    """An account with one configuration, at a sandbox of its own."""
    state = State(random=random.Random(1), now=lambda: int(time.time()))  # noqa: S311
    fill(state)
    line = Line()
    async with TestServer(app_of(state, line)) as server:
        url = str(server.make_url("")).rstrip("/")
        gateway = StripeGateway(FULL_KEY, api_base=url, max_retries=0)
        store, journal = Store(tmp_path / "cache.sqlite3"), Journal(tmp_path / "journal.sqlite3")
        made = Configurations(gateway, store, journal)
        yield Account(state, line, gateway, store, journal, made)
        await gateway.close()
        store.close()
        journal.close()
