"""The wheel carries all that the program needs, and runs without the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run_outside(unpacked: Path, *arguments: str) -> str:
    """What the unpacked program prints, started from a folder that has nothing to do with the checkout."""
    start = f"import sys; sys.path.insert(0, {str(unpacked)!r}); import portal_desk;"
    start += "assert portal_desk.__file__.startswith(sys.path[0]), portal_desk.__file__;"
    code = f"{start} from portal_desk.__main__ import main; sys.exit(main({list(arguments)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=unpacked, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_line_starts(unpacked: Path) -> None:
    assert "sandbox" in run_outside(unpacked, "--help")


@pytest.mark.parametrize(
    "resource",
    [
        "styles/tokens.json",
        "styles/window.qss",
        "icons/portal-desk.svg",
        "locales/de/LC_MESSAGES/portal.po",
        "locales/ja/LC_MESSAGES/portal.po",
    ],
)
def test_the_resources_are_inside(unpacked: Path, resource: str) -> None:
    assert (unpacked / "portal_desk" / "resources" / resource).is_file()


def test_the_migrations_are_inside(unpacked: Path) -> None:
    migrations = unpacked / "portal_desk" / "models" / "migrations"
    assert list(migrations.glob("cache/*.py"))
    assert list(migrations.glob("journal/*.py"))
