"""What a comparison of the cache with Stripe found."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Literal, Self

from portal_desk.models.json import Json

Drift = Literal["missing", "stale", "vanished"]
"""What the cache lacked, what was otherwise at Stripe, and what Stripe no longer had."""

Reason = Literal["asked", "gap", "version"]
"""Why everything was read again: somebody asked, events were missed, or the API version is another."""

_NAMED = 500
"""How many rows are known by name: those that an event explains after all are taken back."""


@dataclass(frozen=True, slots=True)
class Found:
    """One row that was not as it is at Stripe."""

    kind: str
    drift: Drift
    id: str


@dataclass(slots=True)
class Findings:
    """All that was found so far.

    Attributes:
        counts: how many, by kind and drift.
        named: the first of them.
    """

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    named: list[Found] = field(default_factory=list)

    def note(self, found: Found) -> None:
        """Count a row."""
        self._count(found, 1)
        if len(self.named) < _NAMED:
            self.named.append(found)

    def take_back(self, explained: Set[str]) -> None:
        """Forget the rows with these ids: they changed while everything was read."""
        for found in self.named:
            if found.id in explained:
                self._count(found, -1)
        self.named = [found for found in self.named if found.id not in explained]

    def _count(self, found: Found, number: int) -> None:
        of_kind = self.counts.setdefault(found.kind, {})
        of_kind[found.drift] = of_kind.get(found.drift, 0) + number

    def number(self, drift: Drift) -> int:
        """How many rows of all kinds were off in this way."""
        return sum(of_kind.get(drift, 0) for of_kind in self.counts.values())

    @property
    def total(self) -> int:
        """How many rows were not as they are at Stripe."""
        return sum(number for of_kind in self.counts.values() for number in of_kind.values())

    def __str__(self) -> str:
        """Such as `customer: 2 missing, 1 stale; invoice: 3 vanished`; empty where nothing was found."""
        kinds = {
            kind: ", ".join(
                f"{of_kind[drift]} {drift}" for drift in sorted(of_kind) if of_kind[drift]
            )
            for kind, of_kind in sorted(self.counts.items())
        }
        return "; ".join(f"{kind}: {words}" for kind, words in kinds.items() if words)

    def state(self) -> Json:
        """What to note in the cache."""
        named = [[found.kind, found.drift, found.id] for found in self.named]
        return {"counts": self.counts, "named": named}

    @classmethod
    def of(cls, state: Json) -> Self:
        """What was noted."""
        named: Iterable[tuple[str, Drift, str]] = state["named"]
        return cls(state["counts"], [Found(*one) for one in named])


@dataclass(frozen=True, slots=True)
class Verification:
    """A comparison that is over; what it found is repaired.

    Attributes:
        reason: why it was made.
        finished: when it was over (seconds UTC).
        findings: what was not as it is at Stripe.
    """

    reason: Reason
    finished: int
    findings: Findings
