"""Prices."""

from __future__ import annotations

from collections.abc import Callable

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import new_price, new_product, plan_of
from portal_desk.sandbox.previous import narrowed
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_PLAIN = ("active", "nickname")
_MAX_LOOKUP_KEYS = 10


def _list(call: Call) -> Json:
    only(
        call.params,
        "active", "created", "currency", "ending_before", "limit", "lookup_keys", "product",
        "recurring", "starting_after", "type",
    )  # fmt: skip
    return page(
        call,
        "price",
        keep=_filter(call.params),
        active=call.params.get("active"),
        currency=call.params.get("currency"),
        product=call.params.get("product"),
        type=call.params.get("type"),
    )


def _filter(params: Json) -> Callable[[Json], bool]:
    keys = params.get("lookup_keys")
    if keys is not None and len(keys) > _MAX_LOOKUP_KEYS:
        raise invalid(f"You may only specify up to {_MAX_LOOKUP_KEYS} lookup keys.", "lookup_keys")
    terms = params.get("recurring", {})

    def keep(price: Json) -> bool:
        own = price["recurring"] or {}
        wanted_key = keys is None or price["lookup_key"] in keys
        return wanted_key and all(own.get(name) == value for name, value in terms.items())

    return keep


def _retrieve(call: Call) -> Json:
    return call.named("price")


def _create(call: Call) -> Json:
    return create_price(call.state, call.params)


def create_price(state: State, params: Json) -> Json:
    """A new price, with its product where that is new too.

    Args:
        state: the sandbox.
        params: those of `POST /v1/prices`, or a `price_data`; a plan's can name its `id`.

    Raises:
        StripeProblem: its amount, product or lookup key is missing, wrong or taken.
    """
    only(
        params,
        *_PLAIN,
        "billing_scheme", "currency", "currency_options", "id", "lookup_key", "metadata", "product",
        "product_data", "recurring", "tax_behavior", "tiers", "tiers_mode", "transfer_lookup_key",
        "transform_quantity", "unit_amount", "unit_amount_decimal",
    )  # fmt: skip
    fields = plain_changes(
        params,
        (
            *_PLAIN,
            "billing_scheme",
            "id",
            "lookup_key",
            "tax_behavior",
            "tiers_mode",
            "transform_quantity",
        ),
    )
    fields |= _amount(params) | _tiers(params) | _other_currencies(params)
    if "recurring" in params:
        fields["recurring"] = _recurring(state, params["recurring"])
    _claim_lookup_key(state, params)
    price = new_price(state, _product(state, params), currency=params["currency"].lower(), **fields)
    return store_price(state, price)


def store_price(state: State, price: Json) -> Json:
    """Store a new price; where it recurs, the plan that it is too is told of as well."""
    state.create(price, "price.created")
    if price["recurring"]:
        state.emit("plan.created", plan_of(price))
    return price


def change_price(state: State, price: Json, changes: Json) -> Json:
    """Change a price, and the plan that it is too."""
    before = plan_of(price) if price["recurring"] else None
    state.update(price, changes, "price.updated")
    if before and before != plan_of(price):
        state.emit("plan.updated", plan_of(price), narrowed(before, plan_of(price)))
    return price


def _product(state: State, params: Json) -> str:
    """The product that a new price is for, made on the way where its data is given."""
    data = params.get("product_data")
    if ("product" in params) == bool(data):
        raise invalid("You must specify either `product` or `product_data`.", "product")
    if not data:
        return str(fetch(state, "product", params["product"], "product")["id"])
    only(
        data,
        "active", "description", "id", "images", "metadata", "name", "statement_descriptor",
        "unit_label",
    )  # fmt: skip
    product = new_product(state, data["name"], **plain_changes(data, data.keys() - {"name"}))
    return str(state.create(product, "product.created")["id"])


