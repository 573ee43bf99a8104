"""Who is changing what: two writes to one object at a time are one too many.

https://docs.stripe.com/rate-limits#object-lock-timeouts
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from portal_desk.sandbox.problems import lock_timeout


class Locks:
    """The ids of the objects that a request in progress is changing."""

    def __init__(self) -> None:
        self._held: set[str] = set()

    @contextmanager
    def held(self, ids: Collection[str]) -> Iterator[None]:
        """Keep these objects for as long as the block takes.

        Raises:
            StripeProblem: 429, another request has one of them.
        """
        if not self._held.isdisjoint(ids):
            raise lock_timeout()
        self._held.update(ids)
        try:
            yield
        finally:
            self._held.difference_update(ids)
