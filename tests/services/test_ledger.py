"""Every read that Stripe counts is counted here too, by what it was for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal_desk.models.reads import ReadBudget
from portal_desk.services.journal import Journal
from portal_desk.services.ledger import Ledger
from portal_desk.services.reads import reading_for
from portal_desk.services.stripe_gateway import StripeGateway

from ..files import FILE_KEY
from .stripe_double import StripeDouble, dropped, json

DAY = 86_400


@dataclass
class Clock:
    now: float = 1_790_000_000

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "journal.sqlite3", FILE_KEY, clock=clock)
    yield made
    made.close()


async def test_reads_are_written_down_by_what_they_are_for(
    stripe: StripeDouble, ledger: Ledger
) -> None:
    stripe.answers = [json({"id": "cus_1"})]
    gateway = StripeGateway("sk_test_123", api_base=stripe.url, ledger=ledger)
    await gateway.get("/v1/prices")
    with reading_for("customers"):
        await gateway.get("/v1/customers/cus_1")
        await gateway.get("/v1/customers/cus_1")
    await gateway.post("/v1/customers/cus_1", {"name": "Änna"})
    await gateway.close()
    assert ledger.spent() == {"work": 1, "customers": 2}


async def test_a_read_that_is_repeated_is_counted_each_time(
    stripe: StripeDouble, ledger: Ledger
) -> None:
    async def no_pause(_: float) -> None:
        return

    stripe.answers = [dropped, json({"id": "cus_1"})]
    gateway = StripeGateway("sk_test_123", api_base=stripe.url, ledger=ledger, sleep=no_pause)
    await gateway.get("/v1/customers/cus_1")
    await gateway.close()
    assert ledger.spent() == {"work": 2}


def test_reads_are_forgotten_after_thirty_days(ledger: Ledger, clock: Clock) -> None:
    ledger.add({"following": 7})
    clock.now += 20 * DAY
    ledger.add({"following": 1, "backfill": 40})
    assert ledger.spent() == {"following": 8, "backfill": 40}
    clock.now += 11 * DAY
    assert ledger.spent() == {"following": 1, "backfill": 40}


def test_two_processes_keep_one_ledger_beside_the_journal(
    ledger: Ledger, tmp_path: Path, clock: Clock
) -> None:
    other = Ledger(tmp_path / "journal.sqlite3", FILE_KEY, clock=clock)
    journal = Journal(tmp_path / "journal.sqlite3", FILE_KEY)
    ledger.add({"following": 1})
    other.add({"following": 2})
    other.close()
    assert journal.recent() == []
    journal.close()
    assert ledger.spent() == {"following": 3}


def test_an_account_may_read_more_the_more_it_sells() -> None:
    assert ReadBudget({"following": 2_140}).allowed == 10_000
    assert ReadBudget({"following": 2_140}).share == 0.214
    assert ReadBudget({}, transactions=120).allowed == 60_000
