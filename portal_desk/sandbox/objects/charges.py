"""Charges: each attempt of a payment intent to take money."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.objects.payment_methods import billing_details
from portal_desk.sandbox.state import State

_CARD = (
    "brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4",
    "regulated_status", "wallet",
)  # fmt: skip
_APPROVED: Json = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "seller_message": "Payment complete.",
    "type": "authorized",
}


_RISKY = "9235"

_NONE_OF = (
    "application", "application_fee", "application_fee_amount", "balance_transaction",
    "failure_balance_transaction", "failure_code", "failure_message", "on_behalf_of",
    "presentment_details", "receipt_number", "receipt_url", "review", "source", "source_transfer",
    "transfer_data",
)  # fmt: skip
"""What a charge has none of unless something comes of it."""
_OF_INTENT = (
    "currency", "customer", "description", "metadata", "receipt_email", "shipping",
    "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip


def new_charge(state: State, intent: Json, method: Json | None, **fields: Any) -> Json:
    """A complete charge of a payment intent that succeeded; it is not stored yet.

    Args:
        state: where ids come from.
        intent: what is paid.
        method: what it is paid with, where that is known.
        fields: whatever differs from the defaults; `failure_…` and `outcome` where it failed.
    """
    amount = fields.get("amount", intent["amount"])
    charge: Json = {
        "id": fields.get("id") or state.new_id("ch", 24),
        "object": "charge",
        **dict.fromkeys(_NONE_OF),
        **{name: intent[name] for name in _OF_INTENT},
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "billing_details": method["billing_details"] if method else billing_details(),
        "calculated_statement_descriptor": _descriptor(state),
        "captured": True,
        "created": state.feed_now(),
        "disputed": False,
        "fraud_details": {},
        "livemode": state.livemode,
        "outcome": _outcome(method),
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": method and method["id"],
        "payment_method_details": method and _details(method),
        "radar_options": {},
        "refunded": False,
        "status": "succeeded",
    }
    return filled(charge, fields, "charge")


def declined_outcome(code: str) -> Json:
    """The `outcome` of a charge that was declined, by the bank or by Stripe, for a reason."""
    if code == "fraudulent":
        return _APPROVED | {
            "network_status": "not_sent_to_network",
            "reason": "merchant_blacklist",
            "seller_message": "Stripe blocked this payment.",
            "type": "blocked",
        }
    told = f"The bank returned the decline code `{code}`."
    if code == "generic_decline":
        told = "The bank did not return any further details with this decline."
    return _APPROVED | {
        "network_status": "declined_by_network",
        "reason": code,
        "seller_message": told,
        "type": "issuer_declined",
    }


def _outcome(method: Json | None) -> Json:
    """That a charge went through; one test card's is suspicious all the same."""
    card = (method or {}).get("card") or {}
    if card.get("last4") != _RISKY:
        return _APPROVED
    return _APPROVED | {
        "reason": "elevated_risk_level",
        "risk_level": "elevated",
        "seller_message": "Stripe evaluated this payment as having elevated risk, and placed it in "
        "your manual review queue.",
        "type": "manual_review",
    }


def _details(method: Json) -> Json:
    """What a charge keeps of its payment method."""
    kind = method["type"]
    own = method.get(kind) or {}
    if kind == "card":
        own = {name: own[name] for name in _CARD} | {
            "amount_authorized": None,
            "installments": None,
            "mandate": None,
            "network": own["brand"],
            "three_d_secure": None,
        }
    elif kind == "link":
        own = {"country": None}
    else:
        own = {name: own[name] for name in ("fingerprint", "last4") if name in own}
    return {"type": kind, kind: own}


def _descriptor(state: State) -> str | None:
    for account in state.where("account"):
        return str(account["settings"]["payments"]["statement_descriptor"])
    return None
