"""The accounts that this desk is connected to, and their keys."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from portal_desk.config import private_folder
from portal_desk.errors import AccountsDamaged, DiskFull, NotFound
from portal_desk.models.account import Account, business_name
from portal_desk.services import account_check
from portal_desk.services.files import no_room, write_private
from portal_desk.services.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from portal_desk.config import Paths
    from portal_desk.models.account import KeyPlace
    from portal_desk.models.json import Json
    from portal_desk.services.stripe_gateway import StripeGateway

    OpenGateway = Callable[[str, str | None], StripeGateway]


class Accounts:
    """The accounts of one installation, in `accounts.json` (mode 0600, without any key).

    Args:
        paths: where things are.
        open_gateway: how to reach Stripe with a key, at an address other than its own if one is given.
    """

    def __init__(self, paths: Paths, *, open_gateway: OpenGateway | None = None) -> None:
        self._path = paths.config / "accounts.json"
        self._secrets = Secrets(paths.config / "keys")
        self._open_gateway = open_gateway or _open_gateway

    def all(self) -> list[Account]:
        """Every account, in the order in which they were connected.

        Raises:
            AccountsDamaged: the list can't be read.
        """
        return _accounts(_read(self._path), self._path)

    def current(self) -> Account | None:
        """The account that was chosen last, or None before the first one is connected."""
        data = _read(self._path)
        accounts = _accounts(data, self._path)
        chosen = (one for one in accounts if one.key == data.get("current"))
        return next(chosen, accounts[0] if accounts else None)

    def select(self, account: Account) -> None:
        """Make `account` the current one; raises NotFound where it is not in the list."""
        with self._alone():
            accounts = self.all()
            if account.key not in {one.key for one in accounts}:
                raise NotFound(f"{account.name} is not connected.", "Connect it first.")
            self._write(accounts, current=account.key)

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
        await asyncio.to_thread(self._keep, account, key)
        return account

    def forget(self, account: Account) -> None:
        """Forget an account and its key. Its cache and its journal stay.

        Raises:
            KeyringUnavailable: the keyring refuses; the account stays in the list.
        """
        self._secrets.at(account.key_place).forget(account.key)
        with self._alone():
            current = self.current()
            rest = [one for one in self.all() if one.key != account.key]
            heir = current if current in rest else next(iter(rest), None)
            self._write(rest, current=heir.key if heir else None)

    async def _checked(self, key: str, api_base: str | None) -> Json:
        """Stripe's account behind `key`, once the key was found to be good enough."""
        gateway = self._open_gateway(key, api_base)
        try:
            return await account_check.check(gateway)
        finally:
            await gateway.close()

    def _keep(self, account: Account, key: str) -> None:
        before = self.all()
        self._secrets.at(account.key_place).save(account.key, key)
        self._forget_elsewhere(account, before)
        with self._alone():
            rest = [one for one in self.all() if one.key != account.key]
            self._write([*rest, account], current=account.key)

    def _forget_elsewhere(self, account: Account, before: list[Account]) -> None:
        """A key that is kept in a new place must not stay in the old one."""
        for one in before:
            if one.key == account.key and one.key_place != account.key_place:
                self._secrets.at(one.key_place).forget(one.key)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from changing the list between a read and the write that builds on it."""
        from filelock import FileLock  # noqa: PLC0415 - not needed to read the list

        lock = self._path.with_name(f"{self._path.name}.lock")
        try:
            private_folder(lock.parent)
            held = FileLock(lock, mode=0o600).acquire()
        except OSError as error:
            raise no_room(self._path, error) from error
        with held:
            yield

    def _write(self, accounts: list[Account], *, current: str | None) -> None:
        data = {"current": current, "accounts": [asdict(one) for one in accounts]}
        write_private(self._path, orjson.dumps(data, option=orjson.OPT_INDENT_2))


def _open_gateway(key: str, api_base: str | None) -> StripeGateway:
    from portal_desk.services.stripe_gateway import StripeGateway  # noqa: PLC0415 - needs the SDK

    return StripeGateway(key, api_base=api_base)


def _account(answer: Json, livemode: bool, key_place: KeyPlace, api_base: str | None) -> Account:
    name = business_name(answer) or answer["id"]
    return Account(answer["id"], name, livemode, key_place, api_base)


def _read(path: Path) -> Json:
    """The file's JSON; an empty object where there is no file yet."""
    try:
        data = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except orjson.JSONDecodeError as error:
        raise _damaged(path) from error
    except OSError as error:
        raise DiskFull(f"{path.name} can't be read: {error}.", "Check who owns it.") from error
    if not isinstance(data, dict):
        raise _damaged(path)
    return data


def _accounts(data: Json, path: Path) -> list[Account]:
    try:
        return [Account(**fields) for fields in data.get("accounts", [])]
    except TypeError as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> AccountsDamaged:
    return AccountsDamaged(
        "The list of accounts can't be read.",
        f"Delete {path} and connect the accounts again; caches and journals are kept.",
    )
