"""How long one page of a portal takes from its data to its last pixel on the screen, page by page.

python -m benchmarks.bench_preview
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from benchmarks.common import Timing, arguments, report
from portal_desk.models.json import ENDED, Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import PortalView
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State
from portal_desk.services.portal.walk import Visit
from portal_desk.services.store import Store
from portal_desk.ui.portal_preview.customer_portal import CustomerPortal
from portal_desk.ui.theme import Theme

GOAL_MS = 16.0
RUNS = 40
ROOM = QSize(1000, 800)
HOME = "/portal"


def main() -> None:
    options = arguments(__doc__.splitlines()[0]).parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    Theme("light").apply(app)
    with TemporaryDirectory() as folder:
        snapshot, configuration, now = business(Path(folder), options.seed)
    visit = Visit(snapshot, configuration, "en", now)
    timings, bare, work = [], [], {}
    for name, address in pages(snapshot).items():
        page = Page(visit)
        runs = [page.draw(address) for _ in range(RUNS)]
        timings.append(Timing(name, tuple(passed for passed, _ in runs)))
        work[name] = round(statistics.median(worked for _, worked in runs), 1)
        words = page.words
        bare.append(Timing(name, tuple(timed_bare(words) for _ in range(RUNS))))
    limits = {one.name: one.p50 for one in bare}
    facts = {
        "goal_ms": GOAL_MS,
        "over_goal": {one.name: round(one.p50, 1) for one in timings if one.p50 > GOAL_MS},
        "processor_time_ms": work,
        "over_bare_words": {one.name: round(one.p50 / limits[one.name], 1) for one in timings},
    }
    report("preview", [*timings, *named(bare)], facts, as_json=options.json)


def named(bare: list[Timing]) -> Iterator[Timing]:
    """The limits, called so."""
    for one in bare:
        yield Timing(f"limit: the words of {one.name}, bare", one.runs)


def business(folder: Path, number: int) -> tuple[CustomerSnapshot, Json, int]:
    """A customer of the sandbox's own business with a plan to change, as the cache gives them."""
    state = State(random.Random(number))  # noqa: S311 - made-up people
    seed(state, customers=40)
    store = Store(folder / "cache.sqlite3")
    try:
        for objects in state.objects.values():
            store.apply(objects.values(), as_of=state.now())
        found = (store.snapshot(one["id"]) for one in state.kind("customer").values())
        snapshot = next(one for one in found if one is not None and _has_a_plan(one))
        return snapshot, store.configurations()[0], state.now()
    finally:
        store.close()


def _has_a_plan(snapshot: CustomerSnapshot) -> bool:
    scenario = (snapshot.customer.get("metadata") or {}).get("scenario")
    return bool(scenario == "R16" and snapshot.subscriptions)


def pages(snapshot: CustomerSnapshot) -> dict[str, str]:
    """The addresses of the pages, by what they are called here."""
    running = (one for one in snapshot.subscriptions if one["status"] not in ENDED)
    base = f"{HOME}/subscriptions/{next(running)['id']}"
    return {
        "home": HOME,
        "home, every invoice": f"{HOME}?invoices=all",
        "choose a plan": f"{base}/update",
        "confirm a change": f"{base}/update/confirm?quantity=7",
        "cancel": f"{base}/cancel",
        "billing information": f"{HOME}/customer/update",
        "add a payment method": f"{HOME}/payment-methods/add",
        "login": f"{HOME}/login",
    }


class Page:
    """A preview in a window of its own."""

    def __init__(self, visit: Visit) -> None:
        self._portal = CustomerPortal()
        self._ground = QScrollArea()
        self._ground.setWidgetResizable(True)
        self._ground.setWidget(self._portal)
        self._ground.resize(ROOM)
        self._ground.show()
        self._visit = visit
        self._portal.show_visit(visit, f"{HOME}/expired", explain=True)
        settle()

    @property
    def words(self) -> str:
        """What is written on the page."""
        labels = [one.text() for one in self._portal.findChildren(QLabel)]
        if isinstance(self._portal.view, PortalView):
            labels.append(self._portal.sheet.toPlainText())
        return "\n".join(labels)

    def draw(self, address: str) -> tuple[float, float]:
        """Draw a page after another one: judged, written, laid out and painted.

        Returns:
            How long it took, and the processor's time (ms): a machine with other work counts in the first alone.
        """
        self._portal.show_visit(self._visit, f"{HOME}/expired", explain=True)
        settle()
        fresh = Visit(
            self._visit.snapshot, self._visit.configuration, self._visit.locale, self._visit.now
        )
        started, worked = time.perf_counter(), time.process_time()
        self._portal.show_visit(fresh, address, explain=True)
        settle()
        return (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000


def settle() -> None:
    """Let Qt lay out, paint, and delete what is gone."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def timed_bare(words: str) -> float:
    """How long the same words take, laid out in one document and painted without anything else (ms)."""
    started = time.perf_counter()
    document = QTextDocument(words)
    document.setTextWidth(ROOM.width() * 0.6)
    image = QImage(ROOM, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    document.drawContents(painter)
    painter.end()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
