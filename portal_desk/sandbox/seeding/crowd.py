"""Many customers: in batches, which several processes make side by side where there are very many.

Each customer has a chance of its own, so it does not matter who makes which.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import signal
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from portal_desk.sandbox.seeding.founding import found
from portal_desk.sandbox.seeding.population import make_person
from portal_desk.sandbox.seeding.scenarios import SCENARIOS, make_scenario
from portal_desk.sandbox.seeding.world import World
from portal_desk.sandbox.shelf import Entry, Shelf
from portal_desk.sandbox.state import State

BATCH = 500
"""So many customers at a time: few enough that a few batches fit into memory side by side."""


@dataclass(frozen=True)
class Wanted:
    """A batch of customers to make.

    Attributes:
        first: how many customers there are before.
        chances: what each is made from.
    """

    first: int
    chances: list[int]


@dataclass(frozen=True)
class Batch:
    """Customers with everything around them.

    Attributes:
        customers: how many.
        entries: what to put on the shelf.
        redeemed: how often each coupon was redeemed, by the seed's own keys.
    """

    customers: int
    entries: list[Entry]
    redeemed: Counter[str]


def batches(chance: random.Random, customers: int) -> Iterator[Wanted]:
    """Divide customers into batches; the scenarios are one by themselves."""
    sizes = [min(len(SCENARIOS), customers)]
    while (done := sum(sizes)) < customers:
        sizes.append(min(BATCH, customers - done))
    first = 0
    for size in sizes:
        yield Wanted(first, [chance.getrandbits(64) for _ in range(size)])
        first += size


def make(world: World, wanted: Wanted) -> Batch:
    """Make a batch of customers, which is not yet on the shelf."""
    entries: list[Entry] = []
    with _without_collecting():
        for number, chance in enumerate(wanted.chances, wanted.first):
            world.begin_customer(number, chance)
            if number < len(SCENARIOS):
                make_scenario(world, SCENARIOS[number])
            else:
                make_person(world, number - len(SCENARIOS))
            entries += world.state.shelf.packed(world.taken())
    redeemed, world.redeemed = world.redeemed, Counter()
    return Batch(len(wanted.chances), entries, redeemed)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing that is made has cycles: looking for them takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@dataclass(frozen=True)
class Foundation:
    """What another process needs to make the same world.

    Attributes:
        chance: the state of chance before the business was founded.
        now: the moment that the world is made for (seconds UTC).
        livemode: what every object says.
        dictionary: what bodies are squeezed with.
    """

    chance: tuple[object, ...]
    now: int
    livemode: bool
    dictionary: bytes

    def world(self) -> World:
        """The world, before its first customer."""
        chance = random.Random()  # noqa: S311 - repeatable worlds
        chance.setstate(self.chance)
        shelf = Shelf()
        shelf.squeeze(self.dictionary)
        return found(State(chance, now=lambda: self.now, livemode=self.livemode, shelf=shelf))


def make_side_by_side(foundation: Foundation, wanted: Iterable[Wanted]) -> Iterator[Batch]:
    """Make batches in as many processes as there are processors; they come in order."""
    workers = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    waiting = iter(wanted)
    with ProcessPoolExecutor(workers, context, _begin, (foundation,)) as pool:
        # A few batches ahead: all of them would not fit into memory.
        coming: deque[Future[Batch]] = deque()
        try:
            coming.extend(pool.submit(_make_here, each) for each in islice(waiting, workers * 3))
            while coming:
                yield coming.popleft().result()
                coming.extend(pool.submit(_make_here, each) for each in islice(waiting, 1))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


class _Process:
    """What a helping process keeps between batches."""

    world: World


def _begin(foundation: Foundation) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Process.world = foundation.world()


def _make_here(wanted: Wanted) -> Batch:
    return make(_Process.world, wanted)
