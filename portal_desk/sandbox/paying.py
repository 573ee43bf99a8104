"""Payments and set-ups that are asked for by themselves: confirmed, captured, canceled.

https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.billing.charges import captured, error_of, gave_back, refused, took
from portal_desk.sandbox.billing.charging import Decline, decline
from portal_desk.sandbox.problems import StripeProblem, invalid
from portal_desk.sandbox.state import State

_FAILS_LATER = "0341"
"""The last digits of the test card that can be attached, and is declined when it is charged."""
_UNEXPECTED = "{kind}_unexpected_state"


def attach(state: State, method: Json, customer: str) -> Json:
    """Attach a payment method to a customer; it stays where it is already.

    Raises:
        StripeProblem: it is another customer's, or the bank declines the card.
    """
    if method["customer"] == customer:
        return method
    require_free(state, method)
    return state.update(method, {"customer": customer}, "payment_method.attached")


def require_free(state: State, method: Json) -> None:
    """Refuse a payment method that can't be attached to a new customer.

    Raises:
        StripeProblem: it is a customer's, or the bank declines the card.
    """
    if method["customer"]:
        raise invalid("The payment method you provided has already been attached to a customer.")
    if reason := declined_for_good(state, method):
        raise reason.problem()


def declined_for_good(state: State, method: Json) -> Decline | None:
    """Why a payment method can't even be saved, if it can't."""
    if method["type"] == "card" and method["card"]["last4"] == _FAILS_LATER:
        return None
    return decline(method, state.now())


def usable(state: State, intent: Json, method_id: str) -> Json:
    """The payment method of an id, if an intent can use it.

    Raises:
        StripeProblem: there is none, or it is attached to another customer.
    """
    method = state.get("payment_method", method_id)
    if method is None:
        raise invalid(f"No such PaymentMethod: '{method_id}'", "payment_method", "resource_missing")
    if method["customer"] not in {None, intent["customer"]}:
        raise invalid(
            "The provided PaymentMethod cannot be used with this intent: it is attached to the "
            f"Customer {method['customer']}. Please include that Customer in the `customer` "
            "parameter.",
            "payment_method",
        )
    return method


def chosen(state: State, intent: Json, params: Json) -> Json:
    """What naming a payment method in a request changes of an intent.

    Raises:
        StripeProblem: the intent can't use it.
    """
    if "payment_method" not in params:
        return {}
    method = usable(state, intent, params["payment_method"])
    return {"payment_method": method["id"], "status": "requires_confirmation"}


def confirm_payment(state: State, intent: Json, wanted: str | None = None) -> Json:
    """Take the money that a payment intent asks for; an invoice's pays the invoice.

    Args:
        state: the sandbox.
        intent: the payment intent.
        wanted: `pm_…`, where it isn't the one that the intent has.

    Raises:
        StripeProblem: it can't be confirmed now, has nothing to pay with, or is declined.
    """
    _expect(intent, {"requires_payment_method", "requires_confirmation"}, "confirm")
    method = usable(state, intent, wanted or intent["payment_method"] or _nothing_to_pay(intent))
    invoice = state.get("invoice", intent["payment_details"]["order_reference"] or "")
    if invoice:
        attach(state, method, invoice["customer"])
        billing.pay_invoice(state, invoice, {"payment_method": method["id"]})
        return state.get("payment_intent", intent["id"]) or intent
    if reason := decline(method, state.now()):
        raise _failed(state, intent, method, reason)
    return _succeeded(state, intent, method)


def _nothing_to_pay(intent: Json) -> str:
    raise _unexpected(
        intent,
        f"You cannot confirm this {_name(intent)} because it's missing a payment method. Update "
        f"the {_name(intent)} with a payment method and then confirm it again, or confirm it with "
        "a payment method.",
    )


def _succeeded(state: State, intent: Json, method: Json) -> Json:
    held = intent["capture_method"] == "manual"
    charge = took(state, intent, method, intent["amount"], held=held)
    if intent["setup_future_usage"] and intent["customer"]:
        method = attach(state, method, intent["customer"])
    changes = {
        "latest_charge": charge["id"],
        "payment_method": method["id"],
        "last_payment_error": None,
    }
    if held:
        changes |= {"amount_capturable": intent["amount"], "status": "requires_capture"}
        return state.update(intent, changes, "payment_intent.amount_capturable_updated")
    changes |= {"amount_received": intent["amount"], "status": "succeeded"}
    return state.update(intent, changes, "payment_intent.succeeded")


def _failed(state: State, intent: Json, method: Json, reason: Decline) -> StripeProblem:
    charge = refused(state, intent, method, reason)
    changes = {
        "last_payment_error": error_of(reason, method, charge),
        "latest_charge": charge["id"],
        "payment_method": None,
        "status": "requires_payment_method",
    }
    intent = state.update(intent, changes, "payment_intent.payment_failed")
    problem = reason.problem()
    problem.extra |= {"charge": charge["id"], "payment_intent": intent, "payment_method": method}
    return problem


def capture_payment(state: State, intent: Json, amount: int | None) -> Json:
    """Take money that was held; what is left over is given back.

    Args:
        state: the sandbox.
        intent: the payment intent.
        amount: how much, in minor units; all of it where that isn't said.

    Raises:
        StripeProblem: nothing is held, or less.
    """
    _expect(intent, {"requires_capture"}, "capture")
    taken = captured(state, state.kind("charge")[intent["latest_charge"]], amount)
    changes = {"amount_capturable": 0, "amount_received": taken, "status": "succeeded"}
    return state.update(intent, changes, "payment_intent.succeeded")


def cancel_payment(state: State, intent: Json, reason: str | None) -> Json:
    """Give up on a payment; money that was held goes back.

    Raises:
        StripeProblem: it is over, or an invoice's.
    """
    if intent["payment_details"]["order_reference"]:
        raise _unexpected(
            intent,
            "You cannot cancel this PaymentIntent because it was created by an invoice. Void the "
            "invoice instead.",
        )
    _expect(
        intent,
        {"requires_payment_method", "requires_confirmation", "requires_capture"},
        "cancel",
    )
    if intent["status"] == "requires_capture":
        charge = state.kind("charge")[intent["latest_charge"]]
        gave_back(state, charge, intent["amount_capturable"])
    changes = {
        "amount_capturable": 0,
        "canceled_at": state.feed_now(),
        "cancellation_reason": reason,
        "status": "canceled",
    }
    return state.update(intent, changes, "payment_intent.canceled")


def confirm_setup(state: State, intent: Json, wanted: str | None = None) -> Json:
    """Save a payment method for later payments, with the customer where there is one.

    Raises:
        StripeProblem: it can't be confirmed now, names no payment method, or that is declined.
    """
    _expect(intent, {"requires_payment_method", "requires_confirmation"}, "confirm")
    method = usable(state, intent, wanted or intent["payment_method"] or _nothing_to_pay(intent))
    if reason := declined_for_good(state, method):
        changes = {
            "last_setup_error": error_of(reason, method, None),
            "payment_method": None,
            "status": "requires_payment_method",
        }
        intent = state.update(intent, changes, "setup_intent.setup_failed")
        problem = reason.problem()
        problem.extra |= {"payment_method": method, "setup_intent": intent}
        raise problem
    if intent["customer"]:
        attach(state, method, intent["customer"])
    done = {"last_setup_error": None, "payment_method": method["id"], "status": "succeeded"}
    return state.update(intent, done, "setup_intent.succeeded")


def cancel_setup(state: State, intent: Json, reason: str | None) -> Json:
    """Give up on a set-up.

    Raises:
        StripeProblem: it is over.
    """
    _expect(intent, {"requires_payment_method", "requires_confirmation"}, "cancel")
    changes = {"cancellation_reason": reason, "status": "canceled"}
    return state.update(intent, changes, "setup_intent.canceled")


def _expect(intent: Json, statuses: set[str], act: str) -> None:
    if intent["status"] not in statuses:
        raise _unexpected(
            intent,
            f"You cannot {act} this {_name(intent)} because it has a status of "
            f"{intent['status']}. Only a {_name(intent)} with one of the following statuses may be "
            f"{act}{'d' if act.endswith('e') else 'ed'}: {', '.join(sorted(statuses))}.",
        )


def _unexpected(intent: Json, message: str) -> StripeProblem:
    kind: str = intent["object"]
    problem = invalid(message, code=_UNEXPECTED.format(kind=kind))
    problem.extra = {kind: intent}
    return problem


def _name(intent: Json) -> str:
    return "SetupIntent" if intent["object"] == "setup_intent" else "PaymentIntent"
