"""Billing what waits between the periods of a subscription."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.periods import continued, cycle_anchor, shifted
from portal_desk.sandbox.billing.collection import draft_bill
from portal_desk.sandbox.billing.discounts import effective
from portal_desk.sandbox.billing.drafts import waiting_line
from portal_desk.sandbox.billing.issuing import waiting_items
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.state import State


def bill_waiting(state: State, subscription: Json, at: int) -> None:
    """Bill what waits for a subscription at `at` (seconds UTC), and set the next date for that.

    Source: `pending_invoice_item_interval` in https://docs.stripe.com/api/subscriptions/create.
    """
    terms = subscription["pending_invoice_item_interval"]
    begun = continued(at, cycle_anchor(subscription).day)
    again = shifted(begun, terms["interval"], terms["interval_count"])
    after: Json = {"next_pending_invoice_item_invoice": again}
    waiting = waiting_items(
        state, subscription["customer"], subscription["id"], currency=subscription["currency"]
    )
    if waiting:
        customer = state.kind("customer")[subscription["customer"]]
        bill = Bill(
            drafts=[waiting_line(state, each) for each in waiting],
            discounts=effective(state, subscription["discounts"], customer, at),
            tax_rates=subscription["default_tax_rates"],
            subscription=subscription,
        )
        invoice = draft_bill(state, bill, reason="subscription_cycle", at=at)
        after["latest_invoice"] = invoice["id"]
    state.update(subscription, after, "customer.subscription.updated")
