"""What the sandbox remembers: objects by kind and id, the event feed, and its clock."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from portal_desk.models.json import Json
from portal_desk.sandbox.collection import Collection
from portal_desk.sandbox.faults import Faults
from portal_desk.sandbox.feed import Feed
from portal_desk.sandbox.memory import remember
from portal_desk.sandbox.order import Card, Range, card
from portal_desk.sandbox.previous import narrowed
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.settings import Settings
from portal_desk.sandbox.shelf import Shelf

_ID_ALPHABET = (string.ascii_letters + string.digits).encode()
_AS_LETTERS = bytes(_ID_ALPHABET[byte * len(_ID_ALPHABET) // 256] for byte in range(256))
"""What each byte is in an id."""
_MOST_AT_HAND = 20_000
"""How many objects are at hand at a time; the others are on the shelf."""
_FIRST_ROWS, _MOST_ROWS = 16, 256

Key = tuple[str, str]
"""An object's kind and id."""


@dataclass(slots=True)
class _Used:
    """An object that may have been changed, as it was when that began.

    Attributes:
        found: the object.
        text: its JSON; None where it is not on the shelf as it was.
        card: its entry in the catalogue.
    """

    found: Json
    text: bytes | None
    card: Card


@dataclass
class State:
    """Everything at "Stripe".

    Kinds are Stripe's own `object` names (`customer`, `billing_portal.configuration`, …). Objects
    are stored with references as ids, never expanded; `expand` joins them when they are served.
    An object is the same dictionary wherever it is asked for, and what is changed within a
    `unit` is kept as a whole or not at all, however it was changed.

    Attributes:
        random: the one source of chance, so that a seed repeats a world exactly.
        now: the clock, seconds UTC.
        livemode: what `livemode` says on every object.
        elsewhere: ids that exist in the other mode (live or test) alone.
        base_url: where the sandbox's own pages are.
        request: the request being answered, as events name it.
        feed_time: the clock of the event feed, where it differs from `now`.
        settings: what can be set about the account.
        faults: what goes wrong with requests.
        feed: what happens to events on their way to their readers.
        shelf: where objects are kept.
    """

    random: random.Random
    now: Callable[[], int] = lambda: int(time.time())
    livemode: bool = False
    elsewhere: set[str] = field(default_factory=set)
    base_url: str = "http://127.0.0.1:12111"
    request: Json = field(default_factory=lambda: {"id": None, "idempotency_key": None})
    feed_time: Callable[[], int] | None = None
    settings: Settings = field(default_factory=Settings)
    faults: Faults = field(default_factory=Faults)
    feed: Feed = field(default_factory=Feed)
    shelf: Shelf = field(default_factory=Shelf, repr=False)
    _at_hand: dict[Key, Json] = field(default_factory=dict, repr=False)
    _used: dict[Key, _Used] = field(default_factory=dict, repr=False)
    _in_unit: bool = field(default=False, repr=False)
    _let_go: bool = field(default=False, repr=False)
    _forgotten: int = field(default=0, repr=False)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """A unit of work: everything that is changed meanwhile is kept, or nothing if it fails.

        What a `StripeProblem` says that took effect is no failure.
        """
        self._keep()
        self._in_unit, self._let_go = True, False
        try:
            yield
            self._keep()
        except StripeProblem as problem:
            if problem.took_effect:
                self._keep()
            else:
                self._undo()
            raise
        except BaseException:
            self._undo()
            raise
        finally:
            self._in_unit = False
            self._make_room()

    def _keep(self) -> None:
        self._save()
        if self.shelf.durable:
            remember(self)
        self.shelf.commit()

    def _undo(self) -> None:
        self.shelf.roll_back()
        for key, used in self._used.items():
            if used.text is None:
                self._at_hand.pop(key, None)
            else:
                self._at_hand[key] = used.found
                if orjson.dumps(used.found) != used.text:
                    used.found.clear()
                    used.found.update(orjson.loads(used.text))
        self._used.clear()
        if self._let_go:
            self._at_hand.clear()

    def _save(self) -> None:
        """Put on the shelf what has changed."""
        for (kind, object_id), used in self._used.items():
            if self._at_hand.get((kind, object_id)) is not used.found:
                continue
            text = orjson.dumps(used.found)
            if text != used.text:
                self.shelf.fill(kind, object_id, text)
                self._file(used)
        self._used.clear()

    def _file(self, used: _Used) -> None:
        """Let the catalogue say what has changed."""
        if (now := card(used.found)) != used.card:
            used.card = now
            self.shelf.move(used.found["object"], used.found["id"], now)

    def _make_room(self) -> None:
        """Let objects go where there are too many; one that goes is changed by `update` alone."""
        if len(self._at_hand) > _MOST_AT_HAND:
            self._save()
            self._at_hand.clear()
            self._let_go = True

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
        return f"{prefix}_{self.random.randbytes(length).translate(_AS_LETTERS).decode()}"

    @property
    def objects(self) -> dict[str, Collection]:
        """All objects, by kind and id."""
        return {kind: self.kind(kind) for kind in self.shelf.kinds()}

    def kind(self, kind: str) -> Collection:
        """All objects of a kind by id, oldest first."""
        return Collection(self, kind)

    def get(self, kind: str, object_id: str) -> Json | None:
        """One object, as it is stored."""
        key = kind, object_id
        found = self._at_hand.get(key)
        if found is None:
            text = self.shelf.body(kind, object_id)
            return None if text is None else self._fetched(key, text)
        if self._in_unit and key not in self._used:
            self._used[key] = _Used(found, orjson.dumps(found), card(found))
        return found

    def has(self, kind: str, object_id: str) -> bool:
        """Whether there is an object of that id."""
        return (kind, object_id) in self._at_hand or self.shelf.has(kind, object_id)

    def _fetched(self, key: Key, text: bytes) -> Json:
        self._make_room()
        found: Json = orjson.loads(text)
        self._at_hand[key] = found
        if self._in_unit:
            self._used[key] = _Used(found, text, card(found))
        return found

    def where(self, kind: str, **fields: Any) -> Iterator[Json]:
        """Objects of a kind whose top-level fields equal `fields`, newest first."""
        for _, found in self.walk(kind, Range().narrowed(fields), newest_first=True):
            if all(found.get(name) == value for name, value in fields.items()):
                yield found

    def walk(
        self,
        kind: str,
        within: Range = Range(),  # noqa: B008 - never changed
        *,
        beyond: int | None = None,
        newest_first: bool = False,
        first: int = _FIRST_ROWS,
        to_show: bool = False,
    ) -> Iterator[tuple[str, Json]]:
        """Ids and objects of a kind in the order of time.

        Args:
            kind: of what.
            within: which part of the list.
            beyond: begin behind the object of this number.
            newest_first: which way to go.
            first: how many will probably be wanted.
            to_show: nobody will change them. What is read then is not held at hand: holding many
                for others makes Python look through all of them for garbage, again and again.
        """
        limit = first
        while True:
            before = self._forgotten
            rows = self.shelf.rows(kind, within, limit, beyond=beyond, newest_first=newest_first)
            for _, object_id, packed in rows:
                found = self._at_hand.get((kind, object_id))
                if found is None and packed is not None and self._forgotten == before:
                    text = self.shelf.packing.unpack(packed)
                    found = (
                        orjson.loads(text) if to_show else self._fetched((kind, object_id), text)
                    )
                else:
                    found = self.get(kind, object_id)
                if found is not None:
                    yield object_id, found
            if len(rows) < limit:
                return
            beyond = rows[-1][0]
            limit = min(limit * 4, _MOST_ROWS)

    def due(self, until: int, test_clock: str | None = None) -> Iterator[tuple[int, Json]]:
        """What has an alarm set by `until` (seconds UTC), and for when, in order, as it changes.

        Whoever takes one must change it so that its alarm is another, or `silence` it.

        Args:
            until: seconds UTC.
            test_clock: what is on this test clock; None is for what is on none.
        """
        for used in self._used.values():
            self._file(used)
        while first := self.shelf.due(until, test_clock):
            moment, kind, object_id = first
            yield moment, self.kind(kind)[object_id]

    def silence(self, found: Json) -> None:
        """An alarm was false: it rings no more unless the object changes."""
        self.shelf.silence(found["object"], found["id"])

    def containing(self, kind: str, part: str) -> Json | None:
        """The object of a kind that has an item of this id in it, as it is stored."""
        whole = self.shelf.whole(kind, part)
        return self.get(kind, whole) if whole else None

    def was_deleted(self, kind: str, object_id: str) -> bool:
        """Whether an object of that id was there once and was deleted."""
        return self.shelf.was_removed(kind, object_id)

    def create(self, new: Json, event: str | None = None) -> Json:
        """Store a new object and put `event` (such as `customer.created`) on the feed."""
        self.store(new["object"], new["id"], new)
        if event:
            self.emit(event, new)
        return new

    def store(self, kind: str, object_id: str, new: Json) -> None:
        """Store an object; one of the same id is replaced."""
        entry = card(new)
        self.shelf.put(kind, object_id, entry)
        self._at_hand[kind, object_id] = new
        self._used[kind, object_id] = _Used(new, None, entry)

    def update(self, current: Json, changes: Json, event: str | None = None) -> Json:
        """Change top-level fields of a stored object; the event says what they were before."""
        previous = narrowed({name: current.get(name) for name in changes}, changes)
        used = self._note_use(current)
        current.update(changes)
        if used:
            self._file(used)
        if event and previous:
            self.emit(event, current, previous)
        return current

    def _note_use(self, current: Json) -> _Used | None:
        """Note that a stored object is about to change; None where it isn't stored."""
        key = current["object"], current["id"]
        known = self._at_hand.get(key) is current
        if not known:
            # It was let go of in between, or was never stored.
            if key in self._at_hand or not self.shelf.has(*key):
                return None
            self._at_hand[key] = current
        if key not in self._used:
            text = orjson.dumps(current) if known and self._in_unit else None
            self._used[key] = _Used(current, text, card(current))
        return self._used[key]

    def delete(self, current: Json, event: str | None = None) -> None:
        """Forget an object, and put `event` (such as `customer.deleted`) on the feed."""
        self.forget(current["object"], current["id"], trace=True)
        if event:
            self.emit(event, current)

    def forget(self, kind: str, object_id: str, *, trace: bool = False) -> None:
        """Forget an object; with a trace, `was_deleted` says that it was there once."""
        self._forgotten += 1
        self.get(kind, object_id)
        self._at_hand.pop((kind, object_id), None)
        self.shelf.remove(kind, object_id, trace=trace)

    def emit(self, event_type: str, about: Json, previous: Json | None = None) -> Json:
        """Put an event on the feed, with the object as it is now."""
        data: Json = {"object": orjson.loads(orjson.dumps(about))}
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
