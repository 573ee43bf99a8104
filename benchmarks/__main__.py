"""Runs every benchmark: `python -m benchmarks [--customers N]`; options go to each of them."""

from __future__ import annotations

import subprocess
import sys

NAMES = ["bench_search", "bench_desk"]


def main() -> int:
    """Run them one after the other; the first that fails ends it."""
    for name in NAMES:
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]], check=False
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
