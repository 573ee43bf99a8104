"""What a price says, read from Stripe's object as it is."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_object, as_text


def unit_amount(price: Json) -> Decimal | None:
    """What one unit costs in the currency's minor unit, or None where it has no one amount.

    Tiered prices have none; a price with fractions of the minor unit has `unit_amount_decimal` alone.
    """
    amount = price.get("unit_amount")
    if amount is None:
        amount = price.get("unit_amount_decimal")
    try:
        found = Decimal(str(amount))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def in_currency(price: Json, currency: str) -> Json:
    """`price` as it is charged in `currency`; as it is where it isn't offered in that one.

    A price has one currency of its own, and may have options in others, known only where Stripe was asked to expand
    `currency_options` (https://docs.stripe.com/api/prices/object#price_object-currency_options).
    """
    option = as_object(as_object(price.get("currency_options")).get(currency))
    return price | option | {"currency": currency} if option else price


def item_amount(item: Json) -> Decimal | None:
    """What a subscription's item costs each time in the minor unit, or None where it has no one amount."""
    each = unit_amount(as_object(item.get("price")))
    quantity = as_count(item.get("quantity"))
    return each if each is None or quantity is None else each * quantity


def interval_of(price: Json) -> tuple[str, int]:
    """How often a price is billed: `("month", 3)`."""
    recurring = as_object(price.get("recurring"))
    return as_text(recurring.get("interval")), as_count(recurring.get("interval_count")) or 1


def is_metered(price: Json) -> bool:
    """Whether a price is billed by usage."""
    recurring = as_object(price.get("recurring"))
    return recurring.get("usage_type") == "metered" or bool(recurring.get("meter"))
