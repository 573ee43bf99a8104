"""The command as a process: how it starts, what it leaves, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal_desk.errors import CacheBusy
from portal_desk.models.progress import Progress
from tests.cli.conftest import Run
from tests.conftest import Sandbox

COMMAND = [sys.executable, "-m", "portal_desk"]
HEAVY = ("PySide6", "sqlalchemy", "stripe", "aiohttp", "alembic", "rich", "keyring")


def test_help_lists_commands_and_exit_codes_at_once() -> None:
    code = "import sys; from portal_desk.__main__ import main; main(['--help']);"
    code += f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for command in (
        "sync",
        "search",
        "show",
        "preview",
        "cancel",
        "switch",
        "link",
        "invoices",
        "sandbox",
    ):
        assert f"    {command} " in done.stdout
    assert "20  nothing was changed" in done.stdout
    assert done.stderr.strip() == "[]"


@pytest.mark.usefixtures("own")
def test_the_sync_child_takes_its_key_from_standard_input_and_reports_json_lines(
    own: Path, sandbox: Sandbox
) -> None:
    for key_file in own.rglob("*.key"):
        key_file.unlink()
    command = [*COMMAND, "sync", "--json", "--key-stdin"]
    done = subprocess.run(
        command, input=f"{sandbox.key}\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    steps = [Progress.from_json(line) for line in done.stdout.splitlines()]
    assert steps[-1].phase == "tail"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")
@pytest.mark.usefixtures("own")
def test_following_ends_when_it_is_told_to(run: Run) -> None:
    with subprocess.Popen(
        [*COMMAND, "sync", "--follow", "--json"], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert json.loads(child.stdout.readline())["phase"] == "tail"
        assert run("sync").code == CacheBusy.exit_code
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=20) == 0
    assert run("sync").code == 0


@pytest.mark.usefixtures("synced")
def test_a_comparison_says_that_all_is_as_at_stripe(run: Run) -> None:
    told = run("sync", "--verify")
    assert told.code == 0
    assert "all is as at Stripe" in told.out


@pytest.mark.usefixtures("synced")
def test_a_sync_that_listens_compares_when_told_to_and_ends_with_whoever_spoke() -> None:
    command = [*COMMAND, "sync", "--follow", "--json", "--listen"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert '"tail"' in process.stdout.readline()
        process.stdin.write("verify\n")
        process.stdin.flush()
        assert any('"verified"' in line for line in process.stdout)
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.mark.usefixtures("synced")
def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "search", "--json", "--limit", "500"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        said = child.stderr.read()
        assert b"Traceback" not in said
        assert b"BrokenPipe" not in said
        assert child.wait(timeout=20) == 0


@pytest.mark.usefixtures("synced")
def test_a_pipe_gets_utf8_whatever_the_system_speaks() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    command = [*COMMAND, "search", "--json", "--limit", "500"]
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    names = [customer["name"] for customer in json.loads(done.stdout.decode())["customers"]]
    assert any(not name.isascii() for name in names)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("typed", "code", "scheduled"), [("n", 20, False), ("y", 0, True)])
def test_at_a_terminal_one_is_asked(
    own: Path, run: Run, typed: str, code: int, scheduled: bool
) -> None:
    found = run("search", "tryout theatre", "--json").json["customers"][0]["id"]
    subscription = run("show", found, "--json").json["subscriptions"][0]["id"]
    terminal, inside = os.openpty()
    with subprocess.Popen([*COMMAND, "cancel", subscription], stdin=inside, stdout=inside) as child:
        os.close(inside)
        os.write(terminal, f"{typed}\n".encode())
        assert child.wait(timeout=60) == code
    os.close(terminal)
    ends = run("show", found, "--refresh", "--json").json["subscriptions"][0]["cancel_at"]
    assert bool(ends) == scheduled


def test_a_bug_leaves_its_traceback_in_the_log_and_none_on_the_screen(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(_: object) -> int:
        msg = "a bug with sk_test_1234567890"
        raise RuntimeError(msg)

    monkeypatch.setattr("portal_desk.cli.search.run", bug)
    answer = run("search", "anna")
    log = home / "log" / "portal-desk.log"
    assert answer.code == 70
    assert str(log) in answer.err
    assert "Traceback" not in answer.err
    written = log.read_text()
    assert "RuntimeError: a bug" in written
    assert "1234567890" not in written


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="no folder is closed to an administrator"
)
def test_a_home_that_cannot_be_written_is_a_known_problem(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    monkeypatch.setenv("PORTAL_DESK_HOME", str(closed / "home"))
    answer = run("search")
    assert answer.code == 11
    assert "Traceback" not in answer.err


def test_the_sandbox_is_a_command() -> None:
    command = [*COMMAND, "sandbox", "--port", "0", "--customers", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().startswith("Sandbox ready at http://127.0.0.1:")
        child.terminate()
        child.wait(timeout=20)
