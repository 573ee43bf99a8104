#!/usr/bin/env python3
"""Everything a contributor runs, from a fresh clone, with Python alone: `python3 tasks.py run`.

Uses the standard library only. The first task makes `.venv` and installs what `requirements.lock`
pins, hash by hash; after that the check costs a few milliseconds until the lock file changes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed-from"
LOCK = ROOT / "requirements.lock"
SUPPORTED = ((3, 11), (3, 13))

# What Qt and its xcb and offscreen plugins load, and the Debian package that brings it.
QT_LIBRARIES = {
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-image": "libxcb-image0",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-randr": "libxcb-randr0",
    "xcb-render-util": "libxcb-render-util0",
    "xcb-shape": "libxcb-shape0",
    "xcb-sync": "libxcb-sync1",
    "xcb-xfixes": "libxcb-xfixes0",
    "xcb-xkb": "libxcb-xkb1",
    "xkbcommon": "libxkbcommon0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "EGL": "libegl1",
    "GL": "libgl1",
    "fontconfig": "libfontconfig1",
    "dbus-1": "libdbus-1-3",
    "glib-2.0": "libglib2.0-0",
    "gthread-2.0": "libglib2.0-0",
}
# A language each font package is for: customers' names come in every script.
FONTS = {"ar": "fonts-noto-core", "ja": "fonts-noto-cjk"}
FONT_PROGRAMS = {"fc-list": "fontconfig"}
# What some tests need beside the desk itself; without them those tests are skipped, and say so.
TEST_LIBRARIES = {"atomic": "libatomic1"}
TEST_PROGRAMS = {
    "gnome-keyring-daemon": "gnome-keyring",
    "dbus-run-session": "dbus-daemon",
    "chromium": "chromium",
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "task",
        choices=TASKS,
        help="\n".join(f"{name}: {task.__doc__}" for name, task in TASKS.items()),
    )
    options, rest = parser.parse_known_args(arguments)
    try:
        prepare()
        return TASKS[options.task](rest)
    except subprocess.CalledProcessError as failure:
        return failure.returncode
    except KeyboardInterrupt:
        return 130


# --- preparing


def prepare() -> None:
    """Make `.venv` equal to the lock file; does nothing when it already is."""
    low, high = SUPPORTED
    if not low <= sys.version_info[:2] <= high:
        needed = f"{low[0]}.{low[1]} to {high[0]}.{high[1]}"
        sys.exit(f"Portal Desk needs Python {needed}; this is {sys.version.split()[0]}.")
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Preparing .venv from requirements.lock …", flush=True)
    if not PYTHON.exists():
        make_venv()
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    call(*pip, "--require-hashes", "-r", LOCK)
    call(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(wanted)


def fingerprint() -> str:
    """What the installation depends on: the lock file, the project's metadata, this Python."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def make_venv() -> None:
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian packs it apart from Python
    except ImportError:
        install_packages(
            [f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"], "a virtual environment"
        )
    venv.create(VENV, with_pip=True, clear=True)


def prepare_qt(*, testing: bool = False) -> None:
    """On Debian and Ubuntu, install what Qt, fonts and tests need and the machine lacks."""
    if not sys.platform.startswith("linux") or not shutil.which("apt-get"):
        return
    known = libraries()
    needed = QT_LIBRARIES | (TEST_LIBRARIES if testing else {})
    programs = FONT_PROGRAMS | (TEST_PROGRAMS if testing else {})
    missing = [package for name, package in needed.items() if f"lib{name}.so" not in known]
    missing += [package for language, package in FONTS.items() if not has_font(language)]
    missing += [package for program, package in programs.items() if not shutil.which(program)]
    if missing:
        purpose = "windows, fonts and tests" if testing else "windows and fonts"
        install_packages(list(dict.fromkeys(missing)), purpose)


def libraries() -> str:
    """The dynamic linker's list of the shared libraries on this machine."""
    ldconfig = shutil.which("ldconfig") or "/sbin/ldconfig"
    return subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout


def has_font(language: str) -> bool:
    fc_list = shutil.which("fc-list")
    if not fc_list:
        return False
    found = subprocess.run([fc_list, f":lang={language}"], capture_output=True, check=False)
    return bool(found.stdout.strip())


def install_packages(packages: Sequence[str], purpose: str) -> None:
    """Install Debian packages where this user may; otherwise print the one command that does."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if prefix and (
        not shutil.which("sudo")
        or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode
    ):
        print(f"For {purpose}, some system packages are missing. Install them with:")
        print(f"  sudo {' '.join(command)}")
        return
    print(f"Installing system packages for {purpose}: {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], command):
        done = subprocess.run(
            [*prefix, *step], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        print(f"That did not work; what apt-get said:\n{done.stderr.strip()}")


# --- tasks


def run(rest: Sequence[str]) -> int:
    """start the sandbox and open the desk on it (without a display: the tour)"""
    prepare_qt()
    if sys.platform.startswith("linux") and not has_display():
        print(
            "There is no display here, so this is the tour: the real window, offscreen.", flush=True
        )
        return tour(rest)
    return python("-m", "portal_desk", "--demo", *rest)


def has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def tour(rest: Sequence[str]) -> int:
    """drive the real window offscreen through its main job and leave a picture of each step"""
    prepare_qt()
    return python("-m", "tools.tour", *rest, offscreen=True)


def test(rest: Sequence[str]) -> int:
    """run the tests on every core (or those that further arguments to pytest name)"""
    prepare_qt(testing=True)
    whole = ["--numprocesses", "auto", "--dist", "worksteal", "--cov", "--cov-report=term"]
    return python("-m", "pytest", *(rest or whole), offscreen=True)


def lint(_rest: Sequence[str]) -> int:
    """check style and the rules of who may import whom"""
    return (
        python("-m", "ruff", "check", ".")
        or python("-m", "ruff", "format", "--check", ".")
        or call(VENV / PYTHON.parent.name / "lint-imports", check=False)
    )


def types(_rest: Sequence[str]) -> int:
    """check the types (mypy, strict)"""
    return python("-m", "mypy")


def format_(_rest: Sequence[str]) -> int:
    """rewrite the code in the project's style"""
    return python("-m", "ruff", "check", "--fix", "--quiet", ".") or python(
        "-m", "ruff", "format", "."
    )


def bench(rest: Sequence[str]) -> int:
    """measure speed, as ratios to a limit taken in the same run"""
    prepare_qt()
    return python("-m", "benchmarks", *rest, offscreen=True)


def shots(rest: Sequence[str]) -> int:
    """take the documentation's screenshots anew"""
    prepare_qt()
    return python("-m", "tools.shots", *rest, offscreen=True)


def docs(_rest: Sequence[str]) -> int:
    """write the tables of the documentation that come from the code"""
    return python("-m", "tools.docs")


def lock(_rest: Sequence[str]) -> int:
    """resolve the dependencies anew into requirements.lock (needs uv)"""
    uv = shutil.which("uv") or VENV / PYTHON.parent.name / "uv"
    options = [
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--extra",
        "dev",
        "--upgrade",
    ]
    return call(
        uv, "pip", "compile", *options, "pyproject.toml", "--output-file", LOCK.name, check=False
    )


def wheel(_rest: Sequence[str]) -> int:
    """build the wheel into dist/"""
    return python("-m", "build", "--wheel", "--no-isolation")


TASKS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": run,
    "tour": tour,
    "test": test,
    "lint": lint,
    "types": types,
    "format": format_,
    "bench": bench,
    "shots": shots,
    "docs": docs,
    "lock": lock,
    "wheel": wheel,
}


def python(*arguments: str, offscreen: bool = False) -> int:
    environment = {**os.environ, **({"QT_QPA_PLATFORM": "offscreen"} if offscreen else {})}
    return call(PYTHON, *arguments, check=False, env=environment)


def call(*command: str | Path, check: bool = True, env: dict[str, str] | None = None) -> int:
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, check=check, env=env
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
