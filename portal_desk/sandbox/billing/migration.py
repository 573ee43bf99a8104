"""The step from classic to flexible billing mode, which can't be taken back.

https://docs.stripe.com/billing/subscriptions/billing-mode
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.settings import billing_mode
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State


def migrate_subscription(state: State, subscription: Json, params: Json) -> Json:
    """Move a subscription, and the schedule that manages it, to flexible billing mode.

    Raises:
        StripeProblem: it has ended, or is in flexible billing mode already.
    """
    wanted = params["billing_mode"]
    if wanted["type"] != "flexible":
        raise invalid("Invalid billing_mode[type]: must be one of flexible", "billing_mode[type]")
    if subscription["status"] in ("canceled", "incomplete_expired"):
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata."
        )
    if subscription["billing_mode"]["type"] == "flexible":
        raise invalid(
            "This subscription is already using `billing_mode[type]=flexible`.",
            "billing_mode[type]",
        )
    mode = billing_mode(wanted, state.now())
    if schedule := state.get("subscription_schedule", subscription["schedule"] or ""):
        state.update(schedule, {"billing_mode": mode}, "subscription_schedule.updated")
    return state.update(subscription, {"billing_mode": mode}, "customer.subscription.updated")
