"""One entry of the journal, with all that was sent and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from portal_desk.ui import format as fmt
from portal_desk.ui.panels.activity_rows import (
    JournalRow,
    state_sentence,
    state_tone,
    state_words,
)
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import (
    Banner,
    Button,
    EmptyState,
    Heading,
    KeyValueGrid,
    Pill,
    ScrolledColumn,
    SectionTitle,
    Text,
)
from portal_desk.ui.widgets import (
    row as side_by_side,
)


class EntryDetails(QStackedWidget):
    """What was sent, when, by whom, and Stripe's answer.

    Signals:
        customer_requested: the customer (id) should be shown.
        check_requested: it should be found out what came of it.
    """

    customer_requested = Signal(str)
    check_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: JournalRow | None = None
        self.heading = Heading()
        self.state = Pill()
        self.sentence = Text("", "muted", wrap=True)
        self.error = Banner(theme)
        self.facts = KeyValueGrid(theme)
        self.sent = KeyValueGrid(theme)
        self.check = Button(self.tr("Check again"))
        self.customer = Button(self.tr("Show customer"))
        self._sent_title = SectionTitle(self.tr("What was sent"))
        self._page = ScrolledColumn()
        self._nothing = EmptyState(
            theme, "", self.tr("Choose an entry"), self.tr("to see what was sent, and the answer.")
        )
        self._lay_out()
        self.check.clicked.connect(self.check_requested)
        self.customer.clicked.connect(self._on_customer)

    def show_row(self, row: JournalRow | None) -> None:
        """Show one entry, or say that none is chosen."""
        self._row = row
        self.setCurrentIndex(0 if row is None else 1)
        if row is None:
            return
        entry = row.entry
        self.heading.setText(entry.summary)
        self.state.setText(state_words(entry.state))
        self.state.set_tone(state_tone(entry.state))
        self.sentence.setText(state_sentence(entry.state))
        self.check.setVisible(entry.state in ("sending", "unknown"))
        if entry.error:
            refused = entry.state == "failed"
            title = self.tr("Stripe’s answer") if refused else self.tr("What happened")
            self.error.say(state_tone(entry.state), title, entry.error, closable=False)
        else:
            self.error.clear()
        self._show_facts(row)
        self._show_sent(entry.params)

    def _show_facts(self, row: JournalRow) -> None:
        entry = row.entry
        self.facts.clear()
        self.customer.setVisible(bool(entry.customer))
        if entry.customer:
            self.facts.add(self.tr("Customer"), row.customer_name)
            self.facts.add(self.tr("Customer’s id"), entry.customer, copy=True)
        if entry.configuration:
            self.facts.add(self.tr("Configuration"), entry.configuration, copy=True)
        if entry.subscription:
            self.facts.add(self.tr("Subscription"), entry.subscription, copy=True)
        self.facts.add(
            self.tr("Sent"), fmt.date_time(entry.started), tooltip=fmt.exact(entry.started)
        )
        if entry.finished is not None:
            answered = fmt.date_time(entry.finished)
            self.facts.add(self.tr("Answered"), answered, tooltip=fmt.exact(entry.finished))
        self.facts.add(self.tr("By"), entry.operator)
        if entry.idempotency_key:
            self.facts.add(self.tr("Idempotency key"), entry.idempotency_key, copy=True)

    def _show_sent(self, params: dict[str, Any]) -> None:
        self.sent.clear()
        for name, value in flattened(params):
            self.sent.add(name, value)
        self._sent_title.setVisible(bool(params))

    def _on_customer(self) -> None:
        if self._row is not None:
            self.customer_requested.emit(self._row.entry.customer)

    def _lay_out(self) -> None:
        column = self._page.column
        column.addWidget(self.heading)
        column.addWidget(side_by_side(self.state, stretch_after=True))
        column.addWidget(self.sentence)
        column.addWidget(self.error)
        column.addWidget(self.facts)
        column.addWidget(self._sent_title)
        column.addWidget(self.sent)
        column.addWidget(side_by_side(self.customer, self.check, stretch_after=True))
        column.addStretch(1)
        self.addWidget(self._nothing)
        self.addWidget(self._page)


def flattened(params: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Parameters as Stripe's documentation names them: `flow_data.type`."""
    for name, value in params.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, one in enumerate(value):
                yield from flattened(one, f"{prefix}{name}[{number}].")
        else:
            yield f"{prefix}{name}", str(value).lower() if isinstance(value, bool) else str(value)
