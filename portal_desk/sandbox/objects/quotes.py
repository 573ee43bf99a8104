"""Quotes: what a customer is offered, before it is a subscription or an invoice."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import SELF_ISSUER, billing_mode, filled
from portal_desk.sandbox.state import State

_DAY = 86_400
_VALID_DAYS = 30
_NONE_OF = (
    "application", "application_fee_amount", "application_fee_percent", "currency", "customer",
    "customer_account", "description", "footer", "from_quote", "header", "invoice", "number",
    "on_behalf_of", "subscription", "subscription_schedule", "test_clock", "transfer_data",
)  # fmt: skip
"""What a quote has none of until it is asked for, or until it is accepted."""


def new_quote(state: State, **fields: Any) -> Json:
    """A complete quote that is a draft without lines; it is not stored yet."""
    now = state.now()
    quote: Json = {
        "id": fields.get("id") or state.new_id("qt", 24),
        "object": "quote",
        **dict.fromkeys(_NONE_OF),
        "amount_subtotal": 0,
        "amount_total": 0,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "collection_method": "charge_automatically",
        "computed": {"recurring": None, "upfront": totals([])},
        "created": now,
        "default_tax_rates": [],
        "discounts": [],
        "expires_at": now + _VALID_DAYS * _DAY,
        "invoice_settings": {
            "custom_fields": None,
            "days_until_due": None,
            "description": None,
            "footer": None,
            "issuer": SELF_ISSUER,
        },
        "line_items": [],
        "livemode": state.livemode,
        "metadata": {},
        "status": "draft",
        "status_transitions": {"accepted_at": None, "canceled_at": None, "finalized_at": None},
        "subscription_data": {
            "billing_mode": quoted_mode("flexible"),
            "description": None,
            "effective_date": None,
            "metadata": {},
            "trial_period_days": None,
        },
        "total_details": total_details(0),
    }
    return filled(quote, fields, "quote")


def quoted_mode(kind: str) -> Json:
    """How what becomes of a quote is billed: `classic` or `flexible`."""
    return {name: value for name, value in billing_mode(kind).items() if name != "updated_at"}


def totals(lines: list[Json], **fields: Any) -> Json:
    """What some lines of a quote come to."""
    return {
        "amount_subtotal": sum(each["amount_subtotal"] for each in lines),
        "amount_total": sum(each["amount_total"] for each in lines),
        "total_details": total_details(sum(each["amount_discount"] for each in lines)),
        **fields,
    }


def total_details(discount: int) -> Json:
    """How much of a total is discounts; the sandbox's quotes have no taxes and no shipping."""
    return {"amount_discount": discount, "amount_shipping": 0, "amount_tax": 0}
