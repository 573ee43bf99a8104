"""Dates, amounts and times as the agent's locale writes them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from portal_desk.services import dates
from portal_desk.ui import format as fmt

NOON = 1_772_539_200  # 2026-03-03 12:00:00 UTC


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = QLocale()
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    QLocale.setDefault(before)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("locale", "date", "clock"),
    [
        ("en_GB", "3 Mar 2026", "12:00"),
        ("de_DE", "03.03.2026", "12:00"),
        ("ja_JP", "2026/03/03", "12:00"),
    ],
)
def test_a_moment_reads_as_the_locale_writes_it(locale: str, date: str, clock: str) -> None:
    QLocale.setDefault(QLocale(locale))
    assert fmt.date(NOON) == date
    assert fmt.clock(NOON) == clock


def test_a_tooltip_gives_the_second_in_utc() -> None:
    assert "2026-03-03 12:00:00 UTC" in fmt.exact(NOON)


def test_an_amount_has_the_digits_of_its_currency() -> None:
    QLocale.setDefault(QLocale("en_US"))
    assert fmt.money(123456, "usd") == "$1,234.56"
    assert fmt.money(1234, "jpy") == "¥1,234"
    assert fmt.money(1234567, "kwd").endswith("1,234.567")


def test_what_is_not_known_is_a_dash() -> None:
    assert fmt.date(None) == fmt.date_time(None) == fmt.money(5, "") == "–"
    assert fmt.exact(None) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"), (12, "12 s ago"), (59, "59 s ago"), (60, "1 min ago"), (3599, "59 min ago"),
        (7200, "2 h ago"), (86400 * 3, "3 d ago"), (-86400, "in 1 d"),
    ],
)  # fmt: skip
def test_how_long_ago_is_said_in_the_largest_unit(seconds: int, words: str) -> None:
    assert fmt.relative(NOON - seconds, NOON) == words


def test_what_is_long_ago_is_said_by_its_day() -> None:
    QLocale.setDefault(QLocale("en_GB"))
    assert fmt.relative(NOON - 40 * 86400, NOON) == "22 Jan 2026"


def test_the_services_sentences_write_days_as_the_window_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dates, "_written", dict(dates._written))
    assert dates.date(NOON) == "3 Mar 2026"
    fmt.speak(QLocale("de_DE"))
    assert dates.date(NOON) == fmt.date(NOON) == "03.03.2026"
