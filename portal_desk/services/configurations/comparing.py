"""What two portal configurations differ in, and bringing together what two people changed."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from portal_desk.models.json import Json
from portal_desk.services.configurations.fields import (
    WRITABLE,
    contents,
    normal,
    unknown_fields,
    value_at,
    with_value,
)


@dataclass(frozen=True)
class Difference:
    """One field in two configurations.

    Attributes:
        path: the field; products and metadata are told one by one.
        left, right: its values; None where it is empty or not there.
        known: whether this program knows the field.
    """

    path: str
    left: Any
    right: Any
    known: bool = True

    @property
    def is_equal(self) -> bool:
        """Whether both have the same."""
        return bool(self.left == self.right)


def compare(left: Json, right: Json) -> list[Difference]:
    """Every field of two configurations, in the order of Stripe's reference."""
    one, other = contents(left), contents(right)
    unknown = unknown_fields(left).keys() | unknown_fields(right).keys()
    paths = sorted(one.keys() | other.keys(), key=_place)
    return [Difference(path, one.get(path), other.get(path), path not in unknown) for path in paths]


def _place(path: str) -> tuple[int, str]:
    places = (at for at, known in enumerate(WRITABLE) if f"{path}.".startswith(f"{known}."))
    return next(places, len(WRITABLE)), path


def changed(base: Json, draft: Json) -> list[str]:
    """The fields whose values differ, whole lists as one field."""
    unknown = {**unknown_fields(base), **unknown_fields(draft)}
    return [path for path in (*WRITABLE, *unknown) if not _same(path, base, draft)]


def _same(path: str, one: Json, other: Json) -> bool:
    return bool(normal(path, value_at(one, path)) == normal(path, value_at(other, path)))


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed, each in another way."""

    path: str
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """What two people's changes come to.

    Attributes:
        draft: theirs with all of mine laid over it.
        taken: the fields that only they changed.
        conflicts: the fields that both changed; `draft` has mine.
    """

    draft: Json
    taken: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


def merge(base: Json, mine: Json, theirs: Json) -> Merged:
    """Bring together two changes of the same configuration.

    Args:
        base: what both started from.
        mine: the draft here.
        theirs: what is at Stripe now.
    """
    draft = copy.deepcopy(theirs)
    by_me, by_them = changed(base, mine), changed(base, theirs)
    for path in by_me:
        draft = with_value(draft, path, value_at(mine, path))
    conflicts = tuple(
        Conflict(path, value_at(mine, path), value_at(theirs, path))
        for path in by_me
        if path in by_them and not _same(path, mine, theirs)
    )
    return Merged(draft, tuple(path for path in by_them if path not in by_me), conflicts)
