"""What a request asks of a subscription's items."""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json, id_of
from portal_desk.models.periods import cycle_anchor, period_around, same_interval
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import is_metered
from portal_desk.sandbox.billing.discounts import redeem, requested
from portal_desk.sandbox.billing.pricing import keep_prices, named_price
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State

_UNSUPPORTED = ("billing_thresholds", "current_trial", "trial")


def changed_items(
    state: State, subscription: Json, wanted: Sequence[Json], *, at: int
) -> list[Json]:
    """Copies of a subscription's items with the changes that a request asks for.

    What is new with them, discounts and prices, stands in them whole until `kept_items` stores it.

    Args:
        state: the sandbox.
        subscription: as it is.
        wanted: the request's `items`.
        at: when they change (seconds UTC); an item that is added begins then, in the period that
            the subscription's cycle gives its price.

    Raises:
        StripeProblem: for items and prices that can't be, in Stripe's words.
    """
    items = {item["id"]: dict(item) for item in subscription["items"]["data"]}
    for number, wish in enumerate(wanted):
        param = f"items[{number}]"
        _check_supported(wish, param)
        if not wish.get("id"):
            added = _added(state, subscription, wish, param, at)
            items[added["id"]] = _in_cycle(added, subscription, at)
        elif wish["id"] not in items:
            raise missing("subscription item", wish["id"], f"{param}[id]")
        elif wish.get("deleted"):
            del items[wish["id"]]
        else:
            _change(state, subscription, items[wish["id"]], wish, param, at)
    check_items(list(items.values()), subscription["billing_mode"]["type"])
    return list(items.values())


def _in_cycle(item: Json, subscription: Json, at: int) -> Json:
    """An added item with its period: of items that recur as often, else of the cycle's anchor.

    Items with different intervals keep the subscription's anchor in common
    (https://docs.stripe.com/billing/subscriptions/mixed-interval).
    """
    others: Sequence[Json] = subscription["items"]["data"]
    alike = [each for each in others if same_interval(each["price"], item["price"])]
    if subscription["status"] in ("trialing", "paused") or alike:
        like = (alike or others)[0]
        start, end = like["current_period_start"], like["current_period_end"]
    else:
        anchor = cycle_anchor(subscription)
        start, end = period_around(anchor, item["price"]["recurring"], at)
    return item | {"current_period_start": start, "current_period_end": end}


def _change(state: State, subscription: Json, item: Json, wish: Json, param: str, at: int) -> None:
    price = named_price(state, wish, subscription["currency"], param)
    if price and price["id"] != item["price"]["id"]:
        item["price"], item["plan"] = price, objects.plan_of(price)
        if is_metered(price):
            item["quantity"] = None
        elif item["quantity"] is None:
            item["quantity"] = 1
    if "quantity" in wish:
        _check_quantity(item["price"], wish["quantity"], param)
        item["quantity"] = wish["quantity"]
    if "metadata" in wish:
        item["metadata"] = merged(item["metadata"], wish["metadata"])
    if "tax_rates" in wish:
        item["tax_rates"] = tax_rates(state, wish["tax_rates"], f"{param}[tax_rates]")
    if "discounts" in wish:
        item["discounts"] = _discounts(state, subscription["customer"], wish, param, at)


def merged(current: Json, wanted: Json | str) -> Json:
    """Metadata with changes: an empty value unsets its key, an empty string unsets all."""
    if not wanted or isinstance(wanted, str):
        return {}
    return {key: value for key, value in (current | wanted).items() if value not in ("", None)}


def _discounts(state: State, customer: str, wish: Json, param: str, at: int) -> list[Json]:
    wanted = wish.get("discounts") or []
    return requested(state, wanted, customer, at=at, param=f"{param}[discounts]")


def _added(state: State, subscription: Json, wish: Json, param: str, at: int) -> Json:
    """A new item for a subscription, of which its currency and its customer matter here."""
    price = named_price(state, wish, subscription["currency"], param)
    if not price:
        raise invalid(
            f"Missing required param: {param}[price].", f"{param}[price]", "parameter_missing"
        )
    if "quantity" in wish:
        _check_quantity(price, wish["quantity"], param)
    return objects.new_subscription_item(
        state,
        price,
        start=at,
        end=at,
        quantity=wish.get("quantity", 1),
        metadata=wish.get("metadata") or {},
        tax_rates=tax_rates(state, wish.get("tax_rates") or [], f"{param}[tax_rates]"),
        discounts=_discounts(state, subscription["customer"], wish, param, at),
    )


def new_items(
    state: State, wanted: Sequence[Json], currency: str | None, at: int, customer: str
) -> list[Json]:
    """Items for a customer's subscription that is about to begin at `at` (seconds UTC)."""
    items: list[Json] = []
    for number, wish in enumerate(wanted):
        _check_supported(wish, f"items[{number}]")
        terms = {"currency": currency, "customer": customer}
        item = _added(state, terms, wish, f"items[{number}]", at)
        currency = currency or item["price"]["currency"]
        items.append(item)
    return items


def kept_items(state: State, subscription: str, items: Sequence[Json]) -> Json:
    """The list of a subscription's items, once what is new with them is stored."""
    keep_prices(state, (item["price"] for item in items))
    kept = [_kept(state, subscription, item) for item in items]
    return objects.item_list(subscription, kept)


def _kept(state: State, subscription: str, item: Json) -> Json:
    new = (each for each in item["discounts"] if not isinstance(each, str))
    for discount in new:
        owner = {"subscription": subscription, "subscription_item": item["id"]}
        redeem(state, discount | owner, "customer.discount.created")
    return item | {"discounts": [id_of(each) for each in item["discounts"]]}


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


def trial_days(items: Sequence[Json]) -> int:
    """How many days of trial the prices of items come with: the most that any of them has."""
    return max((item["price"]["recurring"]["trial_period_days"] or 0 for item in items), default=0)


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
