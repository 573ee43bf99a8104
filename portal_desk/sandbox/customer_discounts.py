"""Discounts of customers as a whole, which requests in versions before basil can give."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.discounts import redeem, requested
from portal_desk.sandbox.state import State

NAMES = ("coupon", "promotion_code")
"""What such a request names."""


def asked_for(state: State, customer: Json, params: Json) -> Json | None:
    """The discount that a request gives a customer, which is not redeemed yet.

    Raises:
        StripeProblem: what it names can't be redeemed.
    """
    wish = {name: params[name] for name in NAMES if params.get(name)}
    return requested(state, [wish], customer["id"], at=state.now())[0] if wish else None


def give(state: State, customer: Json, discount: Json) -> None:
    """Redeem a discount for a customer, in place of the one there was."""
    before = customer["discount"]
    redeem(state, discount, None if before else "customer.discount.created")
    if before:
        changed = {name: before[name] for name in ("id", "source", "start")}
        state.emit("customer.discount.updated", discount, changed)
    state.update(customer, {"discount": discount})


def take(state: State, customer: Json) -> None:
    """Take a customer's discount, if there is one."""
    if discount := customer["discount"]:
        state.update(customer, {"discount": None})
        state.emit("customer.discount.deleted", discount)
