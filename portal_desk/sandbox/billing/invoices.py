"""An invoice's life: draft, open, paid, void, uncollectible."""

from __future__ import annotations

from typing import Literal

from portal_desk.models.json import Json, invoice_subscription
from portal_desk.sandbox.billing.balance import move_balance
from portal_desk.sandbox.billing.charging import Decline, decline, paying_method
from portal_desk.sandbox.billing.issuing import DAY, GRACE
from portal_desk.sandbox.billing.payments import (
    call_off,
    fail,
    open_payment,
    pay,
    request_less,
)
from portal_desk.sandbox.billing.pending_updates import apply_pending, drop_pending
from portal_desk.sandbox.billing.resumption import called_off, payment_failed, payment_succeeded
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State

_RETRIES = (3 * DAY, 5 * DAY, 7 * DAY)
"""How long after each failure a payment is tried again, in seconds; after the last, never."""


def finalize_invoice(state: State, invoice: Json, params: Json | None = None) -> Json:
    """Give an invoice its number and open it; the customer's balance is applied here.

    An invoice with nothing left to pay becomes paid at once. One that advances by itself is
    charged an hour after it was made, unless someone does it before
    (https://docs.stripe.com/api/invoices/object#invoice_object-attempted).
    """
    _require(invoice, {"draft"}, "This invoice is already finalized, you can't re-finalize it.")
    advances = (params or {}).get("auto_advance", invoice["auto_advance"])
    customer = state.kind("customer")[invoice["customer"]]
    balance, left = customer["balance"], invoice["total"] + customer["balance"]
    amount, ending = max(0, left), min(0, left)
    changes = {
        "status": "open",
        "number": invoice["number"] or _next_number(state, customer),
        "starting_balance": balance,
        "ending_balance": ending,
        "effective_at": invoice["effective_at"] or state.now(),
        "status_transitions": invoice["status_transitions"] | {"finalized_at": state.now()},
        "amount_due": amount,
        "amount_remaining": amount,
        "auto_advance": advances,
        "automatically_finalizes_at": None,
        "automatic_tax": _settled_tax(invoice["automatic_tax"]),
    }
    if not customer["currency"]:
        state.update(customer, {"currency": invoice["currency"]}, "customer.updated")
    state.update(invoice, changes, "invoice.finalized")
    if ending != balance:
        _move(state, customer, invoice, ending - balance, "applied_to_invoice")
    if amount == 0:
        return _settled(state, invoice)
    open_payment(state, invoice)
    if params is not None:
        _schedule_payment(state, invoice)
    return invoice


def _schedule_payment(state: State, invoice: Json) -> None:
    """An invoice that a request finalized is charged by itself later, if it advances."""
    if invoice["auto_advance"] and invoice["collection_method"] == "charge_automatically":
        first = max(state.now(), invoice["created"] + GRACE)
        state.update(invoice, {"next_payment_attempt": first})


def _next_number(state: State, customer: Json) -> str:
    sequence = customer["next_invoice_sequence"]
    state.update(customer, {"next_invoice_sequence": sequence + 1})
    return f"{customer['invoice_prefix']}-{sequence:04d}"


def _settled_tax(automatic: Json) -> Json:
    """Without a place, automatic tax is turned off as the invoice is finalized.

    Source: https://docs.stripe.com/tax/customer-locations
    """
    if automatic["status"] != "requires_location_inputs":
        return automatic
    reason = "finalization_requires_location_inputs"
    return automatic | {"enabled": False, "disabled_reason": reason, "status": None}


def _move(state: State, customer: Json, invoice: Json, amount: int, kind: str) -> None:
    move_balance(state, customer, amount, kind, invoice["currency"], invoice=invoice["id"])


def _settled(
    state: State, invoice: Json, method: Json | None = None, *, out_of_band: bool = False
) -> Json:
    now, amount = state.now(), invoice["amount_remaining"]
    changes = {
        "status": "paid",
        "status_details": None,
        "amount_paid": invoice["amount_due"],
        "amount_paid_off_stripe": amount if out_of_band else invoice["amount_paid_off_stripe"],
        "amount_remaining": 0,
        "attempted": True,
        "attempt_count": invoice["attempt_count"] + (1 if amount else 0),
        "auto_advance": False,
        "next_payment_attempt": None,
        "status_transitions": invoice["status_transitions"] | {"paid_at": now},
    }
    state.update(invoice, changes, "invoice.paid")
    state.emit("invoice.payment_succeeded", invoice)
    if out_of_band:
        call_off(state, invoice)
    elif amount:
        pay(state, invoice, method, amount)
        _save_default(state, invoice, method)
    return invoice


def paid_up(state: State, invoice: Json) -> None:
    """Close an invoice that other payments than its own have paid."""
    call_off(state, invoice)
    _settled(state, invoice)


def _save_default(state: State, invoice: Json, method: Json | None) -> None:
    """A method that paid becomes its subscription's default, where that is set to save it."""
    subscription = state.get("subscription", invoice_subscription(invoice) or "")
    saves = subscription and subscription["payment_settings"]["save_default_payment_method"]
    if subscription and method and saves == "on_subscription":
        default = {"default_payment_method": method["id"]}
        state.update(subscription, default, "customer.subscription.updated")


def lessen(state: State, invoice: Json, amount: int) -> None:
    """A credit note takes `amount` (minor units) off what is due; with nothing left it is paid."""
    due = invoice["amount_due"] - amount
    left = due - invoice["amount_paid"]
    changes = {
        "amount_due": due,
        "amount_remaining": left,
        "pre_payment_credit_notes_amount": invoice["pre_payment_credit_notes_amount"] + amount,
    }
    state.update(invoice, changes, "invoice.updated")
    if left == 0 and invoice["status"] == "open":
        paid_up(state, invoice)
        recovered(state, invoice)
    else:
        request_less(state, invoice)


