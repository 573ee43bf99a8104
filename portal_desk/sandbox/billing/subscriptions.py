"""Subscriptions as requests change them."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing import cancellation
from portal_desk.sandbox.billing.changes import Change, plan_change
from portal_desk.sandbox.billing.charging import decline, paying_method
from portal_desk.sandbox.billing.collection import charge_bill, without_spent
from portal_desk.sandbox.billing.discounts import redeem
from portal_desk.sandbox.billing.drafts import waiting_line
from portal_desk.sandbox.billing.invoices import void_invoice
from portal_desk.sandbox.billing.issuing import drafted, wait, waiting_items
from portal_desk.sandbox.billing.items import kept_items, merged, tax_rates
from portal_desk.sandbox.billing.pending_updates import check_pending, hold, pending_invoice
from portal_desk.sandbox.billing.schedules import follow_items
from portal_desk.sandbox.billing.settings import (
    check_collection,
    check_method,
    nested_settings,
    pending_items_after,
)
from portal_desk.sandbox.billing.taxes import require_location
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.billing.trials import announce_end, stop_unpaid
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_ENDED = ("canceled", "incomplete_expired")
_ALWAYS = {"metadata", "cancellation_details", "expand"}
_PLAIN = ("collection_method", "days_until_due", "default_payment_method", "description")
_BILLING = {"items", "billing_cycle_anchor", "trial_end"}


def update_subscription(state: State, subscription: Json, params: Json) -> Json:
    """Change a subscription, and bill what the change costs.

    Raises:
        StripeProblem: where Stripe would refuse, or, with `payment_behavior=error_if_incomplete`,
            where the charge is declined; nothing is changed then.
    """
    check_changeable(subscription, params)
    check_pending(subscription, params)
    cancellation.check_feedback(state, params)
    change = plan_change(state, subscription, params)
    change.after |= plain_fields(state, subscription, params)
    if "canceled_at" in change.after or params.get("cancellation_details"):
        change.after["cancellation_details"] = cancellation.details(
            subscription, params, change.after
        )
    _require_payment(state, subscription, params, change)
    outdated = pending_invoice(state, subscription)
    if outdated and outdated["status"] == "open" and change.after.keys() & _BILLING:
        void_invoice(state, outdated)
    _keep_new(state, subscription, change)
    return _carried_out(state, subscription, params, change)


def _keep_new(state: State, subscription: Json, change: Change) -> None:
    """Store what is new with a change, and let wait what isn't billed with it."""
    for draft in [] if change.bills_now else reversed([*change.prorations, *change.added]):
        wait(state, draft, subscription)
    for each in change.discounts:
        if each["id"] in change.after.get("discounts", ()):
            redeem(state, each, "customer.discount.created")
    if "items" in change.after:
        data = change.after["items"]["data"]
        change.after["items"] = kept_items(state, subscription["id"], data)


def _carried_out(state: State, subscription: Json, params: Json, change: Change) -> Json:
    if change.stops:
        return _told(state, stop_unpaid(state, subscription, change.after), change)
    if change.bills_now:
        bill = immediate_bill(state, subscription, change)
        attempt = params.get("payment_behavior") != "default_incomplete"
        invoice, reason = charge_bill(
            state, bill, reason="subscription_update", at=change.when, attempt=attempt
        )
        change.after = without_spent(state, bill, change.after)
        if reason and params.get("payment_behavior") == "pending_if_incomplete":
            return hold(state, subscription, params, invoice, change.after)
        change.after["latest_invoice"] = invoice["id"]
        if reason and subscription["status"] != "unpaid":
            change.after["status"] = "past_due"
    state.update(subscription, change.after, "customer.subscription.updated")
    if "items" in change.after:
        follow_items(state, subscription)
    return _told(state, subscription, change)


def _told(state: State, subscription: Json, change: Change) -> Json:
    if change.after.get("trial_end"):
        announce_end(state, subscription)
    return subscription


def check_changeable(subscription: Json, params: Json) -> None:
    """Refuse what Stripe refuses of a subscription that has ended, or has not begun."""
    others = params.keys() - _ALWAYS
    if subscription["status"] in _ENDED and others:
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata."
        )
    if subscription["status"] == "incomplete" and others - {"default_source"}:
        raise invalid(
            "A subscription in status `incomplete` can only have its metadata and "
            "default_source updated."
        )


def plain_fields(state: State, subscription: Json, params: Json) -> Json:
    """The fields that `params` set without billing anything.

    Raises:
        StripeProblem: where Stripe would refuse them.
    """
    after: Json = {name: params[name] or None for name in _PLAIN if name in params}
    if after.get("collection_method") == "charge_automatically":
        after.setdefault("days_until_due", None)
    if "pause_collection" in params:
        wanted = params["pause_collection"]
        after["pause_collection"] = {"resumes_at": None} | wanted if wanted else None
    if "metadata" in params:
        after["metadata"] = merged(subscription["metadata"], params["metadata"])
    if "default_tax_rates" in params:
        wanted = params["default_tax_rates"]
        after["default_tax_rates"] = tax_rates(state, wanted, "default_tax_rates")
    after |= nested_settings(subscription, params)
    after |= pending_items_after(params, state.now())
    check_collection(subscription | after)
    check_method(state, subscription["customer"], after.get("default_payment_method"))
    customer = state.kind("customer")[subscription["customer"]]
    rates = (subscription | after)["default_tax_rates"]
    require_location(customer, params.get("automatic_tax"), rates)
    return after


def immediate_bill(state: State, subscription: Json, change: Change) -> Bill:
    """What an invoice that follows a change at once is made of."""
    waiting = waiting_items(
        state, subscription["customer"], subscription["id"], currency=subscription["currency"]
    )
    lines = [waiting_line(state, each) for each in waiting]
    after = subscription | change.after
    return Bill(
        drafts=[*change.prorations, *change.added, *lines, *change.periods],
        discounts=change.discounts,
        tax_rates=after["default_tax_rates"],
        subscription=after,
    )


def _require_payment(state: State, subscription: Json, params: Json, change: Change) -> None:
    if params.get("payment_behavior") != "error_if_incomplete" or not change.bills_now:
        return
    customer = state.kind("customer")[subscription["customer"]]
    bill = immediate_bill(state, subscription, change)
    would_be = drafted(state, bill, customer, reason="subscription_update", at=change.when)
    reason = decline(paying_method(state, customer, subscription), state.now())
    if would_be["amount_due"] and reason:
        raise reason.problem()
