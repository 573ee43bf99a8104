"""A world for the sandbox: an invented business with customers all over the world."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext

from portal_desk.sandbox.packing import dictionary_of
from portal_desk.sandbox.seeding.crowd import (
    Batch,
    Foundation,
    Wanted,
    batches,
    make,
    make_side_by_side,
)
from portal_desk.sandbox.seeding.founding import found
from portal_desk.sandbox.seeding.world import World
from portal_desk.sandbox.state import State

BIG = 10_000
"""From so many customers on, a world is made by several processes and squeezed."""


def seed(
    state: State, *, customers: int, on_progress: Callable[[int], object] = lambda _: None
) -> None:
    """Fill an empty state with a business, its portal configurations and its customers.

    The first customers are the scenarios: at least one for each rule of the portal. Chance comes
    from `state.random` alone, and times count back from `state.now()`.

    Args:
        state: an empty state.
        customers: how many customers; with none there is the business alone.
        on_progress: is told how many there are, now and then.
    """
    chance = random.Random(state.random.getrandbits(64))  # noqa: S311 - repeatable worlds
    before = state.random.getstate()
    world = found(state)
    wanted = batches(chance, customers)
    scenarios = make(world, next(wanted))
    big = customers >= BIG
    samples = {kind: text for kind, _, _, text in scenarios.entries}
    dictionary = dictionary_of(samples.values())
    redeemed: Counter[str] = Counter()
    done = 0
    with state.shelf.loading(dictionary) if big else nullcontext(state.shelf) as place:
        foundation = Foundation(before, world.now, state.livemode, dictionary)
        for batch in _all(scenarios, world, wanted, foundation if big else None):
            place.load(batch.entries)
            redeemed += batch.redeemed
            done += batch.customers
            on_progress(done)
    with state.unit():
        for key, times in redeemed.items():
            state.kind("coupon")[world.coupons[key]["id"]]["times_redeemed"] = times


def _all(
    first: Batch, world: World, wanted: Iterator[Wanted], foundation: Foundation | None
) -> Iterator[Batch]:
    yield first
    if foundation:
        yield from make_side_by_side(foundation, wanted)
    else:
        yield from (make(world, each) for each in wanted)
