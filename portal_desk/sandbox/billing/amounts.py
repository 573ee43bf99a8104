"""What a quantity of a price costs, in the currency's minor units."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

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
        return rounded(_tiered(price, quantity))
    units = Decimal(quantity)
    if packages := price["transform_quantity"]:
        units = _packages(units, packages)
    return rounded(units * Decimal(price["unit_amount_decimal"] or 0))


def _packages(units: Decimal, terms: Json) -> Decimal:
    whole, rest = divmod(units, Decimal(terms["divide_by"]))
    return whole + (1 if rest and terms["round"] == "up" else 0)


def _tiered(price: Json, quantity: int) -> Decimal:
    total, below = Decimal(0), 0
    for tier in price.get("tiers") or ():
        last = tier["up_to"] is None or quantity <= tier["up_to"]
        if price["tiers_mode"] == "volume":
            if last:
                return _tier_cost(tier, quantity)
            continue
        total += _tier_cost(tier, (quantity if last else tier["up_to"]) - below)
        if last:
            break
        below = tier["up_to"]
    return total


def _tier_cost(tier: Json, units: int) -> Decimal:
    each = Decimal(tier["unit_amount_decimal"] or 0)
    return units * each + Decimal(tier["flat_amount"] or 0)


def item_cost(item: Json) -> int:
    """What an item costs for a whole period in advance: nothing where usage is billed later."""
    return 0 if is_metered(item["price"]) else cost(item["price"], item["quantity"] or 0)
