"""New subscriptions."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing import cancellation
from portal_desk.sandbox.billing.added_items import added_items
from portal_desk.sandbox.billing.beginnings import begun, first_lines
from portal_desk.sandbox.billing.charging import NO_METHOD, decline, paying_method
from portal_desk.sandbox.billing.collection import charge_bill, draft_bill
from portal_desk.sandbox.billing.discounts import effective, redeem, requested
from portal_desk.sandbox.billing.drafts import Draft
from portal_desk.sandbox.billing.issuing import drafted
from portal_desk.sandbox.billing.items import check_items, kept_items, new_items, tax_rates
from portal_desk.sandbox.billing.settings import (
    billing_mode,
    check_collection,
    check_method,
    nested_settings,
    pending_items_after,
)
from portal_desk.sandbox.billing.taxes import require_location
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.billing.trials import announce_end, give_stub
from portal_desk.sandbox.problems import StripeProblem, invalid, missing
from portal_desk.sandbox.state import State

_TAKEN = (
    "collection_method", "days_until_due", "default_payment_method", "description", "metadata",
)  # fmt: skip


def create_subscription(state: State, params: Json, **fields: Any) -> Json:
    """Subscribe a customer, and bill the first period or begin the trial.

    Args:
        state: the sandbox.
        params: as for the endpoint.
        fields: what the subscription has besides, such as its schedule.

    Raises:
        StripeProblem: where Stripe would refuse, or, with `payment_behavior=error_if_incomplete`,
            where the first charge is declined.
    """
    customer = state.get("customer", params.get("customer") or "")
    if not customer:
        raise missing("customer", params.get("customer") or "", "customer")
    if params.get("payment_behavior") == "pending_if_incomplete":
        raise invalid(
            "`payment_behavior=pending_if_incomplete` can only be used to update a subscription.",
            "payment_behavior",
        )
    subscription, discounts = draft_subscription(state, customer, params)
    bill = first_bill(state, subscription, discounts, params)
    invoice = drafted(state, bill, customer, reason="subscription_create", at=state.now())
    waits = _waits(subscription, fields)
    if not waits:
        _require_payment(state, customer, subscription, params, invoice["amount_due"])
    for each in discounts:
        redeem(state, each, "customer.discount.created")
    items = kept_items(state, subscription["id"], subscription["items"]["data"])
    subscription = state.create(subscription | {"items": items} | fields)
    if subscription["status"] == "trialing" and params.get("proration_behavior") == "none":
        give_stub(state, subscription)
    bill = Bill(bill.drafts, bill.discounts, bill.tax_rates, subscription)
    if waits:
        draft = draft_bill(state, bill, reason="subscription_create", at=state.now())
        return _begun(state, subscription, {"latest_invoice": draft["id"]})
    return _begin(state, subscription, bill, attempt=_attempts(params))


def _waits(subscription: Json, fields: Json) -> bool:
    """Whether the first invoice is a draft for an hour, as those of every later period are.

    That of a trial never is. An emailed one is, and so is that of a schedule, which needs nobody to
    be there who could pay (https://docs.stripe.com/billing/invoices/subscription,
    https://docs.stripe.com/billing/subscriptions/subscription-schedules).
    """
    emailed = subscription["collection_method"] == "send_invoice"
    return subscription["status"] != "trialing" and (emailed or bool(fields.get("schedule")))


def _attempts(params: Json) -> bool:
    return params.get("payment_behavior") != "default_incomplete"


def _begin(state: State, subscription: Json, bill: Bill, *, attempt: bool) -> Json:
    """Bill a subscription that was stored just now: unless that is paid, it is incomplete."""
    invoice, failed = charge_bill(
        state, bill, reason="subscription_create", at=state.now(), attempt=attempt
    )
    after: Json = {"latest_invoice": invoice["id"]}
    if subscription["status"] != "trialing" and (failed or invoice["status"] == "open"):
        after["status"] = "incomplete"
    return _begun(state, subscription, after)


def _begun(state: State, subscription: Json, after: Json) -> Json:
    state.update(subscription, after)
    state.emit("customer.subscription.created", subscription)
    if subscription["status"] == "trialing":
        announce_end(state, subscription)
    return subscription


def draft_subscription(state: State, customer: Json, params: Json) -> tuple[Json, list[Json]]:
    """A subscription as `params` ask for it, and its discounts; nothing is stored."""
    now = state.now()
    if not params.get("items"):
        raise invalid("Missing required param: items.", "items", "parameter_missing")
    currency = params.get("currency") or _currency_in_use(state, customer)
    items = new_items(state, params["items"], currency, now, customer["id"])
    mode = billing_mode(params.get("billing_mode"))
    check_items(items, mode["type"])
    rates = params.get("default_tax_rates") or []
    require_location(customer, params.get("automatic_tax"), rates)
    discounts = requested(state, params.get("discounts") or [], customer["id"], at=now)
    subscription = objects.new_subscription(
        state,
        customer=customer["id"],
        currency=items[0]["price"]["currency"],
        items=items,
        billing_mode=mode,
        default_tax_rates=tax_rates(state, rates, "default_tax_rates"),
        discounts=[each["id"] for each in discounts],
        test_clock=customer["test_clock"],
        **{name: params[name] for name in _TAKEN if params.get(name) is not None},
    )
    subscription |= nested_settings(subscription, params)
    check_collection(subscription)
    check_method(state, subscription["customer"], subscription["default_payment_method"])
    subscription = begun(subscription, params, now)
    subscription |= pending_items_after(params, now)
    subscription |= cancellation.scheduled(state, subscription, params)
    owned = [each | {"subscription": subscription["id"]} for each in discounts]
    return subscription, owned


def _currency_in_use(state: State, customer: Json) -> str | None:
    for each in state.where("subscription", customer=customer["id"]):
        if each["status"] not in ("canceled", "incomplete_expired"):
            return str(each["currency"])
    return None


def first_bill(
    state: State, subscription: Json, discounts: list[Json], params: Json | None = None
) -> Bill:
    """What the first invoice of a subscription is made of; the customer's own discount counts."""
    customer = state.get("customer", subscription["customer"] or "") or {"discount": None}
    asked = params or {}
    prorate = asked.get("proration_behavior", "create_prorations") != "none"
    lines: list[Draft] = first_lines(state, subscription, prorate=prorate)
    return Bill(
        drafts=[*added_items(state, subscription, asked, state.now()), *lines],
        discounts=effective(state, discounts, customer, state.now()),
        tax_rates=subscription["default_tax_rates"],
        subscription=subscription,
    )


def _require_payment(
    state: State, customer: Json, subscription: Json, params: Json, amount: int
) -> None:
    """A customer without any payment method can't be charged; a declined one may come later."""
    charged = subscription["collection_method"] == "charge_automatically"
    if not charged or not amount or not _attempts(params):
        return
    problem = _refusal(state, customer, subscription, params.get("payment_behavior"))
    if problem:
        raise problem


def _refusal(
    state: State, customer: Json, subscription: Json, behavior: str | None
) -> StripeProblem | None:
    reason = decline(paying_method(state, customer, subscription), state.now())
    if reason and (reason is NO_METHOD or behavior == "error_if_incomplete"):
        return reason.problem()
    return None
