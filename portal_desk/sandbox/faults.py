"""Faults on demand: what a network and a busy Stripe do, for training and for tests.

`POST /_sandbox/faults` takes a JSON object `{"kind", "method", "path", "times", "seconds"}`;
`DELETE /_sandbox/faults` ends them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from portal_desk.models.json import Json
from portal_desk.sandbox.limits import RateLimited
from portal_desk.sandbox.problems import StripeProblem, invalid

Kind = Literal[
    "rate_limit", "lock_timeout", "server_error", "garbage", "delay", "drop", "lost_answer"
]
"""`drop`: the connection breaks before anything is done; `lost_answer`: after it was done."""

_LOCK_TIMEOUT = (
    "This object cannot be accessed right now because another API request or Stripe process is "
    "currently accessing it."
)
SERVER_ERROR = StripeProblem(500, "api_error", None, "An unknown error occurred")
"""Stripe keeps this answer under the request's idempotency key, like any other."""


@dataclass
class Fault:
    """One fault, for the next `times` requests that begin with `method` and `path`."""

    kind: Kind
    method: str = ""
    path: str = "/v1/"
    times: int = 1
    seconds: float = 0.0

    def problem(self) -> StripeProblem | None:
        """What the request is answered with instead, if anything."""
        if self.kind == "rate_limit":
            return RateLimited()
        if self.kind == "lock_timeout":
            return StripeProblem(429, "invalid_request_error", "lock_timeout", _LOCK_TIMEOUT)
        return None


@dataclass
class Faults:
    """The faults that wait for a request."""

    _waiting: list[Fault] = field(default_factory=list)

    def add(self, wish: Json) -> None:
        """Ask for a fault.

        Raises:
            StripeProblem: the wish can't be read.
        """
        if wish.get("kind") not in get_args(Kind):
            raise invalid(f"kind must be one of {', '.join(get_args(Kind))}", "kind")
        try:
            self._waiting.append(Fault(**wish))
        except TypeError as error:
            raise invalid(f"A fault can't be read: {error}") from error

    def clear(self) -> None:
        """End all faults."""
        self._waiting.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, which uses it up once."""
        for fault in self._waiting:
            if path.startswith(fault.path) and fault.method in {"", method}:
                fault.times -= 1
                if fault.times < 1:
                    self._waiting.remove(fault)
                return fault
        return None
