"""Lines of an invoice in the making."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from portal_desk.models.json import Json
from portal_desk.models.money import Money
from portal_desk.sandbox.billing.amounts import cost, is_metered, item_cost, rounded, usage
from portal_desk.sandbox.billing.periods import next_boundary
from portal_desk.sandbox.state import State


@dataclass(frozen=True, slots=True)
class Draft:
    """A line before it is on an invoice.

    Attributes:
        item: `si_…`, or an empty string for an invoice item of its own.
        price: the price, or None.
        quantity: how many.
        amount: minor units, before discounts and tax.
        start, end: the time it pays for (seconds UTC).
        description: what the customer reads.
        proration: whether it makes up for a change within a period.
        invoice_item: `ii_…`, where it waited as one.
        tax_rates: the item's own tax rates, whole.
        discountable: whether discounts take something off it.
        metadata: the line's own, where it isn't the subscription's.
    """

    item: str
    price: Json | None
    quantity: int | None
    amount: int
    start: int
    end: int
    description: str
    proration: bool = False
    invoice_item: str | None = None
    tax_rates: tuple[Json, ...] = ()
    discountable: bool = True
    metadata: Json | None = None


Reduce = Callable[[int], int]
"""What is left of an amount after the discounts that prorations take into account."""


def cycle_lines(state: State, items: Iterable[Json], at: int, anchor: int) -> list[Draft]:
    """What is billed when the periods of `items` end at `at`: usage behind, the next period ahead."""
    return [
        _usage_line(state, item)
        if is_metered(item["price"])
        else period_line(state, item, at, anchor)
        for item in items
    ]


def period_line(state: State, item: Json, start: int, anchor: int) -> Draft:
    """A whole period of an item in advance, from `start` on."""
    price, quantity = item["price"], item["quantity"]
    end = next_boundary(anchor, price["recurring"], start)
    return Draft(
        item=item["id"],
        price=price,
        quantity=quantity,
        amount=item_cost(item),
        start=start,
        end=end,
        description=f"{quantity} × {product_name(state, price)}{_at_price(price)}",
        tax_rates=tuple(item["tax_rates"]),
    )


def _usage_line(state: State, item: Json) -> Draft:
    price, units = item["price"], usage(item)
    return Draft(
        item=item["id"],
        price=price,
        quantity=units,
        amount=cost(price, units),
        start=item["current_period_start"],
        end=item["current_period_end"],
        description=f"{units} × {product_name(state, price)}{_at_price(price)}",
        tax_rates=tuple(item["tax_rates"]),
    )


def credit_line(state: State, item: Json, when: int, reduce: Reduce) -> Draft | None:
    """The unused time of an item from `when` on, given back; None where nothing was paid ahead."""
    return _prorated(state, item, when, reduce, sign=-1, words="Unused time on")


def charge_line(state: State, item: Json, when: int, reduce: Reduce) -> Draft | None:
    """The time that remains for an item from `when` on; None where nothing is paid ahead."""
    return _prorated(state, item, when, reduce, sign=1, words="Remaining time on")


def _prorated(
    state: State, item: Json, when: int, reduce: Reduce, *, sign: int, words: str
) -> Draft | None:
    start, end = item["current_period_start"], item["current_period_end"]
    whole = reduce(item_cost(item))
    if is_metered(item["price"]) or end <= start or when >= end:
        return None
    many = "" if item["quantity"] == 1 else f"{item['quantity']} × "
    name = product_name(state, item["price"])
    return Draft(
        item=item["id"],
        price=item["price"],
        quantity=item["quantity"],
        amount=sign * rounded(Decimal(whole) * (end - when) / (end - start)),
        start=when,
        end=end,
        description=f"{words} {many}{name} after {datetime.fromtimestamp(when, UTC):%d %b %Y}",
        proration=True,
        discountable=False,
        tax_rates=tuple(item["tax_rates"]),
    )


def waiting_line(state: State, invoice_item: Json) -> Draft:
    """The line that a waiting invoice item becomes."""
    details = (invoice_item["parent"] or {}).get("subscription_details") or {}
    pricing = (invoice_item["pricing"] or {}).get("price_details") or {}
    return Draft(
        item=details.get("subscription_item") or "",
        price=state.get("price", pricing.get("price", "")),
        quantity=invoice_item["quantity"],
        amount=invoice_item["amount"],
        start=invoice_item["period"]["start"],
        end=invoice_item["period"]["end"],
        description=invoice_item["description"] or "",
        proration=invoice_item["proration"],
        invoice_item=invoice_item["id"],
        tax_rates=tuple(invoice_item["tax_rates"]),
        discountable=invoice_item["discountable"],
        metadata=invoice_item["metadata"],
    )


def product_name(state: State, price: Json) -> str:
    """The name of the product that a price is for."""
    product = state.get("product", price["product"])
    return str(product["name"]) if product else str(price["product"])


def _at_price(price: Json) -> str:
    if price["unit_amount"] is None:
        return ""
    terms = price["recurring"]
    return _rate(
        price["unit_amount"], price["currency"], terms["interval"], terms["interval_count"]
    )


@cache
def _rate(amount: int, currency: str, interval: str, count: int) -> str:
    every = interval if count == 1 else f"every {count} {interval}s"
    return f" (at {Money(amount, currency).format('en-US')} / {every})"
