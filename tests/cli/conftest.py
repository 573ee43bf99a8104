"""The command line, run in this process against a real sandbox process."""

from __future__ import annotations

import io
import json
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portal_desk.__main__ import main
from portal_desk.config import HOME_VARIABLE
from tests.conftest import Sandbox


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _close_logs() -> Iterator[None]:
    """Close the log files that the commands of a test opened: in life a process runs one command."""
    before = list(logging.getLogger().handlers)
    yield
    close_logs(before)


def close_logs(before: list[logging.Handler]) -> None:
    for handler in logging.getLogger().handlers[:]:
        if handler not in before:
            logging.getLogger().removeHandler(handler)
            handler.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command: `run("search", "anna", stdin="…")`."""

    def run_command(*arguments: object, stdin: str = "") -> Answer:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run_command


@pytest.fixture(scope="package")
def synced_home(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose one account is the shared sandbox, with everything in its cache."""
    folder = tmp_path_factory.mktemp("home")
    before = list(logging.getLogger().handlers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder))
        connect(patch, shared_sandbox)
        assert main(["sync"]) == 0
    close_logs(before)
    return folder


def connect(patch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    patch.setattr("sys.stdin", io.StringIO(f"{sandbox.key}\n"))
    assert (
        main(["accounts", "add", "--keep", "file", "--key-stdin", "--api-base", sandbox.url]) == 0
    )


@pytest.fixture
def synced(synced_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared home, for commands that only read."""
    monkeypatch.setenv(HOME_VARIABLE, str(synced_home))
    return synced_home


@pytest.fixture
def own(home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A home and a sandbox of the test's own, for commands that change something."""
    connect(monkeypatch, sandbox)
    assert run("sync").code == 0
    return home


@pytest.fixture
def key_stays_secret(own: Path, sandbox: Sandbox) -> Iterator[None]:
    """Fails where the key is in any file but the one that was asked for."""
    yield
    for path in own.rglob("*"):
        if path.is_file() and path.suffix != ".key":
            assert sandbox.key.encode() not in path.read_bytes(), path


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A port that nothing listens on."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find
