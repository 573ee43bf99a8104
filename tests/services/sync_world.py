"""A sandbox in the test's own process, whose state and clock the test can change, and a sync of it."""

from __future__ import annotations

import copy
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from portal_desk.models.progress import Progress
from portal_desk.models.reads import ReadBudget
from portal_desk.models.search import CustomerRow, SearchQuery
from portal_desk.sandbox.state import State
from portal_desk.services.search import Search
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.attention import Attention
from portal_desk.services.sync.run import sync

from ..files import FILE_KEY
from .world import World

CUSTOMERS = 250
DAY = 86_400

Sleep = Callable[[float], Awaitable[None]]


class Enough(Exception):
    """The test has seen what it wanted to."""


class Killed(BaseException):
    """What ends a sync at once, as a crash would: no `except Exception` sees it."""


@dataclass
class Clock:
    """A clock that a test moves on; by itself it runs as clocks do."""

    now: float
    _started: float = field(default_factory=time.monotonic)

    def __call__(self) -> int:
        return int(self.now + time.monotonic() - self._started)


@dataclass
class Synced:
    """A sandbox and a cache of it.

    Attributes:
        state: what the sandbox has.
        requests: the paths (with queries) that were asked for.
        progress: what the sync reported.
        waits: how long it would have waited, in seconds.
    """

    state: State
    clock: Clock
    world: World
    store: Store
    gateway: StripeGateway
    folder: Path
    requests: list[str]
    progress: list[Progress] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    on_progress: Callable[[Progress], None] = lambda _: None

    @property
    def path(self) -> Path:
        """The cache's file."""
        return self.folder / "cache.sqlite3"

    @property
    def lock(self) -> Path:
        """What the one syncing process holds."""
        return self.folder / "sync.lock"

    def customers(self) -> list[CustomerRow]:
        """Every customer in the cache, as the table shows them."""
        search = Search(self.path, FILE_KEY)
        try:
            return search.rows(search.search(SearchQuery(), most=None).customers)
        finally:
            search.close()

    async def sync(
        self,
        *,
        gateway: StripeGateway | None = None,
        account: str | None = None,
        verify: bool = False,
    ) -> list[str]:
        """Sync once, and return the paths that were asked for."""
        self.requests.clear()
        attention = Attention(verify=verify)
        await self._run(
            gateway or self.gateway, attention, follow=False, account=account, sleep=self._never
        )
        return list(self.requests)

    async def follow(
        self, *steps: Callable[[], None], attention: Attention | None = None, spent: int = 0
    ) -> None:
        """Follow; do a step at each wait, and end at the wait after the last."""
        left = list(steps)

        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            if not left:
                raise Enough
            left.pop(0)()

        try:
            await self._run(
                self.gateway, attention or Attention(), follow=True, sleep=sleep, spent=spent
            )
        except Enough:
            return

    def phases(self) -> list[str]:
        return [progress.phase for progress in self.progress]

    async def _run(
        self,
        gateway: StripeGateway,
        attention: Attention,
        *,
        follow: bool,
        sleep: Sleep,
        account: str | None = None,
        spent: int = 0,
    ) -> None:
        await sync(
            gateway,
            self.store,
            lock=self.lock,
            follow=follow,
            report=self._report,
            attention=attention,
            budget=lambda: ReadBudget({"following": spent}),
            account=account,
            sleep=sleep,
        )

    def _report(self, progress: Progress) -> None:
        self.progress.append(progress)
        self.on_progress(progress)

    @staticmethod
    async def _never(_: float) -> None:
        raise AssertionError("a single sync doesn't wait")


def fill(world: World) -> None:
    """250 customers, the first with a subscription and all else."""
    state = world.state
    for entry in (
        world.account,
        world.product,
        world.price,
        world.coupon,
        world.payment_method,
        world.tax_id,
        world.discount,
    ):
        state.create(copy.deepcopy(entry))
    for number in range(CUSTOMERS):
        customer = (
            world.customer
            if number == 0
            else world.new_customer(f"cus_x{number}", name=f"No. {number}")
        )
        state.create(copy.deepcopy(customer), "customer.created")
    state.create(copy.deepcopy(world.subscription), "customer.subscription.created")
    state.create(copy.deepcopy(world.invoice), "invoice.created")


def rename(synced: Synced, name: str, customer: str = "cus_1") -> None:
    found = synced.state.get("customer", customer)
    assert found is not None
    synced.state.update(found, {"name": name}, "customer.updated")


def name_of(synced: Synced, customer: str = "cus_1") -> str | None:
    found = synced.store.object("customer", customer)
    return found and found["name"]
