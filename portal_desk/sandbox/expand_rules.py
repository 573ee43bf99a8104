"""What `expand` puts in place of an id, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.lists import nested
from portal_desk.sandbox.objects.sources import as_card
from portal_desk.sandbox.sources import sources_of
from portal_desk.sandbox.state import State

Included: TypeAlias = Callable[[State, Json], Any]


_BOOKED = "booked"
"""Charges and refunds: what moves the balance."""


def _tax_ids(state: State, customer: Json) -> Json:
    entries = list(state.where("tax_id", customer=customer["id"]))
    return nested(entries, f"/v1/customers/{customer['id']}/tax_ids")


def _subscriptions(state: State, customer: Json) -> Json:
    entries = [
        each
        for each in state.where("subscription", customer=customer["id"])
        if each["status"] not in {"canceled", "incomplete_expired"}
    ]
    return nested(entries, f"/v1/customers/{customer['id']}/subscriptions")


def _sources(state: State, customer: Json) -> Json:
    entries = [as_card(each) for each in sources_of(state, customer)]
    return nested(entries, f"/v1/customers/{customer['id']}/sources")


def _payments(state: State, invoice: Json) -> Json:
    entries = list(state.where("invoice_payment", invoice=invoice["id"]))
    return nested(entries, f"/v1/invoice_payments?invoice={invoice['id']}")


def _refunds(state: State, charge: Json) -> Json:
    found = state.where("refund", charge=charge["id"])
    return nested(list(found), f"/v1/charges/{charge['id']}/refunds")


def _products(state: State, configuration: Json) -> Any:  # noqa: ANN401 - a list, or nothing
    stored = state.get(configuration["object"], configuration["id"]) or configuration
    return stored["features"]["subscription_update"].get("products")


def _as_stored(field: str) -> Included:
    def included(state: State, found: Json) -> Any:  # noqa: ANN401 - a field of any kind
        return (state.get(found["object"], found["id"]) or found).get(field)

    return included


def _line_items(state: State, found: Json) -> Json:
    entries = (state.get(found["object"], found["id"]) or found)["line_items"]
    folder = {"payment_link": "payment_links", "quote": "quotes"}.get(found["object"])
    return nested(entries, f"/v1/{folder or 'checkout/sessions'}/{found['id']}/line_items")


EXPANDABLE: dict[str, dict[str, str | Included]] = {
    "account": {
        "settings.branding.icon": "file",
        "settings.branding.logo": "file",
        "settings.invoices.default_account_tax_ids": "tax_id",
    },
    "file_link": {"file": "file"},
    "customer": {
        "default_source": "source",
        "invoice_settings.default_payment_method": "payment_method",
        "test_clock": "test_helpers.test_clock",
        "tax_ids": _tax_ids,
        "subscriptions": _subscriptions,
        "sources": _sources,
    },
    "payment_method": {"customer": "customer"},
    "card": {"customer": "customer"},
    "tax_id": {"customer": "customer", "owner.customer": "customer", "owner.account": "account"},
    "product": {"default_price": "price", "tax_code": "tax_code"},
    "price": {
        "product": "product",
        "tiers": _as_stored("tiers"),
        "currency_options": _as_stored("currency_options"),
    },
    "plan": {
        "product": "product",
        "tiers": lambda state, plan: (state.get("price", plan["id"]) or plan).get("tiers"),
    },
    "coupon": {
        "applies_to": _as_stored("applies_to"),
        "currency_options": _as_stored("currency_options"),
    },
    "promotion_code": {"customer": "customer", "promotion.coupon": "coupon"},
    "discount": {
        "customer": "customer",
        "promotion_code": "promotion_code",
        "source.coupon": "coupon",
    },
    "subscription": {
        "application": "application",
        "cancellation_details.feedback_option": "billing.feedback_option",
        "customer": "customer",
        "default_payment_method": "payment_method",
        "default_source": "source",
        "discounts": "discount",
        "latest_invoice": "invoice",
        "on_behalf_of": "account",
        "pending_setup_intent": "setup_intent",
        "schedule": "subscription_schedule",
        "test_clock": "test_helpers.test_clock",
    },
    "billing_portal.configuration": {
        "application": "application",
        "features.subscription_cancel.cancellation_reason.feedback_options": (
            "billing.feedback_option"
        ),
        "features.subscription_update.products": _products,
    },
    "subscription_item": {"discounts": "discount"},
    "subscription_schedule": {
        "customer": "customer",
        "subscription": "subscription",
        "default_settings.default_payment_method": "payment_method",
        "phases.default_payment_method": "payment_method",
        "phases.discounts.coupon": "coupon",
        "phases.discounts.discount": "discount",
        "phases.discounts.promotion_code": "promotion_code",
        "phases.items.price": "price",
    },
    "invoice": {
        "account_tax_ids": "tax_id",
        "customer": "customer",
        "default_payment_method": "payment_method",
        "default_source": "source",
        "discounts": "discount",
        "latest_revision": "invoice",
        "on_behalf_of": "account",
        "parent.subscription_details.subscription": "subscription",
        "payments": _payments,
        "test_clock": "test_helpers.test_clock",
        "total_discount_amounts.discount": "discount",
    },
    "line_item": {
        "discount_amounts.discount": "discount",
        "discounts": "discount",
        "pricing.price_details.price": "price",
        "subscription": "subscription",
    },
    "billing_portal.session": {"configuration": "billing_portal.configuration"},
    "invoice_payment": {"invoice": "invoice", "payment.payment_intent": "payment_intent"},
    "payment_intent": {
        "customer": "customer",
        "latest_charge": "charge",
        "payment_method": "payment_method",
    },
    "checkout.session": {
        "customer": "customer",
        "discounts.coupon": "coupon",
        "discounts.promotion_code": "promotion_code",
        "invoice": "invoice",
        "line_items": _line_items,
        "payment_intent": "payment_intent",
        "payment_link": "payment_link",
        "setup_intent": "setup_intent",
        "subscription": "subscription",
    },
    "payment_link": {"line_items": _line_items},
    "quote": {
        "computed.upfront.line_items": _line_items,
        "customer": "customer",
        "discounts": "discount",
        "invoice": "invoice",
        "line_items": _line_items,
        "subscription": "subscription",
    },
    "charge": {
        "balance_transaction": "balance_transaction",
        "customer": "customer",
        "payment_intent": "payment_intent",
        "refunds": _refunds,
    },
    "balance_transaction": {"source": _BOOKED},
    "setup_intent": {"customer": "customer", "payment_method": "payment_method"},
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "customer": "customer",
        "payment_intent": "payment_intent",
        "payment_method": "payment_method",
    },
    "credit_note": {
        "customer": "customer",
        "customer_balance_transaction": "customer_balance_transaction",
        "discount_amounts.discount": "discount",
        "invoice": "invoice",
        "refunds.refund": "refund",
    },
    "customer_balance_transaction": {"customer": "customer", "invoice": "invoice"},
}
"""What can be expanded in each kind: a field that names objects of a kind, or one that Stripe
leaves out of its answers unless it is asked for."""


def stored(state: State, kind: str, object_id: str) -> Json | None:
    """An object by its id; payments that a world was seeded with are made when first asked for."""
    if kind == "payment_intent":
        return billing.intent_named(state, object_id)
    if kind == "source":
        method = state.get("payment_method", object_id)
        return as_card(method) if method else None
    if kind == _BOOKED and object_id.startswith("re_"):
        return state.get("refund", object_id)
    if kind in {"charge", _BOOKED}:
        return billing.charge_named(state, object_id)
    return state.get(kind, object_id)
