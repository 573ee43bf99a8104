"""Fixtures for every test: a real sandbox process, and a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox process.

    Attributes:
        url: its base address.
        key: a secret key with every permission.
    """

    url: str
    key: str


@contextmanager
def running_sandbox(*, customers: int, seed: int) -> Iterator[Sandbox]:
    """Start a sandbox process on a free port, and stop it at the end."""
    from portal_desk.sandbox.keys import FULL_KEY  # noqa: PLC0415 - not every test needs the sandbox

    command = [sys.executable, "-m", "portal_desk.sandbox", "--port", "0"]
    command += ["--customers", str(customers), "--seed", str(seed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        ready = process.stdout.readline()
        assert ready.startswith("Sandbox ready at "), ready
        yield Sandbox(ready.removeprefix("Sandbox ready at ").strip(), FULL_KEY)
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """One sandbox for the tests that only read: 120 customers, always the same ones."""
    with running_sandbox(customers=120, seed=1) as sandbox:
        yield sandbox


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Start as many sandboxes as a test needs: `start_sandbox(customers=10, seed=3)`."""
    with ExitStack() as stack:

        def start(*, customers: int = 40, seed: int = 1) -> Sandbox:
            return stack.enter_context(running_sandbox(customers=customers, seed=seed))

        yield start


@pytest.fixture
def sandbox(start_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox of the test's own, to change as it likes: 60 customers, always the same ones."""
    return start_sandbox(customers=60, seed=1)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh `$PORTAL_DESK_HOME` for this test and the processes it starts."""
    folder = tmp_path / "home"
    monkeypatch.setenv("PORTAL_DESK_HOME", str(folder))
    return folder
