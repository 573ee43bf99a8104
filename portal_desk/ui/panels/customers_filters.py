"""The row of chips below the search."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from portal_desk.models.json import Json
from portal_desk.models.search import SearchFilters
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.chips import ChipButton, MenuChip, ToggleChip
from portal_desk.ui.widgets.flow import FlowLayout
from portal_desk.ui.widgets.pill import words_of

STATUSES = (
    "active", "trialing", "past_due", "unpaid", "incomplete", "incomplete_expired", "paused", "canceled",
)  # fmt: skip
"""https://docs.stripe.com/api/subscriptions/object#subscription_object-status"""


class CustomerFilters(QFrame):
    """Status, plan, currency, delinquent and open invoice.

    Signals:
        changed: the filters are others now.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chips")
        self.status = MenuChip(theme, self.tr("Status"))
        self.plan = MenuChip(theme, self.tr("Plan"))
        self.currency = MenuChip(theme, self.tr("Currency"))
        self.delinquent = ToggleChip(self.tr("Delinquent"))
        self.open_invoice = ToggleChip(self.tr("Open invoice"))
        self._clear = ChipButton(self.tr("Clear"))
        self.status.set_choices((status, words_of(status)) for status in STATUSES)
        self._lay_out()
        self._connect()

    @property
    def filters(self) -> SearchFilters:
        """What the chips say."""
        return SearchFilters(
            statuses=self.status.values,
            products=self.plan.values,
            currencies=self.currency.values,
            delinquent=self.delinquent.isChecked(),
            open_invoice=self.open_invoice.isChecked(),
        )

    def set_choices(self, products: Iterable[Json], currencies: Iterable[str]) -> None:
        """Offer the plans and currencies that the account has."""
        named = sorted((str(p.get("name") or p["id"]), str(p["id"])) for p in products)
        self.plan.set_choices((product_id, name) for name, product_id in named)
        self.currency.set_choices((one, one.upper()) for one in sorted(currencies))

    def clear(self) -> None:
        """Filter nothing."""
        if self._clear.hasFocus():  # it is about to hide
            self.status.setFocus()
        for chip in (self.status, self.plan, self.currency):
            chip.clear()
        for switch in (self.delinquent, self.open_invoice):
            switch.setChecked(False)

    def _lay_out(self) -> None:
        line = FlowLayout(self)
        line.setContentsMargins(12, 6, 12, 6)
        chips = (self.status, self.plan, self.currency, self.delinquent, self.open_invoice)
        for widget in (*chips, self._clear):
            line.addWidget(widget)
        self._clear.hide()

    def _connect(self) -> None:
        for chip in (self.status, self.plan, self.currency):
            chip.changed.connect(self._on_changed)
        for switch in (self.delinquent, self.open_invoice):
            switch.toggled.connect(self._on_changed)
        self._clear.clicked.connect(self.clear)

    def _on_changed(self) -> None:
        self._clear.setVisible(self.filters != SearchFilters())
        self.changed.emit()
