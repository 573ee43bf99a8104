"""Which invoices to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from portal_desk.models.invoices import InvoiceQuery
from portal_desk.ui.icons import icon
from portal_desk.ui.panels.invoices_period import PeriodChip
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.chips import ChipButton, MenuChip, ToggleChip
from portal_desk.ui.widgets.flow import FlowLayout
from portal_desk.ui.widgets.pill import words_of

STATUSES = ("draft", "open", "paid", "uncollectible", "void")
"""https://docs.stripe.com/api/invoices/object#invoice_object-status"""

_TEXT_WIDTH = 230


class InvoiceFilters(QFrame):
    """Text, status, currency, period, and the one customer that another panel asked for.

    Signals:
        changed: other invoices are wanted.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chips")
        self._customer: str | None = None
        self.text = QLineEdit()
        self.status = MenuChip(theme, self.tr("Status"))
        self.currency = MenuChip(theme, self.tr("Currency"))
        self.created = PeriodChip(theme)
        self.customer = ToggleChip("")
        self._clear = ChipButton(self.tr("Clear"))
        self.text.setPlaceholderText(self.tr("Number or customer"))
        self.text.setAccessibleName(self.tr("Number or customer"))
        self.text.setClearButtonEnabled(True)
        self.text.addAction(
            icon(theme, "magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.status.set_choices((status, words_of(status)) for status in STATUSES)
        self._lay_out()
        self._connect()
        self._show_state()

    def query(self, before: InvoiceQuery) -> InvoiceQuery:
        """What is wanted, in the order of an earlier query."""
        created_from, created_to = self.created.seconds
        return replace(
            before,
            text=self.text.text().strip(),
            statuses=self.status.values,
            currencies=self.currency.values,
            customer=self._customer,
            created_from=created_from,
            created_to=created_to,
        )

    def set_currencies(self, currencies: Iterable[str]) -> None:
        """Offer the account's currencies."""
        self.currency.set_choices((one, one.upper()) for one in sorted(currencies))

    def set_customer(self, customer_id: str, name: str) -> None:
        """Show this customer's invoices alone."""
        self._reset()
        self._customer = customer_id
        self.customer.setText(name)
        self.customer.setAccessibleName(name)
        self._on_changed()

    def clear(self) -> None:
        """Filter nothing, and let the keyboard go on from the text."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self._reset()
        self._on_changed()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filtered."""
        return self.query(InvoiceQuery()) == InvoiceQuery()

    def _reset(self) -> None:
        self.blockSignals(True)
        self._customer = None
        self.text.clear()
        self.status.clear()
        self.currency.clear()
        self.created.choose("any")
        self.blockSignals(False)

    def _lay_out(self) -> None:
        self.text.setFixedWidth(_TEXT_WIDTH)
        line = FlowLayout(self)
        line.setContentsMargins(12, 8, 12, 8)
        chips = (self.status, self.currency, self.created, self.customer)
        for widget in (self.text, *chips, self._clear):
            line.addWidget(widget)

    def _connect(self) -> None:
        self.text.textChanged.connect(self._on_changed)
        self.status.changed.connect(self._on_changed)
        self.currency.changed.connect(self._on_changed)
        self.created.changed.connect(self._on_changed)
        self.customer.clicked.connect(self._on_customer_clicked)
        self._clear.clicked.connect(self.clear)

    def _on_customer_clicked(self) -> None:
        self._customer = None
        self._on_changed()

    def _on_changed(self) -> None:
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        self.customer.setVisible(self._customer is not None)
        self.customer.setChecked(True)
        self._clear.setVisible(not self.is_empty)
