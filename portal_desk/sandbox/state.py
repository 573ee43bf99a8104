"""What the sandbox remembers: objects by kind and id, the event feed, and its clock."""

from __future__ import annotations

import copy
import random
import string
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.feed import Feed
from portal_desk.sandbox.order import Order
from portal_desk.sandbox.settings import Settings

_ID_ALPHABET = string.ascii_letters + string.digits


@dataclass
class State:
    """Everything at "Stripe": a dictionary of objects per kind, newest last.

    Kinds are Stripe's own `object` names (`customer`, `billing_portal.configuration`, …). Objects
    are stored with references as ids, never expanded; `expand` joins them when they are served.

    Attributes:
        random: the one source of chance, so that a seed repeats a world exactly.
        now: the clock, seconds UTC.
        livemode: what `livemode` says on every object.
        elsewhere: ids that exist in the other mode (live or test) alone.
        base_url: where the sandbox's own pages are.
        request: the request being answered, as events name it.
        feed_time: the clock of the event feed, where it differs from `now`.
        settings: what can be set about the account.
        feed: what happens to events on their way to their readers.
    """

    random: random.Random
    now: Callable[[], int] = lambda: int(time.time())
    livemode: bool = False
    objects: dict[str, dict[str, Json]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    base_url: str = "http://127.0.0.1:12111"
    request: Json = field(default_factory=lambda: {"id": None, "idempotency_key": None})
    feed_time: Callable[[], int] | None = None
    settings: Settings = field(default_factory=Settings)
    feed: Feed = field(default_factory=Feed)
    _orders: dict[str, Order] = field(default_factory=dict, repr=False)
    _deleted: dict[str, set[str]] = field(default_factory=dict, repr=False)

    @contextmanager
    def at(self, moment: int, *, apart: bool = False) -> Iterator[None]:
        """For a while it is `moment` (seconds UTC).

        Args:
            moment: what `now` says.
            apart: a time of some customers' own, as on a test clock: the feed keeps its own, or its
                readers would take what comes next to everyone else for old news.
        """
        before = self.now, self.feed_time
        if apart and self.feed_time is None:
            self.feed_time = self.now
        self.now = lambda: moment
        try:
            yield
        finally:
            self.now, self.feed_time = before

    def feed_now(self) -> int:
        """The time of the event feed and of payments, which no test clock moves (seconds UTC)."""
        return (self.feed_time or self.now)()

    def new_id(self, prefix: str, length: int = 14) -> str:
        """An id that looks like Stripe's: `cus_` + 14 characters."""
        return f"{prefix}_{''.join(self.random.choices(_ID_ALPHABET, k=length))}"

    def kind(self, kind: str) -> dict[str, Json]:
        """All objects of a kind by id, oldest first."""
        return self.objects.setdefault(kind, {})

    def get(self, kind: str, object_id: str) -> Json | None:
        """One object as it is stored: change it only through `save`."""
        return self.kind(kind).get(object_id)

    def where(self, kind: str, **fields: Any) -> Iterator[Json]:
        """Objects of a kind whose top-level fields equal `fields`, newest first."""
        stored = self.kind(kind)
        for object_id in list(self.order(kind).newest_first(fields)):
            found = stored.get(object_id)
            if found and all(found.get(name) == value for name, value in fields.items()):
                yield found

    def order(self, kind: str) -> Order:
        """Where the objects of a kind stand, newest first; made when it is first asked for."""
        order = self._orders.get(kind)
        stored = self.kind(kind)
        if order is None or len(order) != len(stored):
            order = self._orders[kind] = Order.of(stored.values())
        return order

    def was_deleted(self, kind: str, object_id: str) -> bool:
        """Whether an object of that id was there once and was deleted."""
        return object_id in self._deleted.get(kind, ())

    def create(self, new: Json, event: str | None = None) -> Json:
        """Store a new object and put `event` (such as `customer.created`) on the feed."""
        self._store(new)
        if event:
            self.emit(event, new)
        return new

    def _store(self, new: Json) -> None:
        self.kind(new["object"])[new["id"]] = new
        if order := self._orders.get(new["object"]):
            order.add(new)

    def update(self, current: Json, changes: Json, event: str | None = None) -> Json:
        """Change top-level fields of a stored object; the event says what they were before."""
        previous = {
            name: copy.deepcopy(current.get(name))
            for name, value in changes.items()
            if current.get(name) != value
        }
        order = self._orders.get(current["object"])
        if order:
            order.move(current, changes)
        current.update(changes)
        if event and previous:
            self.emit(event, current, previous)
        return current

    def delete(self, current: Json, event: str | None = None) -> None:
        """Forget an object, and put `event` (such as `customer.deleted`) on the feed."""
        self.order(current["object"]).remove(current)
        self.kind(current["object"]).pop(current["id"], None)
        self._deleted.setdefault(current["object"], set()).add(current["id"])
        if event:
            self.emit(event, current)

    def emit(self, event_type: str, about: Json, previous: Json | None = None) -> Json:
        """Put an event on the feed, with the object as it is now."""
        data: Json = {"object": copy.deepcopy(about)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = {
            "id": self.new_id("evt", 24),
            "object": "event",
            "api_version": self.settings.api_version,
            "created": self.feed_now(),
            "data": data,
            "livemode": self.livemode,
            "pending_webhooks": 0,
            "request": dict(self.request),
            "type": event_type,
        }
        self.feed.publish(self, event)
        return event
