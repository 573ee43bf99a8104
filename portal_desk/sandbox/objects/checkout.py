"""Checkout sessions, what is bought in them, and the links that open them."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import SELF_ISSUER, filled
from portal_desk.sandbox.state import State

DAY = 86_400
_NO_TEXT: Json = {
    "after_submit": None,
    "shipping_address": None,
    "submit": None,
    "terms_of_service_acceptance": None,
}


_NOT_YET = (
    "after_expiration", "allow_promotion_codes", "allowed_payment_method_types",
    "amount_subtotal", "amount_total", "billing_address_collection", "branding_settings",
    "cancel_url", "client_reference_id", "client_secret", "collected_information", "consent",
    "consent_collection", "currency", "currency_conversion", "customer", "customer_account",
    "customer_creation", "customer_details", "customer_email", "invoice", "invoice_creation",
    "locale", "origin_context", "payment_intent", "payment_link",
    "payment_method_configuration_details", "permissions", "recovered_from",
    "saved_payment_method_options", "setup_intent", "shipping_address_collection",
    "shipping_cost", "submit_type", "subscription", "success_url", "total_details", "url",
    "wallet_options",
)  # fmt: skip
"""What a session has none of until it is asked for, or until somebody pays."""


def new_checkout_session(state: State, mode: str, **fields: Any) -> Json:
    """A complete checkout session without lines; it is not stored yet."""
    prefix = "cs_live" if state.livemode else "cs_test"
    session: Json = {
        "id": fields.get("id") or state.new_id(prefix, 58),
        "object": "checkout.session",
        **dict.fromkeys(_NOT_YET),
        "adaptive_pricing": {"enabled": False},
        "automatic_tax": {
            "enabled": False, "liability": None, "provider": None, "status": None,
        },
        "created": state.now(),
        "custom_fields": [],
        "custom_text": _NO_TEXT,
        "discounts": [],
        "expires_at": state.now() + DAY,
        "line_items": [],
        "livemode": state.livemode,
        "metadata": {},
        "mode": mode,
        "payment_method_collection": "always",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "no_payment_required" if mode == "setup" else "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "ui_mode": "hosted_page",
    }  # fmt: skip
    return filled(session, fields, "checkout session")


def new_line_item(state: State, price: Json, quantity: int, description: str) -> Json:
    """What is bought: `quantity` of a price; its amounts are still zero."""
    return {
        "id": state.new_id("li", 24),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": 0,
        "amount_tax": 0,
        "amount_total": 0,
        "currency": price["currency"],
        "description": description,
        "metadata": {},
        "price": price,
        "quantity": quantity,
    }


def new_payment_link(state: State, currency: str, **fields: Any) -> Json:
    """A complete payment link without lines; it is not stored yet."""
    link: Json = {
        "id": fields.get("id") or state.new_id("plink", 24),
        "object": "payment_link",
        "active": True,
        "after_completion": {
            "hosted_confirmation": {"custom_message": None}, "type": "hosted_confirmation",
        },
        "allow_promotion_codes": False,
        "application": None,
        "application_fee_amount": None,
        "application_fee_percent": None,
        "automatic_tax": {"enabled": False, "liability": None},
        "billing_address_collection": "auto",
        "consent_collection": None,
        "currency": currency,
        "custom_fields": [],
        "custom_text": _NO_TEXT,
        "customer_creation": "if_required",
        "inactive_message": None,
        "invoice_creation": None,
        "line_items": [],
        "livemode": state.livemode,
        "metadata": {},
        "on_behalf_of": None,
        "payment_intent_data": None,
        "payment_method_collection": "always",
        "payment_method_types": None,
        "phone_number_collection": {"enabled": False},
        "restrictions": None,
        "shipping_address_collection": None,
        "shipping_options": [],
        "submit_type": "auto",
        "subscription_data": None,
        "tax_id_collection": {"enabled": False, "required": "never"},
        "transfer_data": None,
        "url": None,
    }  # fmt: skip
    return filled(link, fields, "payment link")


def link_subscription_data(given: Json) -> Json:
    """How a payment link's subscriptions are made."""
    return {
        "description": None,
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": SELF_ISSUER,
        },
        "metadata": {},
        "trial_period_days": None,
        "trial_settings": None,
        **given,
    }


def link_payment_data(given: Json) -> Json:
    """How a payment link's payments are made."""
    return {
        "capture_method": None,
        "description": None,
        "metadata": {},
        "setup_future_usage": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "transfer_group": None,
        **given,
    }
