"""The order that lists are in: an object's number says where it stands, its card what narrows lists.

Numbers go by kind, then by when an object began, then by what was there first. Objects are kept by
number, so that what is on a page together lies together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from portal_desk.models.json import Json, items_of
from portal_desk.sandbox.alarms import rings_at

INDEXED = (
    "email", "invoice", "subscription", "customer", "payment_intent", "lookup_key", "product",
    "test_clock", "type", "status",
)  # fmt: skip
"""Fields that lists are narrowed down to, the most telling first."""


class Card(NamedTuple):
    """What the catalogue says of an object.

    Attributes:
        began: when it began (seconds UTC).
        due: when something happens to it by itself (seconds UTC), if the object can tell.
        parts: the ids of the items in it, with spaces between.
        fields: its indexed fields, as in `INDEXED`.
    """

    began: int
    due: int | None
    parts: str | None
    fields: tuple[str | None, ...]


_TIME_BITS, _SECOND_BITS = 33, 22
"""Times up to the year 2242; four million objects of a kind in each second; 255 kinds."""
_END_OF_TIME = 1 << _TIME_BITS


def card(found: Json) -> Card:
    """What the catalogue says of an object."""
    began = int(found.get("created") or found.get("date") or found.get("start") or 0)
    began = min(max(began, 0), _END_OF_TIME - 1)
    parts = None
    if found["object"] == "subscription":
        parts = " ".join(item["id"] for item in items_of(found)) or None
    elif found["object"] == "invoice_payment":
        found = found["payment"] | found
    values = map(found.get, INDEXED)
    fields = tuple([value if isinstance(value, str) else None for value in values])
    return Card(began, rings_at(found), parts, fields)


def first_number(kind: int, began: int) -> int:
    """The number of the first object of a kind that began at a time (seconds UTC) or later."""
    return ((kind << _TIME_BITS) + min(max(began, 0), _END_OF_TIME)) << _SECOND_BITS


def kind_of(number: int) -> int:
    """The number of the kind that an object's number belongs to."""
    return number >> _SECOND_BITS >> _TIME_BITS


def second_of(number: int) -> int:
    """The first number of the kind and second that a number belongs to."""
    return number >> _SECOND_BITS << _SECOND_BITS


@dataclass(frozen=True)
class Range:
    """A part of a list.

    Attributes:
        field: narrow down by this indexed field,
        values: to these values.
        oldest: what began before is left out (seconds UTC).
        newest: what began later is left out (seconds UTC).
    """

    field: str | None = None
    values: tuple[str, ...] = ()
    oldest: int | None = None
    newest: int | None = None

    def narrowed(self, fields: Mapping[str, Any]) -> Range:
        """By the most telling of some fields, each of one value or any of a list of values."""
        for name in INDEXED:
            value = fields.get(name)
            if isinstance(value, (str, list)):
                values = (value,) if isinstance(value, str) else tuple(dict.fromkeys(value))
                return replace(self, field=name, values=values)
        return self

    def split(self) -> list[Range]:
        """Ranges of one value each: each is in order by itself."""
        return [replace(self, values=(value,)) for value in self.values]

    def numbers(self, kind: int, beyond: int | None, *, newest_first: bool) -> tuple[int, int]:
        """The first and the last number that an object of the range can have.

        Args:
            kind: the number of the kind.
            beyond: begin behind this number.
            newest_first: which way to go.
        """
        newest = _END_OF_TIME if self.newest is None else self.newest + 1
        low, high = first_number(kind, self.oldest or 0), first_number(kind, newest) - 1
        if beyond is None:
            return low, high
        return (low, min(high, beyond - 1)) if newest_first else (max(low, beyond + 1), high)
