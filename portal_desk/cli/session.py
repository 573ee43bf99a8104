"""What a command works on: the account that was named, its cache, its desk."""

from __future__ import annotations

import asyncio
import getpass
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_desk.cli.output import note
from portal_desk.config import AccountPaths, Paths
from portal_desk.errors import CacheBusy, CacheDamaged, InvalidInput, NotFound
from portal_desk.models.account import Account, FileKey
from portal_desk.models.search import SearchQuery
from portal_desk.services.accounts import Accounts
from portal_desk.services.desk import Desk
from portal_desk.services.ledger import Ledger
from portal_desk.services.lock import held
from portal_desk.services.search import Search
from portal_desk.services.store import Store

if TYPE_CHECKING:
    from portal_desk.services.stripe_gateway import StripeGateway


@dataclass(frozen=True)
class Cache:
    """An account's cache, open for reading; Stripe is not asked."""

    account: Account
    files: AccountPaths
    store: Store
    search: Search
    file_key: FileKey = field(repr=False)


@dataclass(frozen=True)
class Source:
    """Where a sync reads, where it writes, and the lock that keeps others from writing too."""

    account: Account
    gateway: StripeGateway
    store: Store
    ledger: Ledger
    lock: Path


@contextmanager
def open_cache(options: Namespace) -> Iterator[Cache]:
    """The cache of the account that the options name.

    Raises:
        NotFound: no such account is connected.
        KeyringUnavailable: the keyring refuses the cache's key.
        CacheDamaged, DiskFull: the cache can't be opened.
    """
    paths = Paths.default()
    accounts = Accounts(paths)
    account = chosen_account(accounts, options.account)
    files, key = paths.account(account.key), _unlocked(accounts, account)
    with closing(Store(files.cache, key)) as store, closing(Search(files.cache, key)) as search:
        if not store.freshness().complete:
            note("The cache is not complete yet: `portal-desk sync` fills it.")
        yield Cache(account, files, store, search, key)


@asynccontextmanager
async def open_desk(options: Namespace) -> AsyncIterator[Desk]:
    """The desk of the account that the options name, with its key.

    Raises:
        NotFound: no such account is connected, or its key is gone.
        KeyringUnavailable: the keyring refuses the key.
        CacheDamaged, DiskFull: the cache or the journal can't be opened.
    """
    paths = Paths.default()
    accounts = Accounts(paths)
    account, key = _with_key(accounts, options)
    async with Desk.open(account, key, paths, _unlocked(accounts, account)) as desk:
        yield desk


@asynccontextmanager
async def open_sync(options: Namespace) -> AsyncIterator[Source]:
    """What a sync needs of the account that the options name, with its key: no search.

    Raises:
        NotFound: no such account is connected, or its key is gone.
        KeyringUnavailable: the keyring refuses the key.
        CacheDamaged, DiskFull: the cache can't be opened.
    """
    from portal_desk.services.stripe_gateway import StripeGateway  # noqa: PLC0415 - needs the SDK

    paths = Paths.default()
    accounts = Accounts(paths)
    account, key = _with_key(accounts, options)
    files = paths.account(account.key)
    file_key = _unlocked(accounts, account)
    with (
        closing(_readable(files, file_key)) as store,
        closing(Ledger(files.journal, file_key)) as ledger,
    ):
        gateway = StripeGateway(key, api_base=account.api_base, ledger=ledger)
        try:
            yield Source(account, gateway, store, ledger, files.lock)
        finally:
            await gateway.close()


def _readable(files: AccountPaths, key: FileKey) -> Store:
    """The cache; a damaged one is begun anew, unless another process is about to do just that."""
    try:
        return Store(files.cache, key)
    except CacheDamaged as error:
        with held(files.lock, CacheBusy(error.message, error.next_step)):
            note(f"{error.message} It is read again from Stripe.")
            Store.discard(files.cache)
            return Store(files.cache, key)


def _with_key(accounts: Accounts, options: Namespace) -> tuple[Account, str]:
    account = chosen_account(accounts, options.account)
    return account, typed_key() if options.key_stdin else accounts.key(account)


def _unlocked(accounts: Accounts, account: Account) -> FileKey:
    """What the account's files are encrypted with; says so where they had to be given up."""
    unlocked = accounts.unlock(account)
    if unlocked.notice:
        note(unlocked.notice)
    return unlocked.key


def chosen_account(accounts: Accounts, name: str | None) -> Account:
    """The account of that name, or the current one; raises NotFound where there is none."""
    if name:
        return accounts.find(name)
    current = accounts.current()
    if current is None:
        raise NotFound("No account is connected.", "Connect one with `portal-desk accounts add`.")
    return current


def typed_key() -> str:
    """An API key: asked for at a terminal, else the first line of standard input.

    Raises:
        InvalidInput: there was none.
    """
    line = getpass.getpass("API key: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not line.strip():
        raise InvalidInput("No key was given.", "Pass it on standard input, on one line.")
    return line.strip()


def customer_id(store: Store, search: Search, named: str) -> str:
    """The id of the one customer that an id or a search means.

    Raises:
        NotFound: no customer fits.
        InvalidInput: several do.
    """
    if store.customer_pk(named) is not None:
        return named
    found = search.search(SearchQuery(named))
    if not found.customers:
        raise NotFound(
            f"The cache has no customer “{named}”.",
            "Check the spelling, or run `portal-desk sync` first.",
        )
    if len(found.customers) > 1:
        raise InvalidInput(
            f"{search.count(SearchQuery(named))} customers fit “{named}”.",
            "Name one by its id; `portal-desk search` lists them.",
        )
    return store.customer_rows(found.customers)[0].id


def run_async(command: Coroutine[Any, Any, int]) -> int:
    """Run a command that waits for Stripe."""
    return asyncio.run(command)
