"""Writing a whole file at once, readable by its owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from portal_desk.config import private_folder
from portal_desk.errors import DiskFull


def write_private(path: Path, data: bytes) -> None:
    """Replace the file at `path` by `data` in one step, mode 0600: a crash leaves the old file or the new one.

    Raises:
        DiskFull: there is no room, or no permission, to write.
    """
    try:
        _replace(path, data)
    except OSError as error:
        raise no_room(path, error) from error


def no_room(path: Path, error: OSError) -> DiskFull:
    """What to say where `path` can't be written."""
    return DiskFull(
        f"{path.name} can't be written: {error.strerror or error}.",
        f"Make room on the disk, or allow writing to {path.parent}, and try again.",
    )


def _replace(path: Path, data: bytes) -> None:
    private_folder(path.parent)
    # mkstemp makes its files with mode 0600.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
