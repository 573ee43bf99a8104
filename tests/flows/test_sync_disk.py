"""A disk that is full stops the sync with one sentence, and the next one goes on where it was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portal_desk.errors import DiskFull
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

from ..conftest import Sandbox
from ..files import FILE_KEY
from ..mirrored import differences

SYNC = """
import asyncio, resource, sys
from pathlib import Path
from portal_desk.errors import DeskError
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.run import sync

url, key, file_key, folder, room = sys.argv[1:]
if int(room):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))

async def main():
    gateway = StripeGateway(key, api_base=url)
    try:
        store = Store(Path(folder) / "cache.sqlite3", file_key)
        lock = Path(folder) / "sync.lock"
        await sync(gateway, store, lock=lock, follow=False, report=lambda _: None)
    except DeskError as error:
        print(error)
        return error.exit_code
    finally:
        await gateway.close()

sys.exit(asyncio.run(main()))
"""


def sync_with_room_for(
    size: int, sandbox: Sandbox, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Sync in a process whose files can't grow beyond `size` bytes; 0 for no limit."""
    command = [sys.executable, "-c", SYNC, sandbox.url, sandbox.key, FILE_KEY, str(folder)]
    return subprocess.run(
        [*command, str(size)], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind")
async def test_a_full_disk_is_said_in_a_sentence_and_the_next_sync_goes_on(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    sandbox = start_sandbox(customers=120, seed=5)
    full = sync_with_room_for(600_000, sandbox, tmp_path)
    assert full.returncode == DiskFull.exit_code, full.stderr
    assert "Make room on the disk" in full.stdout
    assert len(full.stdout.strip().splitlines()) == 1
    done = sync_with_room_for(0, sandbox, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    gateway = StripeGateway(sandbox.key, api_base=sandbox.url)
    store = Store(tmp_path / "cache.sqlite3", FILE_KEY)
    try:
        assert await differences(gateway, store) == []
    finally:
        store.close()
        await gateway.close()
