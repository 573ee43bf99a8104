"""Billing periods: calendar arithmetic from an anchor, in seconds UTC."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime

from portal_desk.models.json import Json

_DAY = 86_400
_SECONDS = {"day": _DAY, "week": 7 * _DAY}
_MONTHS = {"month": 1, "year": 12}


def shifted(anchor: int, interval: str, count: int) -> int:
    """The moment `count` intervals after `anchor`, or before it where `count` is negative.

    Months keep the anchor's day, or the month's last where it has fewer days
    (https://docs.stripe.com/billing/subscriptions/billing-cycle).
    """
    if interval in _SECONDS:
        return anchor + count * _SECONDS[interval]
    start = datetime.fromtimestamp(anchor, UTC)
    months = start.year * 12 + start.month - 1 + count * _MONTHS[interval]
    year, month = months // 12, months % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())


def next_boundary(anchor: int, terms: Json, after: int) -> int:
    """The first end of a period later than `after`, counted from `anchor`.

    Args:
        anchor: the billing cycle's anchor (seconds UTC).
        terms: a price's `recurring`.
        after: seconds UTC.
    """
    interval, step = terms["interval"], terms["interval_count"]
    return shifted(anchor, interval, (periods_begun(anchor, terms, after) + 1) * step)


def period_around(anchor: int, terms: Json, at: int) -> tuple[int, int]:
    """The start and the end of the period that `at` is in (seconds UTC)."""
    count, step = periods_begun(anchor, terms, at), terms["interval_count"]
    interval = terms["interval"]
    return shifted(anchor, interval, count * step), shifted(anchor, interval, (count + 1) * step)


def periods_begun(anchor: int, terms: Json, by: int) -> int:
    """How many whole periods lie between `anchor` and `by`, both seconds UTC."""
    interval, step = terms["interval"], terms["interval_count"]
    count: int = (by - anchor) // (step * _longest(interval))
    while shifted(anchor, interval, (count + 1) * step) <= by:
        count += 1
    return count


def _longest(interval: str) -> int:
    return _SECONDS.get(interval) or _MONTHS[interval] * 31 * _DAY


def same_interval(one: Json, other: Json) -> bool:
    """Whether two prices recur equally often."""
    names = ("interval", "interval_count")
    return all(one["recurring"][name] == other["recurring"][name] for name in names)
