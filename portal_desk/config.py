"""Where Portal Desk keeps its files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "PORTAL_DESK_HOME"


@dataclass(frozen=True)
class Paths:
    """The folders of one installation.

    Attributes:
        data: caches and journals, one folder per account.
        config: the list of accounts and the window's settings.
        log: log files.
    """

    data: Path
    config: Path
    log: Path

    @classmethod
    def default(cls) -> Paths:
        """The platform's usual folders, or all below `$PORTAL_DESK_HOME` where that is set."""
        if home := os.environ.get(HOME_VARIABLE):
            root = Path(home)
            return cls(root / "data", root / "config", root / "log")
        dirs = platformdirs.PlatformDirs("portal-desk", appauthor=False)
        return cls(dirs.user_data_path, dirs.user_config_path, dirs.user_log_path)

    def account(self, account_key: str) -> AccountPaths:
        """The files of one account; see `models.account.Account.key`."""
        return AccountPaths(self.data / account_key)


@dataclass(frozen=True)
class AccountPaths:
    """The files of one account, all of mode 0600 in a folder of mode 0700."""

    folder: Path

    @property
    def cache(self) -> Path:
        """The mirror of Stripe: may be deleted at any time, and rebuilds itself."""
        return self.folder / "cache.sqlite3"

    @property
    def journal(self) -> Path:
        """What was done from this desk: nothing can rebuild it."""
        return self.folder / "journal.sqlite3"

    @property
    def lock(self) -> Path:
        """Held by the one process that may write the cache."""
        return self.folder / "sync.lock"


def private_folder(folder: Path) -> Path:
    """Make `folder` and its parents, those that aren't there yet for their owner alone, and return it."""
    if not folder.is_dir():
        private_folder(folder.parent)  # mkdir's own parents=True would leave them to everyone
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def private_file(path: Path) -> Path:
    """Make `path` if need be, readable and writable by its owner alone, and return it."""
    private_folder(path.parent)
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    return path
