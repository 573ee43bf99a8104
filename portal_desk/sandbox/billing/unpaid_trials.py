"""Whether a trial ends without a way to pay.

https://docs.stripe.com/billing/subscriptions/trials/free-trials#create-free-trials-without-payment
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.charging import paying_method
from portal_desk.sandbox.state import State


def stops_unpaid(state: State, subscription: Json, settled: Json | None = None) -> bool:
    """Whether a trial that ends stops its subscription for want of a payment method.

    Where invoices are emailed none is needed.

    Args:
        state: the sandbox.
        subscription: as it is.
        settled: the fields that change with the end of the trial.
    """
    after = subscription | (settled or {})
    behavior = after["trial_settings"]["end_behavior"]["missing_payment_method"]
    charged = after["collection_method"] == "charge_automatically"
    if subscription["status"] != "trialing" or behavior == "create_invoice" or not charged:
        return False
    customer = state.kind("customer")[subscription["customer"]]
    return paying_method(state, customer, after) is None
