"""What the parts of the sync share: Stripe on one side, the cache on the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from portal_desk.models.changes import ChangeSet
from portal_desk.models.json import Json
from portal_desk.models.progress import Phase, Progress
from portal_desk.services.store import Store
from portal_desk.services.store_writing import Batch
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.together import to_the_end


class CacheReplaced(Exception):
    """The cache file was deleted or exchanged meanwhile: what was read so far is not in it."""


@dataclass
class Link:
    """Stripe, the cache, and whoever wants to know how far the sync is.

    Attributes:
        account: the `acct_…` that the key must be of; None for whichever the cache is of.
        account_checked: whether the key is known to be of the cache's account.
        generation: which of the files of this name the cache was at the beginning.
        writing: held while places in a list are noted and written, so that a later note never comes first.
    """

    gateway: StripeGateway
    store: Store
    report: Callable[[Progress], None]
    account: str | None = None
    account_checked: bool = False
    generation: int = field(init=False)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def __post_init__(self) -> None:
        self.generation = self.store.generation()

    def renewed(self) -> Link:
        """The same for the file that there is now."""
        return Link(self.gateway, self.store, self.report, self.account)

    async def read(self, path: str, params: Json | None = None) -> tuple[Json, int]:
        """An answer, and when it was asked for (seconds UTC by Stripe's clock)."""
        return await self.gateway.read(path, params)

    async def find(self, path: str, params: Json | None = None) -> tuple[Json | None, int]:
        """As `read`, but None for an object that Stripe doesn't have."""
        return await self.gateway.find(path, params)

    async def write(self, batch: Batch) -> ChangeSet:
        """Write to the cache, without stopping the event loop.

        Raises:
            CacheReplaced: it is not the file that the sync began with.
        """
        if self.store.generation() != self.generation:
            raise CacheReplaced
        return await to_the_end(self.store.write, batch)

    async def state(self) -> dict[str, Json]:
        """Where the sync stands, by name."""
        return await asyncio.to_thread(self.store.state)

    def say(
        self,
        phase: Phase,
        kind: str = "",
        *,
        done: int = 0,
        total: int | None = None,
        message: str = "",
    ) -> None:
        """Report progress."""
        at = self.gateway.now()
        self.report(Progress(phase, kind, done=done, total=total, at=at, message=message))
