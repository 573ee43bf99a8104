"""The sync child is listened to, and started again when it ends by itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from portal_desk.errors import CacheBusy, KeyRejected
from portal_desk.models.account import Account
from portal_desk.models.progress import Progress
from portal_desk.ui import sync_process
from portal_desk.ui.sync_process import SyncProcess, sync_command

TAIL = Progress("tail", "", done=2, total=None, at=100)


class Start(Protocol):
    """Starts a sync process over a child program."""

    def __call__(
        self, body: str, *, key: str = ""
    ) -> tuple[SyncProcess, Child, list[Progress]]: ...


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_process, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(sync_process, "_BUSY_PAUSE", 0.01)


class Child:
    """A program that stands in for the sync, and notes how often it ran."""

    def __init__(self, folder: Path, body: str) -> None:
        self.runs = folder / "runs"
        self.script = folder / "child.py"
        note = f"open({str(self.runs)!r}, 'a').write('x')\n"
        self.script.write_text("import sys, time\n" + note + body)

    @property
    def command(self) -> list[str]:
        return [sys.executable, str(self.script)]

    @property
    def times(self) -> int:
        return len(self.runs.read_text()) if self.runs.exists() else 0


@pytest.fixture
def start(tmp_path: Path, qapp: QApplication) -> Iterator[Start]:
    """Start a sync process over a child program."""
    started: list[SyncProcess] = []

    def _start(body: str, *, key: str = "") -> tuple[SyncProcess, Child, list[Progress]]:
        child = Child(tmp_path, body)
        process = SyncProcess(child.command, key=key)
        said: list[Progress] = []
        process.progress.connect(said.append)
        started.append(process)
        process.start()
        return process, child, said

    yield _start
    for process in started:
        process.stop()


WAIT = "sys.stdout.flush()\ntime.sleep(60)\n"


def test_what_the_child_reports_arrives(start: Start, qtbot: QtBot) -> None:
    process, _child, said = start(f"print({TAIL.to_json()!r})\n" + WAIT)
    qtbot.waitUntil(lambda: said == [TAIL])
    assert process.running


def test_new_events_say_that_the_cache_changed_and_a_quiet_poll_does_not(
    start: Start, qtbot: QtBot
) -> None:
    quiet = Progress("tail", "", done=0, total=None, at=101)
    process, _child, said = start(f"print({quiet.to_json()!r})\nprint({TAIL.to_json()!r})\n" + WAIT)
    changes: list[bool] = []
    process.changed.connect(lambda: changes.append(True))
    qtbot.waitUntil(lambda: len(said) == 2)
    assert len(changes) == 1


def test_a_session_key_goes_through_the_pipe_and_nowhere_else(start: Start, qtbot: QtBot) -> None:
    body = (
        "key = sys.stdin.readline().strip()\n"
        "import json\n"
        "print(json.dumps(dict(phase='tail', kind=key[-4:], done=0, total=None, at=1,\n"
        "      message=' '.join(sys.argv), reason='')))\n"
    ) + WAIT
    _process, _child, said = start(body, key="sk_test_secret_abcd")
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].kind == "abcd"
    assert "secret" not in said[0].message


def test_a_child_that_crashes_is_started_again_and_said_to_have_stopped(
    start: Start, qtbot: QtBot
) -> None:
    _process, child, said = start("sys.exit(1)\n")
    qtbot.waitUntil(lambda: child.times >= 3)
    assert said[0].phase == "failed"


def test_a_key_that_is_rejected_is_not_tried_again(start: Start, qtbot: QtBot) -> None:
    process, child, said = start(f"sys.exit({KeyRejected.exit_code})\n")
    qtbot.waitUntil(lambda: bool(said))
    assert child.times == 1
    assert not process.running
    assert not process.pausing


def test_a_cache_that_another_desk_syncs_is_no_failure(start: Start, qtbot: QtBot) -> None:
    _process, child, said = start(f"sys.exit({CacheBusy.exit_code})\n")
    qtbot.waitUntil(lambda: child.times >= 2)
    assert said == []


LISTEN = (
    f"print({TAIL.to_json()!r}, flush=True)\n"
    "for line in sys.stdin:\n"
    "    print(json.dumps(dict(phase='tail', kind=line.strip(), done=0, total=None, at=1,\n"
    "          message='', reason='')), flush=True)\n"
)
"""A child that repeats what it is told."""


def test_the_child_hears_who_looks_what_was_done_and_what_is_wanted(
    start: Start, qtbot: QtBot
) -> None:
    process, _child, said = start("import json\n" + LISTEN)
    qtbot.waitUntil(lambda: len(said) == 2)
    process.set_focused(True)
    process.set_focused(True)
    process.look()
    process.verify()
    qtbot.waitUntil(lambda: len(said) == 5)
    assert [step.kind for step in said[1:]] == ["idle", "focus", "now", "verify"]


def test_the_end_of_a_first_sync_says_that_the_cache_changed(start: Start, qtbot: QtBot) -> None:
    page = Progress("backfill", "customer", done=100, total=120, at=100)
    quiet = Progress("tail", "", done=0, total=None, at=100)
    said = "".join(f"print({each.to_json()!r})\n" for each in (page, quiet, quiet))
    process, _child, heard = start(said + WAIT)
    changes: list[bool] = []
    process.changed.connect(lambda: changes.append(True))
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert len(changes) == 2


def test_a_comparison_that_is_over_says_that_the_cache_changed(start: Start, qtbot: QtBot) -> None:
    over = Progress("verified", "", done=0, total=None, at=101)
    process, _child, _said = start(f"print({over.to_json()!r})\n" + WAIT)
    changes: list[bool] = []
    process.changed.connect(lambda: changes.append(True))
    qtbot.waitUntil(lambda: len(changes) == 1)


def test_stopping_ends_the_child_for_good(start: Start, qtbot: QtBot) -> None:
    process, child, _said = start(WAIT)
    qtbot.waitUntil(lambda: child.times == 1)
    process.stop()
    assert not process.running
    assert not process.pausing


def test_a_line_that_is_no_progress_is_passed_over(start: Start, qtbot: QtBot) -> None:
    _process, _child, said = start(f"print('hello')\nprint({TAIL.to_json()!r})\n" + WAIT)
    qtbot.waitUntil(lambda: said == [TAIL])


def test_no_secret_is_ever_in_the_command() -> None:
    account = Account("acct_1", "Northwind", livemode=False, key_place="session")
    command = sync_command(account, key_by_stdin=True)
    assert command[-1] == "--key-stdin"
    assert not any(part.startswith(("sk_", "rk_")) for part in command)
