"""How fast search answers while somebody types: the first page, ranked, then how many fit; against a table scan.

python -m benchmarks.bench_search --customers 100000
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.common import (
    CURRENCIES,
    Timing,
    arguments,
    cache_file,
    file_key,
    report,
    timed,
)
from benchmarks.other_engines import duckdb_finder, people, tantivy_finder
from portal_desk.models.account import FileKey
from portal_desk.models.search import SearchFilters, SearchQuery
from portal_desk.services.search import Search
from portal_desk.services.sqlite.file import Connection, connect

SAMPLES = 12
"""Customers whose names, addresses and ids are looked for."""

RUNS = 5
CHANGED = 3
"""Runs of each query right after a change of the cache, when nothing that was kept is of use."""

GOAL_MS = 20.0
LONG = 3
"""Characters that any of the engines can look up."""


def main() -> None:
    options = arguments("How fast search answers.").parse_args()
    path, key = cache_file(options), file_key(options)
    with closing(connect(path, key)) as direct, closing(Search(path, key)) as search:
        groups = dict(queries(direct, random.Random(options.seed)))  # noqa: S311 - a choice of samples
        timings = [measured(search, name, asked) for name, asked in groups.items()]
        timings.append(after_changes(path, key, search))
        counting = counted(search, groups)
        parts = [query.text for query in groups["part of a name"] if len(query.text) >= LONG]
        limit = scan(direct, parts)
        others = list(engines(direct, parts))
    every = [run for timing in timings for run in timing.runs]
    mix = Timing("all of these", tuple(every))
    facts = {
        "customers": options.customers,
        "encrypted": not options.plain,
        "goal_ms": GOAL_MS,
        "within_goal": round(sum(run <= GOAL_MS for run in every) / len(every), 4),
        "p50_over_scan": round(mix.p50 / limit.p50, 3),
        "p95_over_scan": round(mix.p95 / limit.p50, 3),
    }
    report("search", [*timings, mix, counting, limit, *others], facts, as_json=options.json)


def queries(direct: Connection, chance: random.Random) -> Iterator[tuple[str, list[SearchQuery]]]:
    """What people look for, by kind, taken from what is there."""
    rows = direct.execute("SELECT pk, id, name, email, phone FROM customer").fetchall()
    people = chance.sample(rows, min(SAMPLES, len(rows)))
    names = [name for _, _, name, _, _ in people]
    yield "nothing typed", [SearchQuery(), SearchQuery(sort="name"), SearchQuery(sort="balance")]
    yield "1 letter", texts("aeinsmxzß田김")
    yield "2 letters", texts([name[:2] for name in names])
    yield "3 letters", texts([name[:3] for name in names])
    yield "part of a name", texts([name.split()[-1][1:5] for name in names])
    yield "a whole name", texts(names)
    yield (
        "an address, typed",
        [
            SearchQuery(email[:typed])
            for _, _, _, email, _ in people[:4]
            for typed in range(1, len(email) + 1, 3)
        ],
    )
    yield "a provider", texts(["gmail", "example", "@example.com", ".com"])
    yield "a telephone number", texts([phone.replace(" ", "-") for *_, phone in people])
    yield (
        "an id",
        texts([found for _, found, *_ in people] + [found[:8] for _, found, *_ in people]),
    )
    yield "ids of what they have", texts(owned(direct, chance))
    yield "status and product", texts(["active", "past_due", "team", "enterprise trialing"])
    yield "chips alone", [SearchQuery(filters=chips) for chips in filters()]
    yield "a letter with chips", [SearchQuery("a", chips) for chips in filters()]


def texts(typed: str | list[str]) -> list[SearchQuery]:
    return [SearchQuery(text) for text in typed]


def owned(direct: Connection, chance: random.Random) -> list[str]:
    """Ids and numbers of subscriptions, invoices and payment methods."""
    selects = (
        "SELECT id FROM subscription LIMIT 500",
        "SELECT id FROM invoice LIMIT 500",
        "SELECT number FROM invoice WHERE number IS NOT NULL LIMIT 500",
        "SELECT id FROM payment_method LIMIT 500",
        "SELECT last4 FROM payment_method LIMIT 500",
    )
    return [chance.choice(direct.execute(select).fetchall())[0] for select in selects]


def filters() -> list[SearchFilters]:
    return [
        SearchFilters(statuses=frozenset({"active"})),
        SearchFilters(statuses=frozenset({"past_due", "unpaid"}), delinquent=True),
        SearchFilters(products=frozenset({"prod_0001"}), currencies=frozenset({CURRENCIES[0]})),
        SearchFilters(open_invoice=True),
    ]


def measured(search: Search, name: str, asked: list[SearchQuery]) -> Timing:
    """Each query several times, in turn, so that none profits from the one before."""
    runs = [timed("", ask(search, query), runs=1).first for _ in range(RUNS) for query in asked]
    return Timing(name, tuple(runs))


def ask(search: Search, query: SearchQuery) -> Callable[[], object]:
    return lambda: search.search(query)


def after_changes(path: Path, key: FileKey, search: Search) -> Timing:
    """What a search takes while a sync is writing."""
    runs = []
    with closing(connect(path, key)) as writer:
        for query in [
            SearchQuery(),
            SearchQuery("a"),
            SearchQuery("an"),
            SearchQuery("anna"),
        ] * CHANGED:
            writer.execute(
                "UPDATE search_document SET balance = balance WHERE pk = (SELECT min(pk) FROM customer)"
            )
            runs.append(timed("", ask(search, query), runs=1).first)
    return Timing("right after a change", tuple(runs))


def counted(search: Search, groups: dict[str, list[SearchQuery]]) -> Timing:
    """How long it takes to say how many fit, where the answer doesn't: on a thread that nobody waits for."""
    many = [
        query for asked in groups.values() for query in asked if search.search(query).count is None
    ]
    runs = [timed("", count(search, query), runs=1).first for query in many]
    return Timing("how many fit, where they are many", tuple(runs))


def count(search: Search, query: SearchQuery) -> Callable[[], object]:
    return lambda: search.count(query)


def scan(direct: Connection, wanted: list[str]) -> Timing:
    """The limit: a LIKE over the names and addresses alone, unranked, of one kind of case."""
    runs = [timed("", like(direct, text), runs=1).first for text in wanted * RUNS]
    return Timing("scan with LIKE, unranked", tuple(runs))


def engines(direct: Connection, wanted: list[str]) -> Iterator[Timing]:
    """What other search engines take for the same."""
    makers = {"DuckDB": duckdb_finder, "tantivy": tantivy_finder}
    everyone = people(direct)
    for name, make in makers.items():
        with tempfile.TemporaryDirectory(prefix="portal-desk-bench-") as folder:
            find = make(everyone, Path(folder))
            runs = [timed("", partial(find, text.lower()), runs=1).first for text in wanted * RUNS]
            yield Timing(f"{name}, the newest of them, unranked", tuple(runs))


def like(direct: Connection, text: str) -> Callable[[], object]:
    select = "SELECT pk FROM customer WHERE name LIKE ? OR email LIKE ?"
    return lambda: direct.execute(select, (f"%{text}%", f"%{text}%")).fetchall()


if __name__ == "__main__":
    main()
