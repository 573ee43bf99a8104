"""How fast the sandbox serves pages of 100 of a big world, and lets time pass in it; against a small one.

python -m benchmarks.bench_sandbox --customers 1000000
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from benchmarks.common import Timing, report
from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.sandbox.opening import open_world
from portal_desk.sandbox.shelf import FORMAT

SMALL = 1_000
RUNS = 20
GOAL_MS = 10.0
"""A client that may ask 100 times a second never waits for a page that takes less."""
KINDS = ("customers", "invoices", "subscriptions", "events")
YEAR = 365 * 86_400
MONTH = 30 * 86_400
TICKS = 30
"""Time passes in so many steps."""


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the sandbox serves pages of 100.")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--state", type=Path, help="a sandbox's file to serve, made if need be")
    options = parser.parse_args()
    folder = Path(tempfile.gettempdir())
    name = f"portal-desk-sandbox-{FORMAT}"
    small = folder / f"{name}-{SMALL}-{options.seed}.db"
    big = options.state or folder / f"{name}-{options.customers}-{options.seed}.db"
    made(small, SMALL, options.seed)
    seconds = made(big, options.customers, options.seed)
    limit = Timing("any page of a small world", tuple(run for t in pages(small) for run in t.runs))
    timings = list(pages(big))
    passing = Timing(
        "an event of passing time", tuple(passed(big, MONTH * SMALL // options.customers))
    )
    slight = Timing("an event of passing time in a small world", tuple(passed(small, MONTH)))
    every = Timing("any page", tuple(run for timing in timings for run in timing.runs))
    facts = {
        "customers": options.customers,
        "goal_ms": GOAL_MS,
        "within_goal": round(sum(run <= GOAL_MS for run in every.runs) / len(every.runs), 4),
        "p50_over_small": round(every.p50 / limit.p50, 3),
        "p95_over_small": round(every.p95 / limit.p95, 3),
        "passing_p50_over_small": round(passing.p50 / slight.p50, 3),
        "made_in_s": seconds and round(seconds, 1),
        "largest_process_mb": round(largest_process() / 1e6),
        "file_mb": round(big.stat().st_size / 1e6),
    }
    report("sandbox", [*timings, every, limit, passing, slight], facts, as_json=options.json)


def made(path: Path, customers: int, seed: int) -> float | None:
    """Make a world unless it is there; returns how long it took, in seconds."""
    if path.exists():
        return None
    started = time.perf_counter()
    open_world(path, customers=customers, seed=seed, livemode=False).shelf.close()
    return time.perf_counter() - started


def largest_process() -> int:
    """The most memory that any of the processes had, in bytes."""
    most = (resource.getrusage(who).ru_maxrss for who in _PROCESSES)
    return max(most) * (1 if sys.platform == "darwin" else 1024)


_PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def pages(path: Path) -> Iterator[Timing]:
    """Pages of 100 by kind of question, asked at places all over each list."""
    with served(path) as ask:
        chance = random.Random(5)  # noqa: S311 - a choice of samples
        for kind in KINDS:
            some = samples(ask, kind, chance)
            for name, queries in questions(kind, some).items():
                runs = tuple(timed(ask, f"/v1/{kind}?limit=100{query}") for query in queries)
                yield Timing(f"{kind} {name}", runs)


def questions(kind: str, some: list[Json]) -> dict[str, list[str]]:
    """What is asked of a kind, as queries."""
    asked = {
        "from the newest": [""] * RUNS,
        "behind a cursor": [f"&starting_after={each['id']}" for each in some],
        "before a cursor": [f"&ending_before={each['id']}" for each in some],
        "by date": [f"&created[lte]={each['created']}" for each in some],
    }
    if kind == "customers":
        asked["by email"] = [f"&email={quote(each['email'])}" for each in some]
    elif kind == "events":
        rare = "&types[]=customer.deleted&types[]=customer.tax_id.created"
        asked["by type"] = [f"&type={each['type']}" for each in some] + [rare]
    else:
        statuses = sorted({each["status"] for each in some})
        asked["by customer"] = [f"&customer={each['customer']}" for each in some]
        asked["by status"] = [f"&status={status}" for status in statuses]
    return asked


def samples(ask: Callable[[str], bytes], kind: str, chance: random.Random) -> list[Json]:
    """Objects from all over a list."""
    newest = json.loads(ask(f"/v1/{kind}?limit=1"))["data"][0]["created"]
    reach = 30 * 86_400 if kind == "events" else YEAR
    found = []
    for _ in range(RUNS):
        until = newest - int(chance.random() * reach)
        found += json.loads(ask(f"/v1/{kind}?limit=1&created[lte]={until}"))["data"]
    return found


def timed(ask: Callable[[str], bytes], path: str) -> float:
    """How long an answer took, in milliseconds."""
    started = time.perf_counter()
    ask(path)
    return (time.perf_counter() - started) * 1000


def passed(path: Path, seconds: int) -> Iterator[float]:
    """How long each event took that some time brought, in milliseconds a tick; nothing is kept."""
    state = open_world(path, customers=0, seed=0, livemode=False)
    try:
        with suppress(_NothingIsKept), state.unit():
            billing.advance(state)
            start = state.now()
            for tick in range(1, TICKS + 1):
                with state.at(start + tick * seconds // TICKS):
                    before = len(state.kind("event"))
                    started = time.perf_counter()
                    billing.advance(state)
                    took = (time.perf_counter() - started) * 1000
                    yield took / max(1, len(state.kind("event")) - before)
            raise _NothingIsKept
    finally:
        state.shelf.close()


class _NothingIsKept(Exception):
    pass


@contextmanager
def served(path: Path) -> Iterator[Callable[[str], bytes]]:
    """A sandbox process on a file, and a way to ask it over one connection."""
    command = [sys.executable, "-m", "portal_desk.sandbox", "--port", "0", "--state", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline().rsplit(":", 1)[1])
            connection = http.client.HTTPConnection("127.0.0.1", port)

            def ask(where: str) -> bytes:
                connection.request("GET", where, headers={"Authorization": f"Bearer {FULL_KEY}"})
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != http.HTTPStatus.OK:
                    raise RuntimeError(body)
                return body

            yield ask
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
