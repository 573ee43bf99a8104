"""Money that goes back to where it came from."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.charges import gave_back
from portal_desk.sandbox.billing.payments import charge_named, intent_named
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State


def create_refund(state: State, params: Json) -> Json:
    """Refund a payment, or a part of it; the invoice that it paid stays paid.

    Raises:
        StripeProblem: there is no such payment, it did not succeed, or less is left of it.
    """
    intent = _paid(state, params)
    intent_id = intent["id"]
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
            "payment_intent",
        )
    left = intent["amount_received"] - refunded(state, intent_id)
    if not left:
        raise invalid(
            f"Charge {intent['latest_charge']} has already been refunded.",
            code="charge_already_refunded",
        )
    amount = params.get("amount", left)
    if not 0 < amount <= left:
        raise invalid(
            f"Refund amount ({amount}) must be positive, and no greater than the unrefunded amount "
            f"on the charge ({left}).",
            "amount",
        )
    fields = {name: params[name] for name in ("metadata", "reason") if params.get(name)}
    refund = state.create(objects.new_refund(state, intent, amount, **fields), "refund.created")
    gave_back(state, intent["latest_charge"], amount)
    return refund


def _paid(state: State, params: Json) -> Json:
    """The payment that a refund names, by itself or by its charge."""
    intent_id = params.get("payment_intent") or ""
    if charge_id := params.get("charge"):
        charge = charge_named(state, charge_id)
        if charge is None:
            raise missing("charge", charge_id, "charge")
        intent_id = charge["payment_intent"]
    intent = intent_named(state, intent_id)
    if not intent:
        raise missing("payment_intent", intent_id, "payment_intent")
    return intent


def refunded(state: State, intent_id: str) -> int:
    """How much of a payment was refunded, in minor units."""
    return sum(each["amount"] for each in state.where("refund", payment_intent=intent_id))
