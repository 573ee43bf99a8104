"""Writing a whole file at once: a crash leaves the old file or the new one, never half of one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from portal_desk.config import private_folder
from portal_desk.errors import DiskFull

_BLOCK = 1 << 20
"""Bytes that are written at a time."""


def write_private(path: Path, data: bytes) -> None:
    """Replace the file at `path` by `data`, readable by its owner alone.

    Raises:
        DiskFull: there is no room, or no permission, to write.
    """
    try:
        private_folder(path.parent)
        _replace(path, data, 0o600)
    except OSError as error:
        raise no_room(path, error) from error


def write_shared(path: Path, data: bytes) -> None:
    """Replace the file at `path` by `data`, as readable as the user's other files.

    Raises:
        DiskFull: there is no room, or no permission, to write.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, 0o666)
    except OSError as error:
        raise no_room(path, error) from error


def erase_folder(folder: Path) -> None:
    """Overwrite the files of `folder`, if it is there, and delete it.

    Raises:
        DiskFull: there is no permission to.
    """
    try:
        for path in folder.glob("*"):
            _overwrite(path)
            path.unlink()
        if folder.exists():
            folder.rmdir()
    except OSError as error:
        raise no_room(folder, error) from error


def no_room(path: Path, error: OSError) -> DiskFull:
    """The known problem behind an error of writing the file at `path`."""
    return DiskFull(
        f"{path.name} can't be written: {error.strerror or error}.",
        f"Make room on the disk, or allow writing to {path.parent}, and try again.",
    )


def _overwrite(path: Path) -> None:
    """Write zeros over a file. A file system may keep what was there all the same; most disks don't."""
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(left, _BLOCK)))
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, data: bytes, mode: int) -> None:
    temporary = path.with_name(f".portal-desk-{secrets.token_hex(8)}.part")
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
