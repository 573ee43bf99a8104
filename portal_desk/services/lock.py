"""The lock of the one process that may write an account's cache."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal_desk.config import private_folder
from portal_desk.errors import CacheBusy


@contextmanager
def held(lock: Path, busy: CacheBusy) -> Iterator[None]:
    """Hold a lock.

    Raises:
        CacheBusy: `busy`, where another process holds it.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - not needed to show a window

    private_folder(lock.parent)
    held = FileLock(lock, timeout=0, mode=0o600)
    try:
        held.acquire()
    except Timeout as error:
        raise busy from error
    try:
        yield
    finally:
        held.release()
