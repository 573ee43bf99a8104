"""Where files are kept, and who can read them."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from portal_desk.config import private_folder


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_every_folder_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "portal-desk" / "data" / "acct_1-test")
    made = (folder, folder.parent, folder.parent.parent)
    assert [stat.S_IMODE(one.stat().st_mode) for one in made] == [0o700] * 3
    assert private_folder(folder) == folder
