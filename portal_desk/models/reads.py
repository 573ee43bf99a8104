"""How many reads an account may make, and how many this workstation made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Purpose = Literal["backfill", "following", "verification", "customers", "invoices", "work"]
"""Filling the cache, following the events, comparing the cache, opening customers, fresh links to PDFs, and all else:
actions, links, what an account is called."""

DAYS = 30
"""The span that reads are counted over."""

FEWEST = 10_000
PER_TRANSACTION = 500
"""What Stripe allows in that span: so many reads for each transaction, and never less than `FEWEST`, for all programs
and workstations of an account (https://docs.stripe.com/rate-limits#api-read-request-allocations)."""


@dataclass(frozen=True, slots=True)
class ReadBudget:
    """The last thirty days.

    Attributes:
        spent: reads of this workstation, by purpose.
        transactions: payments that the account received, as far as the cache knows.
    """

    spent: Mapping[str, int] = field(default_factory=dict)
    transactions: int = 0

    @property
    def total(self) -> int:
        """Reads for all purposes."""
        return sum(self.spent.values())

    @property
    def allowed(self) -> int:
        """About how many reads the account may make."""
        return max(FEWEST, PER_TRANSACTION * self.transactions)

    @property
    def share(self) -> float:
        """The part of them that this workstation made; above 1 where it made more."""
        return self.total / self.allowed
