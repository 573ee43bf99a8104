"""Billing periods: calendar arithmetic from an anchor, in seconds UTC."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime
from fractions import Fraction
from typing import Self

from portal_desk.models.json import Json

_DAY = 86_400
_SECONDS = {"day": _DAY, "week": 7 * _DAY}
_MONTHS = {"month": 1, "year": 12}


class Anchor(int):
    """A moment that periods are counted from (seconds UTC), with the day of the month it stands for.

    A month's last day may stand for the 31st: what begins then goes on at the end of each month.
    """

    day: int

    def __new__(cls, at: int, day: int = 0) -> Self:
        """The moment `at` (seconds UTC), for the `day` of a month where that is a later one."""
        anchor = super().__new__(cls, at)
        anchor.day = max(day, datetime.fromtimestamp(at, UTC).day)
        return anchor


def cycle_anchor(subscription: Json) -> Anchor:
    """What a subscription's periods are counted from: its anchor, for the day it was described by.

    "A monthly subscription with a billing cycle anchor date of January 31 bills the last day of the
    month closest to the anchor date, so February 28 (or February 29 in a leap year), then March 31,
    April 30, and so on" (https://docs.stripe.com/billing/subscriptions/billing-cycle).
    """
    config = subscription.get("billing_cycle_anchor_config") or {}
    return Anchor(subscription["billing_cycle_anchor"], config.get("day_of_month") or 0)


def continued(at: int, day: int) -> Anchor:
    """The moment `at` (seconds UTC), for `day` where it is the last of a month that is shorter."""
    moment = datetime.fromtimestamp(at, UTC)
    last = monthrange(moment.year, moment.month)[1]
    return Anchor(at, day if moment.day == last else 0)


def anchored(at: int) -> Json:
    """The fields of a subscription whose cycle begins anew at `at` (seconds UTC)."""
    return {"billing_cycle_anchor": at, "billing_cycle_anchor_config": None}


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
    wanted = anchor.day if isinstance(anchor, Anchor) else start.day
    day = min(wanted, monthrange(year, month)[1])
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


def period_end_of(anchor: int, terms: Json, start: int, until: int | None = None) -> int:
    """When a period that begins at `start` ends: with the cycle, or before, at `until`."""
    end = next_boundary(anchor, terms, start)
    return end if until is None else max(start, min(end, until))


def period_around(anchor: int, terms: Json, at: int) -> tuple[int, int]:
    """The start and the end of the period that `at` is in (seconds UTC)."""
    count, step = periods_begun(anchor, terms, at), terms["interval_count"]
    interval = terms["interval"]
    return shifted(anchor, interval, count * step), shifted(anchor, interval, (count + 1) * step)


def periods_begun(anchor: int, terms: Json, by: int) -> int:
    """How many whole periods lie between `anchor` and `by`, both seconds UTC."""
    interval, step = terms["interval"], terms["interval_count"]
    # At most as many as of the longest periods there are; before the anchor, of the shortest.
    days = 31 if by >= anchor else 28
    count: int = (by - anchor) // (step * _seconds(interval, days))
    while shifted(anchor, interval, (count + 1) * step) <= by:
        count += 1
    return count


def _seconds(interval: str, days_of_month: int) -> int:
    return _SECONDS.get(interval) or _MONTHS[interval] * days_of_month * _DAY


def share(anchor: int, terms: Json, start: int, end: int) -> Fraction:
    """Which part of the cycle's period around `start` the time from `start` to `end` is."""
    whole_start, whole_end = period_around(anchor, terms, start)
    return Fraction(end - start, whole_end - whole_start)


def same_interval(one: Json, other: Json) -> bool:
    """Whether two prices recur equally often."""
    names = ("interval", "interval_count")
    return all(one["recurring"][name] == other["recurring"][name] for name in names)
