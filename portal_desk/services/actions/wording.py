"""How effects are put into words: English, with dates that can't be misread."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal_desk.models.json import Json

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def date(timestamp: int) -> str:
    """“3 Jan 2027”, in the operator's time zone. `timestamp` is seconds UTC."""
    there = datetime.fromtimestamp(timestamp, UTC).astimezone()
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}"


def interval(price: Json) -> str:
    """“month”, or “3 months”; an empty string for a price that doesn't recur."""
    recurring = price.get("recurring")
    if not recurring:
        return ""
    count = recurring.get("interval_count", 1)
    return str(recurring["interval"]) if count == 1 else f"{count} {recurring['interval']}s"
