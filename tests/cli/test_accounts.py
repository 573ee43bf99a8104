"""Connecting accounts from the command line."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from portal_desk.sandbox.keys import NO_CUSTOMERS_KEY, REVOKED_KEY
from tests.cli.conftest import Run
from tests.conftest import Sandbox


@pytest.mark.usefixtures("key_stays_secret")
def test_an_account_is_connected_listed_and_forgotten(run: Run, own: Path) -> None:
    (listed,) = run("accounts", "list", "--json").json["accounts"]
    assert listed["name"] in run("accounts", "list").out
    api_key, file_key = own.rglob("*.key")
    assert {stat.S_IMODE(one.stat().st_mode) for one in (api_key, file_key)} == {0o600}
    assert run("accounts", "remove", listed["id"]).code == 0
    assert run("accounts", "list", "--json").json == {"accounts": [], "current": None}
    assert not list(own.rglob("*.key"))
    assert not list(own.rglob("*.sqlite3"))


def test_a_cache_is_kept_plain_for_other_programs_and_encrypted_again(run: Run, own: Path) -> None:
    (cache,) = own.rglob("cache.sqlite3")
    (listed,) = run("accounts", "list", "--json").json["accounts"]
    found = run("search", "hostel", "--json").json
    assert run("accounts", "protect", listed["id"], "--plain").code == 0
    assert cache.read_bytes().startswith(b"SQLite format 3")
    assert run("search", "hostel", "--json").json == found
    assert run("accounts", "protect", listed["id"]).code == 0
    assert run("search", "hostel", "--json").json == found
    assert not cache.read_bytes().startswith(b"SQLite format 3")


def test_without_an_account_every_command_says_how_to_connect_one(run: Run, home: Path) -> None:
    for command in (["search"], ["sync"], ["show", "anna"], ["invoices", "list"]):
        answer = run(*command)
        assert answer.code == 3
        assert "portal-desk accounts add" in answer.err
    assert home.exists()


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [
        (REVOKED_KEY, 5, ""),
        (NO_CUSTOMERS_KEY, 5, "rak_customer_read"),
        ("pk_test_public", 2, ""),
        ("", 2, "standard input"),
    ],
)
def test_a_key_that_will_not_do_is_refused_and_not_kept(
    run: Run, home: Path, shared_sandbox: Sandbox, key: str, code: int, said: str
) -> None:
    address = ("--api-base", shared_sandbox.url)
    refused = run("accounts", "add", "--key-stdin", "--keep", "file", *address, stdin=f"{key}\n")
    assert refused.code == code
    assert said in refused.err
    assert not key or key not in refused.err
    assert run("accounts", "list", "--json").json["accounts"] == []
    assert not list(home.rglob("*.key"))


def test_no_network_is_a_known_problem(run: Run, home: Path, free_port: Callable[[], int]) -> None:
    address = ("--api-base", f"http://127.0.0.1:{free_port()}")
    refused = run(
        "accounts",
        "add",
        "--key-stdin",
        "--keep",
        "file",
        *address,
        stdin="sk_test_nobodyishere1234\n",
    )
    assert refused.code == 6
    assert "Traceback" not in refused.err
    assert not list(home.rglob("*.key"))


@pytest.mark.parametrize("address", ["nowhere", "", "ftp://127.0.0.1", "http://stripe.example"])
def test_a_key_is_sent_to_no_doubtful_address(run: Run, home: Path, address: str) -> None:
    refused = run(
        "accounts", "add", "--keep", "file", "--api-base", address, stdin="sk_test_nobodyishere1\n"
    )
    assert refused.code == 2
    assert "no address that a key can be sent to" in refused.err
    assert not list(home.rglob("*.key"))


@pytest.mark.parametrize("command", ["sync", "accounts add", "link cus_1", "cancel sub_1"])
def test_no_command_takes_a_key_as_an_argument(run: Run, command: str) -> None:
    answer = run(*command.split(), "--key", "sk_test_secret")
    assert answer.code == 2
    positional = run(*command.split(), "sk_test_secret")
    assert positional.code == 2
