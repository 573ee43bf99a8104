"""A small shop whose billing the tests drive directly, without HTTP."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects
from portal_desk.sandbox.state import State

DAY, HOUR = 86_400, 3600
START = 1_790_000_000
GOOD, DECLINING = "4242", "0341"


@dataclass
class Shop:
    """A business with monthly and yearly plans, and one customer who pays by card."""

    now: int = START
    state: State = field(init=False)
    customer: Json = field(init=False)
    product: Json = field(init=False)
    monthly: Json = field(init=False)
    yearly: Json = field(init=False)
    big: Json = field(init=False)

    def __post_init__(self) -> None:
        self.state = State(random.Random(7), now=lambda: self.now)  # noqa: S311 - repeatable
        self.state.create(objects.new_account("acct_test", "Testing Co.", created=START))
        self.product = self.state.create(objects.new_product(self.state, "Team"))
        self.monthly = self.price(2000, "month")
        self.yearly = self.price(20_000, "year")
        self.big = self.price(5000, "month")
        self.customer = self.new_customer()

    def price(self, amount: int, interval: str, currency: str = "usd", **fields: Any) -> Json:
        terms = objects.recurring(interval, meter=fields.pop("meter", None))
        return self.state.create(
            objects.new_price(
                self.state,
                self.product["id"],
                currency=currency,
                unit_amount=amount,
                recurring=terms,
                **fields,
            )
        )

    def new_customer(self, last4: str | None = GOOD) -> Json:
        customer = self.state.create(objects.new_customer(self.state, name="Ada"))
        if last4:
            self.pay_with(customer, last4)
        return customer

    def pay_with(self, customer: Json, last4: str) -> Json:
        card = objects.card(self.state, "visa", last4, exp_month=12, exp_year=2040)
        method = objects.new_payment_method(self.state, "card", card, customer=customer["id"])
        self.state.create(method)
        settings = objects.invoice_settings(method["id"])
        self.state.update(customer, {"invoice_settings": settings})
        return method

    def subscribe(self, price: Json | None = None, quantity: int = 1, **params: Any) -> Json:
        wanted = {"price": (price or self.monthly)["id"], "quantity": quantity}
        customer = params.pop("customer", self.customer)
        asked = {"customer": customer["id"], "items": [wanted]} | params
        return billing.create_subscription(self.state, asked)

    def switch(self, subscription: Json, price: Json, **params: Any) -> Json:
        return billing.update_subscription(
            self.state, subscription, {"items": [self.item(subscription, price)]} | params
        )

    def item(self, subscription: Json, price: Json, quantity: int | None = None) -> Json:
        wish = {"id": subscription["items"]["data"][0]["id"], "price": price["id"]}
        return wish if quantity is None else wish | {"quantity": quantity}

    def preview(self, subscription: Json, **details: Any) -> Json:
        asked = {"subscription": subscription["id"], "subscription_details": details}
        return billing.preview_invoice(self.state, asked)

    def latest(self, subscription: Json) -> Json:
        return self.state.kind("invoice")[subscription["latest_invoice"]]

    def invoices(self) -> list[Json]:
        return list(self.state.kind("invoice").values())

    def coupon(self, **fields: Any) -> str:
        return str(self.state.create(objects.new_coupon(self.state, **fields))["id"])

    def events(self) -> list[str]:
        return [event["type"] for event in self.state.kind("event").values()]

    def wait(self, *, days: float) -> None:
        self.now += int(days * DAY)


def lines(invoice: Json) -> list[tuple[str, int, int, int]]:
    """What an invoice bills: description, amount, and from when to when."""
    return [
        (line["description"], line["amount"], line["period"]["start"], line["period"]["end"])
        for line in invoice["lines"]["data"]
    ]


def assert_adds_up(invoice: Json) -> None:
    """The amounts of an invoice agree with each other and with its lines."""
    data = invoice["lines"]["data"]
    cuts = sum(cut["amount"] for line in data for cut in line["discount_amounts"])
    taxes = [tax for line in data for tax in line["taxes"]]
    exclusive = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    every = sum(tax["amount"] for tax in taxes)
    assert invoice["subtotal"] == sum(line["amount"] for line in data)
    assert sum(cut["amount"] for cut in invoice["total_discount_amounts"]) == cuts
    assert sum(tax["amount"] for tax in invoice["total_taxes"]) == every
    assert invoice["total"] == invoice["subtotal"] - cuts + exclusive
    assert invoice["total_excluding_tax"] == invoice["total"] - every
    due = max(0, invoice["total"] + invoice["starting_balance"])
    assert invoice["amount_due"] == due - invoice["pre_payment_credit_notes_amount"]
    if invoice["status"] != "void":
        owed = invoice["amount_due"] - invoice["amount_paid"]
        assert invoice["amount_remaining"] == owed