def _recurring(state: State, given: Json) -> Json:
    """How often a price is charged, and for whose usage.

    Raises:
        StripeProblem: it is billed by a meter that there isn't.
    """
    if meter := given.get("meter"):
        fetch(state, "billing.meter", meter, "recurring[meter]")
    defaults = {
        "interval_count": 1,
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
    return {**defaults, **given}


def _amount(params: Json) -> Json:
    """The amount, in whole minor units and as a decimal string.

    Raises:
        StripeProblem: there is none, or there are two, or it is negative.
    """
    whole, decimal = params.get("unit_amount"), params.get("unit_amount_decimal")
    if params.get("billing_scheme") == "tiered":
        return {"unit_amount": None, "unit_amount_decimal": None}
    if (whole is None) == (decimal is None):
        raise invalid(
            "You must specify one of `unit_amount`, `unit_amount_decimal` or `custom_unit_amount`.",
            "unit_amount",
            "parameter_missing",
        )
    if whole is not None and whole < 0:
        raise invalid("Invalid non-negative integer", "unit_amount", "parameter_invalid_integer")
    whole, decimal = _both(params, "unit_amount")
    return {"unit_amount": whole, "unit_amount_decimal": decimal}


def _tiers(params: Json) -> Json:
    if "tiers" not in params:
        return {}
    tiers = []
    for given in params["tiers"]:
        tier: Json = {"up_to": None if given["up_to"] == "inf" else given["up_to"]}
        for name in ("flat_amount", "unit_amount"):
            tier[name], tier[f"{name}_decimal"] = _both(given, name)
        tiers.append(tier)
    return {"tiers": tiers}


def _both(given: Json, name: str) -> tuple[int | None, str | None]:
    """An amount in whole minor units, where it is whole, and as a decimal string."""
    whole, decimal = given.get(name), given.get(f"{name}_decimal")
    text = str(whole if decimal is None else decimal)
    if whole is None and decimal is None:
        return None, None
    return int(text) if text.isdecimal() else None, text


def _other_currencies(params: Json) -> Json:
    """What the price is in every currency, its own included.

    Raises:
        StripeProblem: its own is among the others, or an amount is missing or wrong.
    """
    given = params.get("currency_options")
    if not given:
        return {}
    own = params["currency"].lower()
    if own in given:
        raise invalid(
            f"The price's own currency ({own}) can't be one of its currency_options.",
            f"currency_options[{own}]",
        )
    scheme = {"billing_scheme": params.get("billing_scheme", "per_unit")}
    every = {own: params, **given}
    return {"currency_options": {name: _option(terms | scheme) for name, terms in every.items()}}


def _option(terms: Json) -> Json:
    return {
        "custom_unit_amount": None,
        "tax_behavior": terms.get("tax_behavior", "unspecified"),
        **_amount(terms),
        **_tiers(terms),
    }


def _claim_lookup_key(state: State, params: Json, owner: str | None = None) -> None:
    """Take a lookup key from the price that has it, if that was asked for."""
    key = params.get("lookup_key")
    holder = next(state.where("price", lookup_key=key), None) if key else None
    if holder is None or holder["id"] == owner:
        return
    if not params.get("transfer_lookup_key"):
        raise invalid(
            f"A price (`{holder['id']}`) already uses that lookup key.",
            "lookup_key",
            "resource_already_exists",
        )
    state.update(holder, {"lookup_key": None}, "price.updated")


def _update(call: Call) -> Json:
    only(call.params, *_PLAIN, "lookup_key", "metadata", "tax_behavior", "transfer_lookup_key")
    price = call.named("price")
    behavior = call.params.get("tax_behavior")
    if behavior and price["tax_behavior"] not in {"unspecified", behavior}:
        raise invalid(
            "Once specified as either `inclusive` or `exclusive`, `tax_behavior` cannot be changed.",
            "tax_behavior",
        )
    _claim_lookup_key(call.state, call.params, price["id"])
    changes = plain_changes(call.params, (*_PLAIN, "lookup_key", "tax_behavior"), price)
    return change_price(call.state, price, changes)


ENDPOINTS = (
    Endpoint("GET", "/v1/prices", _list, "PriceListParams", "plan"),
    Endpoint("POST", "/v1/prices", _create, "PriceCreateParams", "plan"),
    Endpoint("GET", "/v1/prices/{id}", _retrieve, "PriceRetrieveParams", "plan"),
    Endpoint("POST", "/v1/prices/{id}", _update, "PriceUpdateParams", "plan"),
)
