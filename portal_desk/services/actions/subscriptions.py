"""Reading a subscription afresh, and what every action has to say about it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from portal_desk.errors import InvalidInput, NotPossible
from portal_desk.models.json import ENDED, Json, expanded, id_of, items_of
from portal_desk.portal.method_names import title_of
from portal_desk.portal.words import Words
from portal_desk.services.actions.wording import date

if TYPE_CHECKING:
    from portal_desk.services.stripe_gateway import StripeGateway

# Stripe expands four levels deep at most.
_EXPAND = ["items.data.price.product", "default_payment_method", "customer"]

_SIGNIFICANT = (
    "status", "cancel_at", "cancel_at_period_end", "canceled_at", "collection_method", "trial_end",
    "pause_collection", "billing_cycle_anchor",
)  # fmt: skip


async def read(gateway: StripeGateway, subscription_id: str) -> Json:
    """The subscription as Stripe has it now, its customer, products and payment method expanded.

    Raises:
        InvalidInput: this is no subscription's id.
        ResourceMissing: Stripe does not know it.
        StripeError, Offline: as the gateway raises them.
    """
    if not subscription_id.startswith("sub_"):
        raise InvalidInput(
            f"“{subscription_id}” is not a subscription.", "A subscription's id begins with sub_."
        )
    return await gateway.get(f"/v1/subscriptions/{subscription_id}", {"expand": _EXPAND})


def fingerprint(subscription: Json) -> str:
    """A digest of all that decides what an action does; it differs when any of that has changed."""
    facts = {name: subscription.get(name) for name in _SIGNIFICANT}
    facts["schedule"] = id_of(subscription.get("schedule"))
    facts["latest_invoice"] = id_of(subscription.get("latest_invoice"))
    facts["default_payment_method"] = id_of(subscription.get("default_payment_method"))
    facts["discounts"] = sorted(id_of(one) or "" for one in subscription.get("discounts") or [])
    facts["pending_update"] = subscription.get("pending_update")
    facts["items"] = sorted(
        (
            item["id"],
            item["price"]["id"],
            item.get("quantity"),
            item.get("current_period_start"),
            item.get("current_period_end"),
        )
        for item in items_of(subscription)
    )
    return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def refuse_ended(subscription: Json) -> None:
    """Raise NotPossible where the subscription has ended for good."""
    if subscription["status"] not in ENDED:
        return
    ended = subscription.get("ended_at") or subscription.get("canceled_at")
    when = f" on {date(ended)}" if ended else ""
    if subscription["status"] == "incomplete_expired":
        said = f"{subscription['id']} expired{when}, because its first payment was never made."
    else:
        said = f"{subscription['id']} was already cancelled{when}."
    raise NotPossible(said, "An ended subscription can't be changed; start a new one instead.")


def refuse_scheduled(subscription: Json, wish: str) -> None:
    """Raise NotPossible where a subscription schedule decides what becomes of the subscription (R3).

    Stripe refuses to change the cancellation of a subscription that a schedule manages, and would undo a change
    of its plan at the schedule's next phase
    (https://docs.stripe.com/billing/subscriptions/subscription-schedules#managing).
    """
    schedule = id_of(subscription.get("schedule"))
    if schedule:
        raise NotPossible(
            f"{wish} is not possible: the subscription schedule {schedule} decides what this subscription does.",
            "Release the schedule in Stripe's Dashboard (Subscription › Release schedule), then try again.",
        )


def item_of(subscription: Json, item_id: str) -> Json:
    """One item of the subscription; raises InvalidInput where there is none of that id."""
    for item in items_of(subscription):
        if item["id"] == item_id:
            return item
    raise InvalidInput(
        f"{subscription['id']} has no item {item_id}.",
        "Open the customer again to see the subscription's items as they are now.",
    )


def customer_id(subscription: Json) -> str:
    """The id of the subscription's customer."""
    return str(id_of(subscription["customer"]))


def product_name(price: Json) -> str:
    """The name of a price's product where it is expanded, else its nickname or id."""
    product = expanded(price.get("product")) or {}
    return str(product.get("name") or price.get("nickname") or id_of(price.get("product")))


def plan_name(subscription: Json) -> str:
    """What is subscribed to: “Team (3 seats)”, “Team and Storage”."""
    names = [
        with_quantity(product_name(item["price"]), item.get("quantity"))
        for item in items_of(subscription)
    ]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def with_quantity(name: str, quantity: int | None) -> str:
    """“Team”, or “Team (3 seats)” for more than one."""
    return f"{name} ({quantity} seats)" if quantity and quantity > 1 else name


def charged_to(subscription: Json) -> str:
    """What invoices are charged to: “Visa •••• 4242”, or how else they are paid."""
    if subscription.get("collection_method") == "send_invoice":
        return "emailed to the customer, who pays by hand"
    customer = expanded(subscription.get("customer")) or {}
    default = (customer.get("invoice_settings") or {}).get("default_payment_method")
    method = expanded(subscription.get("default_payment_method")) or expanded(default)
    if method is None:
        return "charged to the default payment method"
    return f"charged to {title_of(Words('en'), method)}"
