"""Which price a request means: one that there is, or one that it describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State

Kind = Literal["recurring", "one_time"]
PLANNED = "planned"
"""Says of a wish that a schedule's phase makes it: no request has this."""


def price_for(
    state: State,
    price_id: str,
    currency: str | None,
    param: str,
    kind: Kind = "recurring",
    *,
    planned: bool = False,
) -> Json:
    """The active price of an id, with its amounts in `currency`; a planned one was active once.

    Raises:
        StripeProblem: if there is none, it is of another kind, or has no amount in `currency`.
    """
    price = state.get("price", price_id)
    if not price:
        raise missing("price", price_id, param)
    if not price["active"] and not planned:
        raise invalid(
            "The price specified is inactive. This field only accepts active prices.", param
        )
    if price["type"] != kind:
        raise invalid(
            f"The price specified is set to `type={price['type']}` but this field only accepts "
            f"prices with `type={kind}`.",
            param,
        )
    return _in_currency(price, currency, param)


def _in_currency(price: Json, currency: str | None, param: str) -> Json:
    """Source: https://docs.stripe.com/products-prices/pricing-models#multicurrency."""
    if currency in (None, price["currency"]):
        return price
    options: Json = price.get("currency_options") or {}
    if currency not in options:
        raise invalid(
            f"The price specified only supports `{price['currency']}`. This doesn't match the "
            f"expected currency: `{currency}`.",
            param,
        )
    names = ("custom_unit_amount", "tax_behavior", "tiers", "unit_amount", "unit_amount_decimal")
    given = {name: options[currency][name] for name in names if name in options[currency]}
    return price | given | {"currency": currency}


def described_price(state: State, data: Json, currency: str | None, param: str) -> Json:
    """The price that a request's `price_data` describes, for this use alone; it is not stored yet.

    Raises:
        StripeProblem: no such product, no amount, or another currency.
    """
    if not state.get("product", data["product"]):
        raise missing("product", data["product"], f"{param}[product]")
    wanted = str(data["currency"]).lower()
    if currency not in (None, wanted):
        raise invalid(
            f"The price specified only supports `{wanted}`. This doesn't match the expected "
            f"currency: `{currency}`.",
            f"{param}[currency]",
        )
    given = {name: data[name] for name in ("unit_amount", "unit_amount_decimal") if name in data}
    if len(given) != 1:
        raise invalid(
            "You must specify exactly one of `unit_amount` or `unit_amount_decimal`.",
            f"{param}[unit_amount]",
            "parameter_missing",
        )
    amount = str(next(iter(given.values())))
    terms = data.get("recurring")
    return objects.new_price(
        state,
        data["product"],
        active=False,
        currency=wanted,
        recurring=terms
        and objects.recurring(terms["interval"], int(terms.get("interval_count", 1))),
        tax_behavior=data.get("tax_behavior", "unspecified"),
        unit_amount=int(amount) if amount.isdecimal() else None,
        unit_amount_decimal=amount,
    )


def named_price(
    state: State, wish: Json, currency: str | None, param: str, kind: Kind = "recurring"
) -> Json | None:
    """The price that an item of a request names or describes, or None where it does neither."""
    if data := wish.get("price_data"):
        return described_price(state, data, currency, f"{param}[price_data]")
    price_id = wish.get("price") or wish.get("plan")
    if not price_id:
        return None
    planned = wish.get(PLANNED, False)
    return price_for(state, price_id, currency, f"{param}[price]", kind, planned=planned)


def keep_prices(state: State, prices: Iterable[Json | None]) -> None:
    """Store the prices that were described along the way, so that they can be read later."""
    for price in prices:
        if price and not state.get("price", price["id"]):
            state.create(price, "price.created")
