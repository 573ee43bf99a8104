"""Connecting an account: the key is checked first and kept where the user wants it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import keyring.backend
import pytest
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from portal_desk.config import Paths
from portal_desk.errors import (
    AccountsDamaged,
    DiskFull,
    InvalidInput,
    KeyRejected,
    KeyringUnavailable,
    NotFound,
    Offline,
    PermissionMissing,
)
from portal_desk.models.account import Account
from portal_desk.sandbox import keys
from portal_desk.services.accounts import Accounts
from portal_desk.services.stripe_gateway import StripeGateway

if TYPE_CHECKING:
    from tests.conftest import Sandbox


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that works, without asking the desktop's own."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class LockedKeyring(MemoryKeyring):
    """A keyring whose owner dismisses the question for the password."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "config", tmp_path / "log")


@pytest.fixture
def accounts(paths: Paths) -> Accounts:
    return Accounts(paths)


def files_of(paths: Paths) -> list[Path]:
    return [path for path in paths.config.rglob("*") if path.is_file()]


async def test_a_checked_key_goes_to_the_keyring_and_nowhere_else(
    shared_sandbox: Sandbox, accounts: Accounts, paths: Paths, ring: MemoryKeyring
) -> None:
    account = await accounts.connect(f"  {shared_sandbox.key}\n", api_base=shared_sandbox.url)
    assert account.id.startswith("acct_")
    assert account.name
    assert not account.livemode
    assert account.is_demo
    assert ring.kept == {("portal-desk", account.key): shared_sandbox.key}
    assert Accounts(paths).key(account) == shared_sandbox.key
    assert Accounts(paths).current() == account
    for path in files_of(paths):
        assert shared_sandbox.key not in path.read_text()
        assert path.stat().st_mode & 0o777 == 0o600


async def test_a_key_for_the_session_is_gone_with_the_session(
    shared_sandbox: Sandbox, accounts: Accounts, paths: Paths
) -> None:
    account = await accounts.connect(
        shared_sandbox.key, api_base=shared_sandbox.url, key_place="session"
    )
    assert accounts.key(account) == shared_sandbox.key
    with pytest.raises(NotFound, match="earlier session"):
        Accounts(paths).key(account)


async def test_a_key_in_a_file_is_its_owners_alone(
    shared_sandbox: Sandbox, accounts: Accounts, paths: Paths
) -> None:
    account = await accounts.connect(
        shared_sandbox.key, api_base=shared_sandbox.url, key_place="file"
    )
    assert Accounts(paths).key(account) == shared_sandbox.key
    [file] = [path for path in files_of(paths) if shared_sandbox.key in path.read_text()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o077 == 0


async def test_moving_a_key_to_the_keyring_removes_its_file(
    shared_sandbox: Sandbox, accounts: Accounts, paths: Paths, ring: MemoryKeyring
) -> None:
    await accounts.connect(shared_sandbox.key, api_base=shared_sandbox.url, key_place="file")
    account = await accounts.connect(shared_sandbox.key, api_base=shared_sandbox.url)
    assert [one.key_place for one in accounts.all()] == ["keyring"]
    assert accounts.key(account) == shared_sandbox.key
    assert not [path for path in files_of(paths) if shared_sandbox.key in path.read_text()]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("pk_test_portaldesksandbox", "publishable"),
        ("whsec_portaldesksandbox", "webhook"),
        ("sk_org_live_portaldesk", "organization"),
        ("", "doesn't look like a Stripe key"),
        ("sk_test_", "doesn't look like a Stripe key"),
        ("sk_test_with a space", "doesn't look like a Stripe key"),
        ("hunter2", "doesn't look like a Stripe key"),
    ],
)
async def test_what_is_no_key_is_refused_before_anything_is_sent(
    accounts: Accounts, paths: Paths, key: str, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words) as refused:
        await accounts.connect(key, api_base="http://127.0.0.1:9", key_place="file")
    assert len(key) < 10 or key not in str(refused.value)
    assert not files_of(paths)


@pytest.mark.parametrize("key", [keys.REVOKED_KEY, keys.EXPIRED_KEY, "sk_test_neverexisted"])
async def test_a_key_that_stripe_rejects_is_not_kept(
    shared_sandbox: Sandbox, accounts: Accounts, paths: Paths, key: str
) -> None:
    with pytest.raises(KeyRejected):
        await accounts.connect(key, api_base=shared_sandbox.url, key_place="file")
    assert not files_of(paths)
    assert accounts.current() is None


@pytest.mark.parametrize(
    ("key", "missing"),
    [
        (keys.NO_PORTAL_KEY, "rak_customer_portal_read"),
        (keys.NO_INVOICES_KEY, "rak_invoice_read"),
        (keys.NO_EVENTS_KEY, "rak_event_read"),
        (keys.NO_CUSTOMERS_KEY, "rak_customer_read"),
    ],
)
async def test_a_key_that_is_too_narrow_is_told_which_permission_is_missing(
    shared_sandbox: Sandbox, accounts: Accounts, paths: Paths, key: str, missing: str
) -> None:
    with pytest.raises(PermissionMissing, match=missing) as refused:
        await accounts.connect(key, api_base=shared_sandbox.url, key_place="file")
    assert "Nothing was stored" in refused.value.next_step
    assert not files_of(paths)


