"""How soon the desk can be searched on a filled cache, and how long its window is ever blocked.

python -m benchmarks.bench_desk --customers 100000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import Timing, arguments, cache_file, report
from portal_desk.config import Paths
from portal_desk.models.account import Account
from portal_desk.services.store import Store

if TYPE_CHECKING:  # importing the desk is part of what is measured
    from tools.driver import Driver, Scenes

STARTS = 5
GOAL_START_MS = 1000.0
GOAL_BLOCKED_MS = 50.0
TYPED = ["an", "müller", "@example.com", "team past_due", "山田", "anna schmi"]
OPENED = 12
CLOSED_PORT = "http://127.0.0.1:9"
"""Where nobody answers: a start must not wait for Stripe."""


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if options.measure:
        print(json.dumps(MEASURES[options.measure](options.home)))
        return
    with home_with(cache_file(options)) as home:
        empty = repeated("empty", home)
        desk = repeated("desk", home)
        importing = import_share(home)
        blocked = child("blocked", home)
    timings = [empty, desk, *(Timing(name, tuple(runs)) for name, runs in blocked.items())]
    facts = {
        "customers": options.customers,
        "start_goal_ms": GOAL_START_MS,
        "start_over_empty_window": round(desk.p50 / empty.p50, 2),
        "share_importing": importing,
        "blocked_goal_ms": GOAL_BLOCKED_MS,
        "worst_blocked_ms": round(max(max(runs) for runs in blocked.values()), 1),
    }
    report("desk", timings, facts, as_json=options.json)


# --- the processes that are measured


def measure_empty(_home: Path) -> list[float]:
    """The limit: a window with nothing in it but a text field."""
    from PySide6.QtWidgets import QApplication, QLineEdit  # noqa: PLC0415 - importing is measured

    app = QApplication([])
    window = QLineEdit()
    window.show()
    app.processEvents()
    return [since_start()]


def measure_desk(home: Path) -> list[float]:
    """The desk, until its table shows customers and its search field takes text."""
    taken: list[float] = []

    async def scene(driver: Driver) -> None:
        await driver.until(lambda: driver.window.desk, "an open account")
        model = driver.customers.model
        await driver.until(lambda: model.ids and model.row(model.index(0, 0)), "the first rows")
        taken.append(since_start())

    play(home, scene)
    return taken


def measure_blocked(home: Path) -> dict[str, list[float]]:
    """The longest pause of the event loop in each of several activities."""
    found: dict[str, list[float]] = {}

    async def scene(driver: Driver) -> None:
        await driver.until(lambda: driver.window.desk, "an open account")
        await driver.until(lambda: driver.customers.model.ids, "customers")
        await driver.search("warm")
        found["window blocked while typing"] = [await typing(driver, text) for text in TYPED]
        await driver.search("an")
        found["window blocked while opening customers"] = [
            await opening(driver, row) for row in range(OPENED)
        ]
        found["window blocked while a sync writes"] = [await syncing(driver)]

    play(home, scene)
    return found


async def typing(driver: Driver, text: str) -> float:
    driver.window.top.search.clear()
    async with heartbeat() as pauses:
        for letter in text:
            driver.type(letter)
            await asyncio.sleep(0.06)
        await driver.settled()
    return max(pauses)


async def opening(driver: Driver, row: int) -> float:
    async with heartbeat() as pauses:
        driver.customers.table.selectRow(row)
        await asyncio.sleep(0.3)
    return max(pauses)


async def syncing(driver: Driver) -> float:
    """Another process writes pages of customers into the cache, and the window searches meanwhile."""
    desk = driver.window.desk
    assert desk is not None
    code = f"from benchmarks.bench_desk import write; write({str(desk.paths.cache)!r})"
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    async with heartbeat() as pauses:
        while writer.returncode is None:
            driver.window.on_sync_changed()
            await driver.search("an")
            await driver.search("be")
    return max(pauses)


def write(cache: str) -> None:
    """Write some thousand customers anew, page by page, as a sync does."""
    with closing(Store(Path(cache))) as store:
        pks = range(1, 4001)
        ids = [row.id for row in store.customer_rows(pks)]
        changed = [store.object("customer", one) for one in ids]
        objects = [one | {"description": "again"} for one in changed if one]
        for start in range(0, len(objects), 100):
            store.apply(objects[start : start + 100], as_of=int(time.time()))


class heartbeat:  # noqa: N801 - used as a function
    """Beats every millisecond on the event loop, and notes by how much each beat is late (ms)."""

    async def __aenter__(self) -> list[float]:
        self._pauses = [0.0]
        self._task = asyncio.create_task(self._beat())
        await asyncio.sleep(0)
        return self._pauses

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self._pauses.append((now - last) * 1000 - 1)
            last = now


def play(home: Path, scene: Scenes) -> None:
    from tools.driver import run_desk  # noqa: PLC0415 - importing is measured

    run_desk(scene, paths(home))


def since_start() -> float:
    """Milliseconds since the parent started this process."""
    return (time.monotonic() - float(os.environ["BENCHMARK_STARTED"])) * 1000


MEASURES = {"empty": measure_empty, "desk": measure_desk, "blocked": measure_blocked}


# --- running them


def repeated(measure: str, home: Path) -> Timing:
    names = {"empty": "start of an empty window", "desk": "start of the desk, until searchable"}
    return Timing(names[measure], tuple(child(measure, home)[0] for _ in range(STARTS)))


def child(measure: str, home: Path, *flags: str) -> dict[str, list[float]] | list[float]:
    done = run(measure, home, *flags)
    return json.loads(done.stdout.splitlines()[-1])


def run(measure: str, home: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *flags, "-m", "benchmarks.bench_desk"]
    command += ["--measure", measure, "--home", str(home)]
    environment = {**os.environ, "BENCHMARK_STARTED": str(time.monotonic())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done


def import_share(home: Path) -> str:
    """How much of a start goes into importing modules, as Python counts it in that very start."""
    done = run("desk", home, "-X", "importtime")
    own = [
        line.split("|")[0].removeprefix("import time:").strip() for line in done.stderr.splitlines()
    ]
    spent = sum(int(each) for each in own if each.isdigit()) / 1000
    return f"{spent / json.loads(done.stdout.splitlines()[-1])[0]:.0%}"


@contextmanager
def home_with(cache: Path) -> Iterator[Path]:
    """A home with one account whose cache is a copy of `cache`, and a Stripe that can't be reached."""
    with tempfile.TemporaryDirectory(prefix="portal-desk-bench-") as name:
        home = Path(name)
        account = Account("acct_benchmark", "Benchmark", False, "file", CLOSED_PORT)
        files = paths(home)
        target = files.account(account.key).cache
        target.parent.mkdir(parents=True)
        shutil.copy(cache, target)
        connect(files, account)
        yield home


def connect(files: Paths, account: Account) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    from portal_desk.services.secrets import Secrets  # noqa: PLC0415

    Secrets(files.config / "keys").at("file").save(account.key, "sk_test_benchmark")
    listing = {"current": account.key, "accounts": [asdict(account)]}
    (files.config / "accounts.json").write_text(json.dumps(listing))


def paths(home: Path) -> Paths:
    return Paths(home / "data", home / "config", home / "log")


if __name__ == "__main__":
    main()
