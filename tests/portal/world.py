"""A customer with one of everything that the portal shows, and verdicts that allow all of it."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import (
    Capability,
    PortalView,
    Reason,
    Row,
    Section,
    Verdict,
    Verdicts,
)
from portal_desk.portal.view import build_view

NOW = 1_795_000_000
"""18 November 2026, 11:06:40 UTC."""
DAY = 86_400

PORTAL: tuple[Capability, ...] = (
    "add_payment_method",
    "update_payment_method",
    "update_billing_information",
    "update_tax_ids",
    "view_invoices",
    "pay_invoice",
)
SUBSCRIPTION: tuple[Capability, ...] = (
    "update_plan",
    "update_quantity",
    "apply_promotion_code",
    "cancel",
    "renew",
    "pause",
    "resume",
)


def hidden(text: str = "it is disabled", rule: str = "") -> Verdict:
    return Verdict("hidden", (Reason(rule, text, "Enable it.", "https://docs.stripe.com/x"),))


def disabled(text: str, rule: str = "") -> Verdict:
    return Verdict("disabled", (Reason(rule, text),))


def item(
    amount: int | None = 2000,
    currency: str = "usd",
    interval: str = "month",
    count: int = 1,
    *,
    quantity: int | None = 1,
    product: str = "prod_team",
    **price: Any,
) -> Json:
    recurring = {"interval": interval, "interval_count": count, "usage_type": "licensed"}
    return {
        "price": {
            "id": f"price_{product}",
            "currency": currency,
            "product": product,
            "unit_amount": amount,
            "recurring": recurring,
            **price,
        },
        "quantity": quantity,
        "current_period_end": NOW + 10 * DAY,
    }


def metered(product: str = "prod_storage") -> Json:
    found = item(None, product=product, quantity=None)
    found["price"]["recurring"]["usage_type"] = "metered"
    return found


def subscription(*items: Json, **fields: Any) -> Json:
    return {
        "id": "sub_1",
        "status": "active",
        "collection_method": "charge_automatically",
        "items": {"data": list(items or [item()])},
        **fields,
    }


def card(method_id: str = "pm_1", **fields: Any) -> Json:
    details = {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2028, **fields}
    return {"id": method_id, "type": "card", "card": details}


def invoice(**fields: Any) -> Json:
    return {
        "id": "in_1",
        "status": "paid",
        "currency": "usd",
        "total": 2000,
        "created": NOW,
        "number": "AB-0001",
        "hosted_invoice_url": "https://invoice.stripe.com/i/1",
        **fields,
    }


def customer(**fields: Any) -> Json:
    default = {"default_payment_method": "pm_1"}
    return {
        "id": "cus_1",
        "name": "Ada",
        "email": "ada@example.com",
        "invoice_settings": default,
        **fields,
    }


def snapshot(**fields: Any) -> CustomerSnapshot:
    names = {"prod_team": "Team", "prod_storage": "Storage"}
    found: dict[str, Any] = {
        "customer": customer(),
        "subscriptions": (subscription(),),
        "payment_methods": (card(),),
        "invoices": (invoice(),),
        "products": {each: {"id": each, "name": name} for each, name in names.items()},
        "account": {"id": "acct_1", "business_profile": {"name": "Northwind"}},
    }
    return CustomerSnapshot(**{**found, **fields})


def verdicts(world: CustomerSnapshot, **changed: Verdict) -> Verdicts:
    """Everything is enabled, except what is changed here by name."""

    def of(capabilities: tuple[Capability, ...]) -> dict[Capability, Verdict]:
        return {each: changed.get(each, Verdict()) for each in capabilities}

    return Verdicts(of(PORTAL), {each["id"]: of(SUBSCRIPTION) for each in world.subscriptions})


def view(
    world: CustomerSnapshot | None = None, locale: str = "en", **changed: Verdict
) -> PortalView:
    world = world or snapshot()
    return build_view(world, {}, verdicts(world, **changed), locale=locale, now=NOW)


def section(found: PortalView, key: str) -> Section:
    return next(each for each in found.sections if each.key == key)


def subscribed(*items: Json, locale: str = "en", **fields: Any) -> Row:
    """How one subscription is shown."""
    world = snapshot(subscriptions=(subscription(*items, **fields),))
    return section(view(world, locale), "subscriptions").rows[0]
