"""One customer with all that belongs to it, as Stripe's objects."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects import (
    card,
    invoice_settings,
    new_account,
    new_coupon,
    new_customer,
    new_discount,
    new_invoice,
    new_payment_method,
    new_price,
    new_product,
    new_subscription,
    new_subscription_item,
    new_tax_id,
    recurring,
)
from portal_desk.sandbox.state import State

NOW = 1_800_000_000
MONTH = 30 * 86_400


def empty_state() -> State:
    return State(random=random.Random(1), now=lambda: NOW)  # noqa: S311 - repeatable


@dataclass
class World:
    """Objects that fit together; change them with `|`, they are shared."""

    state: State = field(default_factory=empty_state)

    def __post_init__(self) -> None:
        state = self.state
        self.account = new_account("acct_1", "Lindgren & Co", created=NOW - MONTH)
        self.product = new_product(state, "Team", id="prod_team")
        self.price = new_price(
            state,
            "prod_team",
            id="price_team",
            currency="eur",
            unit_amount=1500,
            recurring=recurring("month"),
        )
        self.coupon = new_coupon(state, id="SPRING", percent_off=20.0, name="Spring")
        self.payment_method = self._payment_method("pm_1")
        self.tax_id = new_tax_id(state, "cus_1", type="eu_vat", value="DE123456789", id="txi_1")
        self.customer = self.new_customer("cus_1")
        self.discount = new_discount(
            state, "SPRING", customer="cus_1", id="di_1", subscription="sub_1"
        )
        self.subscription = self.new_subscription("sub_1", discounts=["di_1"])
        self.invoice = self.new_invoice("in_1", status="open", number="LIN-0001", total=1500)

    def new_customer(self, customer_id: str, **fields: Any) -> Json:
        usual = {
            "name": "Änna Lindgren",
            "email": "anna@example.com",
            "currency": "eur",
            "balance": -500,
            "invoice_settings": invoice_settings("pm_1"),
        }
        return new_customer(self.state, **usual | {"id": customer_id} | fields)

    def new_subscription(self, subscription_id: str, **fields: Any) -> Json:
        item = new_subscription_item(
            self.state, self.price, start=NOW, end=NOW + MONTH, id=f"si_{subscription_id}"
        )
        usual = {"customer": "cus_1", "currency": "eur", "items": [item]}
        return new_subscription(self.state, **usual | {"id": subscription_id} | fields)

    def new_invoice(self, invoice_id: str, **fields: Any) -> Json:
        usual = {"currency": "eur", "id": invoice_id}
        return new_invoice(self.state, self.customer, **usual | fields)

    def expanded_customer(self) -> Json:
        """The customer as the lists give it that the sync asks for."""
        settings = {
            **self.customer["invoice_settings"],
            "default_payment_method": self.payment_method,
        }
        tax_ids = {"object": "list", "data": [self.tax_id], "has_more": False}
        return self.customer | {"invoice_settings": settings, "tax_ids": tax_ids}

    def expanded_subscription(self) -> Json:
        """The subscription as the lists give it that the sync asks for."""
        return self.subscription | {
            "discounts": [self.discount],
            "default_payment_method": self.payment_method,
        }

    def all(self) -> list[Json]:
        """Everything, in the shapes that Stripe's lists have."""
        return [
            self.account,
            self.product,
            self.price,
            self.coupon,
            self.expanded_customer(),
            self.expanded_subscription(),
            self.invoice,
        ]

    def _payment_method(self, payment_method_id: str) -> Json:
        details = card(self.state, "visa", "4242", exp_month=5, exp_year=2031)
        return new_payment_method(
            self.state, "card", details, id=payment_method_id, customer="cus_1"
        )
