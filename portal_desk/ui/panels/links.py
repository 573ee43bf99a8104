"""The portal links that were issued from this desk. The links themselves are not kept anywhere."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QVBoxLayout

from portal_desk.errors import NotFound
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.languages import language_name
from portal_desk.ui import format as fmt
from portal_desk.ui.dialogs.words import flow_name
from portal_desk.ui.panels.activity_rows import JournalRow, state_tone, state_words
from portal_desk.ui.panels.journal_panel import JournalPanel
from portal_desk.ui.panels.links_request import request_of
from portal_desk.ui.tables import Column
from portal_desk.ui.tables.columns import PillText
from portal_desk.ui.widgets import Button

_TICK_MS = 1000


class LinksPanel(JournalPanel):
    """Who got a link, where it leads, and whether it still works."""

    name = "links"
    links_only = True

    def columns(self) -> Sequence[Column[JournalRow]]:
        return link_columns()

    def count_text(self, number: int) -> str:
        return fmt.counted(number, self.tr("1 link"), self.tr("{n} links"))

    def fill(self) -> None:
        self.again = Button(self.tr("Issue again…"), theme=self._theme, icon_name="arrow-clockwise")
        self.show_customer = Button(self.tr("Show customer"))
        self._ticking = QTimer(self, interval=_TICK_MS)
        self.entries.empty.say(
            "link",
            self.tr("No link was issued from this desk yet"),
            self.tr("Open a customer and press “Issue link…”."),
        )
        self.entries.table.setAccessibleName(self.tr("Links"))
        self.listing.add_buttons(self.show_customer, self.again)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.listing)
        self._connect()
        self.on_chosen()

    def on_chosen(self) -> None:
        chosen = self.entries.current is not None
        self.again.setEnabled(chosen)
        self.show_customer.setEnabled(chosen)

    def issue_again(self) -> None:
        """Open the dialog with what the chosen link was issued with."""
        row = self.entries.current
        if row is not None:
            self._tasks.start(
                self._issue_again(row), name="issue a link again", on_error=self.banner.say_error
            )

    async def _issue_again(self, row: JournalRow) -> None:
        customer = row.entry.customer
        snapshot = await self._desk.read(self._desk.store.snapshot, customer)
        if snapshot is None:
            raise NotFound(
                self.tr("{name} is no longer a customer.").format(name=row.customer_name),
                self.tr("A customer that was deleted at Stripe can’t get a link."),
            )
        self._open_dialog(row, snapshot)

    def _open_dialog(self, row: JournalRow, snapshot: CustomerSnapshot) -> None:
        from portal_desk.ui.dialogs.link import LinkDialog  # noqa: PLC0415 - rarely needed

        dialog = LinkDialog(self._desk, self._tasks, snapshot, None, self._theme, self.window())
        dialog.take(request_of(row.entry))
        dialog.completed.connect(self._bus.journal_changed)
        dialog.failed.connect(self._bus.journal_changed)
        dialog.open()

    def _on_tick(self) -> None:
        now = time.time()
        self.entries.repaint_rows(lambda row: (row.entry.expires or 0) >= now - 2)

    def _connect(self) -> None:
        self.entries.table.opened.connect(self.issue_again)
        self.again.clicked.connect(self.issue_again)
        self.show_customer.clicked.connect(self.show_customer_of_entry)
        self._ticking.timeout.connect(self._on_tick)
        self._ticking.start()


def link_columns() -> Sequence[Column[JournalRow]]:
    """For whom, where to, whether it still works, in which language, when, by whom."""
    return (
        Column("customer", _tr("Customer"), _customer, _customer, width=220),
        Column("flow", _tr("Leads to"), _flow, width=250),
        Column("state", _tr("State"), _state, _state_tooltip, pills=_pills, width=160),
        Column("language", _tr("Language"), _language, width=130, muted=True, optional=True),
        Column("when", _tr("Issued"), _when, _exactly, width=130, muted=True, optional=True),
        Column("who", _tr("By"), _who, width=100, muted=True, optional=True),
    )


def _customer(row: JournalRow) -> str:
    return row.customer_name


def _flow(row: JournalRow) -> str:
    return flow_name(request_of(row.entry).flow)


def _state(row: JournalRow) -> str:
    return _pills(row)[0][0]


def _pills(row: JournalRow) -> list[PillText]:
    entry = row.entry
    if entry.state != "done" or entry.expires is None:
        return [(state_words(entry.state), state_tone(entry.state))]
    left = entry.expires - int(time.time())
    if left <= 0:
        return [(_tr("Expired unless opened"), "neutral")]
    return [(_tr("Expires in {m}:{s:02d}").format(m=left // 60, s=left % 60), "positive")]


def _state_tooltip(row: JournalRow) -> str:
    return row.entry.error or _tr(
        "A link works for 5 minutes if nobody opens it, then for an hour after the last click."
    )


def _language(row: JournalRow) -> str:
    tag = request_of(row.entry).locale
    return language_name(tag) if tag else _tr("Automatic")


def _when(row: JournalRow) -> str:
    return fmt.relative(row.entry.started)


def _exactly(row: JournalRow) -> str:
    return fmt.exact(row.entry.started)


def _who(row: JournalRow) -> str:
    return row.entry.operator


def _tr(text: str) -> str:
    return QCoreApplication.translate("Links", text)
