"""Trains the dictionary that objects in the cache are squeezed with, from a sandbox: `python -m tools.dictionary`.

A new dictionary makes old caches unreadable: give the cache a new revision with it (`models/migrations/cache`).
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import chain

from backports import zstd

from portal_desk.models.json import Json
from portal_desk.resources_path import resource
from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.services.mapping import rows
from portal_desk.services.sqlite.raw import DICTIONARY
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.kinds import LISTED, Kind

CUSTOMERS = 300
PAGES = 5
SAMPLES = 150
"""Objects of each kind: what there are most of must not be all that the dictionary knows."""

SIZE = 32_768
"""Bytes; twice as many save 4 % more, and half as many cost customers half as much room again."""


def main() -> None:
    command = [sys.executable, "-m", "portal_desk.sandbox", "--port", "0"]
    command += ["--customers", str(CUSTOMERS), "--seed", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sandbox:
        assert sandbox.stdout is not None
        url = sandbox.stdout.readline().removeprefix("Sandbox ready at ").strip()
        try:
            samples = asyncio.run(read(url))
        finally:
            sandbox.terminate()
    resource(DICTIONARY).write_bytes(zstd.train_dict(samples, SIZE).dict_content)


async def read(url: str) -> list[bytes]:
    """JSON of some objects of each kind, as the cache keeps them."""
    gateway = StripeGateway(FULL_KEY, api_base=url)
    by_kind: dict[str, list[bytes]] = {}
    try:
        for kind in LISTED:
            async for entry in objects(gateway, kind):
                for row in rows(entry):
                    by_kind.setdefault(row.kind, []).append(row.values["raw"])
    finally:
        await gateway.close()
    chance = random.Random(1)  # noqa: S311 - a choice of samples
    return list(chain(*(chance.sample(raw, min(SAMPLES, len(raw))) for raw in by_kind.values())))


async def objects(gateway: StripeGateway, kind: Kind) -> AsyncIterator[Json]:
    """The first pages of a list."""
    query = kind.page()
    for _ in range(PAGES):
        page = await gateway.get(kind.path, query)
        for entry in page["data"]:
            yield entry
        if not page["has_more"]:
            return
        query |= {"starting_after": page["data"][-1]["id"]}


if __name__ == "__main__":
    main()
