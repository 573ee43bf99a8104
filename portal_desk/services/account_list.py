"""The list of connected accounts: `accounts.json` (mode 0600), without any key."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from portal_desk.config import private_folder
from portal_desk.errors import AccountsDamaged, DiskFull
from portal_desk.models.account import Account
from portal_desk.services.files import no_room, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portal_desk.models.json import Json


class AccountList:
    """The accounts in a file, in the order in which they were connected, and which one is current.

    Raises:
        AccountsDamaged: the list can't be read; from every method.
        DiskFull: it can't be written, or read by this user.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> list[Account]:
        """Every account."""
        return self._accounts(self._read())

    def current(self) -> Account | None:
        """The account that was chosen last, or None before the first one is connected."""
        data = self._read()
        accounts = self._accounts(data)
        chosen = (one for one in accounts if one.key == data.get("current"))
        return next(chosen, accounts[0] if accounts else None)

    def select(self, account: Account) -> bool:
        """Make an account the current one; returns whether it is in the list."""
        with self.alone():
            accounts = self.all()
            found = account.key in {one.key for one in accounts}
            if found:
                self._write(accounts, current=account.key)
        return found

    def append(self, account: Account) -> None:
        """Add an account, or exchange it, and make it the last and the current one."""
        with self.alone():
            rest = [one for one in self.all() if one.key != account.key]
            self._write([*rest, account], current=account.key)

    def exchange(self, account: Account) -> None:
        """Note an account's new settings; nothing else changes."""
        with self.alone():
            current = self.current()
            accounts = [account if one.key == account.key else one for one in self.all()]
            self._write(accounts, current=current.key if current else None)

    def remove(self, account: Account) -> None:
        """Remove an account; where it was the current one, the first of the others is."""
        with self.alone():
            current = self.current()
            rest = [one for one in self.all() if one.key != account.key]
            heir = current if current in rest else next(iter(rest), None)
            self._write(rest, current=heir.key if heir else None)

    @contextmanager
    def alone(self) -> Iterator[None]:
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

    def _read(self) -> Json:
        """The file's JSON; an empty object where there is no file yet."""
        try:
            data = orjson.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except orjson.JSONDecodeError as error:
            raise self._damaged() from error
        except OSError as error:
            msg = f"{self._path.name} can't be read: {error}."
            raise DiskFull(msg, "Check who owns it.") from error
        if not isinstance(data, dict):
            raise self._damaged()
        return data

    def _accounts(self, data: Json) -> list[Account]:
        try:
            return [Account(**fields) for fields in data.get("accounts", [])]
        except TypeError as error:
            raise self._damaged() from error

    def _write(self, accounts: list[Account], *, current: str | None) -> None:
        data = {"current": current, "accounts": [asdict(one) for one in accounts]}
        write_private(self._path, orjson.dumps(data, option=orjson.OPT_INDENT_2))

    def _damaged(self) -> AccountsDamaged:
        return AccountsDamaged(
            "The list of accounts can't be read.",
            f"Delete {self._path} and connect the accounts again; caches and journals are kept.",
        )
