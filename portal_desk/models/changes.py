"""What a write changed, so that each view can decide whether to look again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What really changed in the cache; rows that were written again as they were don't count.

    Attributes:
        customers: the customers (`cus_…`) that anything changed for, deleted ones too.
        kinds: the tables that changed, such as `subscription`.
    """

    customers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.customers or self.kinds)

    def __or__(self, other: ChangeSet) -> ChangeSet:
        return ChangeSet(self.customers | other.customers, self.kinds | other.kinds)
