"""The first tab of the customer pane: subscriptions, payment methods, tax IDs, details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.ui import format as fmt
from portal_desk.ui.panels import customer_words as words
from portal_desk.ui.panels.customer_subscription_card import SubscriptionCard, can_cancel
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import (
    Button,
    Card,
    KeyValueGrid,
    Pill,
    ScrolledColumn,
    SectionTitle,
    StatusBadge,
    Text,
    clear_layout,
    row,
)

_AT_FIRST = 5
"""Subscriptions that are drawn without being asked for: drawing dozens would stall the window."""


class CustomerOverview(ScrolledColumn):
    """All about one customer, in one column.

    Signals:
        cancel_requested, resume_requested, switch_requested: about the subscription with this id.
    """

    cancel_requested = Signal(str)
    resume_requested = Signal(str)
    switch_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._all_shown = False
        self._snapshot: CustomerSnapshot | None = None
        self._pending: Mapping[str, str] = {}

    def show_snapshot(self, snapshot: CustomerSnapshot, pending: Mapping[str, str]) -> None:
        """Draw a customer; `pending` says by subscription what is on its way to Stripe."""
        same = (
            self._snapshot is not None and self._snapshot.customer["id"] == snapshot.customer["id"]
        )
        at = self.verticalScrollBar().value() if same else 0
        self._all_shown = self._all_shown and same
        self._snapshot, self._pending = snapshot, pending
        self._draw()
        self.verticalScrollBar().setValue(at)

    def _draw(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        self.setUpdatesEnabled(False)
        clear_layout(self.column)
        self._add_subscriptions(snapshot)
        self._add_section(self.tr("Payment methods"), self._payment_methods(snapshot))
        self._add_section(self.tr("Tax IDs"), self._tax_ids(snapshot))
        self._add_section(self.tr("Details"), self._details(snapshot))
        self.column.addStretch(1)
        self.setUpdatesEnabled(True)

    def _add_subscriptions(self, snapshot: CustomerSnapshot) -> None:
        running = [one for one in snapshot.subscriptions if can_cancel(one)]
        past = [one for one in snapshot.subscriptions if not can_cancel(one)]
        shown = running + past if self._all_shown else running[:_AT_FIRST]
        self.column.addWidget(SectionTitle(self.tr("Subscriptions")))
        if not running:
            self.column.addWidget(Text(self.tr("No running subscription."), "muted"))
        for subscription in shown:
            self._add_card(snapshot, subscription)
        if len(shown) < len(snapshot.subscriptions):
            self.column.addWidget(row(self._more(running, past), stretch_after=True))

    def _more(self, running: Sequence[Json], past: Sequence[Json]) -> Button:
        if len(running) > _AT_FIRST:
            text = self.tr("Show all {n}").format(n=len(running) + len(past))
        else:
            text = self.tr("Show {n} ended").format(n=len(past))
        more = Button(text, "ghost")
        more.clicked.connect(self._on_more)
        return more

    def _add_card(self, snapshot: CustomerSnapshot, subscription: Json) -> None:
        pending = self._pending.get(str(subscription["id"]), "")
        card = SubscriptionCard(snapshot, subscription, self._theme, pending=pending)
        card.cancel_requested.connect(self.cancel_requested)
        card.resume_requested.connect(self.resume_requested)
        card.switch_requested.connect(self.switch_requested)
        self.column.addWidget(card)

    def _on_more(self) -> None:
        self._all_shown = True
        self._draw()

    def _add_section(self, title: str, content: QWidget) -> None:
        self.column.addSpacing(6)
        self.column.addWidget(SectionTitle(title))
        self.column.addWidget(content)

    def _payment_methods(self, snapshot: CustomerSnapshot) -> QWidget:
        if not snapshot.payment_methods:
            return Text(
                self.tr("None. The customer can't be charged automatically."), "muted", wrap=True
            )
        default = snapshot.default_payment_method()
        card = Card()
        for method in snapshot.payment_methods:
            is_default = default is not None and default["id"] == method["id"]
            card.column.addWidget(self._payment_method(method, is_default=is_default))
        return card

    def _payment_method(self, method: Json, *, is_default: bool) -> QWidget:
        parts: list[QWidget] = [Text(words.payment_method_text(method), selectable=True)]
        expiry, now = words.card_expiry(method), datetime.now(UTC)
        if expiry and words.is_expired(method, year=now.year, month=now.month):
            parts.append(Pill(self.tr("Expired {month}").format(month=expiry), "critical"))
        elif expiry:
            parts.append(Text(expiry, "small"))
        if is_default:
            parts.append(Pill(self.tr("Default"), "info"))
        return row(*parts, spacing=8, stretch_after=True)

    def _tax_ids(self, snapshot: CustomerSnapshot) -> QWidget:
        if not snapshot.tax_ids:
            return Text(self.tr("None."), "muted")
        card = Card()
        for tax_id in snapshot.tax_ids:
            kind, value = (
                Text(words.tax_id_kind(tax_id), "muted"),
                Text(tax_id["value"], selectable=True),
            )
            status = (tax_id.get("verification") or {}).get("status", "unavailable")
            card.column.addWidget(
                row(kind, value, StatusBadge(status), spacing=8, stretch_after=True)
            )
        return card

    def _details(self, snapshot: CustomerSnapshot) -> QWidget:
        customer = snapshot.customer
        grid = KeyValueGrid(self._theme)
        for key, value in self._facts(snapshot):
            if value:
                grid.add(key, value, copy=key == self.tr("Phone"))
        for discount in words.discount_texts(snapshot, customer):
            grid.add(self.tr("Discount"), discount)
        grid.add(
            self.tr("Created"),
            fmt.date(customer["created"]),
            tooltip=fmt.exact(customer["created"]),
        )
        for key, value in sorted((customer.get("metadata") or {}).items()):
            grid.add(key, str(value))
        card = Card()
        card.column.addWidget(grid)
        return card

    def _facts(self, snapshot: CustomerSnapshot) -> list[tuple[str, str]]:
        customer = snapshot.customer
        currency = str(customer.get("currency") or "")
        shipping = (customer.get("shipping") or {}).get("address")
        return [
            (self.tr("Phone"), customer.get("phone") or ""),
            (self.tr("Address"), words.address_text(customer.get("address"))),
            (self.tr("Shipping"), words.address_text(shipping)),
            (self.tr("Currency"), currency.upper()),
            (self.tr("Balance"), words.balance_text(int(customer.get("balance") or 0), currency)),
            (self.tr("Tax status"), words.tax_status(customer)),
            (self.tr("Languages"), ", ".join(customer.get("preferred_locales") or [])),
            (self.tr("Note"), customer.get("description") or ""),
        ]
