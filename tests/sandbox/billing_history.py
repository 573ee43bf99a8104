"""A customer whose subscription goes through anything, and what must hold all the while."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import strategies as st

from portal_desk.models.json import Json, period_end
from portal_desk.sandbox import billing, objects
from portal_desk.sandbox.billing.phases import phase_as_creation
from portal_desk.sandbox.problems import StripeProblem

from .billing_shop import DAY, DECLINING, GOOD, HOUR, Shop, assert_adds_up, lines

LICENSED = ("monthly", "yearly", "big", "graduated", "volume", "packs")
PRICES = st.sampled_from([*LICENSED, "metered"])
QUANTITIES = st.integers(1, 12)
BEHAVIORS = st.sampled_from(["none", "create_prorations", "always_invoice"])
DISCOUNTS = st.sampled_from(["", "third", "half_once", "fixed", "two_months"])
_ITEMS = st.one_of(
    st.tuples(st.just("switch"), PRICES, QUANTITIES),
    st.tuples(st.just("add"), st.sampled_from(LICENSED), QUANTITIES),
    st.tuples(st.just("remove"), st.none(), st.none()),
    st.tuples(
        st.just("discount"), st.sampled_from(["third", "half_once", "two_months"]), st.none()
    ),
)
CHANGES = st.fixed_dictionaries(
    {"proration_behavior": BEHAVIORS},
    optional={
        "items": _ITEMS,
        "billing_cycle_anchor": st.just("now"),
        "cancel_at": st.one_of(st.integers(1, 60), st.sampled_from(["", "min_period_end"])),
        "cancel_at_period_end": st.booleans(),
        "discounts": DISCOUNTS,
        "default_tax_rates": st.lists(st.sampled_from([0, 1]), max_size=2, unique=True),
        "trial_end": st.one_of(st.integers(1, 40), st.just("now")),
    },
)
PHASES = st.fixed_dictionaries(
    {"item": st.tuples(PRICES, QUANTITIES), "months": st.integers(1, 3)},
    optional={
        "billing_cycle_anchor": st.sampled_from(["phase_start", "automatic"]),
        "discounts": DISCOUNTS,
        "once": st.integers(1, 5_000),
        "proration_behavior": BEHAVIORS,
        "taxes": st.booleans(),
        "trial": st.booleans(),
    },
)
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 45)),
    st.tuples(st.just("renew"), st.just(GOOD)),
    st.tuples(st.just("renew"), st.just(DECLINING)),
    st.tuples(st.just("change"), CHANGES),
    st.tuples(st.just("change"), CHANGES),
    st.tuples(st.just("pend"), PRICES, QUANTITIES),
    st.tuples(st.just("add_once"), st.integers(1, 5_000), BEHAVIORS),
    st.tuples(st.just("pause"), st.sampled_from(["invoice", "pending_invoice_item"])),
    st.tuples(st.just("resume"), st.sampled_from(["now", "unchanged"]), BEHAVIORS),
    st.tuples(
        st.just("nap"),
        st.sampled_from(["invoice", "pending_invoice_item"]),
        st.integers(0, 70),
        st.sampled_from(["now", "unchanged"]),
        BEHAVIORS,
    ),
    st.tuples(
        st.just("hold"), st.sampled_from(["", "keep_as_draft", "mark_uncollectible", "void"])
    ),
    st.tuples(st.just("card"), st.sampled_from([GOOD, DECLINING])),
    st.tuples(st.just("uncard"), st.none()),
    st.tuples(st.just("item"), st.integers(-4_000, 4_000)),
    st.tuples(st.just("balance"), st.integers(-3_000, 3_000)),
    st.tuples(st.just("credit"), st.integers(1, 6_000), st.sampled_from(["credit", "refund"])),
    st.tuples(st.just("refund"), st.integers(1, 3_000)),
    st.tuples(st.just("void"), st.none()),
    st.tuples(st.just("pay"), st.booleans()),
    st.tuples(
        st.just("plan"),
        st.integers(5, 70),
        st.lists(PHASES, min_size=1, max_size=2),
        st.sampled_from(["release", "cancel"]),
    ),
    st.tuples(st.just("release"), st.none()),
    st.tuples(st.just("cancel"), st.sampled_from([None, None, None, None, True, False])),
)  # fmt: skip
TERMS = st.fixed_dictionaries(
    {
        "items": st.lists(
            st.tuples(PRICES, QUANTITIES), min_size=1, max_size=2, unique_by=lambda item: item[0]
        ),
        "discounts": DISCOUNTS,
        "taxes": st.sampled_from(
            [[], [(19.0, False)], [(7.7, True)], [(20.0, True), (5.0, False)], "automatic"]
        ),
        "mode": st.sampled_from(["flexible", "itemized", "classic"]),
    },
    optional={
        "trial_period_days": st.integers(1, 40),
        "billing_cycle_anchor": st.integers(1, 27),
        "backdate_start_date": st.integers(1, 80),
        "unchanged": st.booleans(),
        "without_card": st.sampled_from(["cancel", "pause"]),
        "schedule": st.lists(PHASES, min_size=1, max_size=3),
    },
)


class History:
    """A customer whose subscription goes through anything; what Stripe refuses changes nothing."""

    def __init__(self, terms: Json) -> None:
        self.shop = shop = Shop()
        shop.customer = shop.new_customer()
        shop.state.update(shop.customer, {"address": objects.address(country="FR")})
        self.prices = _prices(shop)
        self.coupons = {
            "third": shop.coupon(percent_off=33.3, duration="forever"),
            "half_once": shop.coupon(percent_off=50.0, duration="once"),
            "fixed": shop.coupon(amount_off=777, currency="usd", duration="forever"),
            "two_months": shop.coupon(percent_off=20, duration="repeating", duration_in_months=2),
        }
        taxes = terms["taxes"] if terms["taxes"] != "automatic" else [(19.0, False), (7.7, True)]
        self.rates = [
            shop.state.create(objects.new_tax_rate(shop.state, "Tax", rate, inclusive=inclusive))
            for rate, inclusive in taxes or [(10.0, False)]
        ]
        try:
            self.subscription = self._begin(terms)
        except StripeProblem:
            self.subscription = shop.subscribe()

    def _begin(self, terms: Json) -> Json:
        if "schedule" not in terms:
            return billing.create_subscription(self.shop.state, self._terms(terms))
        asked = {"customer": self.shop.customer["id"], "start_date": "now"}
        phases = [self.phase(each) for each in terms["schedule"]]
        schedule = billing.create_schedule(self.shop.state, asked | {"phases": phases})
        return self.shop.state.kind("subscription")[schedule["subscription"]]

    def phase(self, wish: Json) -> Json:
        phase: Json = {
            "items": [self._wish(*wish["item"])],
            "duration": {"interval": "month", "interval_count": wish["months"]},
        }
        for name in ("billing_cycle_anchor", "proration_behavior", "trial"):
            if name in wish:
                phase[name] = wish[name]
        if "discounts" in wish:
            phase["discounts"] = self._discounts(wish["discounts"]) or []
        if "once" in wish:
            phase["add_invoice_items"] = [{"price_data": self._once(wish["once"])}]
        if wish.get("taxes"):
            phase["default_tax_rates"] = [rate["id"] for rate in self.rates]
        return phase

    def _once(self, amount: int) -> Json:
        return {"currency": "usd", "product": self.shop.product["id"], "unit_amount": amount}

    def _terms(self, terms: Json) -> Json:
        params: Json = {
            "customer": self.shop.customer["id"],
            "items": [self._wish(price, quantity) for price, quantity in terms["items"]],
            "discounts": self._discounts(terms["discounts"]),
            "billing_mode": {"type": "classic"},
        }
        if terms["mode"] != "classic":
            shown = "itemized" if terms["mode"] == "itemized" else "included"
            params["billing_mode"] = {
                "type": "flexible", "flexible": {"proration_discounts": shown},
            }  # fmt: skip
        if terms["taxes"] == "automatic":
            params["automatic_tax"] = {"enabled": True}
        elif terms["taxes"]:
            params["default_tax_rates"] = [rate["id"] for rate in self.rates]
        if "trial_period_days" in terms:
            params["trial_period_days"] = terms["trial_period_days"]
        if "billing_cycle_anchor" in terms:
            params["billing_cycle_anchor"] = self.shop.now + terms["billing_cycle_anchor"] * DAY
        if "backdate_start_date" in terms:
            params["backdate_start_date"] = self.shop.now - terms["backdate_start_date"] * DAY
        ending = {"billing_cycle_anchor": "unchanged"} if terms.get("unchanged") else {}
        if "without_card" in terms:
            ending["missing_payment_method"] = terms["without_card"]
        if ending:
            params["trial_settings"] = {"end_behavior": ending}
        return params

    def _wish(self, price: str, quantity: int) -> Json:
        wish: Json = {"price": self.prices[price]["id"]}
        return wish if price == "metered" else wish | {"quantity": quantity}

    def _discounts(self, name: str) -> Any:
        return [{"coupon": self.coupons[name]}] if name else ""

    def step(self, name: str, *terms: Any) -> None:
        try:
            with self.shop.state.unit():
                getattr(self, f"_{name}")(*terms)
        except StripeProblem:
            pass
        self.subscription = self.shop.state.kind("subscription")[self.subscription["id"]]

    def _wait(self, days: int) -> None:
        self.shop.wait(days=days)
        self._advance()

    def _renew(self, last4: str) -> None:
        self._card(last4)
        self.shop.now = max(self.shop.now, period_end(self.subscription) or 0) + HOUR
        self._advance()

    def _advance(self) -> None:
        try:
            billing.advance(self.shop.state)
        except StripeProblem as problem:
            pytest.fail(f"Nobody asked for anything that could be refused: {problem.message}")

    def change(self, wish: Json) -> Json:
        """A change as the parameters of an update."""
        params: Json = {"proration_behavior": wish["proration_behavior"]}
        if "items" in wish:
            params["items"] = [self._item_wish(*wish["items"])]
        for name in ("billing_cycle_anchor", "cancel_at_period_end"):
            if name in wish:
                params[name] = wish[name]
        for name in ("cancel_at", "trial_end"):
            if name in wish:
                days = wish[name]
                params[name] = self.shop.now + days * DAY if isinstance(days, int) else days
        if "discounts" in wish:
            params["discounts"] = self._discounts(wish["discounts"])
        if "default_tax_rates" in wish:
            rates = [self.rates[n]["id"] for n in wish["default_tax_rates"] if n < len(self.rates)]
            params["default_tax_rates"] = rates or ""
        return params

    def _item_wish(self, act: str, name: str, quantity: int) -> Json:
        items = self.subscription["items"]["data"]
        if act == "add":
            return self._wish(name, quantity)
        if act == "remove":
            return {"id": items[-1]["id"], "deleted": True}
        if act == "discount":
            return {"id": items[0]["id"], "discounts": self._discounts(name)}
        return self._wish(name, quantity) | {"id": items[0]["id"]}

    def _change(self, wish: Json) -> None:
        billing.update_subscription(self.shop.state, self.subscription, self.change(wish))

    def _pend(self, price: str, quantity: int) -> None:
        self._card(DECLINING)
        asked = {
            "items": [self._item_wish("switch", price, quantity)],
            "proration_behavior": "always_invoice",
            "payment_behavior": "pending_if_incomplete",
        }
        billing.update_subscription(self.shop.state, self.subscription, asked)

    def _add_once(self, amount: int, behavior: str) -> None:
        described = [{"price_data": self._once(amount)}]
        asked = {"add_invoice_items": described, "proration_behavior": behavior}
        billing.update_subscription(self.shop.state, self.subscription, asked)

    def _hold(self, behavior: str) -> None:
        wanted = {"behavior": behavior} if behavior else ""
        billing.update_subscription(
            self.shop.state, self.subscription, {"pause_collection": wanted}
        )

    def _pause(self, behavior: str) -> None:
        asked = {"invoicing_behavior": behavior}
        billing.pause_subscription(self.shop.state, self.subscription, asked)

    def _resume(self, anchor: str, behavior: str) -> None:
        asked = {"billing_cycle_anchor": {"type": anchor}, "proration_behavior": behavior}
        billing.resume_subscription(self.shop.state, self.subscription, asked)

    def _nap(self, invoicing: str, days: int, anchor: str, behavior: str) -> None:
        self._pause(invoicing)
        self._wait(days)
        self._resume(anchor, behavior)
        self._pay(elsewhere=False)

    def _card(self, last4: str) -> None:
        self.shop.pay_with(self.shop.customer, last4)

    def _uncard(self, _: None) -> None:
        self.shop.state.update(
            self.shop.customer, {"invoice_settings": objects.invoice_settings(None)}
        )

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
        intents = list(self.shop.state.kind("payment_intent").values())
        intent = intents[-1]["id"] if intents else "pi_none"
        billing.create_refund(self.shop.state, {"payment_intent": intent, "amount": amount})

    def _void(self, _: None) -> None:
        billing.void_invoice(self.shop.state, self._open())

    def _pay(self, elsewhere: bool) -> None:
        billing.pay_invoice(self.shop.state, self._open(), {"paid_out_of_band": elsewhere})

    def _open(self) -> Json:
        """The newest invoice that is open, else the newest of all."""
        found = self.shop.state.where("invoice", status="open")
        return next(found, self.shop.latest(self.subscription))

    def _plan(self, days: int, then: list[Json], end_behavior: str) -> None:
        asked = {"from_subscription": self.subscription["id"]}
        schedule = billing.create_schedule(self.shop.state, asked)
        present = schedule["phases"][0]
        first = {
            "items": phase_as_creation(self.shop.state, schedule, present)["items"],
            "start_date": present["start_date"],
            "end_date": self.shop.now + days * DAY,
        }
        phases = [first, *(self.phase(each) for each in then)]
        asked_phases = {"phases": phases, "end_behavior": end_behavior}
        billing.update_schedule(self.shop.state, schedule, asked_phases)

    def _release(self, _: None) -> None:
        schedule = self.shop.state.get("subscription_schedule", self.subscription["schedule"] or "")
        if schedule:
            billing.release_schedule(self.shop.state, schedule, {})

    def _cancel(self, invoice_now: bool) -> None:
        asked = {"invoice_now": invoice_now, "prorate": invoice_now}
        billing.cancel_subscription(self.shop.state, self.subscription, asked)

    def preview(self, changes: Json | None = None, *, schedule: str = "") -> Json | None:
        """The invoice that comes next, or with changes, or by a schedule; None where none does."""
        details = {k: v for k, v in (changes or {}).items() if k != "discounts"}
        asked: Json = {
            "subscription": self.subscription["id"], "subscription_details": details,
        }  # fmt: skip
        if schedule:
            asked = {"schedule": schedule}
        if changes and "discounts" in changes:
            asked["discounts"] = changes["discounts"]
        try:
            return billing.preview_invoice(self.shop.state, asked)
        except StripeProblem as problem:
            if problem.code != "invoice_upcoming_none":
                raise
            return None


def _prices(shop: Shop) -> Json:
    def tiered(mode: str) -> Json:
        price = shop.price(0, "month", billing_scheme="tiered", tiers_mode=mode)
        tiers = [(5, 1000, None), (10, 800, 300), (None, 500, None)]
        price["tiers"] = [
            {"up_to": up_to, "unit_amount_decimal": str(each), "flat_amount": flat}
            for up_to, each, flat in tiers
        ]
        return shop.state.update(price, {"unit_amount": None, "unit_amount_decimal": None})

    return {
        "monthly": shop.monthly,
        "yearly": shop.yearly,
        "big": shop.big,
        "metered": shop.price(3, "month", meter="mtr_test"),
        "graduated": tiered("graduated"),
        "volume": tiered("volume"),
        "packs": shop.price(900, "month", transform_quantity={"divide_by": 5, "round": "up"}),
    }


def essence(invoice: Json | None) -> Any:
    """What a preview and its invoice have in common: lines, discounts, taxes, and their sums."""
    if invoice is None:
        return None
    cuts = [[c["amount"] for c in each["discount_amounts"]] for each in invoice["lines"]["data"]]
    taxes = [[tax["amount"] for tax in each["taxes"]] for each in invoice["lines"]["data"]]
    return lines(invoice), cuts, taxes, invoice["subtotal"], invoice["total"]


def assert_settled(history: History) -> None:
    """Every invoice is covered by what was due, paid and credited; every balance is explained."""
    state = history.shop.state
    for invoice in history.shop.invoices():
        _assert_covered(history, invoice)
    moved = sum(each["amount"] for each in state.kind("customer_balance_transaction").values())
    assert history.shop.customer["balance"] == moved
    for intent in state.kind("payment_intent").values():
        back = sum(each["amount"] for each in state.where("refund", payment_intent=intent["id"]))
        assert back <= intent["amount_received"]
    for item in state.kind("invoiceitem").values():
        billed = item["invoice"] and state.get("invoice", item["invoice"])
        on = [_invoice_item(line) for line in billed["lines"]["data"]] if billed else []
        assert not item["invoice"] or on.count(item["id"]) == 1


def _invoice_item(line: Json) -> str | None:
    parent = line["parent"] or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    found: str | None = details.get("invoice_item")
    return found


def _assert_covered(history: History, invoice: Json) -> None:
    state = history.shop.state
    if invoice["status"] != "draft":
        assert_adds_up(invoice)
    paid = [
        each["amount_paid"]
        for each in state.where("invoice_payment", invoice=invoice["id"], status="paid")
    ]
    assert sum(paid) + (invoice["amount_paid_off_stripe"] or 0) == invoice["amount_paid"]
    if invoice["status"] == "paid":
        assert invoice["amount_remaining"] == 0
    taken = sum(_moved(history, invoice))
    if invoice["status"] == "void":
        assert taken == 0
    elif invoice["number"]:
        assert taken == invoice["ending_balance"] - invoice["starting_balance"]
    notes = state.where("credit_note", invoice=invoice["id"], status="issued")
    after = sum(note["total"] for note in notes if note["type"] == "post_payment")
    assert after == invoice["post_payment_credit_notes_amount"] <= max(0, invoice["total"])


def _moved(history: History, invoice: Json) -> Iterator[int]:
    for each in history.shop.state.where("customer_balance_transaction", invoice=invoice["id"]):
        if each["type"] != "credit_note":
            yield each["amount"]
