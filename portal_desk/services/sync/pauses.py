"""How long to wait between two looks at the events: every look is a read, and Stripe counts an account's reads.

https://docs.stripe.com/rate-limits#api-read-request-allocations
"""

from __future__ import annotations

LONGEST = {True: 30.0, None: 60.0, False: 300.0}
"""Seconds at most where nothing happens: with the focus in the window, without a window, with the focus elsewhere."""

SLOWEST = 3_600.0
"""Seconds at most where hardly any of the allowance is left."""

_GROWTH = 1.5
_NEVER_NOTHING = 0.001
"""The part of the allowance that is taken to be left in any case."""


class Pauses:
    """The pauses of one sync: short after something happened, longer from look to look, and the longer the more of the
    allowance is spent.

    Args:
        shortest: seconds after something happened.
    """

    def __init__(self, shortest: float) -> None:
        self._shortest = shortest
        self._quiet: float | None = None
        self.spent = 0.0

    def looked(self, *, happened: bool) -> None:
        """Note that the events were looked at, and whether there were any new ones."""
        if happened or self._quiet is None:
            self._quiet = self._shortest
        else:
            self._quiet = min(self._quiet * _GROWTH, max(self._shortest, *LONGEST.values()))

    def expect(self) -> None:
        """Look often again, because something was just done."""
        self._quiet = None

    def length(self, focused: bool | None) -> float:
        """Seconds until the next look."""
        usual = min(self._quiet or self._shortest, max(self._shortest, LONGEST[focused]))
        left = max(1 - self.spent, _NEVER_NOTHING)
        return min(usual / left**3, max(usual, SLOWEST))
