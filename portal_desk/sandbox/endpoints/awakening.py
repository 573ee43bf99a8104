"""Payments that a world was seeded with, made when a list is about to show them.

There is a payment intent, and mostly a charge, for every invoice ever paid: a large world could not
hold them all. A page of them is made from the page of the payments that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call
from portal_desk.sandbox.lists import MAX_LIMIT, limit_of, page
from portal_desk.sandbox.state import State


def awaken(call: Call, *, status: str | None = None) -> None:
    """Make what the page that a call asks for could show.

    Args:
        call: its parameters are those of a list of payment intents or charges.
        status: of the payments that the list shows, where it doesn't show all.
    """
    customer = call.params.get("customer")
    found = list(_of_customer(call.state, customer) if customer else _around(call, status))
    if "ending_before" not in call.params:
        found.reverse()
    # Oldest first: those of one second are then listed in the order of their payments.
    for payment in sorted(found, key=lambda each: int(each["created"])):
        billing.intent_of(call.state, payment)


def awaken_all(state: State, customer: str | None) -> None:
    """Make all of them, or a customer's, for a search that looks into each."""
    known = customer is not None and state.has("customer", customer)
    found = _of_customer(state, customer or "") if known else state.where("invoice_payment")
    for payment in sorted(found, key=lambda each: int(each["created"])):
        billing.intent_of(state, payment)


def _of_customer(state: State, customer: str) -> Iterator[Json]:
    for invoice in state.where("invoice", customer=customer):
        yield from state.where("invoice_payment", invoice=invoice["id"])


def _around(call: Call, status: str | None) -> Iterator[Json]:
    """Payments from the cursor on: a page, one more, and all of that one's second."""
    limit, seen, last = limit_of(call.params), 0, None
    for payment in _payments(call, status):
        if seen > limit and payment["created"] != last:
            return
        seen, last = seen + 1, payment["created"]
        yield payment


def _payments(call: Call, status: str | None) -> Iterator[Json]:
    params: Json = {"limit": MAX_LIMIT}
    if "created" in call.params:
        params["created"] = call.params["created"]
    direction = "ending_before" if "ending_before" in call.params else "starting_after"
    if cursor := call.params.get(direction):
        params |= _behind(call.state, cursor, direction)
    while True:
        found = page(Call(call.state, params, path=call.path), "invoice_payment", status=status)
        entries = found["data"][::-1] if direction == "ending_before" else found["data"]
        yield from entries
        if not found["has_more"]:
            return
        params[direction] = entries[-1]["id"]


def _behind(state: State, cursor: str, direction: str) -> Json:
    """Where payments go on behind a payment intent, a charge or what that did to the balance."""
    booked = state.get("balance_transaction", cursor)
    cursor = booked["source"] if booked else cursor
    found = state.get("charge", cursor) or state.get("payment_intent", cursor) or booked
    if found is None:
        return {}
    intent = state.get("payment_intent", found.get("payment_intent") or cursor) or found
    invoice = (intent.get("payment_details") or {}).get("order_reference")
    payment = next(state.where("invoice_payment", invoice=invoice), None) if invoice else None
    if payment:
        return {direction: payment["id"]}
    return {"created": {"lte" if direction == "starting_after" else "gte": found["created"]}}
