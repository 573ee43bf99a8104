"""What somebody finds who reads the disk: no customer, unless the user wants plain files."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from portal_desk.config import AccountPaths, Paths
from portal_desk.errors import CacheBusy, CacheDamaged, KeyringUnavailable
from portal_desk.models.account import Account, FileKey
from portal_desk.models.search import SearchQuery
from portal_desk.services.accounts import Accounts
from portal_desk.services.desk import Desk
from portal_desk.services.journal import Journal
from portal_desk.services.lock import held
from portal_desk.services.search import Search
from portal_desk.services.store import Store

from ..files import FILE_KEY, look_into
from .test_accounts import MemoryKeyring, ring
from .world import NOW, World

__all__ = ["ring"]

NAME = "Brünhilde Lindgrünschild"
SECRETS = (NAME.encode(), b"Lindgr", b"hild@secret.example", b"CRM-778899", b"Cancel Team")
PLAIN_HEADER = b"SQLite format 3"
IN_MEMORY = 2
"""What SQLite calls it: https://www.sqlite.org/pragma.html#pragma_temp_store."""
ACCOUNT = Account("acct_1", "Example", livemode=False, key_place="keyring")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "config", tmp_path / "log")


@pytest.fixture
def accounts(paths: Paths, ring: MemoryKeyring) -> Accounts:
    accounts = Accounts(paths)
    accounts._keep(ACCOUNT, "sk_test_1")
    return accounts


@pytest.fixture
def files(paths: Paths) -> AccountPaths:
    return paths.account(ACCOUNT.key)


def customer(number: int = 1) -> dict:
    known = {"name": f"{NAME} {number}", "email": "hild@secret.example"}
    return (
        World().new_customer(f"cus_{number}")
        | known
        | {"metadata": {"crm": f"CRM-778899-{number}"}}
    )


def fill(files: AccountPaths, key: FileKey) -> None:
    with closing(Store(files.cache, key)) as store, closing(Journal(files.journal, key)) as journal:
        store.apply([customer()], as_of=NOW)
        journal.begin(kind="cancel", customer="cus_1", summary=f"Cancel Team of {NAME}")


def found_in(folder: Path) -> list[tuple[str, bytes]]:
    """Which files have which secrets in them."""
    return [
        (path.name, secret)
        for path in folder.rglob("*")
        if path.is_file()
        for secret in SECRETS
        if secret in path.read_bytes()
    ]


def names(files: AccountPaths, key: FileKey) -> list[str]:
    """The customers that are found, and what the journal has."""
    with closing(Search(files.cache, key)) as search:
        rows = search.rows(search.search(SearchQuery("lindgrünschild")).customers)
    with closing(Journal(files.journal, key)) as journal:
        return [row.name for row in rows] + [one.summary for one in journal.recent()]


def test_no_file_has_a_customer_in_it_while_they_are_written_and_searched(
    accounts: Accounts, files: AccountPaths, tmp_path: Path
) -> None:
    key = accounts.unlock(ACCOUNT).key
    store, journal = Store(files.cache, key), Journal(files.journal, key)
    search = Search(files.cache, key)
    store.apply([customer(number) for number in range(3_000)], as_of=NOW)
    journal.begin(kind="cancel", customer="cus_1", summary=f"Cancel Team of {NAME}")
    assert len(search.search(SearchQuery("lindgr", sort="name"), most=None).customers) == 3_000
    there = {path.name for path in files.folder.iterdir()}
    assert {"cache.sqlite3", "cache.sqlite3-wal", "cache.sqlite3-shm", "journal.sqlite3"} <= there
    assert found_in(tmp_path) == []
    for opened in (store, journal, search):
        opened.close()
    assert found_in(tmp_path) == []
    assert PLAIN_HEADER not in files.cache.read_bytes()[:16] + files.journal.read_bytes()[:16]


@pytest.mark.parametrize("key", [FILE_KEY, None])
def test_sorting_many_customers_makes_no_temporary_file(tmp_path: Path, key: FileKey) -> None:
    with look_into(tmp_path / "cache.sqlite3", key) as connection:
        assert connection.execute("PRAGMA temp_store").fetchone() == (IN_MEMORY,)


def test_a_wrong_key_opens_nothing(files: AccountPaths, capfd: pytest.CaptureFixture[str]) -> None:
    fill(files, FILE_KEY)
    for wrong in (FILE_KEY[::-1], None):
        with pytest.raises(CacheDamaged):
            Store(files.cache, wrong)
        with closing(Search(files.cache, wrong)) as search, pytest.raises(CacheDamaged):
            search.search(SearchQuery("a"))
    assert capfd.readouterr() == ("", "")
    assert names(files, FILE_KEY)


def test_plain_files_of_before_are_encrypted_with_what_is_in_them(
    accounts: Accounts, files: AccountPaths, tmp_path: Path
) -> None:
    fill(files, None)
    assert found_in(tmp_path)
    unlocked = accounts.unlock(ACCOUNT)
    assert unlocked.notice == ""
    Store(files.cache, unlocked.key).close()
    Journal(files.journal, unlocked.key).close()
    assert names(files, unlocked.key) == [f"{NAME} 1", f"Cancel Team of {NAME}"]
    assert found_in(tmp_path) == []
    assert {path.stat().st_mode & 0o777 for path in files.folder.iterdir()} == {0o600}


