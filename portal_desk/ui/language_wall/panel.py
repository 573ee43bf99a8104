"""The language wall: a portal in all languages at once, to look over, to compare and to save."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.languages import languages
from portal_desk.services.desk import Desk
from portal_desk.services.portal.made_up import made_up_customer
from portal_desk.services.portal.saving import Page
from portal_desk.ui import format as fmt
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.language_wall.bar import NOBODY, WallBar
from portal_desk.ui.language_wall.export_bar import ExportBar
from portal_desk.ui.language_wall.export_dialog import ExportDialog, words_for
from portal_desk.ui.language_wall.gallery import Gallery, Subject
from portal_desk.ui.language_wall.grid import TileGrid
from portal_desk.ui.language_wall.mark_words import own_sentence, texts
from portal_desk.ui.language_wall.reader import Reader
from portal_desk.ui.language_wall.tiles import Look, Tile, TileFilter, TileModel
from portal_desk.ui.panels.listing import Listing
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, ElidedText, EmptyState

_SETTLE_MS, _RESIZE_MS = 500, 120
_PAIR = 2


class LanguageWallPanel(QStackedWidget):
    """The wall, or what was opened from it."""

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        bus: ChangeBus,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        settings: SettingsStore | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._settings = settings or SettingsStore()
        self._subject: Subject | None = None
        self._reading: asyncio.Task[None] | None = None
        self.model = TileModel(languages(), self)
        self.filter = TileFilter(self.model, self)
        self.gallery = Gallery(desk, tasks, theme, self.model, self)
        self.bar = WallBar(theme)
        self.own_words = ElidedText("", "small")
        self.grid = TileGrid(self.filter, theme)
        self.empty = EmptyState(theme)
        self.listing = Listing(self.grid, self.empty)
        self.compare = Button(self.tr("Compare"), theme=theme, icon_name="columns")
        self.export = Button(
            self.tr("Export…"), "primary", theme=theme, icon_name="download-simple"
        )
        self.export_bar = ExportBar(tasks, theme)
        self._theme = theme
        self._reader: Reader | None = None
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._redrawing = QTimer(self, singleShot=True, interval=_RESIZE_MS)
        self._lay_out()
        self._connect(bus)
        self._on_chosen()

    def show_customer(self, customer_id: str, configuration_id: str | None = None) -> None:
        """Show this customer's portal, under a configuration (None: the one that is chosen)."""
        self.setCurrentWidget(self.listing)
        self._start_reading(self._offer(customer_id, configuration_id))

    @property
    def reader(self) -> Reader:
        """What shows languages full size; it is made when the first one is opened."""
        if self._reader is None:
            self._reader = Reader(self.model, self._theme)
            self._reader.left.connect(self._on_reader_left)
            self._reader.export_requested.connect(self.ask_for_export)
            self.addWidget(self._reader)
        return self._reader

    def open_languages(self, tags: Sequence[str]) -> None:
        """Show one language full size, or two side by side."""
        if self._subject is not None:
            self.setCurrentWidget(self.reader)
            self.reader.show_languages(tags, self.bar.page_width, self._subject.snapshot)

    def ask_for_export(self, tags: Sequence[str] = ()) -> None:
        """Ask which languages are saved as what; `tags` are offered first."""
        drawn = [tile for tile in self.model.tiles if tile.view is not None]
        chosen = [tile for tile in drawn if tile.language.tag in tags]
        shown = [tile for tile in self.grid.shown if tile.view is not None]
        sets = [found for found in (chosen, shown, drawn) if found]
        if not sets:
            return
        offered = [_pages(found) for number, found in enumerate(sets) if found not in sets[:number]]
        named = [(words_for(pages, len(self.model.tiles)), pages) for pages in offered]
        dialog = ExportDialog(named, self.bar.page_width, self._settings.downloads, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wished.connect(self.export_bar.start)
        dialog.open()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        if self.currentWidget() is self.listing:
            self.bar.filter.setFocus(reason)
        else:
            self.reader.setFocus(reason)

    async def _offer(self, customer_id: str, configuration_id: str | None) -> None:
        customer = await self._desk.read(self._desk.store.object, "customer", customer_id) or {}
        name = customer.get("name") or customer.get("email") or customer_id
        self.bar.offer_customer(customer_id, str(name))
        await self._load(configuration_id)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        self._start_reading(self._load())

    def _start_reading(self, reading: Coroutine[Any, Any, None]) -> None:
        """Read what is wanted now; what was wanted before no longer is."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._tasks.start(reading, name="read the portal for the wall", owner=self)

    async def _load(self, configuration_id: str | None = None) -> None:
        configurations = await self._desk.read(self._desk.store.configurations)
        self.bar.offer_configurations(configurations, configuration_id)
        chosen = self.bar.configuration.currentData()
        configuration = next((one for one in configurations if one["id"] == chosen), None)
        now = int(time.time())
        snapshot = await self._desk.read(
            self._snapshot, self.bar.customer.currentData(), configuration, now
        )
        self._subject = Subject(snapshot, configuration, now)
        self._draw()

    def _snapshot(self, customer_id: str, configuration: Json | None, now: int) -> CustomerSnapshot:
        """The chosen customer, or one that nobody is. Runs on the reading thread."""
        store = self._desk.store
        found = None if customer_id == NOBODY else store.snapshot(customer_id)
        return found or made_up_customer(
            store.account(), configuration, store.products(), store.prices(), now=now
        )

    def _draw(self) -> None:
        if self._subject is not None:
            size = self.grid.picture_size
            look = Look(self.bar.page_width, size, self.grid.devicePixelRatioF())
            seen = [tile.language.tag for tile in self.grid.seen]
            self.gallery.draw(self._subject, look, seen)

    def _fit(self) -> None:
        self.grid.set_size(self.bar.page_width, fitted=self.bar.fitted)

    def _on_wanted(self) -> None:
        self._fit()
        self._read()

    def _on_filled(self) -> None:
        self._narrow()
        own = texts([mark for tile in self.model.tiles for mark in tile.marks], "own")
        self.own_words.set_full_text(own_sentence(own))
        if self._reader is not None and self.currentWidget() is self._reader:
            self._reader.refresh()

    def _narrow(self) -> None:
        self.filter.narrow(self.bar.filter.text(), troubled=self.bar.troubled.isChecked())
        shown = self.filter.rowCount()
        self.listing.show_table(filled=bool(shown))
        if self.bar.troubled.isChecked() and not self.bar.filter.text():
            self.empty.say("check-circle", self.tr("No problem in any language"))
        else:
            self.empty.say(
                "translate",
                self.tr("No such language"),
                self.tr("Type part of its name, in English or its own, or its code."),
                self.tr("Show all"),
            )
        self._on_chosen()

    def _on_chosen(self) -> None:
        chosen = self.grid.selected
        wrong = sum(tile.has_problems for tile in self.model.tiles)
        shown = self.filter.rowCount()
        text = fmt.counted(shown, self.tr("1 language"), self.tr("{n} languages"))
        if wrong:
            text += " · " + fmt.counted(
                wrong, self.tr("1 with problems"), self.tr("{n} with problems")
            )
        if len(chosen) > 1:
            text += " · " + self.tr("{n} chosen").format(n=fmt.count(len(chosen)))
        self.listing.count.setText(text)
        self.compare.setEnabled(len(chosen) == _PAIR)
        self.compare.setToolTip(
            "" if len(chosen) == _PAIR else self.tr("Choose two languages: Ctrl and a click")
        )

    def _on_typed(self, letters: str) -> None:
        self.bar.filter.setFocus()
        self.bar.filter.setText(self.bar.filter.text() + letters)

    def _on_opened(self, tile: Tile) -> None:
        self.open_languages([tile.language.tag])

    def _on_compare(self) -> None:
        self.open_languages([tile.language.tag for tile in self.grid.selected])

    def _on_export(self) -> None:
        self.ask_for_export([tile.language.tag for tile in self.grid.selected])

    def _on_reader_left(self) -> None:
        self.setCurrentWidget(self.listing)
        self.grid.go_to_first()

    def _on_cleared(self) -> None:
        self.bar.filter.clear()
        self.bar.troubled.setChecked(False)

    def _on_cache_changed(self) -> None:
        if not self._settling.isActive() and self.isVisible():
            self._settling.start()

    def _connect(self, bus: ChangeBus) -> None:
        self.bar.filtered.connect(self._narrow)
        self.bar.changed.connect(self._on_wanted)
        self.bar.left.connect(self.grid.go_to_first)
        self.gallery.filled.connect(self._on_filled)
        self.grid.opened.connect(self._on_opened)
        self.grid.typed.connect(self._on_typed)
        self.grid.chosen.connect(self._on_chosen)
        self.grid.outgrown.connect(self._redrawing.start)
        self._redrawing.timeout.connect(self._draw)
        self.bar.resized.connect(self._fit)
        self.compare.clicked.connect(self._on_compare)
        self.export.clicked.connect(self._on_export)
        self.empty.action_requested.connect(self._on_cleared)
        self._settling.timeout.connect(self._read)
        bus.changed.connect(self._on_cache_changed)
        bus.tail_advanced.connect(self._on_cache_changed)

    def _lay_out(self) -> None:
        self.grid.setAccessibleName(self.tr("Languages"))
        self.own_words.setContentsMargins(14, 6, 14, 0)
        self.listing.above.setSpacing(0)
        self.listing.above.addWidget(self.bar)
        self.listing.above.addWidget(self.own_words)
        self.listing.messages.addWidget(self.export_bar)
        self.listing.add_buttons(self.compare, self.export)
        self.addWidget(self.listing)


def _pages(tiles: Sequence[Tile]) -> list[Page]:
    return [(tile.language, tile.view) for tile in tiles if tile.view is not None]
