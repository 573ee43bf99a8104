"""What was done from this desk: for whom, what came of it, and what is not settled yet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout

from portal_desk.models.actions import JournalEntry
from portal_desk.ui import format as fmt
from portal_desk.ui.panels.activity_details import EntryDetails
from portal_desk.ui.panels.activity_rows import JournalRow, state_tone, state_words
from portal_desk.ui.panels.journal_panel import JournalPanel
from portal_desk.ui.tables import Column
from portal_desk.ui.tables.columns import PillText
from portal_desk.ui.widgets.list_and_detail import ListAndDetail

_PENDING = ("sending", "unknown")


class ActivityPanel(JournalPanel):
    """The journal on the left, the chosen entry on the right."""

    name = "activity"

    def columns(self) -> Sequence[Column[JournalRow]]:
        return activity_columns()

    def count_text(self, number: int) -> str:
        return fmt.counted(number, self.tr("1 entry"), self.tr("{n} entries"))

    def fill(self) -> None:
        self._checking = False
        self._asked_in_vain = False
        self.details = EntryDetails(self._theme)
        self.entries.empty.say(
            "clock-counter-clockwise",
            self.tr("Nothing was done from this desk yet"),
            self.tr("Cancel, switch or issue a link for a customer, and it is kept here."),
        )
        self._lay_out()
        self.entries.loaded.connect(self._show_pending)
        self.entries.table.opened.connect(self.show_customer_of_entry)
        self.details.customer_requested.connect(self.customer_requested)
        self.details.check_requested.connect(self.check_again)

    def on_chosen(self) -> None:
        self.details.show_row(self.entries.current)

    @property
    def pending(self) -> list[JournalEntry]:
        """The entries that have no known outcome."""
        return [row.entry for row in self.entries.rows.values() if row.entry.state in _PENDING]

    def check_again(self) -> None:
        """Find out, by reading, what became of the entries without a known outcome."""
        if self._checking:
            return
        self._checking = True
        self._show_pending()
        self._tasks.start(
            self._reconcile(), name="reconcile the journal", on_error=self.banner.say_error
        ).add_done_callback(lambda _task: self._on_checked())

    async def _reconcile(self) -> None:
        settled = await self._desk.actions.reconcile()
        for customer in {entry.customer for entry in settled}:
            self._bus.journal_changed.emit(customer)
        self._asked_in_vain = not settled
        self.entries.read()

    def _on_checked(self) -> None:
        self._checking = False

    def _show_pending(self) -> None:
        number = len(self.pending)
        if self._checking:
            self.banner.say("info", self.tr("Asking Stripe…"), closable=False)
        elif number:
            self.banner.say(
                "warning",
                self._pending_title(number),
                self._pending_text(),
                action=self.tr("Check again"),
                on_action=self.check_again,
                closable=False,
            )
        else:
            self.banner.clear()

    def _pending_title(self, number: int) -> str:
        if self._asked_in_vain:
            return self.tr("Still not known")
        return self.tr("{n} without a known outcome").format(n=fmt.count(number))

    def _pending_text(self) -> str:
        if self._asked_in_vain:
            return self.tr("Stripe can’t tell yet whether it took effect. Check again in a minute.")
        return self.tr("Portal Desk finds out by reading from Stripe; it never sends twice.")

    def _lay_out(self) -> None:
        self.entries.table.setAccessibleName(self.tr("Activity"))
        splitter = ListAndDetail(self.listing, self.details, self._theme, least=(420, 320))
        splitter.setSizes([740, 400])
        splitter.setStretchFactor(0, 1)
        splitter.left.connect(self.entries.table.setFocus)
        self.entries.table.clicked.connect(splitter.show_detail)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)


def activity_columns() -> Sequence[Column[JournalRow]]:
    """What, for whom, what came of it, when, by whom."""
    return (
        Column("what", _tr("What"), _what, _what, width=250),
        Column("customer", _tr("Customer"), _customer, _customer, width=160),
        Column("state", _tr("State"), _state, pills=_pills, width=140),
        Column("when", _tr("When"), _when, _exactly, width=90, muted=True, optional=True),
        Column("who", _tr("By"), _who, width=80, muted=True, optional=True),
    )


def _what(row: JournalRow) -> str:
    return row.entry.summary


def _customer(row: JournalRow) -> str:
    return row.customer_name


def _state(row: JournalRow) -> str:
    return state_words(row.entry.state)


def _pills(row: JournalRow) -> list[PillText]:
    return [(state_words(row.entry.state), state_tone(row.entry.state))]


def _when(row: JournalRow) -> str:
    return fmt.relative(row.entry.started)


def _exactly(row: JournalRow) -> str:
    return fmt.exact(row.entry.started)


def _who(row: JournalRow) -> str:
    return row.entry.operator


def _tr(text: str) -> str:
    return QCoreApplication.translate("Activity", text)
