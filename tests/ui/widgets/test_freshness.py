"""How fresh the cache is, in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from portal_desk.errors import DeskError, DiskFull, Offline, RateLimited
from portal_desk.models.freshness import Freshness, KindFreshness
from portal_desk.models.progress import Phase, Progress
from portal_desk.ui import format as fmt
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.freshness import FreshnessLabel, read_freshness

NOW = 1_790_000_000
SYNCED = Freshness((), synced_at=NOW - 12)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


def _progress(
    phase: Phase,
    kind: str = "",
    done: int = 0,
    total: int | None = None,
    message: str = "",
    reason: str = "",
) -> Progress:
    return Progress(phase, kind, done=done, total=total, at=NOW, message=message, reason=reason)


def test_a_cache_that_follows_says_how_long_ago() -> None:
    assert read_freshness(SYNCED, _progress("tail"), NOW).text == "synced 12 s ago"


def test_a_backfill_with_a_known_end_says_its_share() -> None:
    reading = read_freshness(SYNCED, _progress("backfill", "customer", 51_600, 120_000), NOW)
    assert reading.text == "43% of 120,000 customers"
    assert reading.percent == 43


def test_a_backfill_without_one_counts() -> None:
    reading = read_freshness(Freshness(), _progress("backfill", "customer", 12_400), NOW)
    assert reading.text == "12,400 customers so far"
    assert reading.percent is None


def test_another_desks_backfill_is_told_from_the_cache_itself() -> None:
    kinds = (KindFreshness("customer", 10, 10, complete=True),
             KindFreshness("invoice", 30, 60, complete=False))  # fmt: skip
    assert read_freshness(Freshness(kinds), None, NOW).text == "50% of 60 invoices"


@pytest.mark.parametrize("error", [Offline, RateLimited, DiskFull])
def test_a_sync_that_waits_says_for_what_and_as_of_when(error: type[DeskError]) -> None:
    waiting = _progress("waiting", message="No route.", reason=error.title)
    reading = read_freshness(SYNCED, waiting, NOW)
    assert reading.text == f"{error.title} · as of {fmt.clock(NOW - 12)}"
    assert reading.detail == "No route."
    assert reading.tone == "warning"


def test_a_sync_that_stopped_is_a_failure() -> None:
    reading = read_freshness(SYNCED, _progress("failed", message="Rejected."), NOW)
    assert reading.text.startswith("Sync stopped")
    assert reading.tone == "critical"


def test_nothing_synced_yet_is_said() -> None:
    assert read_freshness(Freshness(), None, NOW).text == "not synced yet"


def test_a_tail_that_was_not_heard_of_for_long_looks_stale() -> None:
    assert read_freshness(Freshness((), NOW - 600), None, NOW).tone == "warning"


def test_the_label_shows_a_bar_only_while_there_is_a_share(theme: Theme, qtbot: QtBot) -> None:
    label = FreshnessLabel(theme)
    qtbot.addWidget(label)
    label.show()
    label.set_progress(_progress("backfill", "customer", 43, 100))
    assert label.bar.isVisible()
    assert label.bar.value() == 43
    label.set_progress(_progress("tail"))
    label.set_freshness(SYNCED)
    assert not label.bar.isVisible()
    assert label.accessibleName().startswith("synced")


def test_of_kinds_that_are_read_side_by_side_one_is_followed_to_its_end(
    qtbot: QtBot, theme: Theme
) -> None:
    label = FreshnessLabel(theme)
    qtbot.addWidget(label)
    shown = []
    for kind, done, total in (
        ("customer", 100, None),
        ("invoice", 100, None),
        ("customer", 200, 200),
        ("invoice", 200, None),
    ):
        label.set_progress(Progress("backfill", kind, done, total, at=1))
        shown.append(label.text.text())
    assert shown[0] == shown[1] == "100 customers so far"
    assert shown[3] == "200 invoices so far"
