"""Payments that were made elsewhere and are counted towards an invoice.

https://docs.stripe.com/api/invoices/attach_payment
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.invoices import paid_up, recovered
from portal_desk.sandbox.billing.payments import intent_named, request_less
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State


def attach_payment(state: State, invoice: Json, intent_id: str) -> Json:
    """Count a payment that has succeeded towards an open invoice, which is paid by it or less due.

    Raises:
        StripeProblem: the invoice is not open, there is no such payment, or it is another
            customer's, in another currency, or counted already; 501 for one that is still to come.
    """
    if invoice["status"] != "open":
        raise invalid("You can only attach payments to open invoices.")
    intent = intent_named(state, intent_id)
    if intent is None:
        raise missing("payment_intent", intent_id, "payment_intent")
    _check(state, invoice, intent)
    amount = min(intent["amount_received"], invoice["amount_remaining"])
    _keep(state, invoice, intent, amount)
    changes = {
        "amount_overpaid": invoice["amount_overpaid"] + intent["amount_received"] - amount,
        "amount_paid": invoice["amount_paid"] + amount,
        "amount_remaining": invoice["amount_remaining"] - amount,
    }
    state.update(invoice, changes, "invoice.updated")
    if invoice["amount_remaining"]:
        request_less(state, invoice)
        return invoice
    paid_up(state, invoice)
    recovered(state, invoice)
    return invoice


def _check(state: State, invoice: Json, intent: Json) -> None:
    for name in ("customer", "currency"):
        if intent[name] != invoice[name]:
            raise invalid(
                f"The PaymentIntent's {name} ({intent[name]}) must match the invoice's {name} "
                f"({invoice[name]}).",
                "payment_intent",
            )
    if state.get("invoice_payment", _payment_id(intent)):
        raise invalid("This PaymentIntent is already attached to an invoice.", "payment_intent")
    if intent["status"] != "succeeded":
        raise unsupported(f"to attach a payment that has a status of {intent['status']}")


def _keep(state: State, invoice: Json, intent: Json, amount: int) -> None:
    payment = objects.new_invoice_payment(
        state,
        invoice,
        id=_payment_id(intent),
        amount_paid=amount,
        amount_requested=amount,
        is_default=False,
        status="paid",
        status_transitions={"canceled_at": None, "paid_at": state.now()},
    )
    state.create(payment)
    state.emit("invoice_payment.paid", payment)


def _payment_id(intent: Json) -> str:
    return f"inpay_{intent['id'].removeprefix('pi_')}"
