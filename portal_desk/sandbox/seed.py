"""A world for the sandbox: an invented business with customers all over the world."""

from __future__ import annotations

import gc

from portal_desk.sandbox.seeding.business import make_business
from portal_desk.sandbox.seeding.configurations import make_configurations
from portal_desk.sandbox.seeding.population import make_person
from portal_desk.sandbox.seeding.scenarios import SCENARIOS, make_scenario
from portal_desk.sandbox.seeding.world import World
from portal_desk.sandbox.state import State


def seed(state: State, *, customers: int) -> None:
    """Fill an empty state with a business, its portal configurations and its customers.

    The first customers are the scenarios: at least one for each rule of the portal. Chance comes
    from `state.random` alone, and times count back from `state.now()`.

    Args:
        state: an empty state.
        customers: how many customers; with none there is the business alone.
    """
    world = World(state, state.now())
    make_business(world)
    make_configurations(world)
    collecting = gc.isenabled()
    # Nothing that is made here is ever garbage: looking for it takes a third of the time, and
    # later on would hold up a server for seconds.
    gc.disable()
    try:
        for scenario in SCENARIOS[:customers]:
            world.begin_customer()
            make_scenario(world, scenario)
        for number in range(customers - len(SCENARIOS)):
            world.begin_customer()
            make_person(world, number)
        world.finish()
        gc.freeze()
    finally:
        if collecting:
            gc.enable()
