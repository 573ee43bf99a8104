"""One open account: its Stripe, its cache, its journal, and everything that can be done with them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import cached_property, partial
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from portal_desk.errors import DeskError
from portal_desk.models.account import FileKey
from portal_desk.models.search import PAGE
from portal_desk.services.search import Search
from portal_desk.services.sqlite.file import is_current

if TYPE_CHECKING:
    from portal_desk.config import AccountPaths, Paths
    from portal_desk.models.account import Account
    from portal_desk.models.changes import ChangeSet
    from portal_desk.models.reads import ReadBudget
    from portal_desk.models.search import CustomerRow, SearchQuery, SearchResult
    from portal_desk.services.actions import Actions
    from portal_desk.services.configurations.saving import Configurations
    from portal_desk.services.journal import Journal
    from portal_desk.services.ledger import Ledger
    from portal_desk.services.links import Links
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """Everything for one open account. Used from one event loop; made by `open`.

    Reads of the cache run on one worker thread, searches on another and counting what they found on a third, so that
    none waits for another and none blocks the loop.

    It opens in two steps. Searching needs no more than SQLite, and works at once; what needs a heavy import (the store
    and the journal SQLAlchemy, the rest Stripe's SDK) is opened after that, or when it is first used.

    Attributes:
        account: which account this is.
        paths: its files.
    """

    def __init__(
        self, account: Account, key: str, paths: AccountPaths, file_key: FileKey = None
    ) -> None:
        self.account = account
        self.paths = paths
        self._key = key
        self._file_key = file_key
        self._opening = threading.Lock()
        self._files: tuple[Store, Journal, Ledger] | None = None
        self._reader = ThreadPoolExecutor(1, "desk-read")
        self._searcher = ThreadPoolExecutor(1, "desk-search")
        self._search = Search(paths.cache, file_key)
        self._counter = ThreadPoolExecutor(1, "desk-count")
        self._counting = Search(paths.cache, file_key)
        self._gateway_made = False

    @classmethod
    def open(cls, account: Account, key: str, paths: Paths, file_key: FileKey = None) -> Desk:
        """Open an account for searching. Nothing is sent to Stripe.

        A cache or a journal that can't be used as it is, such as a new one, is opened at once, not later.

        Args:
            account: which one.
            key: its API key.
            paths: where things are.
            file_key: what its files are encrypted with: see `Accounts.unlock`.

        Raises:
            CacheDamaged, JournalDamaged: the cache or the journal can't be read.
            NewerSchema: a newer version of the program wrote the journal.
            DiskFull: there is no room, or no permission, for them.
        """
        files = paths.account(account.key)
        desk = cls(account, key, files, file_key)
        if not (
            is_current(files.cache, "cache", file_key)
            and is_current(files.journal, "journal", file_key)
        ):
            desk.open_files()
        return desk

    def open_files(self) -> tuple[Store, Journal, Ledger]:
        """The cache, the journal and the ledger, which are opened the first time. Any thread may ask.

        Raises:
            CacheDamaged, JournalDamaged, NewerSchema, DiskFull: see `open`.
        """
        with self._opening:
            if self._files is None:
                self._files = _open_files(self.paths, self._file_key)
            return self._files

    @property
    def store(self) -> Store:
        """The cache."""
        return self.open_files()[0]

    @property
    def journal(self) -> Journal:
        """What was done from this desk."""
        return self.open_files()[1]

    @cached_property
    def gateway(self) -> StripeGateway:
        """The account's Stripe."""
        from portal_desk.services.stripe_gateway import StripeGateway  # noqa: PLC0415 - 180 ms

        self._gateway_made = True
        return StripeGateway(self._key, api_base=self.account.api_base, ledger=self._ledger)

    @property
    def _ledger(self) -> Ledger:
        return self.open_files()[2]

    def read_budget(self) -> ReadBudget:
        """How many reads this workstation made in thirty days, and about how many the account may make."""
        from portal_desk.services.ledger import read_budget  # noqa: PLC0415 - needs SQLAlchemy

        return read_budget(self._ledger, self.store)

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

    @cached_property
    def configurations(self) -> Configurations:
        """Portal configurations."""
        from portal_desk.services.configurations.saving import Configurations  # noqa: PLC0415 - see above

        return Configurations(self.gateway, self.store, self.journal)

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
        return await loop.run_in_executor(self._searcher, self._search.search, query, most)

    async def count(self, query: SearchQuery) -> int | None:
        """How many customers fit; a count that is under way is given up, and answers None."""
        self._counting.stop()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._counter, self._counting.count, query)

    async def suggest(self, query: SearchQuery) -> str:
        """What a search that finds nobody may have meant, looked for on the searching thread; empty if nothing."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._searcher, self._search.suggest, query)

    async def rows(self, pks: Sequence[int]) -> list[CustomerRow]:
        """Lines of the customers table, in the order asked, read on the searching thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._searcher, self._search.rows, pks)

    def searching(self) -> closing[Search]:
        """A search for another thread, to be closed by it."""
        return closing(Search(self.paths.cache, self._file_key))

    async def refresh(self, customer_id: str) -> ChangeSet:
        """Read one customer afresh from Stripe into the cache (at most three reads)."""
        from portal_desk.services.refresh import refresh_customer  # noqa: PLC0415 - needs the SDK

        return await refresh_customer(self.gateway, self.store, customer_id)

    async def close(self) -> None:
        """Finish what the threads are doing and close everything."""
        loop = asyncio.get_running_loop()
        self._counting.stop()
        for thread, search in ((self._searcher, self._search), (self._counter, self._counting)):
            await loop.run_in_executor(thread, search.close)
            await asyncio.to_thread(thread.shutdown)
        await asyncio.to_thread(self._reader.shutdown)
        if self._gateway_made:
            await self.gateway.close()
        await asyncio.to_thread(self._close_files)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _close_files(self) -> None:
        with self._opening:
            for opened in self._files or ():
                opened.close()


def _open_files(paths: AccountPaths, key: FileKey) -> tuple[Store, Journal, Ledger]:
    from portal_desk.services.journal import Journal  # noqa: PLC0415 - needs SQLAlchemy
    from portal_desk.services.ledger import Ledger  # noqa: PLC0415 - needs SQLAlchemy
    from portal_desk.services.store import Store  # noqa: PLC0415 - needs SQLAlchemy

    with ExitStack() as opened:  # closes what is open if the next can't be opened
        store = opened.enter_context(closing(Store(paths.cache, key)))
        # The journal first: it knows what to say of a file that must be kept.
        journal = opened.enter_context(closing(Journal(paths.journal, key)))
        ledger = opened.enter_context(closing(Ledger(paths.journal, key)))
        opened.pop_all()
        return store, journal, ledger
