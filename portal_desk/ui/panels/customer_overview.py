"""The first tab of the customer pane: subscriptions, payment methods, tax IDs, details."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
    SectionTitle,
    StatusBadge,
    Text,
    row,
)
from portal_desk.ui.widgets.pieces import Piece, PiecewiseColumn

_AT_FIRST = 5
"""Subscriptions that are drawn without being asked for; nobody reads dozens."""


class CustomerOverview(PiecewiseColumn):
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
        self._refused = ""

    def show_snapshot(
        self, snapshot: CustomerSnapshot, pending: Mapping[str, str], *, refused: str = ""
    ) -> None:
        """Draw a customer.

        Args:
            snapshot: the customer.
            pending: by subscription, what is on its way to Stripe.
            refused: that the key lacked the permission to change subscriptions, if it did.
        """
        same = (
            self._snapshot is not None and self._snapshot.customer["id"] == snapshot.customer["id"]
        )
        if not same:
            self._all_shown = False
            self.show_pieces([])
            self.verticalScrollBar().setValue(0)
        self._snapshot, self._pending, self._refused = snapshot, pending, refused
        self._draw(snapshot)

    def _draw(self, snapshot: CustomerSnapshot) -> None:
        self.show_pieces(
            [
                *self._subscriptions(snapshot),
                self._section(self.tr("Payment methods"), self._payment_methods, snapshot),
                self._section(self.tr("Tax IDs"), self._tax_ids, snapshot),
                self._section(self.tr("Details"), self._details, snapshot),
            ]
        )

    def _subscriptions(self, snapshot: CustomerSnapshot) -> Iterator[Piece]:
        running = [one for one in snapshot.subscriptions if can_cancel(one)]
        past = [one for one in snapshot.subscriptions if not can_cancel(one)]
        shown = running + past if self._all_shown else running[:_AT_FIRST]
        title = self.tr("Subscriptions")
        yield Piece(title, lambda: SectionTitle(title))
        if not running:
            none = self.tr("No running subscription.")
            yield Piece(none, lambda: Text(none, "muted"))
        for subscription in shown:
            yield self._card(snapshot, subscription)
        if len(shown) < len(snapshot.subscriptions):
            more = self._more_words(len(running), len(past))
            yield Piece(more, lambda: row(self._more(more), stretch_after=True))

    def _more_words(self, running: int, past: int) -> str:
        if running > _AT_FIRST:
            return self.tr("Show all {n}").format(n=running + past)
        return self.tr("Show {n} ended").format(n=past)

    def _more(self, words: str) -> Button:
        more = Button(words, "ghost")
        more.clicked.connect(self._on_more)
        return more

    def _card(self, snapshot: CustomerSnapshot, subscription: Json) -> Piece:
        pending, refused = self._pending.get(str(subscription["id"]), ""), self._refused
        around = replace(snapshot, subscriptions=(), invoices=(), as_of=0)

        def make() -> SubscriptionCard:
            card = SubscriptionCard(
                snapshot, subscription, self._theme, pending=pending, refused=refused
            )
            card.cancel_requested.connect(self.cancel_requested)
            card.resume_requested.connect(self.resume_requested)
            card.switch_requested.connect(self.switch_requested)
            return card

        return Piece((subscription, pending, refused, around), make)

    def _on_more(self) -> None:
        self._all_shown = True
        if self._snapshot is not None:
            self._draw(self._snapshot)

    def _section(
        self, title: str, content: Callable[[CustomerSnapshot], QWidget], snapshot: CustomerSnapshot
    ) -> Piece:
        def make() -> QWidget:
            section = QWidget()
            column = QVBoxLayout(section)
            column.setContentsMargins(0, 6, 0, 0)
            column.setSpacing(self.column.spacing())
            column.addWidget(SectionTitle(title))
            column.addWidget(content(snapshot))
            return section

        shows = (snapshot.customer, snapshot.payment_methods, snapshot.tax_ids, snapshot.coupons)
        return Piece((title, *shows), make)

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
