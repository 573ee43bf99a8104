"""What a price, a period and a discount are called in the portal."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from babel import numbers

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_object, as_objects, as_text
from portal_desk.models.money import exponent, spaced
from portal_desk.models.prices import interval_of, is_metered, item_amount
from portal_desk.portal.words import Words


def amount_text(words: Words, amount: Decimal, currency: str) -> str:
    """An amount in the minor unit, with fractions of it where there are any."""
    if amount == amount.to_integral_value():
        return words.money(int(amount), currency)
    written = numbers.format_currency(
        amount.scaleb(-exponent(currency)),
        currency.upper(),
        locale=words.babel,
        decimal_quantization=False,
    )
    return spaced(written)


def per_interval(words: Words, price: str, interval: str, count: int) -> str:
    """ "$20.00 per month", "$50.00 every 3 months"."""
    if count == 1:
        text = {
            "day": words.gettext("{price} per day"),
            "week": words.gettext("{price} per week"),
            "month": words.gettext("{price} per month"),
            "year": words.gettext("{price} per year"),
        }.get(interval, "{price}")
    else:
        text = _every(words, interval, count)
    return text.replace("{price}", price)


def _every(words: Words, interval: str, count: int) -> str:
    every = {
        "day": lambda: words.ngettext(
            "{price} every {count} day", "{price} every {count} days", count
        ),
        "week": lambda: words.ngettext(
            "{price} every {count} week", "{price} every {count} weeks", count
        ),
        "month": lambda: words.ngettext(
            "{price} every {count} month", "{price} every {count} months", count
        ),
        "year": lambda: words.ngettext(
            "{price} every {count} year", "{price} every {count} years", count
        ),
    }
    return every[interval]() if interval in every else "{price}"


def item_price(words: Words, item: Json) -> str:
    """What a subscription's item costs each time: "$60.00 per month" for three at $20.00."""
    price = as_object(item.get("price"))
    if is_metered(as_object(item.get("price"))):
        return words.gettext("Billed by usage")
    amount = item_amount(item)
    if amount is None:
        return words.gettext("Price varies with quantity")
    return per_interval(
        words, amount_text(words, amount, as_text(price.get("currency"))), *interval_of(price)
    )


def total_price(words: Words, items: list[Json]) -> str:
    """What several items cost together: "$60.00 per month plus usage"; empty where they don't add up."""
    fixed = [item for item in items if not is_metered(as_object(item.get("price")))]
    prices = [as_object(item.get("price")) for item in fixed]
    amounts = [item_amount(item) for item in fixed]
    known = [amount for amount in amounts if amount is not None]
    periods = {(as_text(price.get("currency")), *interval_of(price)) for price in prices}
    if len(periods) != 1 or len(known) != len(amounts):
        return ""
    currency, interval, count = periods.pop()
    total = per_interval(
        words, amount_text(words, sum(known, Decimal(0)), currency), interval, count
    )
    if len(fixed) == len(items):
        return total
    return words.gettext("{price} plus usage").replace("{price}", total)


def discounts(words: Words, discounted: Json, coupons: Mapping[str, Json]) -> list[str]:
    """What is taken off, a line for each discount of a subscription or customer that is known."""
    found = [*as_objects(discounted.get("discounts")), as_object(discounted.get("discount"))]
    lines = (_discount(words, entry, coupons) for entry in found if entry)
    return [line for line in lines if line]


def _discount(words: Words, discount: Json, coupons: Mapping[str, Json]) -> str:
    return coupon_text(words, _coupon(discount, coupons))


def coupon_text(words: Words, coupon: Json) -> str:
    """What a coupon is called and takes off: "Partners (20% off)"."""
    off = _off(words, coupon)
    name = as_text(coupon.get("name"))
    if not off:
        return name
    return f"{name} ({off})" if name else off


def _coupon(discount: Json, coupons: Mapping[str, Json]) -> Json:
    """The coupon of a discount: under `source` since API version clover."""
    found = as_object(discount.get("source")).get("coupon") or discount.get("coupon")
    return coupons.get(found, {}) if isinstance(found, str) else as_object(found)


def _off(words: Words, coupon: Json) -> str:
    if percent := coupon.get("percent_off"):
        off = words.percent(Decimal(str(percent)))
    elif amount := as_count(coupon.get("amount_off")):
        off = words.money(amount, as_text(coupon.get("currency")))
    else:
        return ""
    return words.gettext("{discount} off").replace("{discount}", off)
