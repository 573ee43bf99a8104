"""What follows a payment that failed: it is tried again, and in the end given up.

https://docs.stripe.com/billing/revenue-recovery/smart-retries
"""

from __future__ import annotations

from portal_desk.models.json import Json, invoice_subscription
from portal_desk.sandbox.billing.charging import paying_method
from portal_desk.sandbox.billing.ending import end_subscription
from portal_desk.sandbox.billing.invoices import collect, recovered, void_invoice
from portal_desk.sandbox.state import State

FIRST_PAYMENT_WITHIN = 23 * 3600
"""A subscription whose first invoice isn't paid expires after so many seconds."""


def retry(state: State, invoice: Json) -> None:
    """Charge an open invoice again; the last failure ends its subscription."""
    customer = state.kind("customer")[invoice["customer"]]
    subscription = state.get("subscription", invoice_subscription(invoice) or "")
    reason = collect(state, invoice, paying_method(state, customer, invoice, subscription))
    if reason is None:
        recovered(state, invoice)
    elif invoice["next_payment_attempt"] is None and subscription:
        _give_up(state, subscription, invoice)


def _give_up(state: State, subscription: Json, invoice: Json) -> None:
    latest = subscription["latest_invoice"] == invoice["id"]
    if not latest or subscription["status"] != "past_due":
        return
    now = state.now()
    details = subscription["cancellation_details"] | {"reason": "payment_failed"}
    after: Json = {
        "status": "canceled",
        "canceled_at": now,
        "ended_at": now,
        "schedule": None,
        "cancellation_details": details,
    }
    end_subscription(state, subscription, after)


def expire(state: State, subscription: Json) -> None:
    """The first invoice was not paid in time: the subscription never began."""
    invoice = state.get("invoice", subscription["latest_invoice"] or "")
    if invoice and invoice["status"] == "open":
        void_invoice(state, invoice)
    after = {"status": "incomplete_expired", "ended_at": state.now()}
    state.update(subscription, after, "customer.subscription.updated")
