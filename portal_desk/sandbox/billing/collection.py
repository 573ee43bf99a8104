"""From a subscription's bill to money: issued, opened, charged or sent."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.charging import Decline, paying_method
from portal_desk.sandbox.billing.discounts import is_used_up
from portal_desk.sandbox.billing.invoices import (
    collect,
    finalize_invoice,
    issue,
    mark_uncollectible,
    recovered,
    void_invoice,
)
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.state import State


def charge_bill(
    state: State, bill: Bill, *, reason: str, at: int, attempt: bool = True
) -> tuple[Json, Decline | None]:
    """Make an invoice of a subscription's bill, open it, and charge or send it.

    Where the collection of payments is paused, the invoice is held back as that says.

    Returns:
        The invoice, and why it could not be charged where that was tried and failed.
    """
    subscription: Json = bill.subscription or {}
    customer = state.kind("customer")[subscription["customer"]]
    invoice = issue(state, bill, customer, reason=reason, at=at)
    if paused := subscription.get("pause_collection"):
        _hold_back(state, invoice, paused["behavior"])
        return invoice, None
    finalize_invoice(state, invoice)
    stored = state.get("subscription", subscription["id"])
    if stored:
        _spend_once(state, stored, bill)
    if invoice["collection_method"] == "send_invoice":
        if invoice["status"] == "open":
            state.emit("invoice.sent", invoice)
        return invoice, None
    if not attempt:
        return invoice, None
    method = paying_method(state, customer, invoice, subscription)
    failed = collect(state, invoice, method)
    if failed is None:
        recovered(state, invoice)
    return invoice, failed


def _hold_back(state: State, invoice: Json, behavior: str) -> None:
    """Source: https://docs.stripe.com/billing/subscriptions/pause-payment."""
    if behavior == "keep_as_draft":
        state.update(invoice, {"auto_advance": False}, "invoice.updated")
        return
    finalize_invoice(state, invoice)
    if invoice["status"] == "open":
        give_up = void_invoice if behavior == "void" else mark_uncollectible
        give_up(state, invoice)


def _spend_once(state: State, subscription: Json, bill: Bill) -> None:
    """Take discounts off a subscription or customer that last for a single invoice only."""
    spent = {each["id"] for each in bill.discounts if is_used_up(state, each)}
    if not spent:
        return
    kept = [each for each in subscription["discounts"] if each not in spent]
    state.update(subscription, {"discounts": kept})
    customer = state.kind("customer")[subscription["customer"]]
    if customer["discount"] and customer["discount"]["id"] in spent:
        state.update(customer, {"discount": None}, "customer.updated")
    for each in bill.discounts:
        if each["id"] in spent:
            state.emit("customer.discount.deleted", each)
