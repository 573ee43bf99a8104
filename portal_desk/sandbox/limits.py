"""Rate limits, as Stripe has them: so many requests a second in all, and for each endpoint.

https://docs.stripe.com/rate-limits
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal_desk.sandbox.call import Endpoint
from portal_desk.sandbox.problems import rate_limited
from portal_desk.sandbox.settings import Plan, Settings

_IN_ALL: dict[Plan, float] = {"test": 25, "live": 100}
_ENDPOINT = 25.0
_SEARCH = 20.0


@dataclass
class _Bucket:
    """Fills with `rate` requests a second, and holds a second's worth."""

    rate: float
    left: float
    at: float

    def take(self, now: float) -> bool:
        self.left = min(self.rate, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Limits:
    """The rate limits of one account.

    Args:
        settings: which say whose limits hold; they may change.
        clock: seconds that only go on, whatever the sandbox's own time does.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def count(self, endpoint: Endpoint) -> None:
        """Count a request.

        Raises:
            StripeProblem: 429, it is one too many.
        """
        plan = self._settings.rate_limits
        if plan == "off":
            return
        livemode = plan == "live"
        if not self._take(plan, _IN_ALL[plan]):
            raise rate_limited("global-rate", livemode=livemode)
        rate = _SEARCH if endpoint.path.endswith("/search") else _ENDPOINT
        if not self._take(f"{endpoint.method} {endpoint.path}", rate):
            raise rate_limited("endpoint-rate", livemode=livemode)

    def _take(self, name: str, rate: float) -> bool:
        now = self._clock()
        return self._buckets.setdefault(name, _Bucket(rate, rate, now)).take(now)
