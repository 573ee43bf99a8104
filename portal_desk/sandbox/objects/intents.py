"""Payments and set-ups on their way: payment intents and setup intents."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State


def new_intent(state: State, intent_id: str, amount: int, currency: str, **fields: Any) -> Json:
    """A complete payment intent of `amount` (minor units); it is not stored yet."""
    intent: Json = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{intent_id}_secret_{intent_id.removeprefix('pi_')[::-1]}",
        "confirmation_method": "automatic",
        "created": state.feed_now(),
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": state.livemode,
        "managed_payments": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_details": {"customer_reference": None, "order_reference": None},
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_record": None,
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    return filled(intent, fields, "payment intent")


def new_payment_intent(
    state: State, invoice: Json, intent_id: str, amount: int, **fields: Any
) -> Json:
    """The payment intent of an invoice, which it names as its order; it is not stored yet."""
    of_invoice = {
        "customer": invoice["customer"],
        "description": "Payment for Invoice",
        "payment_details": {"customer_reference": None, "order_reference": invoice["id"]},
    }
    return new_intent(state, intent_id, amount, invoice["currency"], **of_invoice | fields)


def new_setup_intent(state: State, **fields: Any) -> Json:
    """A complete setup intent; it is not stored yet."""
    intent_id = fields.get("id") or state.new_id("seti", 24)
    intent: Json = {
        "id": intent_id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{intent_id}_secret_{intent_id.removeprefix('seti_')[::-1]}",
        "created": state.feed_now(),
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": state.livemode,
        "managed_payments": None,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    }
    return filled(intent, fields, "setup intent")
