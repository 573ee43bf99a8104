"""Payments and set-ups on their way: payment intents and setup intents."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State

_NONE_OF = (
    "application", "automatic_payment_methods", "cancellation_reason", "customer",
    "customer_account", "description", "excluded_payment_method_types", "managed_payments",
    "next_action", "on_behalf_of", "payment_method", "payment_method_configuration_details",
)  # fmt: skip
"""What an intent of either sort has none of until it is asked for."""
_NONE_OF_PAYMENT = (
    "application_fee_amount", "canceled_at", "last_payment_error", "latest_charge",
    "payment_record", "processing", "receipt_email", "review", "setup_future_usage", "shipping",
    "source", "statement_descriptor", "statement_descriptor_suffix", "transfer_data",
    "transfer_group",
)  # fmt: skip
_NONE_OF_SETUP = (
    "flow_directions",
    "last_setup_error",
    "latest_attempt",
    "mandate",
    "single_use_mandate",
)


def _begun(state: State, intent_id: str) -> Json:
    """What both sorts of intents begin with."""
    return {
        "id": intent_id,
        **dict.fromkeys(_NONE_OF),
        "client_secret": f"{intent_id}_secret_{intent_id.partition('_')[2][::-1]}",
        "created": state.feed_now(),
        "livemode": state.livemode,
        "metadata": {},
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }


def new_intent(state: State, intent_id: str, amount: int, currency: str, **fields: Any) -> Json:
    """A complete payment intent of `amount` (minor units); it is not stored yet."""
    intent: Json = {
        **_begun(state, intent_id),
        "object": "payment_intent",
        **dict.fromkeys(_NONE_OF_PAYMENT),
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "currency": currency,
        "payment_details": {"customer_reference": None, "order_reference": None},
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
    intent: Json = {
        **_begun(state, fields.get("id") or state.new_id("seti", 24)),
        "object": "setup_intent",
        **dict.fromkeys(_NONE_OF_SETUP),
        "usage": "off_session",
    }
    return filled(intent, fields, "setup intent")
