"""Trials that end without a way to pay.

https://docs.stripe.com/billing/subscriptions/trials/free-trials#create-free-trials-without-payment
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.charging import paying_method
from portal_desk.sandbox.billing.ending import end_subscription
from portal_desk.sandbox.state import State

_FREE_STUB = "sandbox.free_stub"


def trial_ends_unpaid(state: State, subscription: Json) -> bool:
    """Cancel or pause a subscription whose trial ends without a payment method, if it says so."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    customer = state.kind("customer")[subscription["customer"]]
    goes_on = behavior == "create_invoice" or paying_method(state, customer, subscription)
    if subscription["status"] != "trialing" or goes_on:
        return False
    if behavior == "cancel":
        now = state.now()
        after: Json = {"status": "canceled", "canceled_at": now, "ended_at": now, "schedule": None}
        end_subscription(state, subscription, after)
    else:
        paused = paused_because(state, "trial_end_without_payment_method")
        state.update(subscription, paused, "customer.subscription.updated")
        state.emit("customer.subscription.paused", subscription)
    return True


def give_stub(state: State, subscription: Json) -> None:
    """Remember that the time between a trial's end and the next period is free.

    "If `proration_behavior` is `none`, customers receive the initial period up to the first full
    invoice date for free" (https://docs.stripe.com/payments/checkout/billing-cycle).
    """
    state.create({"id": subscription["id"], "object": _FREE_STUB, "created": state.now()})


def has_free_stub(state: State, subscription: Json) -> bool:
    """Whether the time between a subscription's trial and its next period is free."""
    return subscription["status"] == "trialing" and state.has(_FREE_STUB, subscription["id"])


def paused_because(state: State, reason: str) -> Json:
    """The fields that say that a subscription is paused since now, and why."""
    paused = {
        "subscription": {"type": reason},
        "transitioned_at": state.now(),
        "type": "subscription",
    }
    return {"status": "paused", "status_details": {"paused": paused}}
