"""One customer: shown at once as the cache knows it, then refreshed from Stripe in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from portal_desk.errors import DeskError, NotFound, Offline, ResourceMissing
from portal_desk.models.changes import ChangeSet
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.desk import Desk
from portal_desk.services.permissions import CHANGES, LINKS, refusal_warning
from portal_desk.ui import format as fmt
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.panels.customer_actions import CustomerActions
from portal_desk.ui.panels.customer_header import CustomerHeader
from portal_desk.ui.panels.customer_history import Happening, timeline
from portal_desk.ui.panels.customer_invoices import CustomerInvoices
from portal_desk.ui.panels.customer_overview import CustomerOverview
from portal_desk.ui.panels.customer_timeline import CustomerTimeline
from portal_desk.ui.panels.customers_emptiness import nobody_chosen
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner, EmptyState

if TYPE_CHECKING:  # they need SQLAlchemy
    from portal_desk.services.journal import Journal
    from portal_desk.services.store import Store

REST = 0.35
"""Seconds that a customer must stay on show before Stripe is asked: reads are a cost."""
_TICK = 5_000
_LOW = 380
"""Below this height, with text of the usual size, header and portal don't fit both."""


@dataclass(frozen=True)
class CustomerData:
    """All that the pane shows.

    Attributes:
        pending: by subscription, what was sent to Stripe and is not settled yet.
        changes_refused: that the key lacked the permission to change subscriptions; empty where it didn't.
        links_refused: the same for portal links.
    """

    snapshot: CustomerSnapshot
    happenings: Sequence[Happening]
    pending: Mapping[str, str]
    changes_refused: str = ""
    links_refused: str = ""

    def same_as(self, other: CustomerData | None) -> bool:
        """Whether nothing but the time of reading differs."""
        if other is None:
            return False
        snapshot = replace(other.snapshot, as_of=self.snapshot.as_of)
        return replace(other, snapshot=snapshot) == self


def read_customer(store: Store, journal: Journal, customer_id: str) -> CustomerData | None:
    """Everything about a customer, from the cache and the journal; None where the cache has none."""
    snapshot = store.snapshot(customer_id)
    if snapshot is None:
        return None
    entries = journal.for_customer(customer_id)
    pending = {
        entry.subscription: entry.summary
        for entry in entries
        if entry.subscription and entry.state in {"sending", "unknown"}
    }
    recent = journal.recent()
    return CustomerData(
        snapshot,
        timeline(store.events(customer_id), entries),
        pending,
        refusal_warning(recent, CHANGES),
        refusal_warning(recent, LINKS),
    )


