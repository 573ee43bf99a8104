"""Opens the desk's SQLite files, and tells what can be told of them without SQLAlchemy.

SQLCipher is the one SQLite here, for plain files too: two copies of SQLite in one process that open the same file
break each other's locks (https://www.sqlite.org/howtocorrupt.html#_multiple_copies_of_sqlite_linked_into_the_same_application).
SQLAlchemy takes longer to import than everything else of a start, so nothing here needs it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from portal_desk.config import private_file
from portal_desk.errors import CacheBusy, CacheDamaged, DeskError, DiskFull
from portal_desk.models.account import FileKey

if TYPE_CHECKING:
    import sqlite3 as sqlite  # what SQLCipher's module is made from; it has types
else:
    from sqlcipher3 import dbapi2 as sqlite

driver = sqlite
Connection = sqlite.Connection
DatabaseError = sqlite.DatabaseError

Branch = Literal["cache", "journal"]

HEADS: dict[Branch, str] = {"cache": "cache_0005", "journal": "journal_0003"}
"""The newest revision of each; Alembic is imported only for a file that isn't there yet."""

BUSY_TIMEOUT = 10.0
"""Seconds that a write waits for another process's write."""

_UNKEYED = """
    PRAGMA cipher_log_level = NONE;
    PRAGMA temp_store = MEMORY;
"""
"""Before anything is read: SQLCipher would print to stderr, and SQLite would sort customers in a temporary file."""

_NO_ROOM = frozenset(
    {
        sqlite.SQLITE_FULL,
        sqlite.SQLITE_READONLY,
        sqlite.SQLITE_CANTOPEN,
        sqlite.SQLITE_IOERR,
        sqlite.SQLITE_PERM,
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
_DAMAGED = frozenset({sqlite.SQLITE_NOTADB, sqlite.SQLITE_CORRUPT})


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system say about the file at `path` into a known problem.

    Raises:
        CacheDamaged: the file is no database, or a broken one.
        DiskFull: there is no room, or no permission, to write.
    """
    try:
        yield
    except sqlite.DatabaseError as error:
        raise known(error, path) or error from error
    except OSError as error:
        if error.errno not in _NO_WRITING:
            raise
        raise _no_room(path, str(error.strerror)) from error


def connect(path: Path, key: FileKey, *, read_only: bool = False) -> Connection:
    """Open the file, or make it unless it is only to be read; any thread may use it, one at a time.

    The driver begins no transactions by itself. A wrong key is noticed by the first statement.
    """
    connection = sqlite.connect(
        f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}",
        uri=True,
        timeout=BUSY_TIMEOUT,
        check_same_thread=False,
        isolation_level=None,
    )
    connection.executescript(_UNKEYED)
    if key:
        connection.execute(f"PRAGMA key = {_literal(key)}")
    return connection


def is_plain(path: Path) -> bool:
    """Whether the file is there and not encrypted.

    SQLite is asked, because closing a file that was opened by other means lets go of SQLite's locks.
    """
    return path.is_file() and path.stat().st_size > 0 and _opens(path, None)


def encrypt(path: Path, key: str) -> None:
    """Exchange a plain file that nobody uses for an encrypted one with the same content."""
    _exchange(path, None, key)


def decrypt(path: Path, key: str) -> None:
    """Exchange an encrypted file that nobody uses for a plain one with the same content."""
    _exchange(path, key, None)


def remove(path: Path) -> None:
    """Delete a file with SQLite's own beside it."""
    path.unlink(missing_ok=True)
    remove_log(path)


def remove_log(path: Path) -> None:
    """Delete what SQLite left beside a file that is gone: it would read that into a new one."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def is_current(path: Path, branch: Branch, key: FileKey) -> bool:
    """Whether the file can be read as it is: it is there, sound at its start, and of the newest revision."""
    try:
        return path.is_file() and revision(path, key) == HEADS[branch]
    except (OSError, sqlite.DatabaseError):
        return False


def identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another of the same name; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def revision(path: Path, key: FileKey) -> str | None:
    """The revision of a file that is there, read without Alembic; None where it has none."""
    with closing(connect(path, key)) as connection:
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
    if code == sqlite.SQLITE_BUSY:
        return CacheBusy(f"Another process is writing {path.name}.", "Try again in a moment.")
    return _no_room(path, str(error)) if code in _NO_ROOM else None


def was_interrupted(error: DatabaseError) -> bool:
    """Whether a statement ended early because `Connection.interrupt` was called."""
    return bool(error.sqlite_errorcode == sqlite.SQLITE_INTERRUPT)


def _no_room(path: Path, why: str) -> DiskFull:
    return DiskFull(
        f"{path.name} can't be written: {why}.",
        f"Make room on the disk, or allow writing to {path.parent}, and try again.",
    )


def _opens(path: Path, key: FileKey) -> bool:
    with closing(connect(path, key)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite.DatabaseError as error:
            if error.sqlite_errorcode == sqlite.SQLITE_NOTADB:
                return False
            raise
    return True


def _exchange(path: Path, old: FileKey, new: FileKey) -> None:
    """Exchange a file for one with the same content and another key; a crash leaves the old or the new one."""
    made = path.with_name(f"{path.name}.new-key")
    remove(made)
    private_file(made)
    with closing(connect(path, old)) as connection:
        connection.execute(f"ATTACH DATABASE ? AS made KEY {_literal(new)}", (str(made),))
        connection.execute("BEGIN IMMEDIATE")  # nobody writes meanwhile
        connection.execute("SELECT sqlcipher_export('made')").fetchone()
        connection.execute("COMMIT")
    made.replace(path)
    remove_log(path)


def _literal(key: FileKey) -> str:
    """The key as SQLCipher takes it: the bytes themselves, not a password to derive them from."""
    return f"\"x'{bytes.fromhex(key).hex()}'\"" if key else "''"
