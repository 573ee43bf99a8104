"""How effects are put into words: English, with dates that can't be misread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_desk.services.dates import date

if TYPE_CHECKING:
    from portal_desk.models.json import Json

__all__ = ["date", "interval"]


def interval(price: Json) -> str:
    """“month”, or “3 months”; an empty string for a price that doesn't recur."""
    recurring = price.get("recurring")
    if not recurring:
        return ""
    count = recurring.get("interval_count", 1)
    return str(recurring["interval"]) if count == 1 else f"{count} {recurring['interval']}s"
