"""Payment methods of the types that the customer portal knows, and of some it does not."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import EMPTY_ADDRESS, filled
from portal_desk.sandbox.state import State

_CHECKS: Json = {
    "address_line1_check": None,
    "address_postal_code_check": None,
    "cvc_check": "pass",
}
_THREE_D_SECURE: Json = {"supported": True}
_FINGERPRINT = "fingerprint"
_NETWORKS: dict[str, Json] = {}


def new_payment_method(
    state: State,
    type: str,  # noqa: A002 - Stripe's own word
    details: Json | None = None,
    **fields: Any,
) -> Json:
    """A complete payment method; it is not stored yet.

    Args:
        state: where ids and the time come from.
        type: Stripe's type, such as `card`, `sepa_debit`, `paypal`.
        details: what stands under the type's own key; see `card` and `bank`.
        fields: whatever differs from the defaults.
    """
    payment_method: Json = {
        "id": fields.get("id") or state.new_id("pm", 24),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(),
        "created": state.now(),
        "customer": None,
        "customer_account": None,
        "livemode": state.livemode,
        "metadata": {},
        "type": type,
        type: details or {},
    }
    return filled(payment_method, fields, "payment method")


def billing_details(
    *,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    address: Json | None = None,
) -> Json:
    """Who a payment method bills."""
    return {
        "address": address or EMPTY_ADDRESS,
        "email": email,
        "name": name,
        "phone": phone,
        "tax_id": None,
    }


def card(
    state: State,
    brand: str,
    last4: str,
    *,
    exp_month: int,
    exp_year: int,
    country: str = "US",
    funding: str = "credit",
    wallet: str | None = None,
) -> Json:
    """What stands under `card`; `wallet` is `apple_pay`, `google_pay` or None."""
    return {
        "brand": brand,
        "checks": _CHECKS,
        "country": country,
        "display_brand": brand,
        "exp_month": exp_month,
        "exp_year": exp_year,
        "fingerprint": fingerprint(state),
        "funding": funding,
        "generated_from": None,
        "last4": last4,
        "networks": _NETWORKS.setdefault(brand, {"available": [brand], "preferred": None}),
        "regulated_status": "unregulated",
        "three_d_secure_usage": _THREE_D_SECURE,
        "wallet": wallet and {"dynamic_last4": last4, "type": wallet, wallet: {}},
    }


def bank(state: State, type: str, last4: str, country: str) -> Json:  # noqa: A002 - Stripe's own word
    """What stands under a bank debit's own key: `sepa_debit`, `us_bank_account`, `bacs_debit`, …"""
    by_type: dict[str, Json] = {
        "sepa_debit": {
            "bank_code": "37040044",
            "branch_code": "",
            "country": country,
            "generated_from": {"charge": None, "setup_attempt": None},
        },
        "us_bank_account": {
            "account_holder_type": "company",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "financial_connections_account": None,
            "networks": {"preferred": "ach", "supported": ["ach"]},
            "routing_number": "110000000",
            "status_details": {},
        },
        "bacs_debit": {"sort_code": "108800"},
        "au_becs_debit": {"bsb_number": "000000"},
        "acss_debit": {
            "bank_name": "STRIPE TEST BANK",
            "institution_number": "000",
            "transit_number": "11000",
        },
    }
    return {"fingerprint": fingerprint(state), "last4": last4} | by_type[type]


def fingerprint(state: State) -> str:
    """Sixteen characters that tell one card or account from another."""
    return state.new_id(_FINGERPRINT, 16).removeprefix(f"{_FINGERPRINT}_")
