"""Opens the desk's SQLite files: private to their owner, in WAL mode, with up-to-date tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

import portal_desk.models.migrations
from portal_desk.config import private_file, private_folder
from portal_desk.errors import NewerSchema
from portal_desk.services import database_file
from portal_desk.services.database_file import BUSY_TIMEOUT, HEADS, Branch, revision


def open_database(path: Path, branch: Branch) -> Engine:
    """Open (or make) the file at `path` and bring its tables up to date.

    Raises:
        CacheDamaged: the file is no database, or a broken one.
        DiskFull: there is no room, or no permission, to write.
        NewerSchema: a newer version of the program wrote the file.
    """
    with translated(path):
        if path.is_file() and revision(path) == HEADS[branch]:
            return _engine(private_file(path))
        with _alone(private_folder(path.parent) / f"{path.name}.new"):
            return _made(path, branch)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLAlchemy, SQLite and the operating system say about a file into a known problem.

    Raises:
        CacheDamaged: the file is no database, or a broken one.
        DiskFull: there is no room, or no permission, to write.
    """
    with database_file.translated(path):
        try:
            yield
        except DatabaseError as error:
            raise database_file.known(error.orig, path) or error from error


def begin_write(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that takes the write lock at once.

    One that begins as a reader and writes later fails, rather than waits, when another process
    wrote meanwhile.
    """
    return engine.execution_options(immediate=True).begin()


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
        _migrate(engine, branch, revision(path))
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


def _migrate(engine: Engine, branch: Branch, found: str | None) -> None:
    if found == HEADS[branch]:
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
            msg = f"{name} is of version {found}, which this Portal Desk doesn't know."
            raise NewerSchema(
                msg, "Install the newest version of Portal Desk; nothing was changed in the file."
            ) from error
