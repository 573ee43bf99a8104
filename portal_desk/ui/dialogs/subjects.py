"""What a dialog is about, in a line: the customer, the subscription, a price."""

from __future__ import annotations

from decimal import Decimal

from portal_desk.errors import NotFound
from portal_desk.models.json import Json, items_of
from portal_desk.models.money import exponent
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.ui import format as fmt
from portal_desk.ui.dialogs.words import every, tr


def customer_name(snapshot: CustomerSnapshot) -> str:
    """The customer's name, else its email, else its id."""
    customer = snapshot.customer
    return str(customer.get("name") or customer.get("email") or customer["id"])


def customer_line(snapshot: CustomerSnapshot) -> str:
    """The customer's name and email, without saying anything twice."""
    customer = snapshot.customer
    parts = dict.fromkeys([customer_name(snapshot), customer.get("email") or customer["id"]])
    return " · ".join(parts)


def subscription_of(snapshot: CustomerSnapshot, subscription_id: str | None) -> Json:
    """The subscription of that id, or the customer's newest one.

    Raises:
        NotFound: the customer has no such subscription.
    """
    for subscription in snapshot.subscriptions:
        if subscription_id in {subscription["id"], None}:
            return subscription
    raise NotFound(
        tr("{customer} has no such subscription.").format(customer=customer_name(snapshot)),
        tr("Open the customer again to see the subscriptions as they are now."),
    )


def plan_line(snapshot: CustomerSnapshot, subscription: Json) -> str:
    """What is subscribed to: `Team × 3, Storage`."""
    return ", ".join(item_line(snapshot, item) for item in items_of(subscription))


def item_line(snapshot: CustomerSnapshot, item: Json) -> str:
    """One item of a subscription: `Team × 3`."""
    name = snapshot.product_name(item["price"]["product"])
    quantity = item.get("quantity") or 1
    return name if quantity == 1 else f"{name} × {fmt.count(quantity)}"


def price_line(price: Json) -> str:
    """What a price costs and how often: `€20.00 per month`; its currency alone where it has tiers."""
    recurring = price.get("recurring") or {}
    often = every(recurring["interval"], recurring.get("interval_count", 1)) if recurring else ""
    taxed = tr("including tax") if price.get("tax_behavior") == "inclusive" else ""
    return " ".join(part for part in (_amount(price), often, taxed) if part)


def _amount(price: Json) -> str:
    if price.get("unit_amount") is not None:
        return fmt.money(price["unit_amount"], price["currency"])
    currency = price["currency"].upper()
    if price.get("billing_scheme") == "tiered":
        return tr("{currency}, in tiers,").format(currency=currency)
    # A fraction of the minor unit, which no currency pattern can write.
    minor = Decimal(price.get("unit_amount_decimal") or 0)
    return f"{minor.scaleb(-exponent(price['currency'])).normalize():f} {currency}"
