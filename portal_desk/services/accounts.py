"""The accounts that this desk is connected to, their keys, and the keys of their files."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from portal_desk.errors import CacheBusy, NotFound
from portal_desk.models.account import Account, business_name
from portal_desk.services import account_check
from portal_desk.services.account_list import AccountList
from portal_desk.services.file_keys import FileKeys, Unlocked, is_locked
from portal_desk.services.files import erase_folder
from portal_desk.services.lock import held
from portal_desk.services.secrets import Secrets
from portal_desk.services.sqlite.file import decrypt, translated

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from portal_desk.config import Paths
    from portal_desk.models.account import KeyPlace
    from portal_desk.models.json import Json
    from portal_desk.services.stripe_gateway import StripeGateway

    OpenGateway = Callable[[str, str | None], StripeGateway]


class Accounts:
    """The accounts of one installation.

    Args:
        paths: where things are.
        open_gateway: how to reach Stripe with a key, at an address other than its own if one is given.
    """

    def __init__(self, paths: Paths, *, open_gateway: OpenGateway | None = None) -> None:
        self._paths = paths
        self._list = AccountList(paths.config / "accounts.json")
        self._secrets = Secrets(paths.config / "keys")
        self._file_keys = FileKeys(self._secrets)
        self._open_gateway = open_gateway or _open_gateway

    def all(self) -> list[Account]:
        """Every account, in the order in which they were connected.

        Raises:
            AccountsDamaged: the list can't be read.
        """
        return self._list.all()

    def current(self) -> Account | None:
        """The account that was chosen last, or None before the first one is connected."""
        return self._list.current()

    def select(self, account: Account) -> None:
        """Make `account` the current one; raises NotFound where it is not in the list."""
        if not self._list.select(account):
            raise NotFound(f"{account.name} is not connected.", "Connect it first.")

    def find(self, name: str) -> Account:
        """The account with this key (`acct_1…-test`), id or name; raises NotFound where there is none."""
        for account in self.all():
            if name in {account.key, account.id, account.name}:
                return account
        raise NotFound(f"No account “{name}” is connected.", "Connect it first, or check its name.")

    def key(self, account: Account) -> str:
        """The API key of `account`. The keyring may ask the user to unlock it: call this off the UI's thread.

        Raises:
            NotFound: the key is gone, or was kept for an earlier session only.
            KeyringUnavailable: the keyring refuses.
        """
        return self._secrets.at(account.key_place).load(account.key)

    def unlock(self, account: Account) -> Unlocked:
        """What it takes to open the account's cache and journal; the first time, their key is made.

        The keyring may ask the user to unlock it: call this off the UI's thread.

        Raises:
            KeyringUnavailable: the keyring refuses.
            DiskFull: the key can't be written, or files of a lost key not be put aside.
        """
        if not account.encrypted:
            return Unlocked(None)
        if key := self._file_keys.load(account):
            return Unlocked(key)
        with self._list.alone():  # or another process would make another key
            key = self._file_keys.load(account)
            files = self._paths.account(account.key)
            return Unlocked(key) if key else self._file_keys.make(account, files)

    async def connect(
        self, key: str, *, api_base: str | None = None, key_place: KeyPlace = "keyring"
    ) -> Account:
        """Check `key` against Stripe, then keep it, and make its account the current one.

        Args:
            key: a restricted or secret key; white space around it is ignored.
            api_base: another address than Stripe's own.
            key_place: where to keep the key.

        Raises:
            InvalidInput: this is no such key, or no such address.
            KeyRejected, PermissionMissing, StripeError, Offline: the check failed; nothing was stored.
            KeyringUnavailable: there is no keyring, or it refuses; nothing was stored.
            DiskFull: the list or the key's file can't be written.
        """
        key = key.strip()
        livemode = account_check.mode(key)
        account_check.refuse_address(api_base)
        answer = await self._checked(key, api_base)
        account = _account(answer, livemode, key_place, api_base)
        return await asyncio.to_thread(self._keep, account, key)

    def protect(self, account: Account, *, encrypted: bool) -> Account:
        """Keep the account's files encrypted from now on, or plain; returns it as it is then.

        Raises:
            CacheBusy: the account is being synced; nothing was changed.
            CacheDamaged: a file can't be read.
            KeyringUnavailable, DiskFull: see `unlock`.
        """
        files = self._paths.account(account.key)
        changed = replace(account, encrypted=encrypted)
        with _unused(files.lock):
            if not encrypted and (key := self.unlock(account).key):
                for path in filter(is_locked, (files.cache, files.journal)):
                    with translated(path):
                        decrypt(path, key)
            self._list.exchange(changed)  # plain files are encrypted when they are opened
            if not encrypted:
                self._file_keys.forget(account)
        return changed

    def forget(self, account: Account) -> None:
        """Forget an account: its keys, its cache, its journal. Nothing of it stays on this computer.

        Raises:
            CacheBusy: the account is being synced; nothing was forgotten.
            KeyringUnavailable: the keyring refuses; the account stays in the list.
            DiskFull: its files can't be deleted; the account stays in the list.
        """
        files = self._paths.account(account.key)
        with _unused(files.lock):
            self._file_keys.forget(account)
        erase_folder(files.folder)
        self._secrets.at(account.key_place).forget(account.key)
        self._list.remove(account)

    async def _checked(self, key: str, api_base: str | None) -> Json:
        """Stripe's account behind `key`, once the key was found to be good enough."""
        gateway = self._open_gateway(key, api_base)
        try:
            return await account_check.check(gateway)
        finally:
            await gateway.close()

    def _keep(self, account: Account, key: str) -> Account:
        before = next((one for one in self.all() if one.key == account.key), None)
        self._secrets.at(account.key_place).save(account.key, key)
        if before is not None:
            account = replace(account, encrypted=before.encrypted)
            self._move_keys(before, account)
        self._list.append(account)
        return account

    def _move_keys(self, before: Account, after: Account) -> None:
        """Keys that are kept in a new place must not stay in the old one."""
        if before.key_place == after.key_place:
            return
        self._secrets.at(before.key_place).forget(before.key)
        self._file_keys.move(before, after)


def _unused(lock: Path) -> AbstractContextManager[None]:
    """Keep the account's sync from running."""
    msg = "A sync of this account is running."
    return held(lock, CacheBusy(msg, "Stop it, or close the desk, and try again."))


def _open_gateway(key: str, api_base: str | None) -> StripeGateway:
    from portal_desk.services.stripe_gateway import StripeGateway  # noqa: PLC0415 - needs the SDK

    return StripeGateway(key, api_base=api_base)


def _account(answer: Json, livemode: bool, key_place: KeyPlace, api_base: str | None) -> Account:
    name = business_name(answer) or answer["id"]
    return Account(answer["id"], name, livemode, key_place, api_base)
