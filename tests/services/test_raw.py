"""Objects are squeezed for the cache, and come back as they were."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import orjson
from hypothesis import given
from hypothesis import strategies as st

from portal_desk.services.sqlite.raw import pack, unpack

from .world import World

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUES))
def test_an_object_comes_back_as_it_was(whole: dict) -> None:
    assert unpack(pack(orjson.dumps(whole))) == whole


def test_an_invoice_takes_less_than_a_quarter_of_its_room() -> None:
    json = orjson.dumps(World().invoice, option=orjson.OPT_SORT_KEYS)
    assert len(pack(json)) < len(json) / 4


def test_several_threads_pack_at_once() -> None:
    wholes = [{"id": f"cus_{number}", "name": "x" * number} for number in range(500)]
    with ThreadPoolExecutor(4) as threads:
        packed = list(threads.map(lambda whole: pack(orjson.dumps(whole)), wholes))
    assert [unpack(one) for one in packed] == wholes
