"""How fast objects arrive through the gateway, against plain aiohttp and orjson; and how many reads a backfill takes.

python -m benchmarks.bench_transport --customers 20000
"""

from __future__ import annotations

import argparse
import asyncio
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import orjson

from benchmarks.common import Timing, report
from portal_desk.models.json import Json
from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.services.store import BACKFILL, Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.kinds import LISTED
from portal_desk.services.sync.run import sync

PAGES = 100
RUNS = 5
AT_ONCE = 8
QUERY = {"limit": 100}
GOAL_TRANSPORT = 0.6
GOAL_READS = 1.05

Read = Callable[[], Awaitable[Json]]


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast objects arrive, and what a sync costs.")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    command = ["portal_desk.sandbox", "--port", "0", "--customers", str(options.customers)]
    with _serving(*command, "--seed", str(options.seed)) as url:
        page, facts = asyncio.run(_backfilled(url.removeprefix("Sandbox ready at ")))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.json"
        file.write_bytes(orjson.dumps(page))
        with _serving("benchmarks.canned", str(file)) as url:
            timings, ratio = asyncio.run(_compared(url))
    facts = {"customers": options.customers, **ratio, **facts}
    report("transport", timings, facts, as_json=options.json)


@contextmanager
def _serving(module: str, *arguments: str) -> Iterator[str]:
    """Run a server; yields the first line that it says."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def _compared(url: str) -> tuple[list[Timing], Json]:
    gateway = StripeGateway(FULL_KEY, api_base=url)
    headers = {"Authorization": f"Bearer {FULL_KEY}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def plain() -> Json:
            async with session.get(f"{url}/v1/customers", params=QUERY) as answer:
                return orjson.loads(await answer.read())  # type: ignore[no-any-return]

        async def through() -> Json:
            return await gateway.get("/v1/customers", QUERY)

        await _pages(plain)
        await _pages(through)
        runs = [(await _pages(plain), await _pages(through)) for _ in range(RUNS)]
    await gateway.close()
    limit = Timing("100 pages by plain aiohttp and orjson", tuple(run[0] for run in runs))
    ours = Timing("100 pages through the gateway", tuple(run[1] for run in runs))
    facts = {
        "objects_a_second_of_transport": round(PAGES * 100 / ours.p50 * 1000),
        "transport_over_plain": round(limit.p50 / ours.p50, 3),
        "transport_goal": GOAL_TRANSPORT,
    }
    return [ours, limit], facts


async def _pages(read: Read) -> float:
    """Milliseconds for a hundred pages, some at a time."""
    left = list(range(PAGES))

    async def work() -> None:
        with suppress(IndexError):
            while True:
                left.pop()
                await read()

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return (time.perf_counter() - started) * 1000


async def _backfilled(url: str) -> tuple[Json, Json]:
    """A page of customers, and the reads of a first sync over the fewest that could do, kind by kind."""
    gateway = StripeGateway(FULL_KEY, api_base=url)
    page = await gateway.get("/v1/customers", QUERY)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "cache.sqlite3", None)
        before, started = gateway.reads, time.perf_counter()
        lock = Path(folder) / "lock"
        await sync(gateway, store, lock=lock, follow=False, report=lambda _: None)
        took = time.perf_counter() - started
        done = [store.state()[f"{BACKFILL}:{kind.name}"]["done"] for kind in LISTED]
        store.close()
    reads = gateway.reads - before
    await gateway.close()
    fewest = sum(max(1, math.ceil(count / 100)) for count in done)
    return page, {
        "objects": sum(done),
        "objects_a_second_of_a_first_sync": round(sum(done) / took),
        "reads": reads,
        "reads_over_fewest": round(reads / fewest, 4),
        "reads_goal": GOAL_READS,
    }


if __name__ == "__main__":
    main()
