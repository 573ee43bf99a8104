"""Verdicts that are not about a subscription, and what to know about the portal as a whole."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from portal_desk.models.json import Json
from portal_desk.models.loose import as_list, as_object
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Reason, Verdict
from portal_desk.services.portal.rules.facts import fact, feature, is_on, offered_products, setting
from portal_desk.services.portal.rules.payment_methods import shown_although_unsupported
from portal_desk.services.portal.rules.registry import because, configured
from portal_desk.services.portal.rules.unknown import unknown_settings

_ALLOWED = "customer_update.allowed_updates"
_ENABLE = "Enable it in the portal's configuration."


def verdict_of(
    hidden: list[Reason], disabled: list[Reason] | None = None, notes: list[Reason] | None = None
) -> Verdict:
    """A verdict from what hides a capability, else from what disables it; the notes are for an enabled one."""
    if hidden:
        return Verdict("hidden", tuple(hidden))
    if disabled:
        return Verdict("disabled", tuple(disabled))
    return Verdict("enabled", (), tuple(notes or ()))


def feature_off(configuration: Json, name: str, what: str) -> list[Reason]:
    """The configuration leaves a feature out."""
    if is_on(configuration, name):
        return []
    given = setting(configuration, f"{name}.enabled")
    off = configured(f"{what} is disabled in the portal's configuration", _ENABLE, given)
    return [replace(off, switched_off=True)]


def judge_portal(snapshot: CustomerSnapshot, configuration: Json) -> dict[Capability, Verdict]:
    """What the customer can do apart from subscriptions."""
    methods = feature_off(configuration, "payment_method_update", "managing payment methods")
    invoices = feature_off(configuration, "invoice_history", "the invoice history")
    unsupported = shown_although_unsupported(
        snapshot.default_payment_method(),
        currency=str(snapshot.customer.get("currency") or ""),
        country=str(snapshot.account.get("country") or ""),
    )
    return {
        "add_payment_method": verdict_of(methods, notes=unsupported),
        "update_payment_method": verdict_of(methods),
        "update_billing_information": verdict_of(
            _billing_information_off(configuration), notes=_fields(configuration)
        ),
        "update_tax_ids": verdict_of(_tax_ids_off(configuration)),
        "view_invoices": verdict_of(invoices),
        "pay_invoice": verdict_of(invoices),
    }


def _allowed_updates(configuration: Json) -> set[str]:
    allowed = as_list(feature(configuration, "customer_update").get("allowed_updates"))
    return {entry for entry in allowed if isinstance(entry, str)}


def _billing_information_off(configuration: Json) -> list[Reason]:
    off = feature_off(configuration, "customer_update", "updating billing information")
    if off or _allowed_updates(configuration) - {"tax_id"}:
        return off
    text = "the configuration allows no field of it to be updated"
    return [configured(text, _ENABLE, setting(configuration, _ALLOWED))]


def _fields(configuration: Json) -> list[Reason]:
    """Which fields the customer may change, where it isn't all of them."""
    fields = ("name", "email", "address", "shipping", "phone")
    allowed = [field for field in fields if field in _allowed_updates(configuration)]
    if len(allowed) == len(fields):
        return []
    text = f"the customer can change only: {', '.join(allowed)}"
    return [configured(text, "", setting(configuration, _ALLOWED))]


def _tax_ids_off(configuration: Json) -> list[Reason]:
    off = feature_off(configuration, "customer_update", "updating billing information")
    if off or "tax_id" in _allowed_updates(configuration):
        return off
    text = "the configuration doesn't let customers update tax IDs"
    return [configured(text, _ENABLE, setting(configuration, _ALLOWED))]


def portal_notes(snapshot: CustomerSnapshot, configuration: Json) -> list[Reason]:
    """What an agent should know about the portal as a whole (R15, R23, R24, inactive configurations)."""
    return [
        *unknown_settings(configuration),
        *_inactive(configuration),
        *_unknown_products(configuration),
        *login_page(configuration, str(snapshot.customer.get("email") or "")),
        *_on_behalf_of(snapshot),
    ]


def _inactive(configuration: Json) -> list[Reason]:
    if configuration.get("active") is not False:
        return []
    return [
        configured(
            "this configuration is inactive: no link can use it",
            "Activate it, or choose another.",
            fact(configuration, "active"),
        )
    ]


def _unknown_products(configuration: Json) -> list[Reason]:
    """R23: the products are left out of ordinary answers."""
    if (
        not is_on(configuration, "subscription_update")
        or offered_products(configuration) is not None
    ):
        return []
    return [
        because(
            "R23",
            "the products that customers can switch to aren't in the cache",
            "Sync again; the answer must expand features.subscription_update.products.",
            setting(configuration, "subscription_update.products"),
        )
    ]


def login_page(configuration: Json, email: str) -> list[Reason]:
    """R24: the customer can log in without a link from the desk."""
    page = as_object(configuration.get("login_page"))
    url = page.get("url")
    if page.get("enabled") is not True or not isinstance(url, str) or not url:
        return []
    query = f"?{urlencode({'prefilled_email': email})}" if email else ""
    text = f"the customer can also log in at {url}{query}"
    return [because("R24", text, "", fact(configuration, "login_page.enabled"))]


def _on_behalf_of(snapshot: CustomerSnapshot) -> list[Reason]:
    """R15: subscriptions of a connected account show only in a link that names it."""
    accounts = {
        str(subscription["on_behalf_of"])
        for subscription in snapshot.subscriptions
        if isinstance(subscription.get("on_behalf_of"), str)
    }
    return [
        because(
            "R15",
            f"some subscriptions are billed on behalf of {account}",
            f"A link with on_behalf_of={account} shows only those, in that account's branding.",
            f"on_behalf_of = {account}",
        )
        for account in sorted(accounts)
    ]
