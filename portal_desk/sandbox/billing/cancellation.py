"""Cancelling: now, when a period ends, and taking it back."""

from __future__ import annotations

from portal_desk.models.json import Json, items_of, period_end
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import is_metered
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State


def scheduled(state: State, subscription: Json, params: Json) -> Json:
    """The fields that change when `cancel_at` or `cancel_at_period_end` is asked for.

    Classic billing sets the flag as well as the date, flexible billing sets the date alone
    (https://docs.stripe.com/billing/subscriptions/billing-mode).

    Raises:
        StripeProblem: for both at once, a date in the past, or a schedule that is in charge.
    """
    if "cancel_at" not in params and "cancel_at_period_end" not in params:
        return {}
    if schedule := subscription["schedule"]:
        raise invalid(
            f"The subscription is managed by the subscription schedule `{schedule}`, and updating "
            "any cancelation behavior directly is not allowed. Please update the schedule instead."
        )
    if params.get("cancel_at") and params.get("cancel_at_period_end"):
        raise invalid(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
            "cancel_at",
        )
    if params.get("cancel_at"):
        return _set(state, _date(state, subscription, params["cancel_at"]), flag=False)
    if params.get("cancel_at_period_end"):
        classic = subscription["billing_mode"]["type"] == "classic"
        return _set(state, period_end(subscription), flag=classic)
    return _taken_back(subscription, params)


def _date(state: State, subscription: Json, wanted: int | str) -> int | None:
    items = list(items_of(subscription))
    ends = [item["current_period_end"] for item in items]
    # No item is billed for more than its period in advance, and usage isn't billed in advance.
    billed = [item["current_period_end"] for item in items if not is_metered(item["price"])]
    helpers: dict[str, int] = {
        "max_billed_until": max(billed or ends),
        "max_period_end": max(ends),
        "min_period_end": min(ends),
    }
    if isinstance(wanted, str):
        if wanted not in helpers:
            raise invalid(f"Invalid cancel_at: {wanted}", "cancel_at")
        if subscription["billing_mode"]["type"] != "flexible":
            raise invalid(
                f"`cancel_at={wanted}` is only supported for subscriptions with "
                "`billing_mode[type]=flexible`.",
                "cancel_at",
            )
        return helpers[wanted]
    if wanted <= state.now():
        raise invalid("`cancel_at` must be a timestamp in the future.", "cancel_at")
    return wanted


def _set(state: State, at: int | None, *, flag: bool) -> Json:
    return {"cancel_at": at, "cancel_at_period_end": flag, "canceled_at": state.now()}


def _taken_back(subscription: Json, params: Json) -> Json:
    """`cancel_at_period_end=false` takes back what the flag did, and in flexible billing any date;
    an empty `cancel_at` takes back the date."""
    flexible = subscription["billing_mode"]["type"] == "flexible"
    by_flag = "cancel_at_period_end" in params and (
        subscription["cancel_at_period_end"] or flexible
    )
    if subscription["cancel_at"] is None or not (by_flag or "cancel_at" in params):
        return {}
    return {"cancel_at": None, "cancel_at_period_end": False, "canceled_at": None}


def check_feedback(state: State, params: Json) -> None:
    """Refuse a reason of the business's own that it doesn't have, or no longer offers."""
    wanted = (params.get("cancellation_details") or {}).get("feedback_option")
    if not wanted:
        return
    param = "cancellation_details[feedback_option]"
    found = state.get(objects.FEEDBACK_OPTION, wanted)
    if not found:
        raise missing("feedback option", wanted, param)
    if found["status"] != "active":
        raise invalid(f"The feedback option `{wanted}` is inactive.", param)


def details(subscription: Json, params: Json, after: Json) -> Json:
    """The cancellation details once `params` and the fields in `after` are applied."""
    current = dict(subscription["cancellation_details"])
    if "canceled_at" in after:
        reason = "cancellation_requested" if after["canceled_at"] else None
        current["reason"] = reason
        if reason is None:
            current |= {"comment": None, "feedback": None, "feedback_option": None}
    for name, value in (params.get("cancellation_details") or {}).items():
        current[name] = value or None
    return current
