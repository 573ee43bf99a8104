"""`python -m benchmarks [options]`: every benchmark, one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run them all with the same options; returns the first exit code that is not zero."""
    codes = [
        subprocess.run(
            [sys.executable, "-m", f"benchmarks.{path.stem}", *sys.argv[1:]], check=False
        )
        for path in sorted(Path(__file__).parent.glob("bench_*.py"))
    ]
    return next((done.returncode for done in codes if done.returncode), 0)


if __name__ == "__main__":
    sys.exit(main())
