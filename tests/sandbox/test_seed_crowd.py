"""A big world is the small one, only longer, whoever makes it."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.seeding import crowd
from portal_desk.sandbox.seeding.scenarios import SCENARIOS
from portal_desk.sandbox.state import State

from .seed_worlds import NOW, made, written


def crowded(customers: int) -> State:
    state = State(random.Random(1), now=lambda: NOW)  # noqa: S311 - repeatable
    seed(state, customers=customers)
    return state


@pytest.fixture
def big_from_sixty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal_desk.sandbox.seed.BIG", 60)
    monkeypatch.setattr("portal_desk.sandbox.seeding.crowd.BATCH", 20)


def test_several_processes_make_the_world_that_one_makes(big_from_sixty: None) -> None:
    assert written(crowded(120)) == written(made_alone(120))


def made_alone(customers: int) -> State:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal_desk.sandbox.seed.BIG", customers + 1)
        return made(customers)


def test_more_customers_leave_those_before_as_they_are() -> None:
    few, many = (set(made(number).kind("customer")) for number in (50, 90))
    assert few < many


def test_a_squeezed_world_can_be_changed_and_read(big_from_sixty: None) -> None:
    state = crowded(80)
    with state.unit():
        for each in islice(state.where("customer"), 5):
            state.update(each, {"name": "Renamed", "email": "renamed@example.com"})
    assert len(list(state.where("customer", email="renamed@example.com"))) == 5


def test_batches_are_as_many_as_are_wanted_and_scenarios_come_first() -> None:
    sizes = [len(each.chances) for each in crowd.batches(random.Random(1), 1_200)]  # noqa: S311
    assert sizes[0] == len(SCENARIOS)
    assert sum(sizes) == 1_200
    assert max(sizes) == crowd.BATCH
    assert [len(each.chances) for each in crowd.batches(random.Random(1), 0)] == [0]  # noqa: S311
