"""What becomes of the cache's file when something happens to it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

import portal_desk.models.migrations
from portal_desk.errors import CacheBusy, CacheDamaged, DiskFull, NewerSchema
from portal_desk.models.schema import cache_metadata, journal_metadata, newest_first
from portal_desk.services.sqlite import file as database_file
from portal_desk.services.sqlite.engine import open_database
from portal_desk.services.sqlite.file import HEADS, Branch
from portal_desk.services.store import Store

from ..files import look_into
from .world import NOW, World

WORLD = World()
KEY = newest_first(WORLD.customer["created"])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite3"


def filled(path: Path, customers: int = 1) -> Store:
    store = Store(path)
    store.apply([WORLD.new_customer(f"cus_{number}") for number in range(customers)], as_of=NOW)
    return store


def execute(path: Path, statement: str) -> None:
    with look_into(path) as connection:
        connection.execute(statement)


def test_what_was_written_is_there_the_next_time(path: Path) -> None:
    filled(path).close()
    store = Store(path)
    assert store.customer_pk("cus_0") is not None
    store.close()


def test_two_desks_see_each_others_writes(path: Path) -> None:
    one, other = filled(path), Store(path)
    other.apply([WORLD.new_customer("cus_9")], as_of=NOW)
    assert one.customer_pk("cus_9") is not None
    one.close()
    other.close()


def test_a_file_of_something_else_is_named_as_damaged(path: Path) -> None:
    path.write_bytes(b"this is no database, but long enough to be taken for one" * 100)
    with pytest.raises(CacheDamaged, match="move") as raised:
        Store(path)
    assert str(path) in raised.value.next_step


def test_damage_in_the_middle_is_noticed_when_it_is_read(path: Path) -> None:
    filled(path, customers=2000).close()
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = b"\xff" * (len(content) - half)
    path.write_bytes(content)
    store = Store(path)
    with pytest.raises(CacheDamaged):
        store.customer_rows(range(KEY, KEY + 2000))
    store.close()


def test_a_discarded_cache_begins_again(path: Path) -> None:
    path.write_bytes(b"rubbish" * 1000)
    Store.discard(path)
    store = filled(path)
    assert store.customer_pk("cus_0") is not None
    store.close()


def test_a_file_that_is_deleted_under_an_open_cache_begins_again(path: Path) -> None:
    store = filled(path)
    before = store.generation()
    path.unlink()  # its log and index stay behind
    assert store.customer_pk("cus_0") is None
    assert store.generation() > before
    store.apply([WORLD.customer], as_of=NOW)
    assert store.customer_pk("cus_1") is not None
    store.close()


def test_a_file_that_is_exchanged_under_an_open_cache_is_read(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    filled(other, customers=5).close()
    store = filled(path)
    Store.discard(path)
    shutil.copy(other, path)
    assert store.customer_pk("cus_4") is not None
    store.close()


def test_a_cache_of_a_newer_version_is_built_again(path: Path) -> None:
    filled(path).close()
    execute(path, "UPDATE alembic_version SET version_num = 'cache_9999'")
    store = Store(path)
    assert store.customer_pk("cus_0") is None
    store.close()


def test_a_journal_of_a_newer_version_is_left_alone(path: Path) -> None:
    open_database(path, "journal", None).dispose()
    execute(path, "UPDATE alembic_version SET version_num = 'journal_9999'")
    before = path.read_bytes()
    with pytest.raises(NewerSchema, match="newest version of Portal Desk"):
        open_database(path, "journal", None)
    assert path.read_bytes() == before


def test_a_write_waits_for_another_process_but_not_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_file, "BUSY_TIMEOUT", 0.05)
    store = filled(path)
    with look_into(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CacheBusy):
            store.apply([WORLD.customer], as_of=NOW)
        assert store.customer_pk("cus_0") is not None
        other.execute("ROLLBACK")
    store.apply([WORLD.customer], as_of=NOW)
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_full_disk_is_named_and_nothing_is_lost(path: Path) -> None:
    filled(path).close()
    code = f"""
import resource, signal
from pathlib import Path
from portal_desk.errors import DiskFull
from portal_desk.services.store import Store
store = Store(Path({str(path)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
entry = store.object("customer", "cus_0")
try:
    store.apply([entry | {{"id": f"cus_x{{n}}", "name": str(n) * 90}} for n in range(9000)], as_of={NOW})
except DiskFull as error:
    print(error.message)
assert store.customer_pk("cus_0") is not None
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "can't be written" in done.stdout, done.stderr
    store = Store(path)
    assert store.customer_pk("cus_0") is not None
    assert store.customer_pk("cus_x0") is None
    store.close()


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiskFull, match="file"):
        Store(tmp_path / "file" / "cache.sqlite3")


@pytest.mark.parametrize(
    ("branch", "metadata"), [("cache", cache_metadata), ("journal", journal_metadata)]
)
def test_the_migrations_make_exactly_the_tables_of_the_schema(
    branch: Branch, metadata: MetaData, path: Path
) -> None:
    engine = open_database(path, branch, None)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        found = compare_metadata(context, metadata)
        head = context.get_current_revision()
    engine.dispose()
    differences = [entry for entry in found if not _is_search_table(entry)]
    assert differences == []
    assert head == HEADS[branch] == _newest_script(branch)


def _is_search_table(difference: object) -> bool:
    """The search tables are plain SQL, which the schema doesn't name."""
    return "search_" in str(difference)


def _newest_script(branch: Branch) -> str | None:
    folder = Path(portal_desk.models.migrations.__file__).parent
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("version_locations", str(folder / branch))
    config.set_main_option("path_separator", "newline")
    return ScriptDirectory.from_config(config).get_current_head()


def test_a_file_of_this_version_is_opened_without_alembic(path: Path) -> None:
    filled(path).close()
    code = (
        "import sys; from pathlib import Path; from portal_desk.services.store import Store; "
        f"Store(Path({str(path)!r})).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
