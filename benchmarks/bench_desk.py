"""How soon the desk can be searched on a filled cache, and how long its window is ever blocked.

python -m benchmarks.bench_desk --customers 100000
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.common import NOW, Timing, arguments, cache_file, file_key, report
from benchmarks.desk_process import SEARCHABLE, STARTED, Figures, paths
from portal_desk.config import Paths
from portal_desk.models.account import Account, FileKey
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store

STARTS = 5
GOAL_START_MS = 1000.0
GOAL_BLOCKED_MS = 50.0
CLOSED_PORT = "http://127.0.0.1:9"
"""Where nobody answers: a start must not wait for Stripe."""


def main() -> None:
    options = arguments(__doc__.splitlines()[0]).parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with home_with(cache_file(options), file_key(options)) as home:
        empty = repeated("empty", home)
        desk = repeated("desk", home)
        importing = import_share(home)
        blocked = child("blocked", home) | child("table", home)
        add_crowded(home, file_key(options))
        heavy = child("heavy", home)
    limit, (bare,) = next(iter(heavy.items()))
    del heavy[limit]
    pauses = {limit: [bare], **blocked, **heavy}
    timings = [empty, desk, *(Timing(name, tuple(runs)) for name, runs in pauses.items())]
    facts = {
        "customers": options.customers,
        "encrypted": not options.plain,
        "start_goal_ms": GOAL_START_MS,
        "start_over_empty_window": round(desk.p50 / empty.p50, 2),
        "share_importing": importing,
        "blocked_goal_ms": GOAL_BLOCKED_MS,
        "over_goal": over_goal(blocked | heavy),
        "blocked_over_bare_labels": {
            name: round(runs[0] / bare, 2) for name, runs in heavy.items()
        },
    }
    report("desk", timings, facts, as_json=options.json)


def repeated(measure: str, home: Path) -> Timing:
    """A start, several times, each in a process of its own."""
    runs = [next(iter(child(measure, home).items())) for _ in range(STARTS)]
    return Timing(runs[0][0], tuple(figures[0] for _, figures in runs))


def over_goal(blocked: Figures) -> dict[str, float]:
    """What blocks the window for longer than it should, and for how long."""
    worst = {
        name: round(max(runs), 1)
        for name, runs in blocked.items()
        if name.startswith("window blocked")
    }
    return {name: pause for name, pause in worst.items() if pause > GOAL_BLOCKED_MS}


def add_crowded(home: Path, key: FileKey) -> None:
    """Give the account a customer with dozens of subscriptions, and portal configurations."""
    from benchmarks import crowded  # noqa: PLC0415 - imports the sandbox

    (cache,) = home.rglob("cache.sqlite3")
    with closing(Store(cache, key)) as store:
        store.apply(crowded.objects(random.Random(1)), as_of=NOW)  # noqa: S311 - made-up people


def child(measure: str, home: Path) -> Figures:
    return figures_of(run(measure, home))


def figures_of(done: subprocess.CompletedProcess[str]) -> Figures:
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def run(measure: str, home: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *flags, "-m", "benchmarks.desk_process", measure, str(home)]
    environment = {**os.environ, STARTED: str(time.monotonic())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done


def import_share(home: Path) -> str:
    """How much of a start goes into importing modules, as Python counts it in that very start."""
    done = run("desk", home, "-X", "importtime")
    until_searchable = done.stderr.partition(SEARCHABLE)[0].splitlines()
    own = [line.split("|")[0].removeprefix("import time:").strip() for line in until_searchable]
    spent = sum(int(each) for each in own if each.isdigit()) / 1000
    (whole,) = figures_of(done).values()
    return f"{spent / whole[0]:.0%}"


@contextmanager
def home_with(cache: Path, key: FileKey) -> Iterator[Path]:
    """A home with one account whose cache is a copy of `cache`, and a Stripe that can't be reached."""
    with tempfile.TemporaryDirectory(prefix="portal-desk-bench-") as name:
        home = Path(name)
        account = Account(
            "acct_benchmark", "Benchmark", False, "file", CLOSED_PORT, key is not None
        )
        files = paths(home)
        target = files.account(account.key).cache
        target.parent.mkdir(parents=True)
        shutil.copy(cache, target)
        Journal(files.account(account.key).journal, key).close()
        connect(files, account, key)
        yield home


def connect(files: Paths, account: Account, file_key: FileKey) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    from portal_desk.services.file_keys import FileKeys  # noqa: PLC0415
    from portal_desk.services.secrets import Secrets  # noqa: PLC0415

    secrets = Secrets(files.config / "keys")
    secrets.at("file").save(account.key, "sk_test_benchmark")
    if file_key:
        FileKeys(secrets).save(account, file_key)
    listing = {"current": account.key, "accounts": [asdict(account)]}
    (files.config / "accounts.json").write_text(json.dumps(listing))


if __name__ == "__main__":
    main()
