"""Stripe objects with every field that the pinned API version gives them.

A builder makes an object and stores nothing: `state.create` does that, and emits the event.
Nested values may be shared between objects, so they are replaced whole, never changed in place.
"""

from __future__ import annotations

from portal_desk.sandbox.objects.account import account_settings, business_profile, new_account
from portal_desk.sandbox.objects.catalog import (
    new_coupon,
    new_price,
    new_product,
    new_promotion_code,
    new_tax_rate,
    plan_of,
    recurring,
)
from portal_desk.sandbox.objects.charges import declined_outcome, new_charge
from portal_desk.sandbox.objects.clocks import new_test_clock
from portal_desk.sandbox.objects.common import EMPTY_ADDRESS, address, billing_mode, listed
from portal_desk.sandbox.objects.customers import (
    invoice_settings,
    new_balance_transaction,
    new_customer,
    new_tax_id,
    verification,
)
from portal_desk.sandbox.objects.feedback import FEEDBACK_OPTION, new_feedback_option
from portal_desk.sandbox.objects.intents import new_intent, new_payment_intent, new_setup_intent
from portal_desk.sandbox.objects.invoices import (
    invoice_item_line_parent,
    line_list,
    line_pricing,
    new_invoice,
    new_invoice_item,
    new_invoice_payment,
    new_line,
    subscription_invoice_parent,
    subscription_line_parent,
)
from portal_desk.sandbox.objects.payment_methods import (
    bank,
    billing_details,
    card,
    new_payment_method,
)
from portal_desk.sandbox.objects.payments import (
    new_credit_note,
    new_credit_note_line,
    new_refund,
)
from portal_desk.sandbox.objects.portal import (
    ALL_REASONS,
    cancel_feature,
    new_configuration,
    new_features,
    offered_product,
    update_feature,
)
from portal_desk.sandbox.objects.subscriptions import (
    NOT_CANCELLED,
    item_list,
    new_discount,
    new_phase,
    new_phase_item,
    new_schedule,
    new_subscription,
    new_subscription_item,
    schedule_settings,
)

__all__ = [
    "ALL_REASONS",
    "EMPTY_ADDRESS",
    "FEEDBACK_OPTION",
    "NOT_CANCELLED",
    "account_settings",
    "address",
    "bank",
    "billing_details",
    "billing_mode",
    "business_profile",
    "cancel_feature",
    "card",
    "declined_outcome",
    "invoice_item_line_parent",
    "invoice_settings",
    "item_list",
    "line_list",
    "line_pricing",
    "listed",
    "new_account",
    "new_balance_transaction",
    "new_charge",
    "new_configuration",
    "new_coupon",
    "new_credit_note",
    "new_credit_note_line",
    "new_customer",
    "new_discount",
    "new_features",
    "new_feedback_option",
    "new_intent",
    "new_invoice",
    "new_invoice_item",
    "new_invoice_payment",
    "new_line",
    "new_payment_intent",
    "new_payment_method",
    "new_phase",
    "new_phase_item",
    "new_price",
    "new_product",
    "new_promotion_code",
    "new_refund",
    "new_schedule",
    "new_setup_intent",
    "new_subscription",
    "new_subscription_item",
    "new_tax_id",
    "new_tax_rate",
    "new_test_clock",
    "offered_product",
    "plan_of",
    "recurring",
    "schedule_settings",
    "subscription_invoice_parent",
    "subscription_line_parent",
    "update_feature",
    "verification",
]
