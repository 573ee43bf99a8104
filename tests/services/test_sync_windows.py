"""A list that is read in windows is read whole, in hardly more pages than it has."""

from __future__ import annotations

import json
import math
import random
from bisect import bisect_left

from hypothesis import given, settings
from hypothesis import strategies as st

from portal_desk.models.json import Json
from portal_desk.services.sync.windows import PAGE, SIDE_BY_SIDE, Listing, Window

NOW = 1_790_000_000
YEAR = 365 * 86_400


class Server:
    """A list of Stripe's, newest first, and how often it was asked for."""

    def __init__(self, created: list[int]) -> None:
        times = sorted(created, reverse=True)
        self.objects = [{"id": f"cus_{n}", "created": time} for n, time in enumerate(times)]
        self._ages = [-time for time in times]
        self._places = {entry["id"]: place for place, entry in enumerate(self.objects)}
        self.reads = 0

    def page(self, query: Json) -> tuple[list[Json], bool]:
        self.reads += 1
        start = self._places[query["starting_after"]] + 1 if "starting_after" in query else 0
        bounds = query.get("created", {})
        newest = bisect_left(self._ages, -bounds.get("lte", math.inf))
        oldest = bisect_left(self._ages, -bounds.get("gt", -math.inf))
        rest = self.objects[max(start, newest) : oldest][: PAGE + 1]
        return rest[:PAGE], len(rest) > PAGE


def read_all(server: Server, listing: Listing, seed: int = 1) -> tuple[set[str], int]:
    """Read a listing with answers that come in any order, and the process killed now and then.

    Returns the ids that were read, and how many windows were open at once.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable
    seen, widest = set[str](), 0
    while not listing.complete:
        widest = max(widest, len(listing.windows))
        window = chance.choice(listing.windows)
        found, more = server.page(window.query())
        if len(listing.windows) > 1 and chance.random() < 0.1:
            listing.divide()  # another window's page came while this one was on its way
        seen.update(entry["id"] for entry in found)
        listing.take(window, found, more=more)
        listing.divide()
        if chance.random() < 0.05:
            listing = Listing.of(json.loads(json.dumps(listing.state())))
    return seen, widest


@st.composite
def histories(draw: st.DrawFn) -> list[int]:
    """When an account's objects were created: evenly, in a boom, in bursts, in one night, long ago."""
    chance = draw(st.randoms(use_true_random=False))
    count = draw(st.integers(0, 12_000))
    shape = draw(st.sampled_from(["even", "boom", "bursts", "night", "ancient"]))
    spread = {
        "even": chance.random,
        "boom": lambda: chance.random() ** 6,
        "bursts": lambda: chance.randrange(12) / 12 + chance.random() / 5_000,
        "night": lambda: chance.random() / 3_000,
        "ancient": lambda: 0.99 + chance.random() / 100,
    }[shape]
    return [NOW - int(8 * YEAR * spread()) for _ in range(count)]


@settings(max_examples=40, deadline=None)
@given(histories(), st.integers(), st.sampled_from([NOW - 8 * YEAR, NOW - YEAR, 1_293_840_000]))
def test_every_object_is_read_in_at_most_a_twentieth_more_pages(
    created: list[int], seed: int, bottom: int
) -> None:
    server = Server(created)
    seen, _ = read_all(server, Listing(bottom=bottom), seed)
    assert seen == {entry["id"] for entry in server.objects}
    fewest = max(1, math.ceil(len(created) / PAGE))
    assert server.reads <= fewest * 1.05


def test_a_long_list_is_read_in_many_windows_at_once() -> None:
    server = Server([NOW - second * 600 for second in range(50_000)])
    seen, widest = read_all(server, Listing(bottom=NOW - YEAR))
    assert len(seen) == 50_000
    assert widest == SIDE_BY_SIDE


def test_a_list_that_knows_no_dates_is_read_from_one_end_to_the_other() -> None:
    server = Server(list(range(NOW, NOW + 9_000)))
    _, widest = read_all(server, Listing(dividable=False))
    assert (widest, server.reads) == (1, 90)


def test_a_list_of_which_only_the_newest_count_ends_there() -> None:
    server = Server(list(range(NOW, NOW + 9_000)))
    seen, _ = read_all(server, Listing(dividable=False, most=1_000))
    assert len(seen) == 1_000
    assert "cus_0" in seen


def test_a_window_whose_place_is_gone_goes_on_by_time() -> None:
    window = Window(oldest=5, after="cus_gone", created=70)
    window.lose_cursor()
    assert window.query() == {"created": {"lte": 70, "gt": 5}}
