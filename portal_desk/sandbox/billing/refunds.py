"""Money that goes back to where it came from."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.payments import intent_named
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State


def create_refund(state: State, params: Json) -> Json:
    """Refund a payment, or a part of it; the invoice that it paid stays paid.

    Raises:
        StripeProblem: there is no such payment, it did not succeed, or less is left of it.
    """
    intent_id = params.get("payment_intent") or ""
    intent = intent_named(state, intent_id)
    if not intent:
        raise missing("payment_intent", intent_id, "payment_intent")
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
    return state.create(objects.new_refund(state, intent, amount, **fields), "refund.created")


def refunded(state: State, intent_id: str) -> int:
    """How much of a payment was refunded, in minor units."""
    return sum(each["amount"] for each in state.where("refund", payment_intent=intent_id))
