"""The endpoints of the API, a module per kind of object."""

from __future__ import annotations

from portal_desk.sandbox.call import Endpoint
from portal_desk.sandbox.endpoints import (
    account,
    charges,
    coupons,
    credit_notes,
    customers,
    events,
    feedback_options,
    invoice_items,
    invoices,
    payment_intents,
    payment_methods,
    portal_configurations,
    portal_sessions,
    prices,
    products,
    refunds,
    schedules,
    search,
    setup_intents,
    subscription_items,
    subscriptions,
    tax_ids,
    tax_rates,
    test_clocks,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *search.ENDPOINTS,
    *account.ENDPOINTS,
    *customers.ENDPOINTS,
    *payment_methods.ENDPOINTS,
    *tax_ids.ENDPOINTS,
    *products.ENDPOINTS,
    *prices.ENDPOINTS,
    *coupons.ENDPOINTS,
    *subscriptions.ENDPOINTS,
    *subscription_items.ENDPOINTS,
    *schedules.ENDPOINTS,
    *invoices.ENDPOINTS,
    *invoice_items.ENDPOINTS,
    *credit_notes.ENDPOINTS,
    *payment_intents.ENDPOINTS,
    *charges.ENDPOINTS,
    *refunds.ENDPOINTS,
    *setup_intents.ENDPOINTS,
    *tax_rates.ENDPOINTS,
    *portal_configurations.ENDPOINTS,
    *portal_sessions.ENDPOINTS,
    *feedback_options.ENDPOINTS,
    *events.ENDPOINTS,
    *test_clocks.ENDPOINTS,
)
"""All of them; one with a fixed path stands before the one that would take its last word for an id."""
