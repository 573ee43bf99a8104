"""What there is before the first customer."""

from __future__ import annotations

from portal_desk.sandbox.seeding.business import make_business
from portal_desk.sandbox.seeding.configurations import make_configurations
from portal_desk.sandbox.seeding.world import World
from portal_desk.sandbox.state import State


def found(state: State) -> World:
    """Store the business and its portal configurations in an empty state."""
    world = World(state, state.now())
    make_business(world)
    make_configurations(world)
    with state.unit():
        state.shelf.load(state.shelf.packed(world.taken()))
    return world
