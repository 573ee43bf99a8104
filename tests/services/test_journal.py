"""The journal keeps what was done, and no secrets."""

from __future__ import annotations

import getpass
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal_desk.errors import JournalDamaged
from portal_desk.models.actions import JournalEntry
from portal_desk.services.journal import Journal

from ..files import look_into

URL = "https://billing.stripe.com/p/session/test_YWNjdF8x"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account" / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path, clock=lambda: 1_700_000_000.9)
    yield journal
    journal.close()


def begin(journal: Journal, customer: str = "cus_1", **fields: object) -> JournalEntry:
    return journal.begin(
        **{"kind": "cancel", "customer": customer, "summary": "Cancel Team now"} | fields
    )


@pytest.mark.skipif(sys.platform == "win32", reason="every user of Windows has a name")
def test_a_user_without_a_name_can_act_too(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert begin(journal).operator == "user 4000000"


def test_an_entry_says_who_wants_what_before_there_is_an_outcome(journal: Journal) -> None:
    entry = begin(
        journal,
        subscription="sub_1",
        params={"items": [{"id": "si_1", "quantity": 2}]},
        idempotency_key="portal-desk-1",
    )
    assert journal.pending() == [entry]
    assert entry == JournalEntry(
        id=entry.id,
        kind="cancel",
        customer="cus_1",
        subscription="sub_1",
        summary="Cancel Team now",
        params={"items": [{"id": "si_1", "quantity": 2}]},
        idempotency_key="portal-desk-1",
        state="sending",
        operator=getpass.getuser(),
        started=1_700_000_000,
    )


def test_intent_is_on_the_disk_even_if_the_program_is_killed_right_after(path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from portal_desk.services.journal import Journal;"
        "Journal(Path(sys.argv[1])).begin(kind='cancel', customer='cus_1', summary='Cancel');"
        "os._exit(9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert killed.returncode == 9
    journal = Journal(path)
    assert [entry.state for entry in journal.pending()] == ["sending"]
    journal.close()


@pytest.mark.parametrize(
    ("state", "is_pending"), [("done", False), ("failed", False), ("unknown", True)]
)
def test_only_a_known_outcome_ends_the_waiting(
    journal: Journal, state: str, is_pending: bool
) -> None:
    entry = journal.finish(begin(journal), state, error="No such subscription")
    assert (entry.state, entry.error, entry.finished) == (
        state,
        "No such subscription",
        1_700_000_000,
    )
    assert bool(journal.pending()) == is_pending


def test_a_customers_entries_are_found_newest_first(journal: Journal) -> None:
    for number, customer in enumerate(["cus_1", "cus_2", "cus_1"]):
        begin(journal, customer, summary=f"number {number}")
    assert [one.summary for one in journal.for_customer("cus_1")] == ["number 2", "number 0"]
    assert [one.summary for one in journal.recent()] == ["number 2", "number 1", "number 0"]
    assert [one.summary for one in journal.recent(1)] == ["number 2"]


def test_no_key_and_no_link_ever_reaches_the_file(journal: Journal, path: Path) -> None:
    entry = begin(
        journal,
        summary=f"Sent {URL}",
        params={
            "return_url": "https://shop.example/back?token=hush",
            "comment": ["sk_live_hush12345"],
        },
    )
    finished = journal.finish(entry, "failed", error=f"{URL} with rk_test_hush12345 failed")
    assert finished.params == {"return_url": "https://shop.example/…", "comment": ["sk_live_…"]}
    journal.close()
    with look_into(path) as connection:
        written = str(connection.execute("SELECT * FROM journal").fetchall())
    assert "hush" not in written
    assert "YWNjdF8x" not in written


def test_the_file_is_private(journal: Journal, path: Path) -> None:
    begin(journal)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_journal_is_named_as_such(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(JournalDamaged, match=r"journal\.sqlite3"):
        Journal(path)


def test_two_desks_write_one_journal_side_by_side(journal: Journal, path: Path) -> None:
    other = Journal(path)
    begin(journal, "cus_1")
    begin(other, "cus_2")
    assert {one.customer for one in journal.recent()} == {"cus_1", "cus_2"}
    other.close()


def test_links_of_an_older_journal_tell_their_configuration(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.execute(
            "CREATE TABLE journal (id INTEGER PRIMARY KEY, kind VARCHAR NOT NULL, customer VARCHAR NOT NULL, "
            "subscription VARCHAR, summary TEXT NOT NULL, params TEXT NOT NULL, idempotency_key VARCHAR NOT NULL, "
            "state VARCHAR NOT NULL, operator VARCHAR NOT NULL, started INTEGER NOT NULL, finished INTEGER, "
            "error TEXT NOT NULL, expires INTEGER)"
        )
        old.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        old.execute("INSERT INTO alembic_version VALUES ('journal_0001')")
        old.execute(
            "INSERT INTO journal VALUES (1, 'link', 'cus_1', NULL, 'Link', ?, '', 'done', 'ada', 7, 8, '', 9)",
            ('{"configuration": "bpc_vip"}',),
        )
        old.commit()
    journal = Journal(path)
    assert journal.link_uses() == [("bpc_vip", "cus_1", 1, 7)]
    journal.close()
