"""How complete and how recent the cache is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindFreshness:
    """How far the backfill of one kind is.

    Attributes:
        kind: the table's name.
        done: objects read so far.
        total: how many there are; None until that is known.
        complete: whether all were read.
    """

    kind: str
    done: int
    total: int | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Freshness:
    """How complete and how recent the cache is.

    Attributes:
        kinds: each kind that the backfill reads, in its order; empty before the first sync.
        synced_at: when events were last asked for and applied (seconds UTC), or None before the
            first time.
    """

    kinds: tuple[KindFreshness, ...] = ()
    synced_at: int | None = None

    @property
    def complete(self) -> bool:
        """Whether everything was read at least once."""
        return bool(self.kinds) and all(kind.complete for kind in self.kinds)

    def of(self, kind: str) -> KindFreshness:
        """One kind's state, also where nothing is known of it."""
        unknown = KindFreshness(kind, done=0, total=None, complete=False)
        return next((found for found in self.kinds if found.kind == kind), unknown)
