"""The record of every attempt to take money: a charge for each, whatever came of it."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.charging import Decline
from portal_desk.sandbox.billing.ledger import book_charge
from portal_desk.sandbox.currencies import check_amount
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State


def took(
    state: State,
    intent: Json,
    method: Json | None,
    amount: int,
    *,
    held: bool = False,
    **fields: Any,
) -> Json:
    """A charge of `amount` (minor units) that succeeded; money only held waits to be captured."""
    kept = {"amount_captured": 0, "captured": False} if held else {}
    charge = objects.new_charge(state, intent, method, amount=amount, **kept, **fields)
    if not held:
        book_charge(state, charge)
    return state.create(charge, "charge.succeeded")


def captured(state: State, charge: Json, amount: int | None) -> int:
    """Take `amount` (minor units) of the money that a charge holds, or all; the rest is given back.

    Says how much was taken.

    Raises:
        StripeProblem: it has been captured, or holds less.
    """
    if charge["captured"]:
        raise invalid(
            f"Charge {charge['id']} has already been captured.", code="charge_already_captured"
        )
    held = charge["amount"]
    taken = held if amount is None else amount
    if not 0 < taken <= held:
        raise invalid(
            f"The amount to capture ({taken}) must be positive, and no greater than the capturable "
            f"amount ({held}).",
            "amount_to_capture",
            "amount_too_large",
        )
    check_amount(taken, charge["currency"], None)
    changes = {"amount_captured": taken, "amount_refunded": held - taken, "captured": True}
    booked = {**charge, **changes}
    book_charge(state, booked)
    changes["balance_transaction"] = booked["balance_transaction"]
    state.update(charge, changes, "charge.captured")
    return taken


def refused(state: State, intent: Json, method: Json, reason: Decline, **fields: Any) -> Json:
    """A charge that the bank declined."""
    charge = objects.new_charge(
        state,
        intent,
        method,
        amount_captured=0,
        captured=False,
        failure_code=reason.code,
        failure_message=reason.message,
        outcome=objects.declined_outcome(reason.decline_code or reason.code),
        paid=False,
        status="failed",
        **fields,
    )
    return state.create(charge, "charge.failed")


def gave_back(state: State, charge: Json, amount: int) -> None:
    """Note on a charge that `amount` more of it (minor units) was refunded."""
    refunded = charge["amount_refunded"] + amount
    changes = {"amount_refunded": refunded, "refunded": refunded == charge["amount"]}
    state.update(charge, changes, "charge.refunded")


def error_of(reason: Decline, method: Json | None, charge: Json | None) -> Json:
    """Why a payment failed, as its payment intent keeps it."""
    error: Json = {"code": reason.code, "message": reason.message, "type": reason.type}
    for name in ("decline_code", "param"):
        if value := getattr(reason, name):
            error[name] = value
    if charge:
        error["charge"] = charge["id"]
    if method:
        error["payment_method"] = method
    return error
