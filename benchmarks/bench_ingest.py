"""How fast pages of objects go into the cache, with all its indexes; against bare rows without any.

python -m benchmarks.bench_ingest --customers 20000
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import orjson

from benchmarks.common import KEY, NOW, Business, Timing, arguments, report
from portal_desk.models.account import FileKey
from portal_desk.models.json import Json
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State
from portal_desk.services.sqlite.file import connect
from portal_desk.services.store import Store
from portal_desk.services.store_writing import Batch

PAGE = 100
GOAL = 0.75
GOAL_MB = 400
INTO = ("bare", "plain", "encrypted")
BARE = "bare rows without an index"

Page = list[Json]


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--into", choices=INTO, help="measure this alone")
    parser.add_argument("--only", help="this kind of object alone")
    options = parser.parse_args()
    if options.into:
        found = pages(options.customers, options.seed, options.only)
        print(json.dumps(measured(options.into, found)))
        return
    figures = {
        name: {into: child(options.customers, options.seed, into, only) for into in INTO}
        for name, only in {"customers": "customer", "all kinds": None}.items()
    }
    timings = [
        Timing(f"100 of {name}, {BARE if into == 'bare' else into}", tuple(each["pages_ms"]))
        for name, by_way in figures.items()
        for into, each in by_way.items()
    ]
    facts: Json = {"customers": options.customers, "goal_over_bare": GOAL, "goal_mb": GOAL_MB}
    for name, by_way in figures.items():
        facts |= compared(name, by_way)
    report("ingest", timings, facts, as_json=options.json)


def compared(name: str, by_way: dict[str, Json]) -> Json:
    """What a kind of pages costs in a cache, beside bare rows."""
    bare, encrypted = by_way["bare"], by_way["encrypted"]
    return {
        name: {
            "objects_a_second": {into: round(each["rate"]) for into, each in by_way.items()},
            "over_bare": {into: round(by_way[into]["rate"] / bare["rate"], 3) for into in INTO[1:]},
            "cpu_over_bare": round(encrypted["cpu_us"] / bare["cpu_us"], 1),
            "encrypted_over_plain": round(encrypted["rate"] / by_way["plain"]["rate"], 2),
            "cpu_us": {into: round(each["cpu_us"], 1) for into, each in by_way.items()},
            "bytes_an_object": {into: round(each["bytes"]) for into, each in by_way.items()},
            "memory_mb": round(encrypted["memory_mb"]),
        }
    }


def child(customers: int, seed_: int, into: str, only: str | None) -> Json:
    """One measurement, in a process of its own: memory is measured too."""
    command = [sys.executable, "-m", "benchmarks.bench_ingest", "--into", into]
    command += ["--customers", str(customers), "--seed", str(seed_)]
    command += ["--only", only] if only else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found: Json = json.loads(done.stdout)
    return found


def pages(customers: int, seed_: int, only: str | None) -> Iterator[Page]:
    """Pages of one kind each, side by side as a backfill reads them, of objects as large as Stripe's."""
    models = _models()
    full: dict[str, Page] = defaultdict(list)
    for found in Business(random.Random(seed_)).objects(customers):  # noqa: S311 - made-up people
        kind = found["object"]
        if only in {None, kind}:
            full[kind].append(models.get(kind, {}) | found)
            if len(full[kind]) == PAGE:
                yield full.pop(kind)
    yield from full.values()


def measured(into: str, found: Iterator[Page]) -> Json:
    """Write the pages, each in a transaction; making them up is not measured."""
    with tempfile.TemporaryDirectory(prefix="portal-desk-bench-") as folder:
        path = Path(folder) / "cache.sqlite3"
        taken, cpu, count = [], 0.0, 0
        write, end = (
            _bare(path) if into == "bare" else _store(path, KEY if into == "encrypted" else None)
        )
        for page in found:
            taken.append(_timed(write, page))
            count += len(page)
        taken.append(_timed(end))
        seconds = sum(wall for wall, _ in taken)
        cpu = sum(busy for _, busy in taken)
        return {
            "rate": count / seconds,
            "cpu_us": cpu / count * 1e6,
            "pages_ms": [wall * 1000 for wall, _ in taken],
            "bytes": path.stat().st_size / count,
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def _bare(path: Path) -> tuple[Callable[[Page], None], Callable[[], None]]:
    """The limit: each object's JSON in a table without an index."""
    connection = connect(path, None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE object (pk INTEGER PRIMARY KEY, id, created, as_of, raw)")
    insert = "INSERT INTO object (id, created, as_of, raw) VALUES (?, ?, ?, ?)"

    def write(page: Page) -> None:
        rows = [(one["id"], one["created"], NOW, orjson.dumps(one)) for one in page]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, rows)
        connection.execute("COMMIT")

    return write, connection.close


def _store(path: Path, key: FileKey) -> tuple[Callable[[Page], None], Callable[[], None]]:
    """The cache, as a backfill fills it."""
    store = Store(path, key)

    def write(page: Page) -> None:
        batch = Batch(bulk=True)
        for one in page:
            batch.add(one, NOW)
        store.write(batch)

    def end() -> None:
        with closing(store):
            store.write(Batch())  # search learns of the last ones

    return write, end


def _timed(act: Callable[..., None], *given: Page) -> tuple[float, float]:
    """Seconds that passed, and that this process worked."""
    wall, busy = time.perf_counter(), time.process_time()
    act(*given)
    return time.perf_counter() - wall, time.process_time() - busy


def _models() -> dict[str, Json]:
    """An object of each kind, whole, in Stripe's own shape."""
    state = State(random.Random(1))  # noqa: S311 - made-up people
    seed(state, customers=20)
    kinds = ("customer", "subscription", "invoice", "payment_method")
    return {kind: next(iter(state.kind(kind).values())) for kind in kinds}


if __name__ == "__main__":
    main()
