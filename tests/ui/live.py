"""A desk over the sandbox process: the real services, end to end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from portal_desk.config import Paths
from portal_desk.models.account import Account
from portal_desk.services.desk import Desk
from portal_desk.services.sync.run import sync


@asynccontextmanager
async def live_desk(url: str, key: str, folder: Path) -> AsyncIterator[Desk]:
    """A desk that has synced once with the sandbox at `url`."""
    paths = Paths(folder / "data", folder / "config", folder / "log")
    account = Account("acct_live", "Sandbox", livemode=False, key_place="session", api_base=url)
    desk = Desk.open(account, key, paths)
    try:
        await sync(
            desk.gateway, desk.store, lock=desk.paths.lock, follow=False, report=lambda _: None
        )
        yield desk
    finally:
        await desk.close()
