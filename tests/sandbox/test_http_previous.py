"""What an event tells of how its object was before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal_desk.sandbox.previous import narrowed, restored

from .http_world import Server, World
from .portal_visitor import events, feed_length

scalars = st.none() | st.integers(0, 2) | st.lists(st.integers(0, 1), max_size=2)
objects = st.fixed_dictionaries(
    {"name": scalars, "terms": st.none() | st.fixed_dictionaries({"a": scalars, "b": scalars})}
)


@given(objects, objects)
def test_a_change_can_be_undone_from_what_is_told(before: dict, after: dict) -> None:  # type: ignore[type-arg]
    assert restored(after, narrowed(before, after)) == before


@given(objects)
def test_nothing_is_told_of_what_stays(same: dict) -> None:  # type: ignore[type-arg]
    assert narrowed(same, same) == {}


def test_of_a_hash_only_what_changed_is_told(server: Server, world: World) -> None:
    since = feed_length(world)
    path = f"/v1/subscriptions/{world.subscription['id']}"
    answers = {"cancellation_details[comment]": "Farewell", "metadata[colour]": "green"}
    server.request("POST", path, {"cancel_at_period_end": "true", **answers})
    [event] = [each for each in events(world, since) if each["type"].endswith(".updated")]
    told = event["data"]["previous_attributes"]
    assert told["cancellation_details"] == {"comment": None, "reason": None}
    assert told["metadata"] == {"colour": None}


def test_of_a_list_everything_is_told(server: Server, world: World) -> None:
    since = feed_length(world)
    item = world.item["id"]
    path = f"/v1/subscriptions/{world.subscription['id']}"
    server.request("POST", path, {"items[0][id]": item, "items[0][quantity]": "5"})
    updated = [each for each in events(world, since) if each["type"].endswith("tion.updated")]
    told = updated[-1]["data"]["previous_attributes"]["items"]
    assert list(told) == ["data"]
    assert (told["data"][0]["id"], told["data"][0]["quantity"]) == (item, 2)
