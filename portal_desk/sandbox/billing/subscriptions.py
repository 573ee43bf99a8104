"""Subscriptions as requests create, change and cancel them."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing import cancellation
from portal_desk.sandbox.billing.changes import Change, plan_change
from portal_desk.sandbox.billing.charging import decline, paying_method
from portal_desk.sandbox.billing.collection import charge_bill
from portal_desk.sandbox.billing.drafts import waiting_line
from portal_desk.sandbox.billing.invoices import drafted, wait, waiting_items
from portal_desk.sandbox.billing.items import tax_rates
from portal_desk.sandbox.billing.schedules import follow_items
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State

_ENDED = ("canceled", "incomplete_expired")
_ALWAYS = {"metadata", "cancellation_details", "expand"}
_PLAIN = (
    "automatic_tax", "collection_method", "days_until_due", "default_payment_method",
    "default_source", "description", "invoice_settings", "pause_collection", "payment_settings",
    "trial_settings",
)  # fmt: skip
_UNSUPPORTED = (
    "add_invoice_items", "application_fee_percent", "billing_schedules", "billing_thresholds",
    "pending_invoice_item_interval", "transfer_data",
)  # fmt: skip


def update_subscription(state: State, subscription: Json, params: Json) -> Json:
    """Change a subscription, and bill what the change costs.

    Raises:
        StripeProblem: where Stripe would refuse, or, with `payment_behavior=error_if_incomplete`,
            where the charge is declined; nothing is changed then.
    """
    check_changeable(subscription, params)
    cancellation.check_feedback(state, params)
    change = plan_change(state, subscription, params)
    change.after |= cancellation.scheduled(state, subscription, params)
    change.after |= _plain(state, subscription, params)
    if "canceled_at" in change.after or params.get("cancellation_details"):
        change.after["cancellation_details"] = cancellation.details(
            subscription, params, change.after
        )
    _require_payment(state, subscription, params, change)
    for draft in reversed([] if change.bills_now else change.prorations):
        wait(state, draft, subscription)
    for each in change.discounts:
        if each["id"] in change.after.get("discounts", ()) and not state.get(
            "discount", each["id"]
        ):
            state.create(each, "customer.discount.created")
    if change.bills_now:
        _bill_now(state, subscription, params, change)
    state.update(subscription, change.after, "customer.subscription.updated")
    if "items" in change.after:
        follow_items(state, subscription)
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
    for name in _UNSUPPORTED:
        if params.get(name):
            raise unsupported(f"`{name}`")
    if params.get("payment_behavior") == "pending_if_incomplete":
        raise unsupported("`payment_behavior=pending_if_incomplete`")


def nested_settings(subscription: Json, params: Json) -> Json:
    """What stands in a subscription's settings once those in `params` are put over them."""
    names = ("automatic_tax", "invoice_settings", "payment_settings", "trial_settings")
    return {
        name: subscription[name] | params[name]
        for name in names
        if isinstance(params.get(name), dict)
    }


def _plain(state: State, subscription: Json, params: Json) -> Json:
    after: Json = {}
    for name in _PLAIN:
        if name in params:
            value = params[name] if params[name] != "" else None
            current = subscription.get(name)
            if isinstance(value, dict) and isinstance(current, dict):
                value = current | value
            after[name] = value
    if "metadata" in params:
        after["metadata"] = merged_metadata(subscription["metadata"], params["metadata"])
    if "default_tax_rates" in params:
        wanted = params["default_tax_rates"]
        after["default_tax_rates"] = tax_rates(state, wanted, "default_tax_rates")
    check_collection(subscription | after)
    if method := after.get("default_payment_method"):
        _check_method(state, subscription["customer"], method)
    return after


def merged_metadata(current: Json, wanted: Json | str) -> Json:
    """Metadata with changes: an empty value unsets its key, an empty string unsets all."""
    if not wanted or isinstance(wanted, str):
        return {}
    return {key: value for key, value in (current | wanted).items() if value not in ("", None)}


def check_collection(subscription: Json) -> None:
    """An emailed invoice needs a due date, and only an emailed one has any."""
    sent = subscription["collection_method"] == "send_invoice"
    if sent and subscription["days_until_due"] is None:
        raise invalid(
            "You must specify `days_until_due` when `collection_method` is `send_invoice`.",
            "days_until_due",
        )
    if not sent and subscription["days_until_due"] is not None:
        raise invalid(
            "You can only specify `days_until_due` if `collection_method` is `send_invoice`.",
            "days_until_due",
        )


def _check_method(state: State, customer: str, method_id: str) -> None:
    method = state.get("payment_method", method_id)
    if not method or method["customer"] != customer:
        raise missing("PaymentMethod", method_id, "default_payment_method")


def immediate_bill(state: State, subscription: Json, change: Change) -> Bill:
    """What an invoice that follows a change at once is made of."""
    waiting = waiting_items(state, subscription["customer"], subscription["id"])
    drafts = [*change.prorations, *(waiting_line(state, each) for each in waiting), *change.periods]
    return Bill(
        drafts=drafts,
        discounts=change.discounts,
        tax_rates=subscription["default_tax_rates"],
        subscription=subscription | change.after,
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


def _bill_now(state: State, subscription: Json, params: Json, change: Change) -> None:
    bill = immediate_bill(state, subscription, change)
    attempt = params.get("payment_behavior") != "default_incomplete"
    invoice, reason = charge_bill(
        state, bill, reason="subscription_update", at=change.when, attempt=attempt
    )
    change.after["latest_invoice"] = invoice["id"]
    if reason and subscription["status"] != "unpaid":
        change.after["status"] = "past_due"
