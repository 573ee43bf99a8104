"""Seeded worlds that tests look at and never change."""

from __future__ import annotations

import random
from functools import cache

import orjson

from portal_desk.models.json import Json
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State

NOW = 1_790_000_000
DAY = 86_400


def made(customers: int, number: int = 1, now: int = NOW) -> State:
    """A fresh world."""
    state = State(random.Random(number), now=lambda: now)  # noqa: S311 - repeatable
    seed(state, customers=customers)
    return state


@cache
def world() -> State:
    """A world of 300 customers, made once: look, don't touch."""
    return made(300)


def every(kind: str) -> list[Json]:
    """All objects of a kind in that world."""
    return list(world().kind(kind).values())


def written(state: State) -> bytes:
    """Everything in a world, as text."""
    return orjson.dumps({kind: dict(found) for kind, found in state.objects.items()})
