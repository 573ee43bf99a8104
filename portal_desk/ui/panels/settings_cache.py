"""How large and how fresh the cache is, what it costs, and how to compare it or start it over."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QWidget

from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.panels import settings_cache_words as words
from portal_desk.ui.panels.settings_section import Section
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner, Button, ElidedText, Text
from portal_desk.ui.widgets.freshness import read_freshness

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk


class CacheSection(Section):
    """The mirror of Stripe on this computer.

    Signals:
        rebuild_requested: it should be deleted and read from Stripe again.
        verify_requested: it should be compared with Stripe.
    """

    rebuild_requested = Signal()
    verify_requested = Signal()

    def __init__(
        self, desk: Desk, tasks: Tasks, bus: ChangeBus, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._cost = ""
        self.set_title(self.tr("Cache"))
        self.bytes = Text("–", "muted")
        self.fresh = ElidedText("", "small")
        self.compared = ElidedText("", "small")
        self.reads = ElidedText("", "small")
        self.share = Text("", "muted")
        self.banner = Banner(theme)
        self.verify = Button(self.tr("Compare…"))
        self.verify.setEnabled(False)  # until it is known that there is something to compare
        self.rebuild = Button(self.tr("Rebuild…"))
        self._lay_out()
        self.verify.clicked.connect(self._on_verify)
        self.rebuild.clicked.connect(self._on_rebuild)
        bus.tail_advanced.connect(self.read)
        self.read()

    def read(self) -> None:
        """Look at the cache again."""
        self._tasks.start(self._read(), name="look at the cache")

    def _lay_out(self) -> None:
        self.add_line(self.tr("Copy of Stripe’s data"), self.bytes, hint=self.fresh)
        self.add_line(self.tr("Reads of Stripe"), self.share, hint=self.reads)
        self.add_line(self.tr("Compare with Stripe"), self.verify, hint=self.compared)
        self.add_line(
            self.tr("Start over"),
            self.rebuild,
            hint=self.tr("Deletes the copy and reads everything again. Nothing at Stripe changes."),
        )
        self.card.column.addWidget(self.banner)

    async def _read(self) -> None:
        from portal_desk.services.sync.verify import last_verification  # noqa: PLC0415 - needs SQLAlchemy

        desk = self._desk
        freshness = await desk.read(desk.store.freshness)
        size = await desk.read(_size, desk.paths.cache)
        budget = await desk.read(desk.read_budget)
        self.bytes.setText(QLocale().formattedDataSize(size))
        self.fresh.set_full_text(read_freshness(freshness, None, int(time.time())).text)
        self.reads.set_full_text(words.reads(budget))
        self.share.setText(QLocale().toString(round(100 * budget.share)) + QLocale().percent())
        self.share.setToolTip(words.purposes(budget))
        self.share.setAccessibleDescription(words.purposes(budget))
        self.compared.set_full_text(words.compared(await desk.read(last_verification, desk.store)))
        self.verify.setEnabled(freshness.complete)
        self._cost = words.cost(freshness)

    def _on_verify(self) -> None:
        self.banner.say(
            "neutral",
            self.tr("Compare everything with Stripe?"),
            self._cost,
            action=self.tr("Compare"),
            on_action=self._on_verify_confirmed,
        )

    def _on_verify_confirmed(self) -> None:
        self.banner.clear()
        self.compared.set_full_text(self.tr("Comparing…"))
        self.verify_requested.emit()

    def _on_rebuild(self) -> None:
        self.banner.say(
            "warning",
            self.tr("Read everything from Stripe again?"),
            self.tr(
                "It takes a while and counts against Stripe’s read allowance: "
                "one read for every hundred objects."
            ),
            action=self.tr("Rebuild"),
            on_action=self._on_confirmed,
        )

    def _on_confirmed(self) -> None:
        self.banner.clear()
        self.rebuild_requested.emit()


def _size(cache: Path) -> int:
    """Bytes of the cache with its write-ahead log."""
    return sum(one.stat().st_size for one in cache.parent.glob(f"{cache.name}*"))
