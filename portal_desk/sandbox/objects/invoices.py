"""Invoices, their lines, what waits to be billed, and payments.

`hosted_invoice_url` and `invoice_pdf` stay null here: the server makes fresh links for each answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import AUTOMATIC_TAX_OFF, SELF_ISSUER, filled, listed
from portal_desk.sandbox.state import State

_AUTOMATIC_TAX: Json = AUTOMATIC_TAX_OFF | {"provider": None, "status": None}
_PAYMENT_SETTINGS: Json = {
    "default_mandate": None,
    "payment_method_options": None,
    "payment_method_types": None,
}
NO_TRANSITIONS: Json = {
    "finalized_at": None,
    "marked_uncollectible_at": None,
    "paid_at": None,
    "voided_at": None,
}


def new_invoice(state: State, customer: Json, *, currency: str, **fields: Any) -> Json:
    """A complete draft invoice without lines or amounts; it is not stored yet."""
    invoice_id = fields.get("id") or state.new_id("in", 24)
    created = fields.get("created", state.now())
    account: Json = next(iter(state.kind("account").values()), {})
    invoice: Json = {
        "id": invoice_id,
        "object": "invoice",
        "account_country": account.get("country", "US"),
        "account_name": account.get("business_profile", {}).get("name"),
        "account_tax_ids": None,
        "amount_due": 0,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": None,
        "amount_remaining": 0,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": _AUTOMATIC_TAX,
        "automatically_finalizes_at": None,
        "billing_reason": "manual",
        "collection_method": "charge_automatically",
        "created": created,
        "currency": currency,
        "custom_fields": None,
        **_bill_to(customer),
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": None,
        "ending_balance": None,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": SELF_ISSUER,
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": line_list(invoice_id, []),
        "livemode": state.livemode,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "on_behalf_of": None,
        "parent": None,
        "payment_settings": _PAYMENT_SETTINGS,
        "period_end": created,
        "period_start": created,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": customer["balance"],
        "statement_descriptor": None,
        "status": "draft",
        "status_details": None,
        "status_transitions": NO_TRANSITIONS,
        "subtotal": 0,
        "subtotal_excluding_tax": 0,
        "test_clock": customer["test_clock"],
        "threshold_reason": None,
        "total": 0,
        "total_discount_amounts": [],
        "total_excluding_tax": 0,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": created,
    }
    return filled(invoice, fields, "invoice")


def _bill_to(customer: Json) -> Json:
    return {
        "customer": customer["id"],
        "customer_account": None,
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
    }


def line_list(invoice: str, lines: Sequence[Json]) -> Json:
    """The nested list of an invoice's lines."""
    return listed(f"/v1/invoices/{invoice}/lines", list(lines)) | {"total_count": len(lines)}


def new_line(
    state: State, *, invoice: str, amount: int, currency: str, start: int, end: int, **fields: Any
) -> Json:
    """A complete line of an invoice: `amount` in minor units for the time from `start` to `end`."""
    line: Json = {
        "id": fields.get("id") or state.new_id("il", 24),
        "object": "line_item",
        "amount": amount,
        "currency": currency,
        "description": None,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice,
        "livemode": state.livemode,
        "metadata": {},
        "parent": None,
        "period": {"end": end, "start": start},
        "pretax_credit_amounts": [],
        "pricing": None,
        "quantity": 1,
        "quantity_decimal": None,
        "subscription": None,
        "subtotal": amount,
        "taxes": [],
    }
    filled(line, fields, "line")
    if line["quantity_decimal"] is None and line["quantity"] is not None:
        line["quantity_decimal"] = str(line["quantity"])
    return line


def line_pricing(price: Json) -> Json:
    """Which price a line comes from."""
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def subscription_line_parent(
    subscription: str | None,
    item: str,
    *,
    proration: bool = False,
    invoice_item: str | None = None,
    credits: Json | None = None,  # noqa: A002 - reads as what it is
) -> Json:
    """Where a line of a subscription's bill comes from.

    Args:
        subscription: `sub_…`, or None in a preview of one that does not exist yet.
        item: `si_…`.
        proration: whether the line makes up for a change within a period.
        invoice_item: `ii_…` where a proration waited as an invoice item.
        credits: for a credit, the invoice and lines that charged what is given back.
    """
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": invoice_item,
            "proration": proration,
            "proration_details": {"credited_items": credits},
            "subscription": subscription,
            "subscription_item": item,
        },
        "type": "subscription_item_details",
    }


def invoice_item_line_parent(invoice_item: str, subscription: str | None = None) -> Json:
    """Where a line comes from that bills an invoice item."""
    return {
        "invoice_item_details": {
            "invoice_item": invoice_item,
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": subscription,
        },
        "subscription_item_details": None,
        "type": "invoice_item_details",
    }


def subscription_invoice_parent(
    subscription: str | None, metadata: Json, proration_date: int | None = None
) -> Json:
    """Which subscription an invoice bills."""
    details: Json = {"metadata": metadata, "subscription": subscription}
    if proration_date is not None:
        details["subscription_proration_date"] = proration_date
    return {
        "quote_details": None,
        "subscription_details": details,
        "type": "subscription_details",
    }


def new_invoice_item(
    state: State, *, customer: str, amount: int, currency: str, **fields: Any
) -> Json:
    """Something that waits to be billed on the next invoice; it is not stored yet."""
    now = fields.get("date", state.now())
    item: Json = {
        "id": fields.get("id") or state.new_id("ii", 24),
        "object": "invoiceitem",
        "amount": amount,
        "currency": currency,
        "customer": customer,
        "customer_account": None,
        "date": now,
        "description": None,
        "discountable": True,
        "discounts": [],
        "invoice": None,
        "livemode": state.livemode,
        "metadata": {},
        "net_amount": amount,
        "parent": None,
        "period": {"end": now, "start": now},
        "pricing": None,
        "proration": False,
        "proration_details": None,
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": [],
        "test_clock": None,
    }
    return filled(item, fields, "invoice item")


def new_invoice_payment(state: State, invoice: Json, **fields: Any) -> Json:
    """A payment of an invoice, or the attempt at one; it is not stored yet."""
    payment: Json = {
        "id": fields.get("id") or state.new_id("inpay", 24),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": state.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": state.livemode,
        "payment": {"payment_intent": state.new_id("pi", 24), "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    return filled(payment, fields, "invoice payment")
