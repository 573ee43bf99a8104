"""Dates, times, amounts and counts as the agent's locale writes them.

Times are seconds UTC and are shown in the agent's time zone; amounts are in minor units.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from PySide6.QtCore import QCoreApplication, QLocale

from portal_desk.models.money import Money
from portal_desk.services.dates import write_dates_with

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_RECENT_DAYS = 30
NONE = "–"


def speak(locale: QLocale) -> None:
    """Write as `locale` does from now on, in the sentences that the services make too."""
    QLocale.setDefault(locale)
    write_dates_with(date)


def money(amount: int, currency: str) -> str:
    """An amount in minor units, such as `€1,234.50`; a dash where the currency is not known."""
    return Money(amount, currency).format(_tag(QLocale())) if currency else NONE


def count(number: int) -> str:
    """A whole number with the locale's group separators."""
    return QLocale().toString(number)


def counted(number: int, one: str, many: str) -> str:
    """A count of things, such as `1 invoice` or `1,133 invoices`; `many` takes the number at `{n}`."""
    return one if number == 1 else many.format(n=count(number))


def date(seconds: int | None) -> str:
    """The day, such as `3 Mar 2026`; a dash where there is none."""
    return NONE if seconds is None else format_date(_local(seconds), "medium", _locale())


def short_date(seconds: int) -> str:
    """The day, without its year where that is this one: `3 Mar`, `3 Mar 2027`."""
    day = _local(seconds)
    if day.year != _local(int(time.time())).year:
        return date(seconds)
    return format_skeleton("MMMd", day, locale=_locale())


def date_time(seconds: int | None) -> str:
    """The day and the minute, such as `3 Mar 2026, 14:03`."""
    return NONE if seconds is None else f"{date(seconds)}, {clock(seconds)}"


def clock(seconds: int) -> str:
    """The time of day, to the minute."""
    return format_time(_local(seconds), "short", locale=_locale())


def exact(seconds: int | None) -> str:
    """The moment to the second, here and in UTC, for a tooltip; empty where there is none."""
    if seconds is None:
        return ""
    day = format_date(_local(seconds), "full", _locale())
    here = format_time(_local(seconds), "medium", locale=_locale())
    return f"{day}, {here}\n{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def relative(seconds: int, now: int | None = None) -> str:
    """How long ago, or how far ahead: `just now`, `12 s ago`, `in 3 d`; the day itself beyond a month."""
    span = seconds - (int(time.time()) if now is None else now)
    size = abs(span)
    if size <= 1:
        return _tr("just now")
    if size >= _RECENT_DAYS * _DAY:
        return date(seconds)
    return (_tr("in {span}") if span > 0 else _tr("{span} ago")).format(span=duration(size))


def duration(seconds: int) -> str:
    """A length of time in its largest unit: `12 s`, `5 min`, `3 h`, `9 d`."""
    if seconds < _MINUTE:
        return _tr("{n} s").format(n=seconds)
    if seconds < _HOUR:
        return _tr("{n} min").format(n=seconds // _MINUTE)
    if seconds < _DAY:
        return _tr("{n} h").format(n=seconds // _HOUR)
    return _tr("{n} d").format(n=seconds // _DAY)


def _local(seconds: int) -> datetime:
    # Babel takes an aware time to UTC first, so it is given the wall clock's time without a zone.
    return datetime.fromtimestamp(seconds, UTC).astimezone().replace(tzinfo=None)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Format", text)


def _locale() -> Locale:
    return Locale.parse(_tag(QLocale()), sep="-")


@cache
def _tag(locale: QLocale) -> str:
    tag = locale.bcp47Name()
    for candidate in (tag, tag.split("-", maxsplit=1)[0]):
        try:
            return str(Locale.parse(candidate, sep="-")).replace("_", "-")
        except (UnknownLocaleError, ValueError):
            continue
    return "en"
