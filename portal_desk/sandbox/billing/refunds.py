"""Money that goes back to where it came from."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.charges import gave_back
from portal_desk.sandbox.billing.ledger import book_refund
from portal_desk.sandbox.billing.payments import charge_named, intent_named
from portal_desk.sandbox.currencies import shown
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State


def create_refund(state: State, params: Json) -> Json:
    """Refund a payment, or a part of it; the invoice that it paid stays paid.

    Raises:
        StripeProblem: there is no such payment, it did not succeed, or less is left of it.
    """
    charge = _paid(state, params)
    held = not charge["captured"]
    left = charge["amount"] - charge["amount_refunded"]
    if not left:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = params.get("amount", left)
    _check_amount(amount, left, charge["currency"])
    if held and amount != left:
        raise invalid(
            "You cannot partially refund an uncaptured charge. Instead, capture the charge for an "
            "amount less than the original amount",
            "amount",
        )
    fields = {name: params[name] for name in ("metadata", "reason") if params.get(name)}
    refund = objects.new_refund(state, charge, amount, **fields)
    if not held:
        book_refund(state, refund, charge)
    state.create(refund, "refund.created")
    gave_back(state, charge, amount)
    return refund


def _check_amount(amount: int, left: int, currency: str) -> None:
    if amount < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        raise invalid(
            f"Refund amount ({shown(amount, currency)}) is greater than unrefunded amount on charge "
            f"({shown(left, currency)})",
            "amount",
        )


def _paid(state: State, params: Json) -> Json:
    """The charge that a refund names, by itself or by its payment intent."""
    if charge_id := params.get("charge"):
        charge = charge_named(state, charge_id)
        if charge is None:
            raise missing("charge", charge_id)
        return charge
    intent_id = params.get("payment_intent") or ""
    intent = intent_named(state, intent_id)
    if intent is None:
        raise missing("payment_intent", intent_id, "payment_intent")
    charge = charge_named(state, intent["latest_charge"] or "")
    if charge is None or intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
            "payment_intent",
        )
    return charge
