"""What a customer may do in the sandbox's portal.

This is Stripe's side of the matter, read from Stripe's documentation alone: the desk predicts the
same from rules of its own, and only because neither knows the other does agreement mean anything.
https://docs.stripe.com/customer-management#limitations
"""

from __future__ import annotations

from portal_desk.models.json import Json, ends_at, id_of, items_of
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Reason, Verdict, Verdicts

ENDED = {"canceled", "incomplete_expired"}
"""What a subscription is once it is over."""
_PAUSABLE = {"active", "trialing"}
_EUROPE = {
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
    "IE", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip
_SEPA_HOMES = _EUROPE | {"AU", "CA", "HK", "JP", "MX", "NZ", "SG", "US"}
_METHODS: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "acss_debit": ({"cad", "usd"}, {"CA", "US"}),
    "amazon_pay": ({"usd"}, {"US"}),
    "au_becs_debit": ({"aud"}, {"AU"}),
    "bacs_debit": ({"gbp"}, {"GB"}),
    "boleto": ({"brl"}, {"BR"}),
    "card": (None, None),
    "cashapp": ({"usd"}, {"US"}),
    "link": (None, None),
    "paypal": (None, _EUROPE),
    "sepa_debit": ({"eur"}, _SEPA_HOMES),
    "us_bank_account": ({"usd"}, {"US"}),
}
"""Currencies and business locations in which the portal takes a payment method; None: any."""


def judge(snapshot: CustomerSnapshot, configuration: Json) -> Verdicts:
    """What the portal lets this customer do."""
    features = configuration["features"]
    current = [each for each in snapshot.subscriptions if each["status"] not in ENDED]
    return Verdicts(
        portal=_portal(features),
        subscriptions={each["id"]: _subscription(each, snapshot, features) for each in current},
    )


def _portal(features: Json) -> dict[Capability, Verdict]:
    update = features["customer_update"]
    allowed = set(update["allowed_updates"]) if update["enabled"] else set()
    methods = _unless(not features["payment_method_update"]["enabled"], "it is turned off")
    history = _unless(not features["invoice_history"]["enabled"], "the history is turned off")
    return {
        "add_payment_method": methods,
        "update_payment_method": methods,
        "update_billing_information": _unless(not allowed - {"tax_id"}, "it is turned off"),
        "update_tax_ids": _unless("tax_id" not in allowed, "it is turned off"),
        "view_invoices": history,
        "pay_invoice": history,
    }


def _unless(condition: bool, why: str) -> Verdict:
    return Verdict("hidden", (Reason("", why),)) if condition else Verdict()


def _first(*obstacles: str) -> Verdict:
    """Hidden by the first obstacle there is."""
    why = next(filter(None, obstacles), "")
    return _unless(bool(why), why)


def _subscription(
    subscription: Json, snapshot: CustomerSnapshot, features: Json
) -> dict[Capability, Verdict]:
    update, cancel = features["subscription_update"], features["subscription_cancel"]
    pausing = features.get("subscription_pause") or {"enabled": False}
    locked = "a schedule manages it" if subscription["schedule"] else ""
    leaving = "it is set to cancel" if ends_at(subscription) else ""
    staying = "" if leaving else "it is not set to cancel"
    no_cancel = "" if cancel["enabled"] else "cancelling is turned off"
    no_pause = "" if pausing["enabled"] else "pausing is turned off"
    # A subscription that is set to cancel offers nothing but to keep it.
    fixed = locked or leaving or _why_fixed(subscription, snapshot)
    emailed = (
        "it is invoiced by email" if subscription["collection_method"] == "send_invoice" else ""
    )
    asleep = "" if subscription["status"] == "paused" else "it is not paused"
    return {
        "update_plan": _first(
            _not_allowed(update, "price"), fixed, _no_target(subscription, snapshot, update)
        ),
        "update_quantity": _first(
            _not_allowed(update, "quantity"), fixed, _fixed_quantity(subscription, update)
        ),
        "apply_promotion_code": _first(_not_allowed(update, "promotion_code"), fixed),
        "cancel": _first(no_cancel, locked, leaving),
        "renew": _first(no_cancel, locked, staying),
        "pause": _first(no_pause, locked, leaving, emailed, _not_pausable(subscription)),
        "resume": _first(no_pause, locked, asleep, emailed),
    }


def _not_allowed(update: Json, kind: str) -> str:
    allowed = update["enabled"] and kind in update["default_allowed_updates"]
    return "" if allowed else f"changing the {kind} is turned off"


def _not_pausable(subscription: Json) -> str:
    if subscription["status"] not in _PAUSABLE:
        return f"it is {subscription['status']}"
    flexible = subscription["billing_mode"]["type"] == "flexible"
    return "" if flexible else "its billing mode is classic"


def _why_fixed(subscription: Json, snapshot: CustomerSnapshot) -> str:
    """Why a customer can't update this subscription at all, whatever the configuration says."""
    items = list(items_of(subscription))
    if len(items) != 1:
        return "it has several items"
    if items[0]["price"]["recurring"]["usage_type"] == "metered":
        return "it is billed by usage"
    if subscription["collection_method"] == "send_invoice":
        return "it is invoiced by email"
    if subscription["status"] in {"incomplete", "paused"}:
        return f"it is {subscription['status']}"
    method = snapshot.payment_method_of(subscription)
    country = snapshot.account.get("country", "")
    if method and not _takes(method["type"], subscription["currency"], country):
        return f"the portal does not take {method['type']} here"
    return ""


def _takes(method: str, currency: str, country: str) -> bool:
    if method not in _METHODS:
        return False
    currencies, countries = _METHODS[method]
    return (currencies is None or currency in currencies) and (
        countries is None or country in countries
    )


def _no_target(subscription: Json, snapshot: CustomerSnapshot, update: Json) -> str:
    current = next(items_of(subscription))["price"]
    offered = [each for product in update.get("products") or [] for each in product["prices"]]
    for each in offered:
        price = snapshot.prices.get(each)
        if price and price["id"] != current["id"] and can_follow(current, price):
            return ""
    return "there is no price to change to"


def can_follow(current: Json, price: Json) -> bool:
    """Whether a subscription may change from one price to another: same currency and tax behaviour."""
    behavior = current["tax_behavior"]
    return bool(
        price["active"]
        and price["currency"] == current["currency"]
        and behavior != "unspecified"
        and price["tax_behavior"] == behavior
    )


def _fixed_quantity(subscription: Json, update: Json) -> str:
    product = id_of(next(items_of(subscription))["price"]["product"])
    for offered in update.get("products") or []:
        if offered["product"] == product and offered["adjustable_quantity"]["enabled"]:
            return ""
    return "the quantity of this product is not adjustable"
