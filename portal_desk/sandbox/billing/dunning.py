"""What follows a payment that failed: it is tried again, and in the end given up.

https://docs.stripe.com/billing/revenue-recovery/smart-retries
"""

from __future__ import annotations

from portal_desk.models.json import Json, invoice_subscription
from portal_desk.sandbox.billing.charging import paying_method
from portal_desk.sandbox.billing.collection import settle
from portal_desk.sandbox.billing.ending import end_subscription
from portal_desk.sandbox.billing.invoices import (
    collect,
    finalize_invoice,
    recovered,
    void_invoice,
)
from portal_desk.sandbox.state import State


def advance_draft(state: State, invoice: Json) -> None:
    """Finalize a draft whose hour is over, and charge or send it."""
    finalize_invoice(state, invoice)
    subscription = _owner(state, invoice)
    if settle(state, invoice, subscription):
        _fall_behind(state, subscription, invoice)


def retry(state: State, invoice: Json) -> None:
    """Charge an open invoice again; the last failure ends its subscription."""
    customer = state.kind("customer")[invoice["customer"]]
    subscription = _owner(state, invoice)
    reason = collect(state, invoice, paying_method(state, customer, invoice, subscription))
    if reason is None:
        recovered(state, invoice)
        return
    _fall_behind(state, subscription, invoice)
    if invoice["next_payment_attempt"] is None and subscription:
        _give_up(state, subscription, invoice)


def overdue_at(state: State, invoice: Json) -> int | None:
    """When an emailed invoice is due (seconds UTC), where its subscription isn't past due yet."""
    subscription = _owner(state, invoice)
    current = subscription and subscription["latest_invoice"] == invoice["id"]
    if not current or not subscription or subscription["status"] != "active":
        return None
    due: int | None = invoice["due_date"]
    return due


def fall_overdue(state: State, invoice: Json) -> None:
    """An emailed invoice was not paid in time.

    Source: https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses
    """
    state.emit("invoice.overdue", invoice)
    _fall_behind(state, _owner(state, invoice), invoice)


def _owner(state: State, invoice: Json) -> Json | None:
    return state.get("subscription", invoice_subscription(invoice) or "")


def _fall_behind(state: State, subscription: Json | None, invoice: Json) -> None:
    latest = subscription and subscription["latest_invoice"] == invoice["id"]
    if subscription and latest and subscription["status"] == "active":
        state.update(subscription, {"status": "past_due"}, "customer.subscription.updated")


def _give_up(state: State, subscription: Json, invoice: Json) -> None:
    latest = subscription["latest_invoice"] == invoice["id"]
    if not latest or subscription["status"] != "past_due":
        return
    outcome = state.settings.unpaid_becomes
    if outcome != "canceled":
        state.update(subscription, {"status": outcome}, "customer.subscription.updated")
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
