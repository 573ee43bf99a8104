"""Opens the desk's SQLite files: private to their owner, in WAL mode, with up-to-date tables."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

import portal_desk.models.migrations
from portal_desk.config import private_file, private_folder
from portal_desk.errors import CacheBusy, CacheDamaged, DeskError, DiskFull, NewerSchema

Branch = Literal["cache", "journal"]

HEADS: dict[Branch, str] = {"cache": "cache_0002", "journal": "journal_0001"}
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


def open_database(path: Path, branch: Branch) -> Engine:
    """Open (or make) the file at `path` and bring its tables up to date.

    Raises:
        CacheDamaged: the file is no database, or a broken one.
        DiskFull: there is no room, or no permission, to write.
        NewerSchema: a newer version of the program wrote the file.
    """
    with translated(path):
        if path.is_file() and _revision(path) == HEADS[branch]:
            return _engine(private_file(path))
        with _alone(private_folder(path.parent) / f"{path.name}.new"):
            return _made(path, branch)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system say about the file at `path` into a known problem.

    Raises:
        CacheDamaged: the file is no database, or a broken one.
        DiskFull: there is no room, or no permission, to write.
    """
    try:
        yield
    except DatabaseError as error:
        raise _known(error.orig, path) or error from error
    except sqlite3.DatabaseError as error:
        raise _known(error, path) or error from error
    except OSError as error:
        if error.errno not in _NO_WRITING:
            raise
        raise _no_room(path, str(error.strerror)) from error


def identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another of the same name; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def begin_write(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that takes the write lock at once.

    One that begins as a reader and writes later fails, rather than waits, when another process
    wrote meanwhile.
    """
    return engine.execution_options(immediate=True).begin()


def _known(error: BaseException | None, path: Path) -> DeskError | None:
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


def _alone(lock: Path) -> AbstractContextManager[object]:
    """The lock of the one process that makes or migrates a file."""
    from filelock import FileLock  # noqa: PLC0415 - not needed to open a file that is there

    return FileLock(lock, mode=0o600)


def _made(path: Path, branch: Branch) -> Engine:
    """Make the file, or migrate it."""
    if not path.exists():
        # SQLite would read what a deleted file left in its log into the new one.
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    engine = _engine(private_file(path))
    try:
        _migrate(engine, branch, _revision(path))
    except BaseException:
        engine.dispose()
        raise
    return engine


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT},
        hide_parameters=True,  # a bug's traceback goes to the log, which holds no customer's data
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")


def _on_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _revision(path: Path) -> str | None:
    """The file's revision, read without Alembic; None for a new file."""
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT)) as connection:
        table = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if not connection.execute(table).fetchone():
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def _migrate(engine: Engine, branch: Branch, revision: str | None) -> None:
    if revision == HEADS[branch]:
        return
    from alembic import command  # noqa: PLC0415 - costs a tenth of a second, needed once per file
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    folder = Path(portal_desk.models.migrations.__file__).parent
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("version_locations", str(folder / branch).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    with begin_write(engine) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            name = f"{branch}.sqlite3"
            msg = f"{name} is of version {revision}, which this Portal Desk doesn't know."
            raise NewerSchema(
                msg, "Install the newest version of Portal Desk; nothing was changed in the file."
            ) from error
