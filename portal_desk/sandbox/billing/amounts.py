"""What a quantity of a price costs, in the currency's minor units."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from portal_desk.models.json import Json


def rounded(amount: Decimal) -> int:
    """An amount in whole minor units, halves away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def part_of(amount: int, share: Fraction) -> int:
    """A part of an amount, in whole minor units."""
    return rounded(Decimal(amount) * share.numerator / share.denominator)


def is_metered(price: Json) -> bool:
    """Whether a price is billed by usage, after the period."""
    return bool((price["recurring"] or {}).get("usage_type") == "metered")


def cost(price: Json, quantity: int) -> int:
    """What `quantity` of a price costs for a whole period."""
    if price["billing_scheme"] == "tiered":
        return sum(step.amount for step in steps(price, quantity))
    units = Decimal(quantity)
    if packages := price["transform_quantity"]:
        units = _packages(units, packages)
    return rounded(units * Decimal(price["unit_amount_decimal"] or 0))


def _packages(units: Decimal, terms: Json) -> Decimal:
    whole, rest = divmod(units, Decimal(terms["divide_by"]))
    return whole + (1 if rest and terms["round"] == "up" else 0)


class Step(NamedTuple):
    """What one tier of a price adds to a bill.

    Attributes:
        tier: which one, from 1 on.
        units: how many units fall into it; none for what the tier costs as a whole.
        each: minor units for one of them, or for the whole tier; may have a fraction.
    """

    tier: int
    units: int
    each: Decimal

    @property
    def amount(self) -> int:
        """Minor units."""
        return rounded(self.each * (self.units or 1))


def steps(price: Json, quantity: int) -> list[Step]:
    """What the tiers of a price add up to: all that are reached, or by volume the last of them.

    https://docs.stripe.com/products-prices/pricing-models#tiered-pricing
    """
    found: list[Step] = []
    below = 0
    for number, tier in enumerate(price.get("tiers") or (), 1):
        last = tier["up_to"] is None or quantity <= tier["up_to"]
        upto = quantity if last else tier["up_to"]
        if price["tiers_mode"] == "volume" and not last:
            continue
        found += _steps_of(tier, number, upto - below)
        if last:
            break
        below = upto
    return found


def _steps_of(tier: Json, number: int, units: int) -> list[Step]:
    own = [Step(number, units, Decimal(tier["unit_amount_decimal"] or 0))] if units else []
    flat = Decimal(tier.get("flat_amount_decimal") or tier["flat_amount"] or 0)
    return [*own, Step(number, 0, flat)] if flat else own


def item_cost(item: Json) -> int:
    """What an item costs for a whole period in advance: nothing where usage is billed later."""
    return 0 if is_metered(item["price"]) else cost(item["price"], item["quantity"] or 0)
