"""What can be told of the desk's SQLite files with Python's own module: versions, identity, known problems.

SQLAlchemy takes longer to import than everything else of a start, so nothing here needs it.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from portal_desk.errors import CacheBusy, CacheDamaged, DeskError, DiskFull

Branch = Literal["cache", "journal"]

HEADS: dict[Branch, str] = {"cache": "cache_0003", "journal": "journal_0001"}
"""The newest revision of each; Alembic is imported only for a file that isn't there yet."""

BUSY_TIMEOUT = 10.0
"""Seconds that a write waits for another process's write."""

_NO_ROOM = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
    }
)
_NO_WRITING = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.ENOTDIR,
        errno.EEXIST,
    }
)
_DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system say about the file at `path` into a known problem.

    Raises:
        CacheDamaged: the file is no database, or a broken one.
        DiskFull: there is no room, or no permission, to write.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise known(error, path) or error from error
    except OSError as error:
        if error.errno not in _NO_WRITING:
            raise
        raise _no_room(path, str(error.strerror)) from error


def is_current(path: Path, branch: Branch) -> bool:
    """Whether the file can be read as it is: it is there, sound at its start, and of the newest revision."""
    try:
        return path.is_file() and revision(path) == HEADS[branch]
    except (OSError, sqlite3.DatabaseError):
        return False


def identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another of the same name; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def revision(path: Path) -> str | None:
    """The revision of a file that is there, read without Alembic; None where it has none."""
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT)) as connection:
        table = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if not connection.execute(table).fetchone():
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def known(error: BaseException | None, path: Path) -> DeskError | None:
    """The problem that SQLite's error about the file at `path` means; None for a bug."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code; the rest is detail
    if code in _DAMAGED:
        return CacheDamaged(
            f"{path.name} can't be read: {error}.",
            f"Close Portal Desk and move {path} away; a cache is then read again from Stripe.",
        )
    if code == sqlite3.SQLITE_BUSY:
        return CacheBusy(f"Another process is writing {path.name}.", "Try again in a moment.")
    return _no_room(path, str(error)) if code in _NO_ROOM else None


def _no_room(path: Path, why: str) -> DiskFull:
    return DiskFull(
        f"{path.name} can't be written: {why}.",
        f"Make room on the disk, or allow writing to {path.parent}, and try again.",
    )
