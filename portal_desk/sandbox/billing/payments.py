"""Payments of invoices: each is a payment intent, from the invoice's opening to its end."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.charges import error_of, refused, took
from portal_desk.sandbox.billing.charging import Decline
from portal_desk.sandbox.billing.ledger import book_charge
from portal_desk.sandbox.state import State


def open_payment(state: State, invoice: Json) -> None:
    """An invoice was opened: from now on it can be paid."""
    payment = objects.new_invoice_payment(state, invoice)
    intent_id = payment["payment"]["payment_intent"]
    intent = objects.new_payment_intent(state, invoice, intent_id, invoice["amount_due"])
    state.create(intent, "payment_intent.created")
    state.create(payment)


def pay(state: State, invoice: Json, method: Json | None, amount: int) -> None:
    """An invoice was paid with a payment method; `amount` in minor units."""
    payment = _open_one(state, invoice)
    if payment is None:
        open_payment(state, invoice)
        payment = _open_one(state, invoice) or {}
    intent = intent_of(state, payment)
    changes = {
        "amount": amount,
        "amount_received": amount,
        "latest_charge": took(state, intent, method, amount)["id"],
        "payment_method": method and method["id"],
        "last_payment_error": None,
        "status": "succeeded",
    }
    state.update(intent, changes, "payment_intent.succeeded")
    transitions = {"canceled_at": None, "paid_at": state.now()}
    paid = {"amount_paid": amount, "status": "paid", "status_transitions": transitions}
    state.update(payment, paid, "invoice_payment.paid")


def fail(state: State, invoice: Json, method: Json | None, reason: Decline) -> None:
    """A payment of an invoice was tried, and failed."""
    payment = _open_one(state, invoice)
    if payment is None:
        return
    intent = intent_of(state, payment)
    charge = refused(state, intent, method, reason) if method else None
    changes: Json = {"last_payment_error": error_of(reason, method, charge)}
    if charge:
        changes["latest_charge"] = charge["id"]
    state.update(intent, changes, "payment_intent.payment_failed")


def call_off(state: State, invoice: Json) -> None:
    """An invoice can't be paid any more, or was paid elsewhere."""
    payment = _open_one(state, invoice)
    if payment is None:
        return
    now = state.now()
    changes = {
        "status": "canceled", "canceled_at": now, "cancellation_reason": "void_invoice",
    }  # fmt: skip
    state.update(intent_of(state, payment), changes, "payment_intent.canceled")
    transitions = {"canceled_at": now, "paid_at": None}
    state.update(payment, {"status": "canceled", "status_transitions": transitions})


def request_less(state: State, invoice: Json) -> None:
    """Less is due than before: the open payment asks for that."""
    if payment := _open_one(state, invoice):
        amount = invoice["amount_remaining"]
        state.update(payment, {"amount_requested": amount})
        state.update(intent_of(state, payment), {"amount": amount})


def _open_one(state: State, invoice: Json) -> Json | None:
    payments = state.where("invoice_payment", invoice=invoice["id"])
    return next((each for each in payments if each["status"] == "open"), None)


def intent_of(state: State, payment: Json) -> Json:
    """The payment intent of an invoice's payment.

    A world is seeded without them, for there is one for every invoice ever paid: each is made when
    it is first asked for, together with the charge that paid it.
    """
    intent_id = payment["payment"]["payment_intent"]
    if found := state.get("payment_intent", intent_id):
        return found
    invoice = state.kind("invoice")[payment["invoice"]]
    paid = payment["status"] == "paid"
    intent = objects.new_payment_intent(
        state,
        invoice,
        intent_id,
        payment["amount_requested"],
        amount_received=payment["amount_paid"] or 0,
        created=payment["created"],
    )
    if paid:
        method = state.get("payment_method", _method(state, invoice) or "")
        charge = objects.new_charge(
            state,
            intent,
            method,
            id=f"ch_{intent_id.removeprefix('pi_')}",
            amount=payment["amount_paid"],
            created=payment["created"],
        )
        book_charge(state, charge, paid_out=True)
        intent |= {
            "latest_charge": state.create(charge)["id"],
            "payment_method": charge["payment_method"],
            "status": "succeeded",
        }
    return state.create(intent)


def _method(state: State, invoice: Json) -> str | None:
    customer = state.get("customer", invoice["customer"])
    default = customer["invoice_settings"]["default_payment_method"] if customer else None
    return invoice["default_payment_method"] or default


def intent_named(state: State, intent_id: str) -> Json | None:
    """The payment intent of an id."""
    if found := state.get("payment_intent", intent_id):
        return found
    payment = state.get("invoice_payment", f"inpay_{intent_id.removeprefix('pi_')}")
    return intent_of(state, payment) if payment else None


def charge_named(state: State, charge_id: str) -> Json | None:
    """The charge of an id, made together with its payment intent where the world was seeded."""
    if state.get("charge", charge_id) is None:
        intent_named(state, f"pi_{charge_id.removeprefix('ch_')}")
    return state.get("charge", charge_id)
