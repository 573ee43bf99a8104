"""Customers, and what belongs to them alone: tax IDs and balance transactions."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State

_PREFIX_ALPHABET = "0123456789ABCDEF"


def new_customer(state: State, **fields: Any) -> Json:
    """A complete customer; it is not stored yet."""
    customer: Json = {
        "id": fields.get("id") or state.new_id("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": state.now(),
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": "".join(state.random.choices(_PREFIX_ALPHABET, k=8)),
        "invoice_settings": invoice_settings(),
        "livemode": state.livemode,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    return filled(customer, fields, "customer")


def invoice_settings(default_payment_method: str | None = None) -> Json:
    """A customer's settings for invoices."""
    return {
        "custom_fields": None,
        "default_payment_method": default_payment_method,
        "footer": None,
        "rendering_options": None,
    }


def new_tax_id(
    state: State,
    customer: str | None,
    *,
    type: str,  # noqa: A002 - Stripe's own word
    value: str,
    **fields: Any,
) -> Json:
    """A complete tax ID of a customer, or of the business itself; it is not stored yet.

    `eu_vat` and the like name their country in the value, the others in the type.
    """
    prefix = value[:2] if type == "eu_vat" else type[:2]
    tax_id: Json = {
        "id": fields.get("id") or state.new_id("txi", 24),
        "object": "tax_id",
        "country": {"EL": "GR"}.get(prefix.upper(), prefix.upper()),
        "created": state.now(),
        "customer": customer,
        "customer_account": None,
        "livemode": state.livemode,
        "owner": {
            "customer": customer,
            "customer_account": None,
            "type": "customer" if customer else "self",
        },
        "type": type,
        "value": value,
        "verification": verification("pending") if customer else None,
    }
    return filled(tax_id, fields, "tax ID")


def verification(status: str, *, name: str | None = None, address: str | None = None) -> Json:
    """What came of checking a tax ID: `pending`, `verified`, `unverified` or `unavailable`."""
    return {"status": status, "verified_address": address, "verified_name": name}


def new_balance_transaction(state: State, customer: Json, amount: int, **fields: Any) -> Json:
    """A change of a customer's balance, in minor units; a credit to the customer is negative.

    It is not stored yet, and the customer's own balance is left to the caller.
    """
    transaction: Json = {
        "id": fields.get("id") or state.new_id("cbtxn", 24),
        "object": "customer_balance_transaction",
        "amount": amount,
        "checkout_session": None,
        "created": state.now(),
        "credit_note": None,
        "currency": customer["currency"],
        "customer": customer["id"],
        "customer_account": None,
        "description": None,
        "ending_balance": customer["balance"] + amount,
        "invoice": None,
        "livemode": state.livemode,
        "metadata": {},
        "type": "adjustment",
    }
    return filled(transaction, fields, "balance transaction")
