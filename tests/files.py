"""A look into the desk's files, past the services."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from portal_desk.models.account import FileKey
from portal_desk.services.sqlite.file import Connection, connect

FILE_KEY = "5eed" * 16
"""What tests encrypt files with."""


def look_into(path: Path, key: FileKey = None) -> closing[Connection]:
    """Open a cache or a journal by the desk's own SQLite: another one would break its locks."""
    return closing(connect(path, key))
