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


_AMOUNTS: Json = dict.fromkeys(
    (
        "amount_due", "amount_overpaid", "amount_paid", "amount_remaining", "amount_shipping",
        "attempt_count", "post_payment_credit_notes_amount", "pre_payment_credit_notes_amount",
        "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax",
    ),
    0,
)  # fmt: skip
_UNSET: Json = dict.fromkeys(
    (
        "account_tax_ids", "amount_paid_off_stripe", "application", "automatically_finalizes_at",
        "custom_fields", "default_payment_method", "default_source", "description", "due_date",
        "effective_at", "ending_balance", "footer", "from_invoice", "hosted_invoice_url",
        "invoice_pdf", "last_finalization_error", "latest_revision", "next_payment_attempt",
        "number", "on_behalf_of", "parent", "receipt_number", "rendering", "shipping_cost",
        "shipping_details", "statement_descriptor", "status_details", "threshold_reason",
    )
)  # fmt: skip
_EMPTY = (
    "default_tax_rates", "discounts", "total_discount_amounts", "total_pretax_credit_amounts",
    "total_taxes",
)  # fmt: skip


def new_invoice(state: State, customer: Json, *, currency: str, **fields: Any) -> Json:
    """A complete draft invoice without lines or amounts; it is not stored yet."""
    invoice_id = fields.get("id") or state.new_id("in", 24)
    created = fields.get("created", state.now())
    invoice: Json = {
        "id": invoice_id,
        "object": "invoice",
        **_AMOUNTS,
        **_UNSET,
        **{name: [] for name in _EMPTY},
        **_issued_by(state),
        **_bill_to(customer),
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": _AUTOMATIC_TAX,
        "billing_reason": "manual",
        "collection_method": "charge_automatically",
        "created": created,
        "currency": currency,
        "lines": line_list(invoice_id, []),
        "livemode": state.livemode,
        "metadata": {},
        "payment_settings": _PAYMENT_SETTINGS,
        "period_end": created,
        "period_start": created,
        "starting_balance": customer["balance"],
        "status": "draft",
        "status_transitions": NO_TRANSITIONS,
        "test_clock": customer["test_clock"],
        "webhooks_delivered_at": created,
    }
    return filled(invoice, fields, "invoice")


def _issued_by(state: State) -> Json:
    account: Json = next(iter(state.kind("account").values()), {})
    return {
        "account_country": account.get("country", "US"),
        "account_name": account.get("business_profile", {}).get("name"),
        "issuer": SELF_ISSUER,
    }


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
    """A payment of an invoice, or the attempt at one; it is not stored yet.

    Its payment intent's id ends as its own does, so that either leads to the other.
    """
    payment_id = fields.get("id") or state.new_id("inpay", 24)
    intent_id = f"pi_{payment_id.removeprefix('inpay_')}"
    payment: Json = {
        "id": payment_id,
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": state.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": state.livemode,
        "payment": {"payment_intent": intent_id, "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    return filled(payment, fields, "invoice payment")
