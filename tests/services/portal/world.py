"""Customers, subscriptions and configurations as Stripe writes them; all is allowed unless a test says otherwise."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Verdict
from portal_desk.services.portal.rules import judge

NOW = 1_795_000_000
"""18 November 2026, 11:06:40 UTC."""
DAY = 86_400
PERIOD_END = NOW + 10 * DAY


def price(price_id: str = "price_team", product: str = "prod_team", **fields: Any) -> Json:
    return {
        "id": price_id,
        "object": "price",
        "active": True,
        "currency": "usd",
        "product": product,
        "tax_behavior": "exclusive",
        "unit_amount": 2000,
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "usage_type": "licensed",
            "meter": None,
        },
        **fields,
    }


def every(interval: str, count: int = 1) -> Json:
    return {"interval": interval, "interval_count": count, "usage_type": "licensed", "meter": None}


TEAM = price()
BUSINESS = price("price_business", "prod_business", unit_amount=5000)
METERED = price(
    "price_storage",
    "prod_storage",
    recurring={**every("month"), "usage_type": "metered", "meter": "mtr_1"},
)


def item(of: Json = TEAM, quantity: int | None = 1) -> Json:
    return {
        "id": f"si_{of['id']}",
        "object": "subscription_item",
        "price": of,
        "quantity": quantity,
        "current_period_end": PERIOD_END,
    }


def subscription(*items: Json, **fields: Any) -> Json:
    return {
        "id": "sub_1",
        "object": "subscription",
        "status": "active",
        "currency": "usd",
        "collection_method": "charge_automatically",
        "billing_mode": {"type": "flexible"},
        "cancel_at": None,
        "cancel_at_period_end": False,
        "default_payment_method": None,
        "discounts": [],
        "items": {"object": "list", "data": list(items or [item()])},
        "on_behalf_of": None,
        "pause_collection": None,
        "schedule": None,
        "trial_end": None,
        **fields,
    }


def schedule(*phase_starts: int, **fields: Any) -> Json:
    return {
        "id": "sub_sched_1",
        "object": "subscription_schedule",
        "status": "active",
        "end_behavior": "release",
        "phases": [{"start_date": start} for start in phase_starts],
        **fields,
    }


def configuration(**features: Json) -> Json:
    """A configuration with everything on; each feature given here changes the one of that name."""
    on: dict[str, Json] = {
        "customer_update": {
            "enabled": True,
            "allowed_updates": ["name", "email", "address", "shipping", "phone", "tax_id"],
        },
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {
            "enabled": True,
            "mode": "at_period_end",
            "proration_behavior": "none",
        },
        "subscription_pause": {"enabled": True},
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price", "quantity", "promotion_code"],
            "products": [
                offered("prod_team", "price_team"),
                offered("prod_business", "price_business"),
            ],
            "proration_behavior": "create_prorations",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
            "billing_cycle_anchor": None,
        },
    }
    return {
        "id": "bpc_1",
        "object": "billing_portal.configuration",
        "active": True,
        "is_default": True,
        "features": {name: {**feature, **features.get(name, {})} for name, feature in on.items()},
        "login_page": {"enabled": False, "url": None},
    }


def offered(product: str, *prices: str, **adjustable: Any) -> Json:
    quantities = {"enabled": True, "minimum": 1, "maximum": 50, **adjustable}
    return {"product": product, "prices": list(prices), "adjustable_quantity": quantities}


def card(**fields: Any) -> Json:
    return {"id": "pm_card", "type": "card", "card": {"brand": "visa", "last4": "4242"}, **fields}


def snapshot(*subscriptions: Json, **fields: Any) -> CustomerSnapshot:
    prices = [TEAM, BUSINESS, METERED, *fields.pop("prices", [])]
    methods = fields.pop("payment_methods", (card(),))
    customer = {
        "id": "cus_1",
        "object": "customer",
        "currency": "usd",
        "email": "ada+billing@example.com",
        "livemode": False,
        "invoice_settings": {"default_payment_method": methods[0]["id"] if methods else None},
    }
    return CustomerSnapshot(
        customer=customer,
        subscriptions=subscriptions,
        payment_methods=methods,
        prices={each["id"]: each for each in prices},
        products={each["product"]: {"id": each["product"], "active": True} for each in prices},
        account={"id": "acct_1", "country": "US"},
        **fields,
    )


def verdicts(
    about: Json, configured: Json | None = None, world: CustomerSnapshot | None = None
) -> dict[Capability, Verdict]:
    """What the customer can do with one subscription."""
    found = judge(world or snapshot(about), configured or configuration(), now=NOW)
    return found.subscriptions[about["id"]]


def rules_of(verdict: Verdict) -> set[str]:
    return {reason.rule for reason in verdict.reasons}


def noted(verdict: Verdict, rule: str) -> str:
    """The texts of a rule's notes, joined; empty where there are none."""
    return "; ".join(note.text for note in verdict.notes if note.rule == rule)
