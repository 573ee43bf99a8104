"""What a request asks of a subscription's items."""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import is_metered
from portal_desk.sandbox.billing.periods import same_interval
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State

_UNSUPPORTED = ("billing_thresholds", "current_trial", "discounts", "price_data", "trial")


def price_for(state: State, price_id: str, currency: str | None, param: str) -> Json:
    """The active, recurring price of an id.

    Raises:
        StripeProblem: if there is none, or it can't be on a subscription in `currency`.
    """
    price = state.get("price", price_id)
    if not price:
        raise missing("price", price_id, param)
    if not price["active"]:
        raise invalid(
            "The price specified is inactive. This field only accepts active prices.", param
        )
    if price["type"] != "recurring":
        raise invalid(
            "The price specified is set to `type=one_time` but this field only accepts prices "
            "with `type=recurring`.",
            param,
        )
    if currency and price["currency"] != currency:
        raise invalid(
            f"The price specified only supports `{price['currency']}`. This doesn't match the "
            f"expected currency: `{currency}`.",
            param,
        )
    return price


def changed_items(
    state: State, subscription: Json, wanted: Sequence[Json], *, start: int, end: int
) -> list[Json]:
    """Copies of a subscription's items with the changes that a request asks for.

    Args:
        state: the sandbox.
        subscription: as it is.
        wanted: the request's `items`.
        start, end: the period of an item that is added (seconds UTC).

    Raises:
        StripeProblem: for items and prices that can't be, in Stripe's words.
    """
    items = {item["id"]: dict(item) for item in subscription["items"]["data"]}
    currency = subscription["currency"]
    for number, wish in enumerate(wanted):
        param = f"items[{number}]"
        _check_supported(wish, param)
        if not wish.get("id"):
            added = _added(state, wish, currency, param, start=start, end=end)
            items[added["id"]] = added
        elif wish["id"] not in items:
            raise missing("subscription item", wish["id"], f"{param}[id]")
        elif wish.get("deleted"):
            del items[wish["id"]]
        else:
            _change(state, items[wish["id"]], wish, currency, param)
    check_items(list(items.values()), subscription["billing_mode"]["type"])
    return list(items.values())


def _change(state: State, item: Json, wish: Json, currency: str, param: str) -> None:
    price_id = wish.get("price") or wish.get("plan")
    if price_id and price_id != item["price"]["id"]:
        price = price_for(state, price_id, currency, f"{param}[price]")
        item["price"], item["plan"] = price, objects.plan_of(state, price)
        if is_metered(price):
            item["quantity"] = None
        elif item["quantity"] is None:
            item["quantity"] = 1
    if "quantity" in wish:
        _check_quantity(item["price"], wish["quantity"], param)
        item["quantity"] = wish["quantity"]
    if "metadata" in wish:
        item["metadata"] = wish["metadata"] or {}
    if "tax_rates" in wish:
        item["tax_rates"] = tax_rates(state, wish["tax_rates"], f"{param}[tax_rates]")


def _added(
    state: State, wish: Json, currency: str | None, param: str, *, start: int, end: int
) -> Json:
    price_id = wish.get("price") or wish.get("plan")
    if not price_id:
        raise invalid(
            f"Missing required param: {param}[price].", f"{param}[price]", "parameter_missing"
        )
    price = price_for(state, price_id, currency, f"{param}[price]")
    if "quantity" in wish:
        _check_quantity(price, wish["quantity"], param)
    return objects.new_subscription_item(
        state,
        price,
        start=start,
        end=end,
        quantity=wish.get("quantity", 1),
        metadata=wish.get("metadata") or {},
        tax_rates=tax_rates(state, wish.get("tax_rates") or [], f"{param}[tax_rates]"),
    )


def new_items(state: State, wanted: Sequence[Json], currency: str | None, at: int) -> list[Json]:
    """Items for a subscription that is about to begin at `at` (seconds UTC)."""
    items: list[Json] = []
    for number, wish in enumerate(wanted):
        _check_supported(wish, f"items[{number}]")
        item = _added(state, wish, currency, f"items[{number}]", start=at, end=at)
        currency = currency or item["price"]["currency"]
        items.append(item)
    return items


def check_items(items: Sequence[Json], mode: str) -> None:
    """Refuse a set of items that Stripe would refuse."""
    if not items:
        raise invalid("A subscription must have at least one active plan.", "items")
    prices = [item["price"]["id"] for item in items]
    for price in prices:
        if prices.count(price) > 1:
            raise invalid(
                f"Cannot add multiple subscription items with the same plan: {price}", "items"
            )
    mixed = any(not same_interval(item["price"], items[0]["price"]) for item in items)
    if mixed and mode == "classic":
        raise invalid(
            "Currency and interval fields must match across all plans on this subscription.",
            "items",
        )


def _check_supported(wish: Json, param: str) -> None:
    for name in _UNSUPPORTED:
        if wish.get(name):
            raise unsupported(f"`{param}[{name}]`")


def _check_quantity(price: Json, quantity: int, param: str) -> None:
    if is_metered(price):
        raise invalid(
            "Quantity should not be specified where usage_type is `metered`. Remove quantity "
            f"from `{param}`",
            f"{param}[quantity]",
        )
    if quantity < 0:
        raise invalid(
            "This value must be greater than or equal to 0.",
            f"{param}[quantity]",
            "parameter_invalid_integer",
        )


def tax_rates(state: State, ids: Sequence[str] | str, param: str) -> list[Json]:
    """The tax rates of a list of ids."""
    found: list[Json] = []
    for rate_id in ids or ():
        rate = state.get("tax_rate", rate_id)
        if not rate:
            raise missing("tax rate", rate_id, param)
        found.append(rate)
    return found