async def test_a_key_that_may_only_read_is_enough_to_look(
    shared_sandbox: Sandbox, accounts: Accounts
) -> None:
    account = await accounts.connect(
        keys.READ_ONLY_KEY, api_base=shared_sandbox.url, key_place="session"
    )
    assert accounts.all() == [account]


async def test_without_a_network_nothing_is_kept(paths: Paths, unused_tcp_port: int) -> None:
    accounts = Accounts(
        paths, open_gateway=lambda key, base: StripeGateway(key, api_base=base, max_retries=0)
    )
    address = f"http://127.0.0.1:{unused_tcp_port}"
    with pytest.raises(Offline):
        await accounts.connect(keys.FULL_KEY, api_base=address, key_place="file")
    assert not files_of(paths)


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, LockedKeyring])
async def test_without_a_keyring_the_other_choices_are_named_and_nothing_is_kept(
    shared_sandbox: Sandbox, accounts: Accounts, paths: Paths, ring: MemoryKeyring, backend: type
) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(KeyringUnavailable) as refused:
        await accounts.connect(shared_sandbox.key, api_base=shared_sandbox.url)
    assert "session" in refused.value.next_step
    assert "file" in refused.value.next_step
    assert not files_of(paths)


def save(accounts: Accounts, *several: Account, key: str = keys.FULL_KEY) -> None:
    for account in several:
        accounts._keep(account, key)


LIVE = Account("acct_1", "Example", livemode=True, key_place="session")
TEST = Account("acct_1", "Example", livemode=False, key_place="session")


def test_live_and_test_of_one_account_are_kept_apart(accounts: Accounts) -> None:
    save(accounts, LIVE, key="sk_live_1")
    save(accounts, TEST, key="sk_test_1")
    assert accounts.all() == [LIVE, TEST]
    assert (accounts.key(LIVE), accounts.key(TEST)) == ("sk_live_1", "sk_test_1")


def test_the_chosen_account_is_remembered(accounts: Accounts, paths: Paths) -> None:
    save(accounts, LIVE, TEST)
    assert accounts.current() == TEST
    accounts.select(LIVE)
    assert Accounts(paths).current() == LIVE
    assert Accounts(paths).find("acct_1-test") == TEST
    with pytest.raises(NotFound, match="acct_9"):
        accounts.find("acct_9")


def test_a_forgotten_account_leaves_no_key_behind(accounts: Accounts) -> None:
    save(accounts, LIVE, TEST)
    accounts.forget(TEST)
    assert accounts.all() == [LIVE]
    assert accounts.current() == LIVE
    with pytest.raises(NotFound):
        accounts.key(TEST)
    with pytest.raises(NotFound):
        accounts.select(TEST)


def test_the_account_in_use_stays_current_when_another_is_forgotten(accounts: Accounts) -> None:
    save(accounts, LIVE, TEST)
    accounts.forget(LIVE)
    assert accounts.current() == TEST


WRITER = """
import sys
from pathlib import Path
from portal_desk.config import Paths
from portal_desk.models.account import Account
from portal_desk.services.accounts import Accounts
root, name = Path(sys.argv[1]), sys.argv[2]
accounts = Accounts(Paths(root, root, root))
for number in range(15):
    account = Account(f"acct_{name}{number}", name, livemode=False, key_place="session")
    accounts._keep(account, "sk_test_1")
"""


def test_two_desks_that_connect_accounts_at_once_lose_none(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    desks = [subprocess.Popen([*command, name]) for name in "ab"]
    assert [desk.wait(60) for desk in desks] == [0, 0]
    assert len(Accounts(Paths(tmp_path, tmp_path, tmp_path)).all()) == 30


@pytest.mark.parametrize("text", ["{", "[]", '{"accounts": [{"nonsense": 1}]}'])
def test_a_damaged_list_is_named_rather_than_lost(
    accounts: Accounts, paths: Paths, text: str
) -> None:
    paths.config.mkdir()
    (paths.config / "accounts.json").write_text(text)
    with pytest.raises(AccountsDamaged, match="list of accounts"):
        accounts.all()
    with pytest.raises(AccountsDamaged):
        save(accounts, TEST)
    assert (paths.config / "accounts.json").read_text() == text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written_is_named(accounts: Accounts, paths: Paths) -> None:
    paths.config.mkdir(mode=0o500)
    with pytest.raises(DiskFull, match=r"accounts\.json"):
        save(accounts, TEST)


SECRET_SERVICE = """
import sys
from pathlib import Path
from portal_desk.errors import NotFound
from portal_desk.services.secrets import Secrets
place = Secrets(Path(sys.argv[1])).at("keyring")
place.save("acct_1-test", "sk_test_keptbysecretservice")
assert Secrets(Path(sys.argv[1])).at("keyring").load("acct_1-test") == "sk_test_keptbysecretservice"
place.forget("acct_1-test")
place.forget("acct_1-test")
try:
    place.load("acct_1-test")
except NotFound:
    print("kept and forgotten")
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs the Debian packages dbus and gnome-keyring",
)
def test_the_desktops_own_secret_service_keeps_and_forgets_keys(tmp_path: Path) -> None:
    script = tmp_path / "keep.py"
    script.write_text(SECRET_SERVICE)
    inside = (
        "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "
        f"'{sys.executable}' '{script}' '{tmp_path}'"
    )
    environment = os.environ | {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "share"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
    }
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", inside],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "kept and forgotten", done.stderr
