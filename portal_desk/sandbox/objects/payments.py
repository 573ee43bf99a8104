"""Money that goes back: refunds and credit notes.

`pdf` stays empty here: the server makes the link for each answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled, listed
from portal_desk.sandbox.state import State


def new_refund(state: State, charge: Json, amount: int, **fields: Any) -> Json:
    """A complete refund of a charge, in minor units; it is not stored yet."""
    refund: Json = {
        "id": fields.get("id") or state.new_id("re", 24),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": state.feed_now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    return filled(refund, fields, "refund")


def new_credit_note(state: State, invoice: Json, lines: Sequence[Json], **fields: Any) -> Json:
    """A complete credit note for a finalized invoice; it is not stored yet."""
    note_id = fields.get("id") or state.new_id("cn", 24)
    note: Json = {
        "id": note_id,
        "object": "credit_note",
        "amount": 0,
        "amount_shipping": 0,
        "created": state.now(),
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "customer_account": None,
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": state.now(),
        "invoice": invoice["id"],
        "lines": listed(f"/v1/credit_notes/{note_id}/lines", list(lines)),
        "livemode": state.livemode,
        "memo": None,
        "metadata": {},
        "number": "",
        "out_of_band_amount": None,
        "pdf": "",
        "post_payment_amount": 0,
        "pre_payment_amount": 0,
        "pretax_credit_amounts": [],
        "reason": None,
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "subtotal": 0,
        "subtotal_excluding_tax": 0,
        "total": 0,
        "total_excluding_tax": 0,
        "total_taxes": [],
        "type": "pre_payment",
        "voided_at": None,
    }
    return filled(note, fields, "credit note")


def new_credit_note_line(state: State, amount: int, **fields: Any) -> Json:
    """A complete line of a credit note: `amount` in minor units, before discounts and tax."""
    line: Json = {
        "id": fields.get("id") or state.new_id("cnli", 24),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "invoice_line_item": None,
        "livemode": state.livemode,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": None,
        "tax_rates": [],
        "taxes": [],
        "type": "custom_line_item",
        "unit_amount": None,
        "unit_amount_decimal": None,
    }
    return filled(line, fields, "credit note line")
