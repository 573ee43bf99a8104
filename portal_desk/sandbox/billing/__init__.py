"""The sandbox's billing: subscriptions, invoices, prorations, schedules, and the passing of time.

Every function takes decoded and checked parameters, changes the state, emits the events that
Stripe would, and raises `StripeProblem` in Stripe's words where Stripe would refuse.
"""

from __future__ import annotations

from portal_desk.sandbox.billing.attaching import attach_payment
from portal_desk.sandbox.billing.creation import create_subscription
from portal_desk.sandbox.billing.credit_notes import (
    create_credit_note,
    draft_credit_note,
    void_credit_note,
)
from portal_desk.sandbox.billing.ending import (
    cancel_schedule,
    cancel_subscription,
    stop_billing,
)
from portal_desk.sandbox.billing.invoice_items import (
    create_invoice_item,
    delete_invoice_item,
    update_invoice_item,
)
from portal_desk.sandbox.billing.invoices import (
    finalize_invoice,
    mark_uncollectible,
    pay_invoice,
    send_invoice,
    void_invoice,
)
from portal_desk.sandbox.billing.ledger import balance
from portal_desk.sandbox.billing.manual import create_invoice, update_invoice
from portal_desk.sandbox.billing.migration import migrate_subscription
from portal_desk.sandbox.billing.passing import advance
from portal_desk.sandbox.billing.pausing import pause_subscription
from portal_desk.sandbox.billing.payments import charge_named, intent_named, intent_of
from portal_desk.sandbox.billing.preview import preview_invoice
from portal_desk.sandbox.billing.refunds import create_refund
from portal_desk.sandbox.billing.resuming import resume_subscription
from portal_desk.sandbox.billing.schedules import release_schedule
from portal_desk.sandbox.billing.scheduling import create_schedule, update_schedule
from portal_desk.sandbox.billing.subscriptions import update_subscription

__all__ = [
    "advance",
    "attach_payment",
    "balance",
    "cancel_schedule",
    "cancel_subscription",
    "charge_named",
    "create_credit_note",
    "create_invoice",
    "create_invoice_item",
    "create_refund",
    "create_schedule",
    "create_subscription",
    "delete_invoice_item",
    "draft_credit_note",
    "finalize_invoice",
    "intent_named",
    "intent_of",
    "mark_uncollectible",
    "migrate_subscription",
    "pause_subscription",
    "pay_invoice",
    "preview_invoice",
    "release_schedule",
    "resume_subscription",
    "send_invoice",
    "stop_billing",
    "update_invoice",
    "update_invoice_item",
    "update_schedule",
    "update_subscription",
    "void_credit_note",
    "void_invoice",
]
