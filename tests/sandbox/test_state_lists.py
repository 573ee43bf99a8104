"""Lists are in the order of time, whatever order things came in and whatever became of them."""

from __future__ import annotations

import random
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from portal_desk.models.json import Json
from portal_desk.sandbox.order import Range
from portal_desk.sandbox.state import State

_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "delete", "update"]),
        st.sampled_from("abcdefgh"),
        st.integers(0, 2),
        st.sampled_from(["open", "paid"]),
    ),
    max_size=25,
)


def thing(name: str, created: int, status: str = "open") -> Json:
    return {"id": name, "object": "thing", "created": created, "status": status}


def empty() -> State:
    return State(random.Random(1))  # noqa: S311 - nothing secret


def ids(state: State, **how: bool) -> list[str]:
    return [each for each, _ in state.walk("thing", **how)]


@settings(max_examples=40)
@given(_STEPS)
def test_a_list_is_what_a_sorted_list_would_be(steps: list[tuple[str, str, int, str]]) -> None:
    state = empty()
    expected: list[Json] = []
    for what, name, created, status in steps:
        found = state.get("thing", name)
        if what == "create" and found is None:
            expected.append(state.create(thing(name, created, status)))
        elif what == "update" and found is not None:
            state.update(found, {"status": status})
        elif what == "delete" and found is not None:
            state.delete(found)
            expected.remove(found)
    expected.sort(key=lambda each: each["created"])
    assert ids(state) == [each["id"] for each in expected]
    assert ids(state, newest_first=True) == ids(state)[::-1]
    for status in ("open", "paid"):
        of_status = [each["id"] for each in expected if each["status"] == status][::-1]
        assert [each["id"] for each in state.where("thing", status=status)] == of_status


def test_what_is_created_again_comes_behind_where_it_was_deleted() -> None:
    state = empty()
    for name in "abc":
        state.create(thing(name, 7))
    state.delete(state.kind("thing")["c"])
    place = state.shelf.place("thing", "c")
    state.create(thing("d", 7))
    assert [name for name, _ in state.walk("thing", beyond=place)] == ["d"]
    assert [name for name, _ in state.walk("thing", beyond=place, newest_first=True)] == ["b", "a"]


def test_what_is_dated_back_moves_in_its_list() -> None:
    state = empty()
    for created, name in enumerate("abc"):
        state.create(thing(name, 10 + created))
    with state.unit():
        state.kind("thing")["c"]["created"] = 5
    assert ids(state) == ["c", "a", "b"]
    assert state.kind("thing")["c"]["created"] == 5


def test_dates_beyond_all_bounds_are_no_dates_of_other_kinds() -> None:
    state = empty()
    state.create({"id": "x", "object": "other", "created": 1})
    state.create(thing("a", 1 << 50))
    state.create({"id": "y", "object": "other", "created": -5})
    assert ids(state) == ["a"]
    assert list(state.kind("other")) == ["y", "x"]
    late = Range(oldest=1 << 60, newest=-1)
    assert list(islice(state.walk("other", late), 1)) == []
