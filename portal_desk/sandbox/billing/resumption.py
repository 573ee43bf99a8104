"""What becomes of a paused subscription once the invoice of its resumption is settled.

https://docs.stripe.com/billing/subscriptions/pause#resume-subscriptions
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.alarms import RESUMPTION, RESUMPTION_UNPAID_FOR
from portal_desk.sandbox.state import State


def await_payment(
    state: State, subscription: Json, invoice: Json, after: Json, *, on_attempt: bool
) -> None:
    """Remember what a subscription becomes when `invoice` is paid.

    Args:
        state: the sandbox.
        subscription: paused, and to be resumed.
        invoice: open.
        after: the fields that change with the resumption.
        on_attempt: whether a payment that fails resumes it too, to be past due.
    """
    state.create(
        {
            "id": invoice["id"],
            "object": RESUMPTION,
            "created": state.now(),
            "subscription": subscription["id"],
            "after": after,
            "on_attempt": on_attempt,
            "test_clock": subscription["test_clock"],
        }
    )


def wake(state: State, subscription: Json, after: Json, *, status: str = "active") -> None:
    """Resume a subscription."""
    changes = after | {"status": status, "status_details": None}
    state.update(subscription, changes, "customer.subscription.updated")
    state.emit("customer.subscription.resumed", subscription)


def payment_succeeded(state: State, invoice: Json) -> None:
    """The invoice was paid, or given up on: its subscription is resumed, if it waits for that."""
    _settle(state, invoice, "active")


def payment_failed(state: State, invoice: Json) -> None:
    """A payment failed: where an attempt is enough, the subscription is resumed as past due."""
    waiting = state.get(RESUMPTION, invoice["id"])
    if waiting and waiting["on_attempt"]:
        _settle(state, invoice, "past_due")


def called_off(state: State, invoice: Json) -> None:
    """The invoice was voided: its subscription stays paused."""
    if waiting := state.get(RESUMPTION, invoice["id"]):
        state.delete(waiting)


def expires_at(state: State, invoice: Json) -> int | None:
    """When the invoice of a resumption is voided if nobody tries to pay it (seconds UTC)."""
    waiting = state.get(RESUMPTION, invoice["id"])
    if waiting is None or invoice["attempted"]:
        return None
    return int(waiting["created"]) + RESUMPTION_UNPAID_FOR


def _settle(state: State, invoice: Json, status: str) -> None:
    waiting = state.get(RESUMPTION, invoice["id"])
    if waiting is None:
        return
    state.delete(waiting)
    subscription = state.get("subscription", waiting["subscription"])
    if subscription and subscription["status"] == "paused":
        wake(state, subscription, waiting["after"], status=status)
