"""What charged the time that a proration gives back."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.state import State


def credited_items(state: State, item: Json, when: int) -> Json | None:
    """What charged a subscription's item for the time around `when` (seconds UTC), if it is known.

    "The reference is to an invoice item if the debit was pending when the credit was created, and
    to invoice line items if the debit was already invoiced"
    (https://docs.stripe.com/api/invoiceitems/object, `proration_details.credited_items`).
    """
    subscription = state.get("subscription", item["subscription"] or "")
    if subscription is None:
        return None
    customer = subscription["customer"]
    for waiting in state.where("invoiceitem", customer=customer, invoice=None):
        if _charges(waiting, "subscription_details", item, when):
            return {
                "invoice_item": waiting["id"],
                "invoice_line_item_details": None,
                "type": "invoice_item",
            }
    for invoice in state.where("invoice", customer=customer):
        lines = [
            line["id"]
            for line in invoice["lines"]["data"]
            if _charges(line, "subscription_item_details", item, when)
        ]
        if lines and invoice["status"] != "void":
            return on_lines({"invoice": invoice["id"], "invoice_line_items": lines})
    return None


def on_lines(details: Json) -> Json:
    """Lines of an invoice, as an invoice item names what it gives back."""
    return {
        "invoice_item": None,
        "invoice_line_item_details": details,
        "type": "invoice_line_items",
    }


def _charges(billed: Json, parent: str, item: Json, when: int) -> bool:
    details = (billed["parent"] or {}).get(parent) or {}
    price = ((billed["pricing"] or {}).get("price_details") or {}).get("price")
    of_item = (details.get("subscription_item"), price) == (item["id"], item["price"]["id"])
    period = billed["period"]
    return of_item and billed["amount"] > 0 and bool(period["start"] <= when < period["end"])
