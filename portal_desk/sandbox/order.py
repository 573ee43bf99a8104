"""Where the objects of one kind stand, so that a page of a long list costs no more than the page."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from portal_desk.models.json import Json

Key: TypeAlias = tuple[int, int, str]
"""When it was created (seconds UTC), its number among all, and its id."""

INDEXED = ("customer", "subscription", "product", "email", "invoice")
"""Fields that lists are often narrowed down to."""


class Order:
    """The ids of one kind, oldest first, as a whole and for each value of an indexed field.

    Deleted objects leave their place behind: a cursor that names one still works.
    """

    def __init__(self) -> None:
        self._all: list[Key] = []
        self._keys: dict[str, Key] = {}
        self._indexes: dict[tuple[str, str], list[Key]] = {}
        self._number = 0

    @classmethod
    def of(cls, objects: Iterable[Json]) -> Order:
        """The order of objects that are there already."""
        order = cls()
        for each in sorted(objects, key=_created):
            order.add(each)
        return order

    def __len__(self) -> int:
        return len(self._all)

    def __bool__(self) -> bool:
        return True

    def add(self, new: Json) -> None:
        """Give an object its place; one that has its place keeps it."""
        if new["id"] in self._keys:
            self.remove(new)
        self._number += 1
        key = (_created(new), self._number, new["id"])
        self._keys[new["id"]] = key
        insort(self._all, key)
        for index in _indexes(new):
            insort(self._indexes.setdefault(index, []), key)

    def move(self, current: Json, changes: Json) -> None:
        """Note that fields of an object are about to change."""
        key = self._keys.get(current["id"])
        if key is None:
            return
        for name in INDEXED:
            if name in changes and changes[name] != current.get(name):
                _discard(self._indexes.get((name, str(current.get(name))), []), key)
                insort(self._indexes.setdefault((name, str(changes[name])), []), key)

    def remove(self, current: Json) -> None:
        """Take an object out of every list."""
        if key := self._keys.get(current["id"]):
            _discard(self._all, key)
            for index in _indexes(current):
                _discard(self._indexes.get(index, []), key)

    def knows(self, object_id: str) -> bool:
        """Whether an object of that id has, or had, a place."""
        return object_id in self._keys

    def newest_first(
        self,
        fields: Mapping[str, Any] | None = None,
        *,
        after: str | None = None,
        oldest: int | None = None,
        newest: int | None = None,
    ) -> Iterator[str]:
        """Ids from newest to oldest.

        Args:
            fields: narrow down by an indexed field among these; others are not looked at.
            after: begin behind this id.
            oldest, newest: bounds of `created` (seconds UTC), both inclusive.
        """
        keys = self._narrowest(fields or {})
        start, stop = _window(keys, oldest, newest)
        if after is not None:
            stop = min(stop, bisect_left(keys, self._keys[after]))
        for place in range(stop - 1, start - 1, -1):
            yield keys[place][2]

    def oldest_first(
        self,
        fields: Mapping[str, Any] | None = None,
        *,
        before: str,
        oldest: int | None = None,
        newest: int | None = None,
    ) -> Iterator[str]:
        """Ids that a newest-first list shows before `before`, nearest to it first."""
        keys = self._narrowest(fields or {})
        start, stop = _window(keys, oldest, newest)
        key = self._keys[before]
        place = bisect_left(keys, key)
        if place < len(keys) and keys[place] == key:
            place += 1
        for each in range(max(place, start), stop):
            yield keys[each][2]

    def _narrowest(self, fields: Mapping[str, Any]) -> list[Key]:
        candidates = [
            self._indexes.get((name, str(fields[name])), []) for name in INDEXED if name in fields
        ]
        return min(candidates, key=len, default=self._all)


def _created(found: Json) -> int:
    """When an object began (seconds UTC), by whatever name its kind has for that."""
    return int(found.get("created") or found.get("date") or found.get("start") or 0)


def _indexes(found: Json) -> Iterator[tuple[str, str]]:
    for name in INDEXED:
        if name in found:
            yield name, str(found[name])


def _discard(keys: list[Key], key: Key) -> None:
    place = bisect_left(keys, key)
    if place < len(keys) and keys[place] == key:
        del keys[place]


def _window(keys: list[Key], oldest: int | None, newest: int | None) -> tuple[int, int]:
    start = 0 if oldest is None else bisect_left(keys, (oldest, 0, ""))
    stop = len(keys) if newest is None else bisect_left(keys, (newest + 1, 0, ""))
    return start, stop
