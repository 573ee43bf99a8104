"""The desk as a process of its own: it leaves nothing behind, however it is told to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal_desk.config import HOME_VARIABLE

_PATIENCE = 60.0


def processes_of(marker: Path) -> set[int]:
    """The processes that have `marker` in their environment, as /proc tells."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:  # it ended meanwhile, or is another user's
            continue
        if f"TMPDIR={marker}".encode() in environment.split(b"\0"):
            found.add(int(entry.name))
    return found


def wait_until_demo_runs(temporary: Path) -> None:
    """Until the sandbox and the sync run beside the desk."""
    end = time.monotonic() + _PATIENCE
    while len(processes_of(temporary)) < 3:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_the_desk_takes_its_children_and_its_demo_along(
    tmp_path: Path, told: signal.Signals
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {
        **os.environ,
        HOME_VARIABLE: str(tmp_path / "home"),
        "QT_QPA_PLATFORM": "offscreen",
        "TMPDIR": str(temporary),
    }
    desk = subprocess.Popen(
        [sys.executable, "-m", "portal_desk", "--demo"], env=environment, stderr=subprocess.PIPE
    )
    try:
        wait_until_demo_runs(temporary)
        desk.send_signal(told)
        _, said = desk.communicate(timeout=_PATIENCE)
    finally:
        left = processes_of(temporary)
        for one in left:
            os.kill(one, signal.SIGKILL)
    assert desk.returncode == 0
    assert b"Traceback" not in said
    assert left == set()
    assert list(temporary.glob("portal-desk-demo-*")) == []
