"""Money is neither made nor lost: over random histories, everything that moved adds up."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal_desk.models.json import Json, period_end
from portal_desk.sandbox import billing, objects
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import DAY, DECLINING, GOOD, HOUR, Shop, assert_adds_up, lines

PRICES = st.sampled_from(["monthly", "yearly", "big", "metered"])
QUANTITIES = st.integers(1, 12)
BEHAVIORS = st.sampled_from(["none", "create_prorations", "always_invoice"])
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 45)),
    st.tuples(st.just("renew"), st.sampled_from([GOOD, DECLINING])),
    st.tuples(st.just("switch"), PRICES, QUANTITIES, BEHAVIORS),
    st.tuples(st.just("pause"), st.sampled_from(["invoice", "pending_invoice_item"])),
    st.tuples(st.just("resume"), st.sampled_from(["now", "unchanged"]), BEHAVIORS),
    st.tuples(st.just("card"), st.sampled_from([GOOD, DECLINING])),
    st.tuples(st.just("item"), st.integers(-4_000, 4_000)),
    st.tuples(st.just("balance"), st.integers(-3_000, 3_000)),
    st.tuples(st.just("credit"), st.integers(1, 6_000), st.sampled_from(["credit", "refund"])),
    st.tuples(st.just("refund"), st.integers(1, 3_000)),
    st.tuples(st.just("void"), st.none()),
    st.tuples(st.just("pay"), st.booleans()),
    st.tuples(st.just("anchor"), st.none()),
    st.tuples(st.just("cancel"), st.sampled_from([None, None, None, None, True, False])),
)


class History:
    """A customer whose subscription goes through anything; what Stripe refuses changes nothing."""

    def __init__(self, terms: Json) -> None:
        self.shop = Shop()
        state = self.shop.state
        self.shop.customer = self.shop.new_customer()
        self.prices = {
            "monthly": self.shop.monthly,
            "yearly": self.shop.yearly,
            "big": self.shop.big,
            "metered": self.shop.price(3, "month", meter="mtr_test"),
        }
        params: Json = {}
        if terms["discount"]:
            coupon = self.shop.coupon(currency="usd", **terms["discount"])
            params["discounts"] = [{"coupon": coupon}]
        rates = [
            state.create(objects.new_tax_rate(state, "Tax", percentage, inclusive=inclusive))
            for percentage, inclusive in terms["taxes"]
        ]
        params["default_tax_rates"] = [rate["id"] for rate in rates]
        self.subscription = self.shop.subscribe(quantity=terms["quantity"], **params)

    def step(self, name: str, *terms: Any) -> None:
        try:
            getattr(self, f"_{name}")(*terms)
        except StripeProblem:
            return

    def _wait(self, days: int) -> None:
        self.shop.wait(days=days)
        billing.advance(self.shop.state)

    def _renew(self, last4: str) -> None:
        self._card(last4)
        self.shop.now = max(self.shop.now, period_end(self.subscription) or 0)
        billing.advance(self.shop.state)

    def _switch(self, price: str, quantity: int, behavior: str) -> None:
        many = None if price == "metered" else quantity
        wish = self.shop.item(self.subscription, self.prices[price], many)
        asked = {"items": [wish], "proration_behavior": behavior}
        billing.update_subscription(self.shop.state, self.subscription, asked)

    def _pause(self, behavior: str) -> None:
        asked = {"invoicing_behavior": behavior}
        billing.pause_subscription(self.shop.state, self.subscription, asked)

    def _resume(self, anchor: str, behavior: str) -> None:
        asked = {"billing_cycle_anchor": {"type": anchor}, "proration_behavior": behavior}
        billing.resume_subscription(self.shop.state, self.subscription, asked)

    def _card(self, last4: str) -> None:
        self.shop.pay_with(self.shop.customer, last4)

    def _item(self, amount: int) -> None:
        asked = {"customer": self.shop.customer["id"], "amount": amount}
        billing.create_invoice_item(self.shop.state, asked)

    def _balance(self, amount: int) -> None:
        customer, state = self.shop.customer, self.shop.state
        transaction = state.create(objects.new_balance_transaction(state, customer, amount))
        state.update(customer, {"balance": transaction["ending_balance"]})

    def _credit(self, amount: int, where: str) -> None:
        invoice = self._open()
        asked: Json = {"invoice": invoice["id"], "amount": amount}
        if invoice["status"] == "paid":
            asked[f"{where}_amount"] = amount
        billing.create_credit_note(self.shop.state, asked)

    def _refund(self, amount: int) -> None:
        intent = next(reversed(self.shop.state.kind("payment_intent").values()), {"id": "pi_none"})
        asked = {"payment_intent": intent["id"], "amount": amount}
        billing.create_refund(self.shop.state, asked)

    def _void(self, _: None) -> None:
        billing.void_invoice(self.shop.state, self._open())

    def _pay(self, elsewhere: bool) -> None:
        billing.pay_invoice(self.shop.state, self._open(), {"paid_out_of_band": elsewhere})

    def _open(self) -> Json:
        """The newest invoice that is open, else the newest of all."""
        found = self.shop.state.where("invoice", status="open")
        return next(found, self.shop.latest(self.subscription))

    def _anchor(self, _: None) -> None:
        asked = {"billing_cycle_anchor": "now"}
        billing.update_subscription(self.shop.state, self.subscription, asked)

    def _cancel(self, invoice_now: bool) -> None:
        asked = {"invoice_now": invoice_now, "prorate": invoice_now}
        billing.cancel_subscription(self.shop.state, self.subscription, asked)


def assert_settled(history: History) -> None:
    """Every invoice is covered by what was due, paid and credited; every balance is explained."""
    state = history.shop.state
    for invoice in history.shop.invoices():
        assert_adds_up(invoice)
        paid = [
            each["amount_paid"]
            for each in state.where("invoice_payment", invoice=invoice["id"], status="paid")
        ]
        assert sum(paid) + (invoice["amount_paid_off_stripe"] or 0) == invoice["amount_paid"]
        if invoice["status"] == "paid":
            assert invoice["amount_remaining"] == 0
        taken = sum(
            each["amount"]
            for each in state.where("customer_balance_transaction", invoice=invoice["id"])
            if each["type"] != "credit_note"
        )
        if invoice["status"] == "void":
            assert taken == 0
        elif invoice["number"]:
            assert taken == invoice["ending_balance"] - invoice["starting_balance"]
        notes = state.where("credit_note", invoice=invoice["id"], status="issued")
        after = sum(note["total"] for note in notes if note["type"] == "post_payment")
        assert after == invoice["post_payment_credit_notes_amount"] <= max(0, invoice["total"])
    moved = sum(each["amount"] for each in state.kind("customer_balance_transaction").values())
    assert history.shop.customer["balance"] == moved
    for intent in state.kind("payment_intent").values():
        back = sum(each["amount"] for each in state.where("refund", payment_intent=intent["id"]))
        assert back <= intent["amount_received"]


TERMS = st.fixed_dictionaries(
    {
        "quantity": QUANTITIES,
        "discount": st.sampled_from(
            [None, {"percent_off": 33.3, "duration": "once"}, {"amount_off": 777, "duration": "forever"}]
        ),
        "taxes": st.sampled_from([[], [(19.0, False)], [(7.7, True)], [(20.0, True), (5.0, False)]]),
    }
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(TERMS, st.lists(STEPS, max_size=14))
def test_nothing_is_made_or_lost(terms: Json, steps: list[Any]) -> None:
    history = History(terms)
    for step in steps:
        history.step(*step)
        assert_settled(history)


@settings(max_examples=60, deadline=None)
@given(TERMS, st.lists(STEPS, max_size=8))
def test_the_next_invoice_is_the_one_that_was_shown(terms: Json, steps: list[Any]) -> None:
    history = History(terms)
    for step in steps:
        history.step(*step)
    shop, subscription = history.shop, history.subscription
    history.step("card", GOOD)
    history.step("wait", 1)
    if subscription["status"] != "active":
        return
    shown = shop.preview(subscription)
    shop.now = max(shop.now, shown["period_end"]) + HOUR
    billing.advance(shop.state)
    billed = shop.latest(subscription)
    assert lines(billed) == lines(shown)
    assert billed["total"] == shown["total"]
    assert billed["starting_balance"] == shown["starting_balance"]
    assert shop.now - billed["created"] < DAY
