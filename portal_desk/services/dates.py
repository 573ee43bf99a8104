"""Days in the desk's English sentences, and whose days they are.

A moment can be two days at once, so what stands together keeps to one zone:

- what the desk does and shows by itself (plans, tables, the journal) is in the operator's time zone;
- the portal's page, and what the rules say beside it, is in UTC, since the zone of the customer who reads the page is
  not known;
- what programs read (JSON, CSV) and the command line's lists are in UTC.

Months are spelt out here, because `strftime` takes its words from the system's language.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def date(at: int) -> str:
    """“3 Jan 2027”, in the operator's time zone, or as `write_dates_with` says. `at` is seconds UTC."""
    return _written["date"](at)


def write_dates_with(write: Callable[[int], str]) -> None:
    """Let `date` write as the window does, so that a screen shows one format.

    Args:
        write: puts seconds UTC into words, in the operator's time zone.
    """
    _written["date"] = write


def portal_date(at: int | None) -> str:
    """“22 November 2026”, in UTC like the portal's own dates. `at` is seconds UTC."""
    if at is None:
        return "a date that isn't known"
    there = datetime.fromtimestamp(at, UTC)
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}"


def _in_english(at: int) -> str:
    here = datetime.fromtimestamp(at, UTC).astimezone()
    return f"{here.day} {_MONTHS[here.month - 1][:3]} {here.year}"


_written: dict[str, Callable[[int], str]] = {"date": _in_english}
