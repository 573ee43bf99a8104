"""What the benchmarks share: a plausible cache of any size, timing, and the table of results."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import string
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from portal_desk.models.account import FileKey
from portal_desk.models.json import Json
from portal_desk.services.sqlite.file import HEADS
from portal_desk.services.store import Store

NOW = 1_790_000_000
YEAR = 365 * 86_400
BATCH = 5_000
KEY = "5eed" * 16
"""What a cache of made-up people is encrypted with."""

FIRST = [
    "Anna", "Ben", "Chloé", "Dmitri", "Elif", "Frank", "Grace", "Henrik", "Ingrid", "José",
    "Käthe", "Łukasz", "María", "Nils", "Olga", "Pavel", "Quinn", "Renée", "Søren", "Tomás",
    "Uwe", "Vera", "William", "Xenia", "Yusuf", "Zoë", "Ánna", "Βασίλης", "Алёна", "Юрий",
    "Noor", "Aisha",
]  # fmt: skip
SYLLABLES = [
    "an", "ber", "cor", "del", "er", "fa", "go", "hi", "in", "jo", "ka", "li", "mo", "ne", "or",
    "pe", "qui", "ra", "si", "to", "ul", "ver", "wa", "xi", "yo", "zu", "schmi", "ma", "son",
    "berg", "ski", "ov", "ić", "ström", "müller", "ñez",
]  # fmt: skip
CJK_FAMILY = ["山田", "佐藤", "鈴木", "高橋", "王", "李", "张", "刘", "陈", "김", "이", "박"]
CJK_GIVEN = ["太郎", "花子", "翔", "美咲", "伟", "芳", "娜", "강", "민수", "서연", "健", "明"]
COMPANIES = [
    "Labs", "Studio", "GmbH", "Logistics", "Partners", "Foods", "Media", "Software", "Trading",
    "Health",
]  # fmt: skip
PLANS = ["Starter", "Team", "Business", "Enterprise", "Analytics", "Support", "Archive", "Studio"]
CURRENCIES = [
    "usd", "usd", "usd", "eur", "eur", "eur", "gbp", "jpy", "cad", "aud", "chf", "sek", "brl",
    "kwd",
]  # fmt: skip
STATUSES = [
    *["active"] * 14, "trialing", "past_due", "canceled", "canceled", "unpaid", "paused", "incomplete",
]  # fmt: skip


@dataclass(frozen=True)
class Timing:
    """How long something took, in milliseconds.

    Attributes:
        name: what was done.
        runs: each run, in order; the first one is cold.
    """

    name: str
    runs: tuple[float, ...]

    @property
    def first(self) -> float:
        return self.runs[0]

    @property
    def p50(self) -> float:
        return statistics.median(self.runs)

    @property
    def p95(self) -> float:
        return sorted(self.runs)[min(len(self.runs) - 1, int(len(self.runs) * 0.95))]

    @property
    def worst(self) -> float:
        return max(self.runs)


def timed(name: str, action: Callable[[], object], *, runs: int) -> Timing:
    """Do something several times."""
    measured = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        measured.append((time.perf_counter() - started) * 1000)
    return Timing(name, tuple(measured))


def arguments(description: str) -> argparse.ArgumentParser:
    """The options that every benchmark over a cache takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="use (or make) the cache in this file")
    parser.add_argument("--plain", action="store_true", help="a cache that is not encrypted")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    return parser


def cache_file(options: argparse.Namespace) -> Path:
    """The cache to measure, made the first time and kept for the next."""
    kept = Path(tempfile.gettempdir()) / "portal-desk-benchmarks"
    kind = "plain" if options.plain else "encrypted"
    name = f"{options.customers}-{options.seed}-{HEADS['cache']}-{kind}.sqlite3"
    path: Path = options.cache or kept / name
    if not path.exists():
        making = path.with_suffix(".making")
        Store.discard(making)
        fill(making, file_key(options), options.customers, options.seed)
        making.rename(path)
    return path


def file_key(options: argparse.Namespace) -> FileKey:
    """What the cache is encrypted with."""
    return None if options.plain else KEY


