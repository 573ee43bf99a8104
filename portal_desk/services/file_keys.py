"""The keys that accounts' caches and journals are encrypted with, and what becomes of files whose key is gone."""

from __future__ import annotations

import secrets as chance
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal_desk.errors import NotFound
from portal_desk.models.account import FileKey
from portal_desk.services.sqlite.file import is_plain, remove, remove_log, translated

if TYPE_CHECKING:
    from pathlib import Path

    from portal_desk.config import AccountPaths
    from portal_desk.models.account import Account, KeyPlace
    from portal_desk.services.secrets import Place, Secrets

_BYTES = 32
"""SQLCipher's cipher is AES-256 (https://www.zetetic.net/sqlcipher/design/)."""

_PLACES: dict[KeyPlace, KeyPlace] = {"keyring": "keyring", "file": "file", "session": "file"}
"""Where an account's files' key is, by where its API key is: the files outlive a session."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What it takes to open an account's files.

    Attributes:
        key: what they are encrypted with; None where they are plain.
        notice: a sentence for people where what was in them can't be read any more; empty where all is well.
    """

    key: FileKey = field(repr=False)
    notice: str = ""


class FileKeys:
    """The keys of the files of all accounts.

    Args:
        secrets: where keys are kept.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def load(self, account: Account) -> FileKey:
        """The key, or None where there is none (yet).

        Raises:
            KeyringUnavailable: the keyring refuses.
        """
        try:
            return self._place(account).load(_name(account))
        except NotFound:
            return None

    def make(self, account: Account, files: AccountPaths) -> Unlocked:
        """Make a key. Files that another key was for can't be read by anyone: they make room for new ones.

        Raises:
            KeyringUnavailable: the keyring refuses; nothing was changed.
            DiskFull: the files can't be changed.
        """
        key = chance.token_hex(_BYTES)
        self.save(account, key)
        with translated(files.cache):
            return Unlocked(key, _give_up(files))

    def save(self, account: Account, key: str) -> None:
        """Keep a key; raises KeyringUnavailable where the keyring refuses."""
        self._place(account).save(_name(account), key)

    def move(self, before: Account, after: Account) -> None:
        """Take the key, if there is one, to where it is kept from now on."""
        if self._place(before) is self._place(after) or not (key := self.load(before)):
            return
        self.save(after, key)
        self.forget(before)

    def forget(self, account: Account) -> None:
        """Forget the key, if there is one: what it was for can't be read any more."""
        self._place(account).forget(_name(account))

    def _place(self, account: Account) -> Place:
        return self._secrets.at(_PLACES[account.key_place])


def _name(account: Account) -> str:
    return f"{account.key}-files"


def _give_up(files: AccountPaths) -> str:
    """Delete a cache that can't be read any more and put such a journal aside; returns what to tell about it."""
    told = []
    if is_locked(files.cache):
        remove(files.cache)
        told.append("The key of this account's cache is gone, so it is read again from Stripe.")
    if is_locked(files.journal):
        aside = files.journal.with_name(f"journal-without-key-{int(time.time())}.sqlite3")
        files.journal.replace(aside)
        remove_log(files.journal)
        told.append(
            f"What was done from here is recorded anew; the old record is kept as {aside.name}."
        )
    return " ".join(told)


def is_locked(path: Path) -> bool:
    """Whether the file is there and not plain."""
    return path.is_file() and path.stat().st_size > 0 and not is_plain(path)
