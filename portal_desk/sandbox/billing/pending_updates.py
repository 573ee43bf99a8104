"""Changes of a subscription that wait until their invoice is paid.

https://docs.stripe.com/billing/subscriptions/pending-updates
"""

from __future__ import annotations

from portal_desk.models.json import Json, period_end
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_KIND = "sandbox.pending_update"
_WITHIN = 23 * 3600
_SUPPORTED = {
    "add_invoice_items", "billing_cycle_anchor", "discounts", "expand", "items", "metadata",
    "off_session", "payment_behavior", "proration_behavior", "proration_date", "trial_end",
    "trial_from_plan",
}  # fmt: skip


def check_pending(subscription: Json, params: Json) -> None:
    """Refuse to let something wait for a payment that has nothing to do with one.

    Source: https://docs.stripe.com/billing/subscriptions/pending-updates-reference
    """
    if params.get("payment_behavior") != "pending_if_incomplete":
        return
    if subscription["collection_method"] != "charge_automatically":
        raise invalid(
            "`payment_behavior=pending_if_incomplete` needs "
            "`collection_method=charge_automatically`.",
            "payment_behavior",
        )
    if others := sorted(params.keys() - _SUPPORTED):
        raise invalid(
            "The following parameters cannot be used with "
            f"`payment_behavior=pending_if_incomplete`: {', '.join(others)}.",
            others[0],
        )


def hold(state: State, subscription: Json, params: Json, invoice: Json, after: Json) -> Json:
    """Remember what a subscription becomes once `invoice` is paid."""
    expires = min(state.now() + _WITHIN, period_end(subscription) or state.now() + _WITHIN)
    state.create(
        {
            "id": invoice["id"],
            "object": _KIND,
            "created": state.now(),
            "subscription": subscription["id"],
            "after": after,
        }
    )
    pending = {
        "billing_cycle_anchor": after.get("billing_cycle_anchor"),
        "cancel_at_period_end": None,
        "discount": None,
        "discounts": after.get("discounts"),
        "expires_at": expires,
        "metadata": params.get("metadata") or None,
        "subscription_items": after["items"]["data"] if "items" in after else None,
        "trial_end": after.get("trial_end"),
        "trial_from_plan": params.get("trial_from_plan"),
    }
    changes = {"pending_update": pending, "latest_invoice": invoice["id"]}
    return state.update(subscription, changes, "customer.subscription.updated")


def apply_pending(state: State, invoice: Json) -> None:
    """The invoice was paid: the change that waited for it is made."""
    if found := _no_longer_waiting(state, invoice):
        subscription, changes = found
        state.update(subscription, changes, "customer.subscription.updated")
        state.emit("customer.subscription.pending_update_applied", subscription)


def drop_pending(state: State, invoice: Json) -> None:
    """The invoice was voided: what waited for it is not made any more."""
    if found := _no_longer_waiting(state, invoice):
        subscription, _ = found
        state.update(subscription, {"pending_update": None}, "customer.subscription.updated")
        state.emit("customer.subscription.pending_update_expired", subscription)


def _no_longer_waiting(state: State, invoice: Json) -> tuple[Json, Json] | None:
    """The subscription that waited for an invoice, and the changes that did; None without any."""
    waiting = state.get(_KIND, invoice["id"])
    if waiting is None:
        return None
    state.delete(waiting)
    subscription = state.get("subscription", waiting["subscription"])
    if not subscription or not subscription["pending_update"]:
        return None
    return subscription, waiting["after"] | {"pending_update": None}


def pending_invoice(state: State, subscription: Json) -> Json | None:
    """The invoice that a pending change of a subscription waits for."""
    if not subscription["pending_update"]:
        return None
    waiting = next(state.where(_KIND, subscription=subscription["id"]), None)
    return state.get("invoice", waiting["id"]) if waiting else None