def test_the_key_is_in_the_keyring_alone(
    accounts: Accounts, files: AccountPaths, ring: MemoryKeyring, tmp_path: Path
) -> None:
    unlocked = accounts.unlock(ACCOUNT)
    fill(files, unlocked.key)
    assert unlocked.key in ring.kept.values()
    assert unlocked.key not in repr(unlocked)
    assert not [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and unlocked.key.encode() in path.read_bytes()
    ]


def test_two_desks_that_start_at_once_have_one_key(accounts: Accounts, paths: Paths) -> None:
    key = accounts.unlock(ACCOUNT).key
    assert Accounts(paths).unlock(ACCOUNT).key == key


def test_without_its_key_a_cache_is_begun_anew_and_a_journal_kept_aside(
    accounts: Accounts, files: AccountPaths, paths: Paths, ring: MemoryKeyring
) -> None:
    fill(files, accounts.unlock(ACCOUNT).key)
    before = files.journal.read_bytes()
    ring.kept.pop(("portal-desk", f"{ACCOUNT.key}-files"))
    unlocked = accounts.unlock(ACCOUNT)
    assert "read again from Stripe" in unlocked.notice
    desk = Desk.open(ACCOUNT, "sk_test_1", paths, unlocked.key)
    assert desk.store.object("customer", "cus_1") is None
    assert desk.journal.recent() == []
    desk._close_files()
    [aside] = files.folder.glob("journal-without-key-*.sqlite3")
    assert aside.name in unlocked.notice
    assert aside.read_bytes() == before
    assert accounts.unlock(ACCOUNT).notice == ""


def test_a_keyring_that_refuses_costs_nothing(
    accounts: Accounts, files: AccountPaths, ring: MemoryKeyring
) -> None:
    key = accounts.unlock(ACCOUNT).key
    fill(files, key)
    keyring.set_keyring(fail.Keyring())
    with pytest.raises(KeyringUnavailable):
        accounts.unlock(ACCOUNT)
    keyring.set_keyring(ring)
    assert names(files, accounts.unlock(ACCOUNT).key)


@pytest.mark.parametrize("place", ["file", "session"])
def test_without_a_keyring_the_key_is_in_a_file_of_its_owners(
    paths: Paths, place: str, tmp_path: Path
) -> None:
    account = Account("acct_2", "Example", livemode=False, key_place=place)
    key = Accounts(paths).unlock(account).key
    assert Accounts(paths).unlock(account).key == key
    [file] = [
        path for path in tmp_path.rglob("*") if path.is_file() and key.encode() in path.read_bytes()
    ]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_moves_with_the_api_key(
    accounts: Accounts, files: AccountPaths, ring: MemoryKeyring
) -> None:
    key = accounts.unlock(ACCOUNT).key
    fill(files, key)
    moved = accounts._keep(
        Account("acct_1", "Example", livemode=False, key_place="file"), "sk_test_1"
    )
    assert accounts.unlock(moved).key == key
    assert ring.kept == {}
    assert names(files, key)


def test_files_can_be_kept_plain_and_encrypted_again(
    accounts: Accounts, files: AccountPaths, ring: MemoryKeyring, tmp_path: Path
) -> None:
    fill(files, accounts.unlock(ACCOUNT).key)
    plain = accounts.protect(ACCOUNT, encrypted=False)
    assert accounts.current() == plain
    assert accounts.unlock(plain).key is None
    assert names(files, None) == [f"{NAME} 1", f"Cancel Team of {NAME}"]
    assert files.cache.read_bytes().startswith(PLAIN_HEADER)
    assert len(ring.kept) == 1
    encrypted = accounts.protect(plain, encrypted=True)
    key = accounts.unlock(encrypted).key
    Store(files.cache, key).close()
    assert names(files, key) == [f"{NAME} 1", f"Cancel Team of {NAME}"]
    assert found_in(tmp_path) == []


def test_connecting_again_keeps_the_choice(accounts: Accounts) -> None:
    accounts.protect(ACCOUNT, encrypted=False)
    assert not accounts._keep(ACCOUNT, "sk_test_2").encrypted


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_forgotten_account_leaves_nothing_behind(
    accounts: Accounts, files: AccountPaths, ring: MemoryKeyring, paths: Paths, encrypted: bool
) -> None:
    account = accounts.protect(ACCOUNT, encrypted=encrypted)
    fill(files, accounts.unlock(account).key)
    accounts.forget(account)
    assert ring.kept == {}
    assert not files.folder.exists()
    left = [path for path in paths.config.rglob("*") if path.is_file()]
    assert {path.name for path in left} == {"accounts.json", "accounts.json.lock"}
    assert "acct_1" not in (paths.config / "accounts.json").read_text()


def test_an_account_that_is_being_synced_is_not_forgotten(
    accounts: Accounts, files: AccountPaths
) -> None:
    key = accounts.unlock(ACCOUNT).key
    fill(files, key)
    with held(files.lock, CacheBusy("syncing")):
        with pytest.raises(CacheBusy, match="is running"):
            accounts.forget(ACCOUNT)
        with pytest.raises(CacheBusy):
            accounts.protect(ACCOUNT, encrypted=False)
    assert accounts.unlock(ACCOUNT).key == key
    assert names(files, key)
