"""The business whose billing the sandbox keeps."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import address, filled, listed

_NO_REQUIREMENTS: Json = {
    "alternatives": [],
    "current_deadline": None,
    "currently_due": [],
    "disabled_reason": None,
    "errors": [],
    "eventually_due": [],
    "past_due": [],
    "pending_verification": [],
}


def business_profile(name: str, **fields: object) -> Json:
    """How the business presents itself to its customers."""
    profile: Json = {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "mcc": "5734",
        "minority_owned_business_designation": None,
        "name": name,
        "product_description": None,
        "support_address": address(),
        "support_email": None,
        "support_phone": None,
        "support_url": None,
        "url": None,
    }
    return filled(profile, fields, "business profile")


def account_settings(name: str, *, primary: str | None, secondary: str | None) -> Json:
    """An account's settings, with the brand's two colours (`#rrggbb`)."""
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {
            "icon": None,
            "logo": None,
            "primary_color": primary,
            "secondary_color": secondary,
        },
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": True},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": name, "timezone": "America/Los_Angeles"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": "offer"},
        "payments": {
            "statement_descriptor": name.upper()[:22],
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }


def new_account(account_id: str, name: str, *, created: int, **fields: object) -> Json:
    """A complete account in the US.

    Args:
        account_id: `acct_…`.
        name: the business's name.
        created: seconds UTC.
        fields: whatever differs from the defaults.
    """
    account: Json = {
        "id": account_id,
        "object": "account",
        "business_profile": business_profile(name),
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "company": None,
        "controller": {"type": "account"},
        "country": "US",
        "created": created,
        "default_currency": "usd",
        "details_submitted": True,
        "email": None,
        "external_accounts": listed(f"/v1/accounts/{account_id}/external_accounts", []),
        "future_requirements": _NO_REQUIREMENTS,
        "metadata": {},
        "payouts_enabled": True,
        "requirements": _NO_REQUIREMENTS,
        "settings": account_settings(name, primary=None, secondary=None),
        "tos_acceptance": {"date": created, "ip": None, "user_agent": None},
        "type": "standard",
    }
    return filled(account, fields, "account")
