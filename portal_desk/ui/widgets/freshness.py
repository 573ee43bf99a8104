"""How fresh what is on show is, always in sight."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from portal_desk.models.freshness import Freshness, KindFreshness
from portal_desk.models.progress import Progress
from portal_desk.portal.document import Tone
from portal_desk.ui import format as fmt
from portal_desk.ui.icons import pixmap
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.labels import Text

_PLURALS = {
    "customer": "customers",
    "subscription": "subscriptions",
    "invoice": "invoices",
    "payment_method": "payment methods",
    "product": "products",
    "price": "prices",
    "event": "events",
    "tax_id": "tax IDs",
    "coupon": "coupons",
    "promotion_code": "promotion codes",
    "subscription_schedule": "schedules",
    "portal_configuration": "portal configurations",
}
_WIDTH = 190
"""Room for the usual words, so that nothing moves when the seconds change."""
_STALE = 400
"""Seconds after which a tail that was not heard of is no longer called synced."""


@dataclass(frozen=True)
class Reading:
    """What the label says.

    Attributes:
        percent: how much of what is being read is there; None where that is not known.
    """

    text: str
    icon: str
    tone: Tone = "neutral"
    detail: str = ""
    percent: int | None = None


def read_freshness(freshness: Freshness, progress: Progress | None, now: int) -> Reading:
    """How fresh the cache is, from what it says itself and what the sync said last."""
    as_of = freshness.synced_at
    if progress is not None and progress.phase in {"waiting", "failed"}:
        return _interrupted(progress, as_of)
    if progress is not None and progress.phase == "backfill":
        return _reading(progress.kind, progress.done, progress.total)
    if progress is not None and progress.phase == "verify":
        reading = _reading(progress.kind, progress.done, progress.total)
        return replace(reading, text=_tr("compared {what}").format(what=reading.text))
    unread = next((kind for kind in freshness.kinds if not kind.complete), None)
    if unread is not None:
        return _reading_kind(unread)
    if as_of is None:
        return Reading(_tr("not synced yet"), "cloud-slash", "warning")
    text = _tr("synced {when}").format(when=fmt.relative(as_of, now))
    fresh = now - as_of < _STALE
    return Reading(text, "cloud-check", "neutral" if fresh else "warning", fmt.exact(as_of))


def _interrupted(progress: Progress, as_of: int | None) -> Reading:
    since = fmt.clock(as_of) if as_of is not None else ""
    state = progress.reason or _tr("Sync stopped")
    text = _tr("{state} · as of {time}").format(state=state, time=since) if since else state
    tone: Tone = "warning" if progress.phase == "waiting" else "critical"
    return Reading(text, "cloud-slash", tone, progress.message)


def _reading_kind(kind: KindFreshness) -> Reading:
    return _reading(kind.kind, kind.done, kind.total)


def _reading(kind: str, done: int, total: int | None) -> Reading:
    what = _tr(_PLURALS.get(kind, kind.replace("_", " ")))
    if total:
        percent = min(100, 100 * done // total)
        text = _tr("{percent}% of {total} {what}")
        text = text.format(percent=percent, total=fmt.count(total), what=what)
        return Reading(text, "cloud-arrow-down", "info", percent=percent)
    text = _tr("{done} {what} so far").format(done=fmt.count(done), what=what)
    return Reading(text, "cloud-arrow-down", "info")


def _is_beside(progress: Progress, shown: Progress) -> bool:
    """Whether this is of another kind than the one on show, which is still being read."""
    same = progress.phase == shown.phase and progress.phase in {"backfill", "verify"}
    return (
        same and progress.kind != shown.kind and (shown.total is None or shown.done < shown.total)
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Freshness", text)


class FreshnessLabel(QWidget):
    """An icon, the words, and a bar while a backfill runs; counts the seconds by itself."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._freshness = Freshness()
        self._progress: Progress | None = None
        self._drawn: tuple[str, str] = ("", "")
        self.icon = QLabel()
        self.text = Text("", "small")
        self.bar = QProgressBar()
        self.bar.setFixedWidth(72)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the first sync"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addStretch(1)
        for widget in (self.bar, self.icon, self.text):
            line.addWidget(widget)
        self.setMinimumWidth(_WIDTH)
        clock = QTimer(self, interval=1_000)
        clock.timeout.connect(self._draw)
        clock.start()
        theme.changed.connect(self._redraw)
        self._draw()

    def set_freshness(self, freshness: Freshness) -> None:
        """What the cache says of itself."""
        self._freshness = freshness
        self._draw()

    def set_progress(self, progress: Progress | None) -> None:
        """What the sync said last; of kinds that are read side by side, the one on show is followed to its end."""
        if self._progress is None or progress is None or not _is_beside(progress, self._progress):
            self._progress = progress
            self._draw()

    def _redraw(self) -> None:
        self._drawn = ("", "")
        self._draw()

    def _draw(self) -> None:
        reading = read_freshness(self._freshness, self._progress, int(time.time()))
        self.text.setText(reading.text)
        self.setToolTip(reading.detail)
        self.setAccessibleName(reading.text)
        self.bar.setVisible(reading.percent is not None)
        self.bar.setValue(reading.percent or 0)
        if self._drawn != (reading.icon, reading.tone):
            self._drawn = (reading.icon, reading.tone)
            self.icon.setPixmap(pixmap(self._theme, reading.icon, 16, reading.tone))
