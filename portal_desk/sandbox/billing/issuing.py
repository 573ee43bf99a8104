"""From a bill to a draft invoice, and what waits for one."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json, id_of
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.discounts import redeem
from portal_desk.sandbox.billing.drafts import Draft
from portal_desk.sandbox.billing.pricing import keep_prices
from portal_desk.sandbox.billing.taxes import automatic_tax
from portal_desk.sandbox.billing.totals import Bill, filled_in, rates_of
from portal_desk.sandbox.state import State

DAY = 86_400
GRACE = 3600
"""A draft that advances by itself is finalized after so many seconds.

Source: https://docs.stripe.com/invoicing/integration/automatic-advancement-collection
"""
_FROM_SETTINGS = ("account_tax_ids", "custom_fields", "description", "footer")


def tax_ids_of(state: State, customer: str) -> list[Json]:
    """A customer's tax IDs, as an invoice shows them."""
    found = state.where("tax_id", customer=customer)
    return [{"type": each["type"], "value": each["value"]} for each in found]


def waiting_items(
    state: State, customer: str, subscription: str | None, *, currency: str | None = None
) -> list[Json]:
    """Invoice items that the next invoice bills, newest first: the subscription's and loose ones.

    An invoice has one currency: with `currency`, items in others wait on.
    """
    found = state.where("invoiceitem", customer=customer, invoice=None)
    return [
        each
        for each in found
        if _parent_of(each) in (None, subscription) and currency in (None, each["currency"])
    ]


def _parent_of(invoice_item: Json) -> str | None:
    details = (invoice_item["parent"] or {}).get("subscription_details") or {}
    return id_of(details.get("subscription"))


def issue(state: State, bill: Bill, customer: Json, *, reason: str, at: int, **fields: Any) -> Json:
    """Store a draft invoice for a bill, and mark what it bills as billed.

    Args:
        state: the sandbox.
        bill: what is billed.
        customer: whom.
        reason: Stripe's `billing_reason`.
        at: when its period ends (seconds UTC), which is when it was due to be made.
        fields: what the invoice has of its own.
    """
    invoice = drafted(state, bill, customer, reason=reason, at=at, **fields)
    _keep(state, bill, invoice)
    state.create(invoice, "invoice.created")
    for draft in bill.drafts:
        if draft.invoice_item:
            waiting = state.get("invoiceitem", draft.invoice_item)
            waiting = waiting or wait(state, draft, bill.subscription or {})
            state.update(waiting, {"invoice": invoice["id"]})
    return invoice


def _keep(state: State, bill: Bill, invoice: Json) -> None:
    """Store what an invoice names and what is not stored yet: discounts, prices, tax rates."""
    for each in (*bill.discounts, *(one for draft in bill.drafts for one in draft.discounts)):
        redeem(state, each)
    keep_prices(state, (draft.price for draft in bill.drafts))
    for rate in rates_of(state, bill, invoice):
        if state.get("tax_rate", rate["id"]) is None:
            state.create(rate)


def drafted(
    state: State, bill: Bill, customer: Json, *, reason: str, at: int, **fields: Any
) -> Json:
    """A draft invoice for a bill, not stored; `fields` are what it has of its own."""
    subscription = bill.subscription
    own = _from_subscription(state, subscription, customer) if subscription else {}
    currency = subscription["currency"] if subscription else customer["currency"] or "usd"
    shared: Json = {"currency": currency, "metadata": dict(bill.metadata)}
    fields_of: Any = shared | own | fields
    invoice = objects.new_invoice(
        state,
        customer,
        **fields_of,
        billing_reason=reason,
        customer_tax_ids=tax_ids_of(state, customer["id"]),
        period_start=_period_start(subscription, at),
        period_end=at,
    )
    return filled_in(state, invoice, bill)


def _from_subscription(state: State, subscription: Json, customer: Json) -> Json:
    """Source: https://docs.stripe.com/billing/invoices/subscription."""
    sent = subscription["collection_method"] == "send_invoice"
    due = state.now() + (subscription["days_until_due"] or 0) * DAY
    settings: Json = subscription["invoice_settings"]
    payments: Json = subscription["payment_settings"]
    shared = ("payment_method_options", "payment_method_types")
    return {
        **{name: settings[name] for name in _FROM_SETTINGS if settings.get(name) is not None},
        "automatic_tax": automatic_tax(subscription["automatic_tax"]["enabled"], customer),
        "collection_method": subscription["collection_method"],
        "default_payment_method": subscription["default_payment_method"],
        "due_date": due if sent else None,
        "parent": objects.subscription_invoice_parent(subscription["id"], subscription["metadata"]),
        "payment_settings": {
            "default_mandate": None,
            **{name: payments.get(name) for name in shared},
        },
    }


def _period_start(subscription: Json | None, at: int) -> int:
    items = subscription["items"]["data"] if subscription else []
    return min(at, *(int(item["current_period_start"]) for item in items), at)


def wait(state: State, draft: Draft, subscription: Json) -> Json:
    """Store a drafted line as an invoice item that the next invoice bills."""
    keep_prices(state, [draft.price])
    item = objects.new_invoice_item(
        state,
        customer=subscription["customer"],
        amount=draft.amount,
        currency=subscription["currency"],
        description=draft.description,
        discountable=draft.discountable,
        discounts=[each["id"] for each in draft.discounts],
        id=draft.invoice_item or state.new_id("ii", 24),
        metadata=draft.metadata or {},
        parent={
            "subscription_details": {
                "subscription": subscription["id"],
                "subscription_item": draft.item or None,
            },
            "type": "subscription_details",
        },
        period={"end": draft.end, "start": draft.start},
        pricing=draft.price and objects.line_pricing(draft.price),
        proration=draft.proration,
        net_amount=draft.amount - sum(cut["amount"] for cut in draft.cuts),
        proration_details={"credited_items": draft.credited, "discount_amounts": list(draft.cuts)}
        if draft.proration
        else None,
        quantity=draft.quantity,
        quantity_decimal=str(draft.quantity),
        tax_rates=list(draft.tax_rates),
        test_clock=subscription["test_clock"],
    )
    return state.create(item, "invoiceitem.created")
