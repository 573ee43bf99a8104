"""What time it is at Stripe, as far as its answers tell: this machine's clock may be wrong, and may be set."""

from __future__ import annotations

import math
import time


class Stopwatch:
    """Seconds since it was made; counts the time that the machine sleeps, and never runs back."""

    def __init__(self) -> None:
        self._monotonic, self._wall = time.monotonic(), time.time()

    def seconds(self) -> float:
        """The longer of what the two clocks say: one stands still in sleep, the other can be set."""
        return max(time.monotonic() - self._monotonic, time.time() - self._wall)


class Question:
    """A question to Stripe, which was asked when this was made."""

    def __init__(self, clock: StripeClock) -> None:
        self._clock = clock
        self._heard = clock.heard
        self._watch = Stopwatch()

    def asked_at(self) -> int:
        """When it was asked, by Stripe's clock (seconds UTC, rather too early), once there is an answer.

        Stripe's time now is no less than what its last answer said, and when this was asked no less than what the
        last answer before that said.
        """
        heard = self._clock.heard or int(time.time())
        least = math.floor(heard - self._watch.seconds())
        known = self._heard or least
        return (
            max(least, known) if known <= heard else least
        )  # Stripe's clock may have been set back


class StripeClock:
    """Stripe's clock.

    Attributes:
        heard: the `Date` of the latest answer (seconds UTC); None before the first.
    """

    def __init__(self) -> None:
        self.heard: int | None = None
        self._watch = Stopwatch()

    def hear(self, date: int) -> None:
        """Learn from an answer's `Date`, which has whole seconds; answers may overtake each other."""
        if self.heard is None or not self.heard - _OVERTAKEN <= date <= self.heard:
            self.heard = date
            self._watch = Stopwatch()

    def now(self) -> int:
        """Seconds UTC: this machine's time before the first answer."""
        return int(time.time() if self.heard is None else self.heard + self._watch.seconds())


_OVERTAKEN = 60
"""Seconds by which an answer may be late; one that is older still means that Stripe's clock was set."""
