"""From a subscription's bill to money: issued, opened, charged or sent."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.charging import Decline, paying_method
from portal_desk.sandbox.billing.discounts import is_used_up
from portal_desk.sandbox.billing.invoices import (
    collect,
    finalize_invoice,
    mark_uncollectible,
    recovered,
    void_invoice,
)
from portal_desk.sandbox.billing.issuing import GRACE, issue
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
    invoice = _issued(state, bill, reason=reason, at=at)
    if invoice["status"] != "draft" or not invoice["auto_advance"]:
        return invoice, None
    finalize_invoice(state, invoice)
    return invoice, settle(state, invoice, bill.subscription, attempt=attempt)


def draft_bill(state: State, bill: Bill, *, reason: str, at: int) -> Json:
    """Make a draft of a bill that a period's end brings: it is finalized an hour later.

    The invoices of a subscription that is unpaid stay drafts
    (https://docs.stripe.com/billing/subscriptions/overview#unpaid).
    """
    subscription: Json = bill.subscription or {}
    fields: Json = {"automatically_finalizes_at": state.now() + GRACE}
    if subscription.get("status") == "unpaid":
        fields = {"auto_advance": False}
    elif subscription.get("pause_collection"):
        fields = {}
    return _issued(state, bill, reason=reason, at=at, **fields)


def settle(
    state: State, invoice: Json, subscription: Json | None, *, attempt: bool = True
) -> Decline | None:
    """Charge or send an invoice that was opened just now, and say why a charge failed."""
    if invoice["collection_method"] == "send_invoice":
        if invoice["status"] == "open":
            state.emit("invoice.sent", invoice)
        return None
    if not attempt:
        return None
    customer = state.kind("customer")[invoice["customer"]]
    failed = collect(state, invoice, paying_method(state, customer, invoice, subscription))
    if failed is None:
        recovered(state, invoice)
    return failed


def _issued(state: State, bill: Bill, *, reason: str, at: int, **fields: Any) -> Json:
    subscription: Json = bill.subscription or {}
    customer = state.kind("customer")[subscription["customer"]]
    invoice = issue(state, bill, customer, reason=reason, at=at, **fields)
    if stored := state.get("subscription", subscription["id"]):
        _spend_once(state, stored, bill)
    if paused := subscription.get("pause_collection"):
        _hold_back(state, invoice, paused["behavior"])
    return invoice


def _hold_back(state: State, invoice: Json, behavior: str) -> None:
    """Source: https://docs.stripe.com/billing/subscriptions/pause-payment."""
    if behavior == "keep_as_draft":
        state.update(invoice, {"auto_advance": False}, "invoice.updated")
        return
    finalize_invoice(state, invoice)
    if invoice["status"] != "open":
        return
    if behavior == "void":
        void_invoice(state, invoice)
    else:
        mark_uncollectible(state, invoice, "subscription_paused")


def _spend_once(state: State, subscription: Json, bill: Bill) -> None:
    """Take the discounts that last for a single invoice off what they are on."""
    spent = _spent(state, bill)
    if not spent:
        return
    fields = {name: subscription[name] for name in ("discounts", "items")}
    state.update(subscription, without_spent(state, bill, fields))
    customer = state.kind("customer")[subscription["customer"]]
    if customer["discount"] and customer["discount"]["id"] in spent:
        state.update(customer, {"discount": None}, "customer.updated")
    for each in spent.values():
        state.emit("customer.discount.deleted", each)


def without_spent(state: State, bill: Bill, fields: Json) -> Json:
    """Fields of a subscription without the discounts that a bill uses up."""
    spent, after = _spent(state, bill), dict(fields)
    if spent and "discounts" in after:
        after["discounts"] = [each for each in after["discounts"] if each not in spent]
    if spent and "items" in after:
        items = [
            item | {"discounts": [each for each in item["discounts"] if each not in spent]}
            for item in after["items"]["data"]
        ]
        after["items"] = objects.item_list(items[0]["subscription"], items)
    return after


def _spent(state: State, bill: Bill) -> dict[str, Json]:
    """The discounts that a bill uses up: one that costs nothing, as that of a trial, uses up none.

    "Applies to the first charge" (https://docs.stripe.com/api/coupons/object#coupon_object-duration).
    """
    if not any(draft.amount for draft in bill.drafts):
        return {}
    own = (each for draft in bill.drafts for each in draft.discounts)
    return {each["id"]: each for each in (*bill.discounts, *own) if is_used_up(state, each)}
