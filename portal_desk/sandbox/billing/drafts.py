"""Lines of an invoice in the making."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Literal

from babel.numbers import format_currency

from portal_desk.models.json import Json
from portal_desk.models.money import Money, exponent
from portal_desk.models.periods import cycle_anchor, period_end_of, share
from portal_desk.sandbox.billing.amounts import (
    Step,
    cost,
    is_metered,
    item_cost,
    part_of,
    steps,
)
from portal_desk.sandbox.billing.credited import credited_items
from portal_desk.sandbox.billing.discounts import after_percentages, of_item, percentages_off
from portal_desk.sandbox.billing.usage import usage
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
        discounts: the item's own discounts, whole.
        cuts: what discounts took off already, as `{"amount", "discount"}`.
        metadata: the line's own, where it isn't the subscription's.
        line: `il_…`, where it is on a draft already.
        credited: for a credit, what charged that, as an invoice item says it.
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
    discounts: tuple[Json, ...] = ()
    cuts: tuple[Json, ...] = ()
    metadata: Json | None = None
    line: str | None = None
    credited: Json | None = None


def cycle_lines(
    state: State, items: Iterable[Json], at: int, anchor: int, until: int | None = None
) -> list[Draft]:
    """What is billed when the periods of `items` end at `at`: usage behind, the next period ahead.

    Args:
        state: the sandbox.
        items: as they are after the period that ends; their usage is that of the period behind.
        at: seconds UTC.
        anchor: of the billing cycle (seconds UTC).
        until: when the subscription ends (seconds UTC): nothing is billed for the time after it.
    """
    return [
        line
        for item in items
        for line in (
            by_tier(state, _usage_line(state, item))
            if is_metered(item["price"])
            else period_lines(state, item, at, anchor, until)
        )
    ]


def period_lines(
    state: State, item: Json, start: int, anchor: int, until: int | None = None
) -> list[Draft]:
    """The lines of an invoice for a period of an item in advance, as `period_line` has it."""
    return by_tier(state, period_line(state, item, start, anchor, until))


def period_line(
    state: State, item: Json, start: int, anchor: int, until: int | None = None
) -> Draft:
    """A period of an item in advance, from `start` on: whole, or as much as there is of it.

    A period that begins between two dates of the cycle, or ends before the next, is prorated
    (https://docs.stripe.com/billing/subscriptions/billing-cycle).
    """
    price, quantity = item["price"], item["quantity"]
    terms = price["recurring"]
    end = period_end_of(anchor, terms, start, until)
    share_of = share(anchor, terms, start, end)
    name = product_name(state, price)
    description = f"{quantity} × {name}{_at_price(price)}"
    if share_of != 1:
        description = f"Time on {_many(item)}{name} until {_date(end)}"
    return Draft(
        item=item["id"],
        price=price,
        quantity=quantity,
        amount=part_of(item_cost(item), share_of),
        start=start,
        end=end,
        description=description,
        proration=share_of != 1,
        tax_rates=tuple(item["tax_rates"]),
        discounts=tuple(of_item(state, item, start)),
    )


def by_tier(state: State, line: Draft) -> list[Draft]:
    """A whole period as an invoice shows it: where the price has tiers, a line for each that counts,
    and another for what a tier costs as a whole, which has no quantity.

    https://docs.stripe.com/products-prices/pricing-models#tiered-pricing
    """
    price = line.price
    if price is None or price["billing_scheme"] != "tiered" or line.proration:
        return [line]
    return [
        replace(
            line,
            quantity=step.units,
            amount=step.amount,
            price=price | {"unit_amount_decimal": f"{step.each:f}"},
            description=_tier_words(state, price, step),
        )
        for step in steps(price, line.quantity or 0)
    ] or [line]


def _tier_words(state: State, price: Json, step: Step) -> str:
    units = f"{step.units} × " if step.units else ""
    rate = _rate(price, step.each)
    return f"{units}{product_name(state, price)} (Tier {step.tier} at {rate})"


def trial_line(state: State, item: Json, start: int, end: int) -> Draft:
    """A trial of an item, which costs nothing."""
    return Draft(
        item=item["id"],
        price=item["price"],
        quantity=item["quantity"],
        amount=0,
        start=start,
        end=end,
        description=f"Trial period for {product_name(state, item['price'])}",
        tax_rates=tuple(item["tax_rates"]),
    )


def _usage_line(state: State, item: Json) -> Draft:
    price, units = item["price"], usage(state, item)
    return Draft(
        item=item["id"],
        price=price,
        quantity=units,
        amount=cost(price, units),
        start=item["current_period_start"],
        end=item["current_period_end"],
        description=f"{units} × {product_name(state, price)}{_at_price(price)}",
        tax_rates=tuple(item["tax_rates"]),
        discounts=tuple(of_item(state, item, item["current_period_end"])),
    )


@dataclass(frozen=True, slots=True)
class Proration:
    """How prorations of a subscription are computed.

    Attributes:
        anchor: of its billing cycle (seconds UTC).
        when: the moment that they count from (seconds UTC).
        discounts: of the whole subscription, whole.
        itemized: whether what discounts take off is shown, or the amounts are what they leave.
    """

    anchor: int
    when: int
    discounts: Sequence[Json] = ()
    itemized: bool = False

    @classmethod
    def of(cls, subscription: Json, when: int, discounts: Sequence[Json]) -> Proration:
        """How a subscription's prorations are computed with these discounts."""
        mode = subscription["billing_mode"]["flexible"] or {}
        itemized = mode.get("proration_discounts") == "itemized"
        return cls(cycle_anchor(subscription), when, discounts, itemized)


def credit_line(state: State, item: Json, terms: Proration) -> Draft | None:
    """The unused time of an item, given back; None where nothing was paid ahead."""
    return prorated(state, item, terms, item["current_period_end"], sign=-1)


def charge_line(state: State, item: Json, terms: Proration) -> Draft | None:
    """The time that remains for an item; None where nothing is paid ahead."""
    return prorated(state, item, terms, item["current_period_end"], sign=1)


def prorated(
    state: State, item: Json, terms: Proration, end: int, *, sign: Literal[1, -1]
) -> Draft | None:
    """The time of an item from `terms.when` to `end`, charged, or with -1 given back."""
    start, when = item["current_period_start"], terms.when
    if is_metered(item["price"]) or end <= start or when >= end:
        return None
    discounts = [*of_item(state, item, when), *terms.discounts]
    words = "Unused time on" if sign < 0 else "Remaining time on"
    share_of = share(terms.anchor, item["price"]["recurring"], when, end)
    whole, cuts = item_cost(item), []
    if terms.itemized:
        cuts = percentages_off(state, discounts, sign * part_of(whole, share_of))
    else:
        whole = after_percentages(state, discounts, whole)
    return Draft(
        item=item["id"],
        price=item["price"],
        quantity=item["quantity"],
        amount=sign * part_of(whole, share_of),
        start=when,
        end=end,
        description=f"{words} {_many(item)}{product_name(state, item['price'])} after "
        f"{_date(when)}",
        proration=True,
        discountable=False,
        cuts=tuple(cuts),
        tax_rates=tuple(item["tax_rates"]),
        credited=credited_items(state, item, when) if sign < 0 else None,
    )


def _many(item: Json) -> str:
    return "" if item["quantity"] == 1 else f"{item['quantity']} × "


def _date(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%d %b %Y}"


def waiting_line(state: State, invoice_item: Json) -> Draft:
    """The line that a waiting invoice item becomes."""
    details = (invoice_item["parent"] or {}).get("subscription_details") or {}
    proration = invoice_item["proration_details"] or {}
    return Draft(
        item=details.get("subscription_item") or "",
        price=price_of(state, invoice_item),
        quantity=invoice_item["quantity"],
        amount=invoice_item["amount"],
        start=invoice_item["period"]["start"],
        end=invoice_item["period"]["end"],
        description=invoice_item["description"] or "",
        proration=invoice_item["proration"],
        invoice_item=invoice_item["id"],
        tax_rates=tuple(invoice_item["tax_rates"]),
        discountable=invoice_item["discountable"],
        discounts=tuple(of_item(state, invoice_item, state.now())),
        cuts=tuple(proration.get("discount_amounts") or ()),
        credited=proration.get("credited_items"),
        metadata=invoice_item["metadata"],
    )


def price_of(state: State, billed: Json) -> Json | None:
    """The price of a line or an invoice item, at what that says one costs: tiers have their own."""
    pricing = billed["pricing"] or {}
    price = state.get("price", (pricing.get("price_details") or {}).get("price", ""))
    return price and price | {"unit_amount_decimal": pricing["unit_amount_decimal"]}


def product_name(state: State, price: Json) -> str:
    """The name of the product that a price is for."""
    product = state.get("product", price["product"])
    return str(product["name"]) if product else str(price["product"])


def _at_price(price: Json) -> str:
    if price["unit_amount"] is None:
        return ""
    return f" (at {_rate(price, Decimal(price['unit_amount']))})"


def _rate(price: Json, each: Decimal) -> str:
    """What `each` (minor units, which may have a fraction) comes to how often: "$10.00 / month"."""
    terms = price["recurring"]
    return _written_rate(each, price["currency"], terms["interval"], terms["interval_count"])


@cache
def _written_rate(each: Decimal, currency: str, interval: str, count: int) -> str:
    every = interval if count == 1 else f"every {count} {interval}s"
    major = each.scaleb(-exponent(currency))
    amount = Money(int(each), currency).format("en-US")
    if each != int(each):
        amount = format_currency(major, currency.upper(), locale="en", decimal_quantization=False)
    return f"{amount} / {every}"