class CustomerPane(QWidget):
    """The detail beside the list.

    Signals:
        shown: another customer, or another state of it, is on show: its id, empty for none.
        left: Esc was pressed.
        invoices_requested: show the invoices of the customer with this id.
        languages_requested: show the portal of the customer with this id in all languages, under the configuration
            with that id, or the default one (None).
        action_completed: something was done for a customer: its id, a sentence for people.
    """

    shown = Signal(str)
    left = Signal()
    invoices_requested = Signal(str)
    languages_requested = Signal(str, object)
    action_completed = Signal(str, str)

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        bus: ChangeBus,
        theme: Theme,
        settings: SettingsStore,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._tasks = tasks
        self._bus = bus
        self._theme = theme
        self._customer_id = ""
        self._data: CustomerData | None = None
        self._opening: asyncio.Task[None] | None = None
        self._drawn: set[QWidget] = set()
        self.actions_menu = CustomerActions(desk, tasks, theme, self)
        self.header = CustomerHeader(theme)
        self.banner = Banner(theme)
        self.tabs = QTabWidget()
        self.overview = CustomerOverview(theme)
        self.invoices = CustomerInvoices(desk, tasks, theme, settings)
        self.timeline = CustomerTimeline(theme)
        self.portal = QWidget()
        self._lay_out()
        self._connect()

    @property
    def snapshot(self) -> CustomerSnapshot | None:
        """The customer on show, as last read."""
        return self._data.snapshot if self._data else None

    def show_customer(self, customer_id: str) -> None:
        """Show another customer; an empty id for none."""
        if customer_id == self._customer_id:
            return
        self._customer_id = customer_id
        self._stop_opening()
        if not customer_id:
            self._show_nothing()
            return
        self._opening = self._tasks.start(self._open(customer_id), name="open customer")

    def refresh(self) -> None:
        """Ask Stripe about the customer on show, now."""
        if self._customer_id:
            self._stop_opening()
            self._opening = self._tasks.start(self._refresh(self._customer_id), name="refresh")

    def preview_portal(self) -> None:
        """Turn to the portal tab."""
        self.tabs.setCurrentWidget(self.portal)

    def ask_for_languages(self, configuration: str | None = None) -> None:
        """Ask for the customer's portal in all languages."""
        self.languages_requested.emit(self._customer_id, configuration)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_header()

    def _fit_header(self) -> None:
        """Leave a low window to the portal: who the customer is stands in it."""
        low = self.height() < _LOW * self._theme.text_scale
        self.header.setVisible(not (low and self.tabs.currentWidget() is self.portal))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    async def _open(self, customer_id: str) -> None:
        await self._read(customer_id)
        await asyncio.sleep(REST)
        await self._refresh(customer_id)

    async def _read(self, customer_id: str) -> None:
        store, journal, _ = await self._desk.read(self._desk.open_files)
        data = await self._desk.read(read_customer, store, journal, customer_id)
        if customer_id == self._customer_id:
            self._take(data)

    async def _refresh(self, customer_id: str) -> None:
        self.header.set_refreshing(True)
        try:
            changes = await self._desk.refresh(customer_id)
        except DeskError as error:
            self._on_refresh_failed(customer_id, error)
        else:
            if customer_id == self._customer_id:
                self.banner.clear()
            await self._read(customer_id)
            if changes:
                self._bus.changed.emit(changes)
        finally:
            self.header.set_refreshing(False)

    def _on_refresh_failed(self, customer_id: str, error: DeskError) -> None:
        if customer_id != self._customer_id or self._data is None:
            return
        if isinstance(error, (NotFound, ResourceMissing)):
            self._say_deleted()
        elif isinstance(error, Offline):
            title = self.tr("Offline, as of {time}").format(
                time=fmt.date_time(self._data.snapshot.as_of)
            )
            again = self.tr("Try again")
            self.banner.say("warning", title, str(error), action=again, on_action=self.refresh)
        else:
            self.banner.say_error(error, action=self.tr("Try again"), on_action=self.refresh)

    def _take(self, data: CustomerData | None) -> None:
        if data is None:
            if self._data is None or self._data.snapshot.customer["id"] != self._customer_id:
                self._show_missing()
            else:
                self._say_deleted()
            return
        another = self._data is None or self._data.snapshot.customer["id"] != self._customer_id
        unchanged = data.same_as(self._data)
        self._data = data
        if another:
            self.banner.clear()
        self.header.show_snapshot(data.snapshot)
        self.header.warn_of_links(data.links_refused)
        self._set_usable(True)
        if not unchanged:
            self._drawn.clear()
            self._draw_tab()
        self._stack.setCurrentIndex(1)
        self.shown.emit(self._customer_id)

    def _draw_tab(self) -> None:
        """Draw the tab on show; the others wait until they are turned to."""
        self._fit_header()
        tab, data = self.tabs.currentWidget(), self._data
        if data is None or tab in self._drawn:
            return
        self._drawn.add(tab)
        if tab is self.overview:
            self.overview.show_snapshot(data.snapshot, data.pending, refused=data.changes_refused)
        elif tab is self.invoices:
            self.invoices.show_invoices(data.snapshot.invoices)
        elif tab is self.timeline:
            self.timeline.show_lines(data.happenings)
        else:
            self._draw_portal(data.snapshot)

    def _draw_portal(self, snapshot: CustomerSnapshot) -> None:
        # The preview's module brings the portal's rules and words with it: not needed before it is looked at.
        from portal_desk.ui.portal_preview.preview_panel import (  # noqa: PLC0415
            PortalPreviewPanel,
        )

        if not isinstance(self.portal, PortalPreviewPanel):
            panel = PortalPreviewPanel(self._desk, self._tasks, self._theme)
            panel.languages_requested.connect(self.ask_for_languages)
            at = self.tabs.indexOf(self.portal)
            self._drawn.clear()
            self._drawn.add(panel)
            old, self.portal = self.portal, panel
            self.tabs.insertTab(at, panel, self.tabs.tabText(at))
            self.tabs.setCurrentIndex(at)
            self.tabs.removeTab(at + 1)
            old.deleteLater()
            panel.show_customer(snapshot)
        else:
            self.portal.show_customer(snapshot)

    def _set_usable(self, usable: bool) -> None:
        self.header.set_usable(usable)
        self.overview.setEnabled(usable)
        self.actions_menu.set_snapshot(self.snapshot if usable else None)

    def _say_deleted(self) -> None:
        self._set_usable(False)
        self.shown.emit(self._customer_id)
        self.banner.say(
            "critical",
            self.tr("This customer was deleted at Stripe"),
            self.tr("What you see is what was known last. Nothing can be done for it any more."),
            closable=False,
        )

    def _show_nothing(self) -> None:
        self._data = None
        self.actions_menu.set_snapshot(None)
        self.shown.emit("")
        self._empty.say(*nobody_chosen())
        self._stack.setCurrentIndex(0)

    def _show_missing(self) -> None:
        self._show_nothing()
        self._empty.say(
            "user-minus",
            self.tr("This customer is not in the cache"),
            self.tr("It was deleted at Stripe, or the sync has not come to it yet."),
        )

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._customer_id in changes.customers:
            self._reload()

    def _on_journal_changed(self, customer_id: str) -> None:
        if customer_id == self._customer_id:
            self._reload()

    def _reload(self) -> None:
        if self._customer_id:
            self._tasks.start(self._read(self._customer_id), name="reload customer")

    def _on_completed(self, customer_id: str, sentence: str) -> None:
        self._bus.changed.emit(ChangeSet(frozenset({customer_id}), frozenset({"subscription"})))
        self._bus.journal_changed.emit(customer_id)
        self.action_completed.emit(customer_id, sentence)

    def _stop_opening(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None

    def _lay_out(self) -> None:
        self._empty = EmptyState(self._theme)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        around = QVBoxLayout()
        around.setContentsMargins(20, 0, 20, 6)
        around.addWidget(self.banner)
        column.addWidget(self.header)
        column.addLayout(around)
        column.addWidget(self.tabs, 1)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.overview, self.tr("Overview"))
        self.tabs.addTab(self.invoices, self.tr("Invoices"))
        self.tabs.addTab(self.timeline, self.tr("Timeline"))
        self.tabs.addTab(self.portal, self.tr("Portal"))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(filled)
        self._show_nothing()

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._draw_tab)
        self.header.refresh_requested.connect(self.refresh)
        self.header.preview_requested.connect(self.preview_portal)
        self.header.link_requested.connect(lambda: self.actions_menu.open("link"))
        self.invoices.invoices_requested.connect(
            lambda: self.invoices_requested.emit(self._customer_id)
        )
        for kind in ("cancel", "resume", "switch"):
            requested = getattr(self.overview, f"{kind}_requested")
            requested.connect(lambda at, kind=kind: self.actions_menu.open(kind, at))
        self.actions_menu.completed.connect(self._on_completed)
        self.actions_menu.failed.connect(self._bus.journal_changed)
        self._bus.changed.connect(self._on_changed)
        self._bus.tail_advanced.connect(self._reload)
        self._bus.journal_changed.connect(self._on_journal_changed)
        clock = QTimer(self, interval=_TICK)
        clock.timeout.connect(self.header.tick)
        clock.start()
