"""A unit of work takes effect as a whole or not at all, however objects are changed in it."""

from __future__ import annotations

from itertools import islice

import pytest

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.problems import StripeProblem, invalid
from portal_desk.sandbox.state import State

from .http_world import Server, World, new_world
from .seed_worlds import written


def change_everything(world: World) -> None:
    """Create, update, delete and edit in place."""
    state = world.state
    customer = state.get("customer", world.customer["id"])
    assert customer is not None
    customer["metadata"]["edited"] = "in place"
    customer["email"] = "moved@example.com"
    state.update(world.subscription, {"status": "past_due"}, "customer.subscription.updated")
    state.create(objects.new_customer(state, name="New"), "customer.created")
    state.delete(world.card, "payment_method.detached")


def refused(world: World, problem: Exception) -> None:
    def fail() -> None:
        with world.state.unit():
            change_everything(world)
            raise problem

    with pytest.raises(type(problem)):
        fail()


@pytest.mark.parametrize("problem", [invalid("No."), ZeroDivisionError()])
def test_a_unit_that_fails_changes_nothing(problem: Exception) -> None:
    world = new_world()
    before = written(world.state)
    refused(world, problem)
    assert written(world.state) == before
    assert list(world.state.where("customer", email="moved@example.com")) == []
    assert not world.state.was_deleted("payment_method", world.card["id"])


def test_whoever_holds_an_object_sees_it_as_it_is_after_a_failure() -> None:
    world = new_world()
    refused(world, invalid("No."))
    assert "edited" not in world.customer["metadata"]
    assert world.subscription["status"] == "active"
    assert world.state.get("customer", world.customer["id"]) is world.customer


def test_a_declined_payment_has_taken_effect() -> None:
    world = new_world()
    refused(world, StripeProblem(402, "card_error", "card_declined", "Declined."))
    assert world.customer["metadata"]["edited"] == "in place"
    assert world.state.was_deleted("payment_method", world.card["id"])


def test_a_field_edited_in_place_is_found_by_its_new_value() -> None:
    world = new_world()
    with world.state.unit():
        change_everything(world)
    found = list(world.state.where("customer", email="moved@example.com"))
    assert [each["id"] for each in found] == [world.customer["id"]]
    assert list(world.state.where("customer", email="ada@example.com")) == []


def test_a_refused_request_leaves_nothing_behind(
    server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit = world.state.emit

    def fail(event: str, about: Json, previous: Json | None = None) -> Json:
        emit(event, about, previous)
        raise invalid("Not this time.")

    monkeypatch.setattr(world.state, "emit", fail)
    before = written(world.state)
    answer = server.request("POST", f"/v1/customers/{world.customer['id']}", {"name": "Countess"})
    assert answer.status == 400
    assert written(world.state) == before


def count_up(state: State) -> None:
    for thing in state.kind("thing").values():
        thing["n"] += 1


def test_more_objects_than_are_kept_at_hand_are_changed_all_the_same() -> None:
    world = new_world()
    for number in range(21_000):
        world.state.create({"id": f"x_{number}", "object": "thing", "created": number, "n": 0})

    def fail() -> None:
        with world.state.unit():
            count_up(world.state)
            raise invalid("No.")

    with pytest.raises(StripeProblem):
        fail()
    assert {each["n"] for each in world.state.kind("thing").values()} == {0}
    with world.state.unit():
        count_up(world.state)
    assert {each["n"] for each in world.state.kind("thing").values()} == {1}
    newest = [each["id"] for each in islice(world.state.where("thing"), 3)]
    assert newest == ["x_20999", "x_20998", "x_20997"]
