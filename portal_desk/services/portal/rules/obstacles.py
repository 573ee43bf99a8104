"""What stands in the way of a customer changing or cancelling a subscription (R1, R2, R3 and its status)."""

from __future__ import annotations

from portal_desk.models.json import ENDED, Json
from portal_desk.models.loose import as_object, as_objects
from portal_desk.models.prices import is_metered
from portal_desk.portal.document import Reason
from portal_desk.services.portal.rules.facts import (
    fact,
    price_of,
    product_id,
    subscription_items,
)
from portal_desk.services.portal.rules.payment_methods import is_supported, name_of
from portal_desk.services.portal.rules.registry import because, configured

_FROM_THE_DESK = "Switch the plan from the desk instead."


def several_products(subscription: Json) -> list[Reason]:
    """R1: several products. Several prices of one are as many items, and the portal changes one item alone (R19)."""
    prices = [price_of(item) for item in subscription_items(subscription)]
    if len(prices) < 2:  # noqa: PLR2004 - "several"
        return []
    found = [fact(price, "product") for price in prices]
    if len({product_id(price) for price in prices}) > 1:
        return [because("R1", "the subscription has several products", _FROM_THE_DESK, *found)]
    text = (
        "the subscription has several prices of one product, and the portal changes one item alone"
    )
    return [because("R19", text, _FROM_THE_DESK, *found)]


def usage_based(subscription: Json) -> list[Reason]:
    """R1: a price that is billed by usage."""
    prices = [price_of(item) for item in subscription_items(subscription)]
    found = [fact(price, "recurring.usage_type") for price in prices if is_metered(price)]
    if not found:
        return []
    return [because("R1", "the subscription has a usage-based price", _FROM_THE_DESK, *found)]


def invoiced_by_email(subscription: Json, way_out: str) -> list[Reason]:
    """R1 and R2: invoices are sent instead of charging a payment method."""
    if subscription.get("collection_method") != "send_invoice":
        return []
    collection = fact(subscription, "collection_method")
    hidden = "the portal leaves the button out for emailed invoices, without a message"
    return [
        because("R1", "the subscription is invoiced by email", way_out, collection),
        because("R2", hidden, "", collection),
    ]


def unsupported_payment_method(
    subscription: Json, payment_method: Json | None, account: Json
) -> list[Reason]:
    """R1: what the subscription is charged to is not supported by the portal."""
    if subscription.get("collection_method") == "send_invoice" or payment_method is None:
        return []
    currency = str(subscription.get("currency") or "")
    if is_supported(payment_method, currency=currency, country=str(account.get("country") or "")):
        return []
    return [
        because(
            "R1",
            f"the subscription is charged to {name_of(payment_method)}, which the portal doesn't support here",
            "Ask the customer to add a card, or switch the plan from the desk.",
            fact(payment_method, "type"),
            fact(subscription, "currency"),
            fact(account, "country"),
        )
    ]


def scheduled_update(subscription: Json, schedule: Json | None, *, now: int) -> list[Reason]:
    """R3: a schedule holds an update that is still to come.

    A schedule that isn't known in full counts as holding one, since Stripe refuses silently.
    """
    if not subscription.get("schedule") or not _holds_update(schedule, now=now):
        return []
    return [
        because(
            "R3",
            "a subscription schedule with an update is attached",
            "Release the schedule, and the customer can update and cancel again.",
            fact(subscription, "schedule"),
            *([fact(schedule, "status"), fact(schedule, "end_behavior")] if schedule else []),
        )
    ]


def _holds_update(schedule: Json | None, *, now: int) -> bool:
    if schedule is None:
        return True
    if schedule.get("status") not in {"active", "not_started", None}:
        return False
    starts = [phase.get("start_date") for phase in as_objects(schedule.get("phases"))]
    to_come = any(isinstance(start, int) and start > now for start in starts)
    return to_come or not starts or schedule.get("end_behavior") == "cancel"


def has_ended(subscription: Json) -> list[Reason]:
    """A subscription that is over is not shown as a current one."""
    if subscription.get("status") not in ENDED:
        return []
    way_out = "Create a new subscription in Stripe."
    return [configured("the subscription has ended", way_out, fact(subscription, "status"))]


def first_payment_missing(subscription: Json) -> list[Reason]:
    """An incomplete subscription waits for its first invoice to be paid."""
    if subscription.get("status") != "incomplete":
        return []
    return [
        configured(
            "the first invoice hasn't been paid",
            "Ask the customer to pay the open invoice.",
            fact(subscription, "status"),
        )
    ]


def is_paused(subscription: Json) -> list[Reason]:
    """A paused subscription is resumed before it is changed."""
    if subscription.get("status") != "paused":
        return []
    status = fact(subscription, "status")
    return [configured("the subscription is paused", "Resume it first.", status)]


def billing_mode(subscription: Json) -> str:
    """`classic` or `flexible`."""
    return str(as_object(subscription.get("billing_mode")).get("type") or "classic")
