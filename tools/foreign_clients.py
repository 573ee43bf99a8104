"""Every `stripe trigger` of the official Stripe CLI, tried on a sandbox: what passes, and what doesn't.

Takes the address of a sandbox that is running, and perhaps an API version; needs npm, which puts the
CLI into a folder that is gone afterwards:

    portal-desk sandbox --port 12111 &
    python3 -m tools.foreign_clients http://127.0.0.1:12111 2024-12-18.acacia
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from portal_desk.sandbox.keys import FULL_KEY

CLI = "@stripe/cli@1.52.0"
_EVENT = re.compile(r"^  ([a-z0-9_]+(?:\.[a-z0-9_]+)+)$", re.MULTILINE)
_MESSAGE = re.compile(r'"message": "(.*)"')
_LONGEST = 60
"""How long one trigger may take, in seconds."""


def main(arguments: Sequence[str]) -> int:
    """Try them all; returns the exit code."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("npm is needed: install Node.js first.\n")
        return 1
    base, *version = arguments
    options = ["--api-base", base, *(["--api-version", *version] if version else [])]
    with TemporaryDirectory() as folder:
        subprocess.run([npm, "install", "--prefix", folder, "--silent", CLI], check=True)
        command = [str(Path(folder, "node_modules", ".bin", "stripe")), "trigger"]
        events = _EVENT.findall(_output([*command, "--help"], folder))
        failures = [each for each in events if not _passes([*command, each, *options], folder)]
    print(f"{len(events) - len(failures)} of {len(events)} pass")
    return 0


def _passes(command: list[str], home: str) -> bool:
    output = _output(command, home)
    if "Trigger succeeded" in output:
        return True
    message = _MESSAGE.search(output)
    print(f"{command[2]}: {message[1] if message else output.strip()[-200:]}")
    return False


def _output(command: list[str], home: str) -> str:
    """What a command says; the CLI keeps its settings in `home` rather than in one's own."""
    environment = os.environ | {
        "HOME": home,
        "STRIPE_API_KEY": FULL_KEY,
        "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
    }
    done = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
