"""One open account: its Stripe, its cache, its journal, and everything that can be done with them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from portal_desk.errors import DeskError
from portal_desk.models.search import PAGE
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store

if TYPE_CHECKING:
    from portal_desk.config import AccountPaths, Paths
    from portal_desk.models.account import Account
    from portal_desk.models.changes import ChangeSet
    from portal_desk.models.search import SearchQuery, SearchResult
    from portal_desk.services.actions import Actions
    from portal_desk.services.links import Links
    from portal_desk.services.search import Search
    from portal_desk.services.stripe_gateway import StripeGateway

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """Everything for one open account. Used from one event loop; made by `open`.

    Reads of the cache run on one worker thread and searches on another, so that neither waits for the other and
    neither blocks the loop. What needs a heavy import (Stripe's SDK, the search) is made when it is first used.

    Attributes:
        account: which account this is.
        paths: its files.
        store: the cache.
        journal: what was done from this desk.
    """

    def __init__(
        self, account: Account, key: str, paths: AccountPaths, *, store: Store, journal: Journal
    ) -> None:
        self.account = account
        self.paths = paths
        self.store = store
        self.journal = journal
        self._key = key
        self._reader = ThreadPoolExecutor(1, "desk-read")
        self._searcher = ThreadPoolExecutor(1, "desk-search")
        self._search: Search | None = None
        self._gateway_made = False

    @classmethod
    def open(cls, account: Account, key: str, paths: Paths) -> Desk:
        """Open an account's cache and journal. Nothing is sent to Stripe.

        Raises:
            CacheDamaged, JournalDamaged: the cache or the journal can't be read.
            NewerSchema: a newer version of the program wrote the journal.
            DiskFull: there is no room, or no permission, for them.
        """
        files = paths.account(account.key)
        store = Store(files.cache)
        try:
            journal = Journal(files.journal)
        except DeskError:
            store.close()
            raise
        return cls(account, key, files, store=store, journal=journal)

    @cached_property
    def gateway(self) -> StripeGateway:
        """The account's Stripe."""
        from portal_desk.services.stripe_gateway import StripeGateway  # noqa: PLC0415 - 180 ms

        self._gateway_made = True
        return StripeGateway(self._key, api_base=self.account.api_base)

    @cached_property
    def actions(self) -> Actions:
        """Cancel, resume and switch."""
        from portal_desk.services.actions import Actions  # noqa: PLC0415 - not needed to show a window

        return Actions(self.gateway, self.store, self.journal)

    @cached_property
    def links(self) -> Links:
        """Portal sessions."""
        from portal_desk.services.links import Links  # noqa: PLC0415 - not needed to show a window

        return Links(self.gateway, self.store, self.journal)

    async def start(self) -> None:
        """Settle what an earlier run left without an outcome; ask Stripe only if there is any."""
        if not await self.read(self.journal.pending):
            return
        try:
            await self.actions.reconcile()
        except DeskError as error:
            _log.warning("Could not settle the journal yet: %s", error)

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` on the reading thread and return what it returns."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reader, partial(function, *args, **kwargs))

    async def search(self, query: SearchQuery, most: int | None = PAGE) -> SearchResult:
        """Search the cache on the searching thread, over a connection of its own: see `Search.search`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._searcher, self._search_now, query, most)

    async def refresh(self, customer_id: str) -> ChangeSet:
        """Read one customer afresh from Stripe into the cache (at most three reads)."""
        from portal_desk.services.refresh import refresh_customer  # noqa: PLC0415 - needs the SDK

        return await refresh_customer(self.gateway, self.store, customer_id)

    async def close(self) -> None:
        """Finish what the threads are doing and close everything."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._searcher, self._close_search)
        await asyncio.to_thread(self._searcher.shutdown)
        await asyncio.to_thread(self._reader.shutdown)
        if self._gateway_made:
            await self.gateway.close()
        self.journal.close()
        self.store.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _search_now(self, query: SearchQuery, most: int | None) -> SearchResult:
        if self._search is None:
            from portal_desk.services.search import Search  # noqa: PLC0415 - opens its own connection

            self._search = Search(self.paths.cache)
        return self._search.search(query, most)

    def _close_search(self) -> None:
        if self._search is not None:
            self._search.close()
