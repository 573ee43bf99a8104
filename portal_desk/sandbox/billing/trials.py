"""The end of trials: announced three days before, and what it means without a way to pay.

https://docs.stripe.com/billing/subscriptions/trials/free-trials#create-free-trials-without-payment
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.alarms import REMINDER
from portal_desk.sandbox.billing.ending import end_subscription
from portal_desk.sandbox.state import State

TRIAL_NOTICE = 3 * 86_400
"""So many seconds before its end a trial is announced to end."""
_FREE_STUB = "sandbox.free_stub"


def stop_unpaid(state: State, subscription: Json, settled: Json | None = None) -> Json:
    """Cancel or pause a subscription whose trial ends without a payment method, as it says."""
    fields = settled or {}
    settings = (subscription | fields)["trial_settings"]["end_behavior"]
    if settings["missing_payment_method"] == "cancel":
        now = state.now()
        after: Json = {"status": "canceled", "canceled_at": now, "ended_at": now, "schedule": None}
        end_subscription(state, subscription, fields | after)
    else:
        paused = paused_because(state, "trial_end_without_payment_method")
        state.update(subscription, fields | paused, "customer.subscription.updated")
        state.emit("customer.subscription.paused", subscription)
    return subscription


def announce_end(state: State, subscription: Json) -> None:
    """Tell that a trial will end: three days before, or now where it is sooner or over already.

    Source: `customer.subscription.trial_will_end` in https://docs.stripe.com/api/events/types.
    """
    if reminder := state.get(REMINDER, subscription["id"]):
        state.delete(reminder)
    due = subscription["trial_end"] - TRIAL_NOTICE
    if subscription["status"] != "trialing" or due <= state.now():
        state.emit("customer.subscription.trial_will_end", subscription)
        return
    state.create(new_reminder(subscription, due, created=state.now()))


def remind(state: State, reminder: Json) -> None:
    """The time has come to tell that a trial will end, unless it is over."""
    state.delete(reminder)
    subscription = state.get("subscription", reminder["id"])
    if subscription and subscription["status"] == "trialing":
        state.emit("customer.subscription.trial_will_end", subscription)


def new_reminder(subscription: Json, due: int, *, created: int) -> Json:
    """What remembers that the end of a trial is told of at `due` (seconds UTC); it is not stored."""
    return {
        "id": subscription["id"],
        "object": REMINDER,
        "created": created,
        "due": due,
        "test_clock": subscription["test_clock"],
    }


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