def fill(path: Path, key: FileKey, customers: int, seed: int) -> None:
    """Make a cache through the store, as a backfill does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    store = Store(path, key)
    try:
        objects = Business(random.Random(seed)).objects(customers)  # noqa: S311 - made-up people
        while batch := list(islice(objects, BATCH)):
            store.apply(batch, as_of=NOW)
    finally:
        store.close()


def report(title: str, timings: list[Timing], facts: Json, *, as_json: bool) -> None:
    """Print the figures: a table for people and one line of JSON, or the JSON alone."""
    rows = [
        {"name": t.name, "first": t.first, "p50": t.p50, "p95": t.p95, "max": t.worst}
        for t in timings
    ]
    if not as_json:
        _print_table(title, rows, facts)
    print(json.dumps({"benchmark": title, **facts, "timings_ms": rows}))


def _print_table(title: str, rows: list[dict[str, Any]], facts: Json) -> None:
    table = Table("", "first ms", "p50 ms", "p95 ms", "max ms", title=title)
    for row in rows:
        figures = [f"{row[column]:.2f}" for column in ("first", "p50", "p95", "max")]
        table.add_row(row["name"], *figures)
    console = Console()
    console.print(table)
    for name, value in facts.items():
        console.print(f"{name}: {value}")


class Business:
    """A made-up business with customers on every continent."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._families = [self._syllables(2, 4).capitalize() for _ in range(8_000)]
        self._domains = [f"{self._syllables(2, 4)}.com" for _ in range(600)]

    def objects(self, customers: int) -> Iterator[Json]:
        """The account's objects, newest customers first, as a backfill reads them."""
        for number, name in enumerate(PLANS):
            product = {"name": name, "active": True, "created": NOW - 4 * YEAR}
            yield {"object": "product", "id": f"prod_{number:04d}", **product}
        for position in range(customers):
            created = NOW - position * 4 * YEAR // customers
            customer = self._customer(created)
            yield customer
            yield from self._belongings(customer, created)

    def _customer(self, created: int) -> Json:
        name = self._name()
        domain = self._chance.choice(
            ["example.com", "gmail.com", self._chance.choice(self._domains)]
        )
        local = f"{self._chance.choice(FIRST)}.{self._chance.choice(self._families)}".lower()
        address = "".join(char for char in local if char.isascii())
        return {
            "object": "customer",
            "id": self._id("cus", 14),
            "created": created,
            "name": name,
            "email": f"{address}{self._chance.randint(1, 99)}@{domain}",
            "phone": f"+{self._chance.randint(1, 99)} {self._digits(3)} {self._digits(7)}",
            "currency": self._chance.choice(CURRENCIES),
            "balance": self._chance.choice([0, 0, 0, -2_500, 1_200]),
            "delinquent": self._chance.random() < 0.04,
            "metadata": {"crm": f"CRM-{self._digits(6)}"},
        }

    def _belongings(self, customer: Json, created: int) -> Iterator[Json]:
        owner = {"customer": customer["id"], "created": created}
        yield {
            "object": "payment_method",
            "id": self._id("pm", 24),
            "type": "card",
            "card": {"last4": self._digits(4)},
            **owner,
        }
        subscription = self._subscription(owner)
        yield subscription
        for number in range(1, 4):
            yield self._invoice(
                customer, subscription["id"], created + number * 30 * 86_400, number
            )

    def _subscription(self, owner: Json) -> Json:
        plan = min(int(self._chance.expovariate(0.6)), len(PLANS) - 1)
        price = {
            "object": "price",
            "id": f"price_{plan:04d}",
            "product": f"prod_{plan:04d}",
            "currency": "usd",
            "unit_amount": 900 * (plan + 1),
            "billing_scheme": "per_unit",
            "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
        }
        ends = NOW + self._chance.randint(0, 30) * 86_400
        period = {"current_period_start": ends - 30 * 86_400, "current_period_end": ends}
        item = {"object": "subscription_item", "id": self._id("si", 14), "quantity": 1, **period}
        return {
            "object": "subscription",
            "id": self._id("sub", 24),
            "status": self._chance.choice(STATUSES),
            "currency": "usd",
            "items": {"object": "list", "data": [{**item, "price": price}]},
            **owner,
        }

    def _invoice(self, customer: Json, subscription: str, created: int, number: int) -> Json:
        return {
            "object": "invoice",
            "id": self._id("in", 24),
            "customer": customer["id"],
            "customer_name": customer["name"],
            "number": f"{customer['id'][-8:].upper()}-{number:04d}",
            "status": "open" if self._chance.random() < 0.05 else "paid",
            "currency": "usd",
            "total": self._chance.randint(500, 50_000),
            "created": created,
            "parent": {"subscription_details": {"subscription": subscription}},
        }

    def _name(self) -> str:
        kind = self._chance.random()
        if kind < 0.08:
            return self._chance.choice(CJK_FAMILY) + self._chance.choice(CJK_GIVEN)
        if kind < 0.25:
            return f"{self._chance.choice(self._families)} {self._chance.choice(COMPANIES)}"
        return f"{self._chance.choice(FIRST)} {self._chance.choice(self._families)}"

    def _syllables(self, fewest: int, most: int) -> str:
        return "".join(self._chance.choices(SYLLABLES, k=self._chance.randint(fewest, most)))

    def _digits(self, count: int) -> str:
        return "".join(self._chance.choices(string.digits, k=count))

    def _id(self, prefix: str, length: int) -> str:
        characters = self._chance.choices(string.ascii_letters + string.digits, k=length)
        return f"{prefix}_{''.join(characters)}"
