"""Opens the desk's SQLite files: private to their owner, in WAL mode, with up-to-date tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DatabaseError

import portal_desk.models.migrations
from portal_desk.config import private_file, private_folder
from portal_desk.errors import NewerSchema
from portal_desk.models.account import FileKey
from portal_desk.services.sqlite import file as database_file
from portal_desk.services.sqlite.file import HEADS, Branch
from portal_desk.services.sqlite.raw import unpacked

_LOG_PAGES = 4_000
"""16 MB of the log before it is written back: ids come in no order, so a page is written often meanwhile."""

_CACHE_KIB = 32_768


def open_database(path: Path, branch: Branch, key: FileKey) -> Engine:
    """Open (or make) the file at `path` and bring its tables up to date; with a key, encrypt one that is plain.

    Raises:
        CacheDamaged: the file is no database, or a broken one.
        DiskFull: there is no room, or no permission, to write.
        NewerSchema: a newer version of the program wrote the file.
    """
    with translated(path):
        if database_file.is_current(path, branch, key):
            return _engine(private_file(path), key)
        with _alone(private_folder(path.parent) / f"{path.name}.new"):
            return _made(path, branch, key)


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


def _made(path: Path, branch: Branch, key: FileKey) -> Engine:
    """Make the file, or encrypt and migrate it."""
    if not path.exists():
        database_file.remove_log(path)
    elif key and database_file.is_plain(path):
        database_file.encrypt(path, key)
    engine = _engine(private_file(path), key)
    try:
        _migrate(engine, branch, database_file.revision(path, key))
    except BaseException:
        engine.dispose()
        raise
    return engine


def _engine(path: Path, key: FileKey) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=database_file.driver,
        creator=partial(database_file.connect, path, key),
        poolclass=QueuePool,
        hide_parameters=True,  # a bug's traceback goes to the log, which holds no customer's data
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: database_file.Connection, _record: object) -> None:
    connection.create_function("unpacked", 1, _unpacked, deterministic=True)
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
        cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")


def _unpacked(packed: bytes) -> str:
    """An object's JSON, for SQL."""
    return unpacked(packed).decode()


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