def collect(state: State, invoice: Json, method: Json | None) -> Decline | None:
    """Charge an open invoice; where that fails, the invoice stays open, and the reason is given."""
    if invoice["status"] != "open":
        return None
    reason = decline(method, state.now())
    if reason is None:
        _settled(state, invoice, method)
        return None
    again = _next_attempt(state, invoice) if method and invoice["auto_advance"] else None
    changes = {
        "attempted": True,
        "attempt_count": invoice["attempt_count"] + 1,
        "next_payment_attempt": again,
    }
    state.update(invoice, changes)
    fail(state, invoice, method, reason)
    state.emit("invoice.payment_failed", invoice)
    customer = state.kind("customer")[invoice["customer"]]
    state.update(customer, {"delinquent": True}, "customer.updated")
    payment_failed(state, invoice)
    return reason


def _next_attempt(state: State, invoice: Json) -> int | None:
    failures = invoice["attempt_count"]
    return state.now() + _RETRIES[failures] if failures < len(_RETRIES) else None


def pay_invoice(state: State, invoice: Json, params: Json) -> Json:
    """Pay an open invoice, by the method that is asked for or by default.

    Raises:
        StripeProblem: `card_error` where the charge is declined; or it is not open.
    """
    if invoice["status"] == "draft":
        finalize_invoice(state, invoice)
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    _require(invoice, {"open", "uncollectible"}, "This invoice can no longer be paid.")
    if params.get("paid_out_of_band"):
        _settled(state, invoice, out_of_band=True)
    else:
        _charge(state, invoice, params)
    recovered(state, invoice)
    return invoice


def _charge(state: State, invoice: Json, params: Json) -> None:
    customer = state.kind("customer")[invoice["customer"]]
    subscription = state.get("subscription", invoice_subscription(invoice) or "")
    method = paying_method(state, customer, invoice, subscription)
    if wanted := params.get("payment_method"):
        method = state.get("payment_method", wanted)
        if not method or method["customer"] != invoice["customer"]:
            raise missing("PaymentMethod", wanted, "payment_method")
    if invoice["status"] == "uncollectible":
        state.update(invoice, {"status": "open", "status_details": None})
    reason = collect(state, invoice, method)
    if reason:
        raise reason.problem()


def recovered(state: State, invoice: Json) -> None:
    """After a payment: the subscription and the customer are in good standing again."""
    payment_succeeded(state, invoice)
    apply_pending(state, invoice)
    subscription = state.get("subscription", invoice_subscription(invoice) or "")
    if (
        subscription
        and subscription["latest_invoice"] == invoice["id"]
        and subscription["status"] in ("past_due", "unpaid", "incomplete")
    ):
        state.update(subscription, {"status": "active"}, "customer.subscription.updated")
    customer = state.kind("customer")[invoice["customer"]]
    owed = any(
        each["attempted"] for each in state.where("invoice", customer=customer["id"], status="open")
    )
    if customer["delinquent"] and not owed:
        state.update(customer, {"delinquent": False}, "customer.updated")


def void_invoice(state: State, invoice: Json) -> Json:
    """Void an open or uncollectible invoice: as if it had never been sent, so that what it took
    from the customer's balance goes back there."""
    _require(
        invoice, {"open", "uncollectible"}, "You can only void open or uncollectible invoices."
    )
    called_off(state, invoice)
    drop_pending(state, invoice)
    call_off(state, invoice)
    customer = state.get("customer", invoice["customer"])
    moved = (invoice["starting_balance"] or 0) - (invoice["ending_balance"] or 0)
    if customer and moved:
        _move(state, customer, invoice, moved, "unapplied_from_invoice")
    changes = _closed(state, invoice, "void", "voided_at") | {"amount_remaining": 0}
    return state.update(invoice, changes, "invoice.voided")


def mark_uncollectible(state: State, invoice: Json, reason: str = "user_forgiven") -> Json:
    """Give up on an open invoice; `reason` is what its `status_details` say.

    https://docs.stripe.com/api/invoices/object#invoice_object-status_details
    """
    _require(invoice, {"open"}, "You can only mark open invoices as uncollectible.")
    changes = _closed(state, invoice, "uncollectible", "marked_uncollectible_at")
    changes["status_details"] = {"uncollectible": {"reason": reason}}
    state.update(invoice, changes, "invoice.marked_uncollectible")
    payment_succeeded(state, invoice)
    return invoice


def _closed(
    state: State, invoice: Json, status: Literal["void", "uncollectible"], transition: str
) -> Json:
    """The fields of an invoice that nobody collects any more."""
    return {
        "status": status,
        "status_details": None,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status_transitions": invoice["status_transitions"] | {transition: state.now()},
    }


def send_invoice(state: State, invoice: Json) -> Json:
    """Email an invoice to the customer, and open it first if it is a draft."""
    if invoice["collection_method"] != "send_invoice":
        msg = "You can only manually send an invoice if its collection method is 'send_invoice'."
        raise invalid(msg)
    if invoice["status"] == "draft":
        finalize_invoice(state, invoice)
    _require(invoice, {"open"}, "You can only send open invoices.")
    state.emit("invoice.sent", invoice)
    return invoice


def _require(invoice: Json, statuses: set[str], message: str) -> None:
    if invoice["status"] not in statuses:
        raise invalid(message, code="invoice_not_editable")
