"""New subscriptions."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.charging import decline, paying_method
from portal_desk.sandbox.billing.collection import charge_bill
from portal_desk.sandbox.billing.discounts import requested
from portal_desk.sandbox.billing.drafts import period_line
from portal_desk.sandbox.billing.invoices import drafted
from portal_desk.sandbox.billing.items import check_items, new_items, tax_rates
from portal_desk.sandbox.billing.periods import next_boundary
from portal_desk.sandbox.billing.subscriptions import (
    check_changeable,
    check_collection,
    nested_settings,
)
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State

_DAY = 86_400
_TAKEN = (
    "collection_method", "days_until_due", "default_payment_method", "description", "metadata",
)  # fmt: skip
_UNSUPPORTED = (
    "backdate_start_date", "billing_cycle_anchor", "billing_cycle_anchor_config", "cancel_at",
    "customer_account", "default_source", "on_behalf_of", "trial_from_plan",
)  # fmt: skip


def create_subscription(state: State, params: Json) -> Json:
    """Subscribe a customer, and bill the first period or begin the trial.

    Raises:
        StripeProblem: where Stripe would refuse, or, with `payment_behavior=error_if_incomplete`,
            where the first charge is declined.
    """
    customer = state.get("customer", params.get("customer") or "")
    if not customer:
        raise missing("customer", params.get("customer") or "", "customer")
    subscription, discounts = draft_subscription(state, customer, params)
    _require_payment(state, customer, subscription, params, discounts)
    for each in discounts:
        state.create(each, "customer.discount.created")
    state.create(subscription)
    if subscription["status"] != "trialing":
        _first_invoice(state, subscription, params, discounts)
    state.emit("customer.subscription.created", subscription)
    return subscription


def draft_subscription(state: State, customer: Json, params: Json) -> tuple[Json, list[Json]]:
    """A subscription as `params` ask for it, and its discounts; nothing is stored."""
    now = state.now()
    for name in _UNSUPPORTED:
        if params.get(name):
            raise unsupported(f"`{name}` of a new subscription")
    if not params.get("items"):
        raise invalid("Missing required param: items.", "items", "parameter_missing")
    currency = params.get("currency") or _currency_in_use(state, customer)
    items = new_items(state, params["items"], currency, now)
    mode = (params.get("billing_mode") or {}).get("type", "flexible")
    check_items(items, mode)
    subscription = objects.new_subscription(
        state,
        customer=customer["id"],
        currency=items[0]["price"]["currency"],
        items=items,
        billing_mode=objects.billing_mode(mode),
        default_tax_rates=tax_rates(
            state, params.get("default_tax_rates") or [], "default_tax_rates"
        ),
        test_clock=customer["test_clock"],
        **{name: params[name] for name in _TAKEN if params.get(name) is not None},
    )
    check_changeable(subscription, params)
    check_collection(subscription)
    _begin(subscription, params, now)
    wanted = params.get("discounts") or []
    discounts = requested(state, wanted, customer["id"], at=now)
    for each in discounts:
        each["subscription"] = subscription["id"]
    subscription["discounts"] = [each["id"] for each in discounts]
    subscription.update(nested_settings(subscription, params))
    if params.get("cancel_at_period_end"):
        classic = mode == "classic"
        end = min(i["current_period_end"] for i in subscription["items"]["data"])
        subscription |= {
            "cancel_at": end, "cancel_at_period_end": classic, "canceled_at": now,
        }  # fmt: skip
    return subscription, discounts


def _currency_in_use(state: State, customer: Json) -> str | None:
    for each in state.where("subscription", customer=customer["id"]):
        if each["status"] not in ("canceled", "incomplete_expired"):
            return str(each["currency"])
    return None


def _begin(subscription: Json, params: Json, now: int) -> None:
    items = subscription["items"]["data"]
    trial_end = _trial_end(params, now)
    if trial_end:
        ends = [trial_end for _ in items]
        subscription |= {
            "status": "trialing",
            "trial_start": now,
            "trial_end": trial_end,
            "billing_cycle_anchor": trial_end,
        }
    else:
        ends = [next_boundary(now, item["price"]["recurring"], now) for item in items]
    for item, end in zip(items, ends, strict=True):
        item |= {"current_period_start": now, "current_period_end": end}


def _trial_end(params: Json, now: int) -> int | None:
    wanted = params.get("trial_end")
    if wanted and wanted != "now":
        if wanted <= now:
            raise invalid(
                "Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end"
            )
        return int(wanted)
    if params.get("trial_period_days"):
        return now + int(params["trial_period_days"]) * _DAY
    return None


def first_bill(state: State, subscription: Json, discounts: list[Json]) -> Bill:
    """What the first invoice of a subscription is made of."""
    lines = [
        period_line(state, item, item["current_period_start"], subscription["billing_cycle_anchor"])
        for item in subscription["items"]["data"]
        if item["quantity"] is not None
    ]
    return Bill(
        drafts=lines,
        discounts=discounts,
        tax_rates=subscription["default_tax_rates"],
        subscription=subscription,
    )


def _require_payment(
    state: State, customer: Json, subscription: Json, params: Json, discounts: list[Json]
) -> None:
    """A customer without any payment method can't be charged; a declined one may come later."""
    charged = subscription["collection_method"] == "charge_automatically"
    behavior = params.get("payment_behavior")
    if not charged or subscription["status"] == "trialing" or behavior == "default_incomplete":
        return
    reason = decline(paying_method(state, customer, subscription), state.now())
    refused = reason and (reason.decline_code is None or behavior == "error_if_incomplete")
    if reason and refused and _first_amount(state, customer, subscription, discounts):
        raise reason.problem()


def _first_amount(state: State, customer: Json, subscription: Json, discounts: list[Json]) -> int:
    for each in discounts:
        state.kind("discount")[each["id"]] = each
    bill = first_bill(state, subscription, discounts)
    invoice = drafted(state, bill, customer, reason="subscription_create", at=state.now())
    for each in discounts:
        del state.kind("discount")[each["id"]]
    return int(invoice["amount_due"])


def _first_invoice(state: State, subscription: Json, params: Json, discounts: list[Json]) -> None:
    attempt = params.get("payment_behavior") != "default_incomplete"
    bill = first_bill(state, subscription, discounts)
    invoice, failed = charge_bill(
        state, bill, reason="subscription_create", at=state.now(), attempt=attempt
    )
    subscription["latest_invoice"] = invoice["id"]
    charged = invoice["collection_method"] == "charge_automatically"
    if failed or (charged and invoice["status"] == "open"):
        subscription["status"] = "incomplete"
