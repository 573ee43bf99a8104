"""The feed of events, and what can go wrong with it.

Stripe promises that an event comes at least once, but neither that it comes only once nor in order
(https://docs.stripe.com/webhooks#handle-duplicate-events, #event-ordering). Events are stored like
any other object; which of them can't be seen yet is known here alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from portal_desk.models.json import Json
from portal_desk.sandbox.faults import Fault
from portal_desk.sandbox.webhook_queue import address

if TYPE_CHECKING:
    from portal_desk.sandbox.state import State

_TOLD = ("api_version", "data", "request", "type")
"""What an event tells, apart from which event it is and when it came to be."""


class Feed:
    """Takes the events, and knows which of them its readers can see."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._hidden_until: dict[str, float] = {}
        self._unread: list[str] = []

    def kept(self, now: int) -> Json:
        """Everything about it that still matters `now` (seconds UTC), for `recall`."""
        hidden = {event: until for event, until in self._hidden_until.items() if until > now}
        self._hidden_until = hidden
        return {
            "faults": [fault.kept() for fault in self._faults],
            "hidden_until": {
                event: None if until == math.inf else until for event, until in hidden.items()
            },
            "unread": self._unread,
        }

    def recall(self, kept: Json) -> None:
        """Go on with the faults of another run."""
        self._faults = [Fault.recalled(each) for each in kept["faults"]]
        self._hidden_until = {
            event: math.inf if until is None else until
            for event, until in kept["hidden_until"].items()
        }
        self._unread = kept["unread"]

    def begin(self, fault: Fault, now: int) -> None:
        """Let a fault happen from `now` on (seconds UTC)."""
        fault.began = now
        self._faults.append(fault)

    def faults(self, now: int) -> list[Fault]:
        """The faults that still happen `now` (seconds UTC)."""
        self._faults = [each for each in self._faults if not (each.is_spent or _is_over(each, now))]
        return self._faults

    def end(self) -> None:
        """End all faults: what was held back can be seen."""
        self._faults.clear()
        self._hidden_until.clear()

    def publish(self, state: State, event: Json) -> None:
        """Store an event, as the faults would have it."""
        now = event["created"]
        met = {
            fault.kind: fault
            for fault in self.faults(now)
            if event["type"].startswith(fault.type) and fault.strikes()
        }
        if same := met.get("same_second"):
            event["created"] = same.began
        copies = [{**event, "id": state.new_id("evt", 24)}] if "duplicate_event" in met else []
        for each in (event, *copies):
            if until := max((_ready(fault, now) for fault in met.values()), default=0):
                self._hidden_until[each["id"]] = until
            each["pending_webhooks"] = address(state, each)
            state.create(each)
            if same:
                self._shuffle_in(state, each, same)

    def shows(self, event_id: str, now: int) -> bool:
        """Whether an event can be seen `now` (seconds UTC)."""
        return self._hidden_until.get(event_id, 0) <= now

    def was_read(self) -> None:
        """Note that someone looked: what was told until now stays in the order it was told in."""
        self._unread.clear()

    def _shuffle_in(self, state: State, event: Json, fault: Fault) -> None:
        """Give an event a place of its own among those that nobody has seen yet."""
        self._unread.append(event["id"])
        other = state.get("event", fault.chance.choice(self._unread))
        if other is None or other["id"] == event["id"]:
            return
        mine = {name: event[name] for name in _TOLD}
        state.update(event, {name: other[name] for name in _TOLD})
        state.update(other, mine)


def _is_over(fault: Fault, now: int) -> bool:
    return fault.kind == "paused_feed" and now >= _ready(fault, now)


def _ready(fault: Fault, now: int) -> float:
    """When an event of `now` that met a fault can be seen (seconds UTC); 0 for at once."""
    if fault.kind == "late_event":
        return now + fault.seconds
    if fault.kind == "paused_feed":
        return fault.began + fault.seconds if fault.seconds else math.inf
    return 0
