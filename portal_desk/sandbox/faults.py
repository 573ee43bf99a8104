"""Faults on demand: what a network and a busy Stripe do, for training and for tests.

`POST /_sandbox/faults` takes a JSON object that says which, to whom, how often and how likely.
What a fault does to events is in `feed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, get_args

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import (
    LimitReason,
    StripeProblem,
    invalid,
    lock_timeout,
    rate_limited,
)

RequestKind = Literal[
    "rate_limit",
    "lock_timeout",
    "server_error",
    "garbage",
    "delay",
    "drop",
    "lost_answer",
    "truncated",
]
"""`drop`: the connection breaks before anything is done; `lost_answer`: after it was done."""
EventKind = Literal["duplicate_event", "late_event", "same_second", "paused_feed"]
Kind = Literal[RequestKind, EventKind]

_METHODS = ("GET", "POST", "DELETE")
_STATUSES = (500, 502, 503, 504)
_YEAR = 365 * 86_400


@dataclass
class Fault:
    """One fault, for the next requests or events that it is meant for.

    Attributes:
        kind: what goes wrong.
        method: of the requests that meet it; any where it is empty.
        path: what the path of these requests begins with.
        type: what the type of the events that meet it begins with.
        times: how often it happens; None for as long as it isn't ended.
        probability: how likely it happens to a request or event that it is meant for, in 0..1.
        seed: of that chance, and of whatever else is left to chance: the same seed repeats a run.
        seconds: how long a delay, a late event or a pause takes; a pause of 0 lasts until it is ended.
        status: of a server error.
        reason: of a rate limit.
        began: when it was asked for (seconds UTC).
    """

    kind: Kind
    method: str = ""
    path: str = "/v1/"
    type: str = ""
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    seconds: float = 0.0
    status: int = 500
    reason: LimitReason = "global-rate"
    began: int = field(default=0, init=False)
    chance: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - repeatable
        if self.kind == "paused_feed":
            self.times = None

    @property
    def is_spent(self) -> bool:
        """Whether it has happened as often as it was asked for."""
        return self.times == 0

    def strikes(self) -> bool:
        """Whether it happens this time, which uses it up once."""
        if self.probability < 1 and self.chance.random() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def problem(self) -> StripeProblem | None:
        """What the request is refused with before anything is done, if it is."""
        if self.kind == "rate_limit":
            return rate_limited(self.reason)
        return lock_timeout() if self.kind == "lock_timeout" else None

    def as_json(self) -> Json:
        """What was asked for, with the times that are left."""
        names = _ALLOWED[self.kind]
        return {name: getattr(self, name) for name in _CHECKS if name in names}

    def kept(self) -> Json:
        """Everything about it, for `recalled`."""
        return {"asked": self.as_json(), "began": self.began, "chance": self.chance.getstate()}

    @classmethod
    def recalled(cls, kept: Json) -> Fault:
        """A fault as it was."""
        fault = cls(**kept["asked"])
        version, numbers, spare = kept["chance"]
        fault.chance.setstate((version, tuple(numbers), spare))
        fault.began = kept["began"]
        return fault


def read_fault(wish: Json) -> Fault:
    """A fault as it was asked for.

    Raises:
        StripeProblem: 400, there is no such kind, or it has no such field or value.
    """
    kind = wish.get("kind")
    if not isinstance(kind, str) or kind not in _ALLOWED:
        raise invalid(f"kind must be one of {', '.join(_ALLOWED)}.", "kind")
    for name, value in wish.items():
        if name not in _ALLOWED[kind]:
            raise invalid(f"A fault of the kind {kind} has no {name}.", name)
        wanted, fits = _CHECKS[name]
        if not fits(value):
            raise invalid(f"{name} must be {wanted}.", name)
    return Fault(**wish)


def _is_number(value: Any, low: float, high: float) -> bool:  # noqa: ANN401 - whatever JSON holds
    return type(value) in {int, float} and low <= value <= high


_CHECKS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "kind": ("a kind of fault", lambda value: value in _ALLOWED),
    "method": ("GET, POST or DELETE", lambda value: value in _METHODS),
    "path": ("what a path begins with: /v1/…", lambda v: isinstance(v, str) and v.startswith("/")),
    "type": ("what an event's type begins with", lambda value: isinstance(value, str)),
    "times": (
        "a whole number above 0, or null",
        lambda value: value is None or (type(value) is int and value > 0),
    ),
    "probability": ("above 0 and at most 1", lambda v: _is_number(v, 0, 1) and v > 0),
    "seed": ("a whole number", lambda value: type(value) is int),
    "seconds": ("a number of seconds, a year at most", lambda v: _is_number(v, 0, _YEAR)),
    "status": (f"one of {', '.join(map(str, _STATUSES))}", lambda value: value in _STATUSES),
    "reason": (f"one of {', '.join(get_args(LimitReason))}", lambda v: v in get_args(LimitReason)),
}
"""What each field takes: in words, and whether a value is that."""

_OFTEN = {"kind", "times", "probability", "seed"}
_REQUEST = _OFTEN | {"method", "path"}
_ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(get_args(RequestKind), _REQUEST),
    "rate_limit": _REQUEST | {"reason"},
    "server_error": _REQUEST | {"status"},
    "delay": _REQUEST | {"seconds"},
    "duplicate_event": _OFTEN | {"type"},
    "late_event": _OFTEN | {"type", "seconds"},
    "same_second": _OFTEN | {"type"},
    "paused_feed": {"kind", "seconds"},
}
"""The fields of each kind."""


@dataclass
class Faults:
    """The faults that wait for a request."""

    waiting: list[Fault] = field(default_factory=list)

    def kept(self) -> list[Json]:
        """All of them, for `recall`."""
        return [fault.kept() for fault in self.waiting]

    def recall(self, kept: list[Json]) -> None:
        """Go on with the faults of another run."""
        self.waiting = [Fault.recalled(each) for each in kept]

    def next(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, which uses it up once."""
        for fault in self.waiting:
            meant = path.startswith(fault.path) and fault.method in {"", method}
            if meant and fault.strikes():
                self.waiting = [each for each in self.waiting if not each.is_spent]
                return fault
        return None
