"""Portal configurations, with what Stripe refuses in them."""

from __future__ import annotations

from itertools import combinations
from urllib.parse import urlsplit

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.endpoints.changes import cleared, merged_metadata, only
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import FEEDBACK_OPTION, new_configuration, new_features
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

KIND = "billing_portal.configuration"
MAX_PRODUCTS = 10
"""At most so many products can be offered.
https://docs.stripe.com/api/customer_portal/configurations/object"""
_UPDATE = "features[subscription_update]"
_CANCEL = "features[subscription_cancel]"


def _list(call: Call) -> Json:
    return page(
        call,
        KIND,
        active=call.params.get("active"),
        is_default=call.params.get("is_default"),
    )


def _retrieve(call: Call) -> Json:
    return call.named(KIND)


def _create(call: Call) -> Json:
    """The first configuration of an account becomes its default."""
    configuration = new_configuration(call.state)
    configuration.update(_changes(call.state, configuration, call.params))
    first = not any(call.state.where(KIND, is_default=True))
    configuration["is_default"] = first
    return call.state.create(configuration, "billing_portal.configuration.created")


def _update(call: Call) -> Json:
    configuration = call.named(KIND)
    if configuration["is_default"] and call.params.get("active") is False:
        raise invalid("You cannot deactivate the default configuration.", "active")
    changes = _changes(call.state, configuration, call.params)
    if "active" in call.params:
        changes["active"] = call.params["active"]
    return call.state.update(configuration, changes, "billing_portal.configuration.updated")


def _changes(state: State, current: Json, params: Json) -> Json:
    only(
        params,
        "active", "business_profile", "default_return_url", "features", "login_page", "metadata",
        "name",
    )  # fmt: skip
    changes: Json = {"updated": state.now()}
    for name in ("business_profile", "login_page"):
        if name in params:
            changes[name] = {**current[name], **cleared(params[name])}
    for name in ("default_return_url", "name"):
        if name in params:
            changes[name] = cleared(params[name])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(current["metadata"], params["metadata"])
    if "features" in params:
        changes["features"] = _features(current["features"], params["features"])
    check_url(changes.get("default_return_url"), "default_return_url")
    _check(state, {**current, **changes}["features"])
    return changes


def _features(current: Json, given: Json) -> Json:
    """The features after a change: each one given is laid over what it was."""
    features = {**new_features(), **current}
    for name, wish in given.items():
        features[name] = {**features[name], **_feature(wish)}
    return features


def _feature(wish: Json) -> Json:
    """One feature as it is stored: empty lists where they were sent empty, every field present."""
    listed = ("allowed_updates", "default_allowed_updates", "products")
    feature = {
        name: ([] if name in listed and value == "" else cleared(value))
        for name, value in wish.items()
    }
    if feature.get("products"):
        feature["products"] = [_offered(each) for each in feature["products"]]
    if reason := feature.get("cancellation_reason"):
        feature["cancellation_reason"] = {
            "feedback_options": None,
            **reason,
            "options": reason.get("options") or [],
        }
    if duration := feature.get("duration"):
        options = duration.get("interval_options") or []
        counted = [{"interval_count": 1, **each} for each in options]
        feature["duration"] = {"type": duration["type"], "interval_options": counted}
    return feature


def _offered(given: Json) -> Json:
    quantity = {"enabled": False, "maximum": None, "minimum": 1}
    return {
        "adjustable_quantity": {**quantity, **given.get("adjustable_quantity", {})},
        "prices": given["prices"],
        "product": given["product"],
    }


def _check(state: State, features: Json) -> None:
    """Refuse what Stripe refuses.

    Raises:
        StripeProblem: the features contradict each other, or name what is not there.
    """
    update = features["subscription_update"]
    if update["enabled"]:
        if not features["payment_method_update"]["enabled"]:
            raise invalid(
                "Cannot enable subscription updates while payment method update is disabled.",
                "features[payment_method_update][enabled]",
            )
        for name in ("default_allowed_updates", "products"):
            if not update.get(name):
                param = f"{_UPDATE}[{name}]"
                raise invalid(f"Missing required param: {param}.", param, "parameter_missing")
    _check_products(state, update.get("products") or [])
    _check_cancel(features["subscription_cancel"])
    own = features["subscription_cancel"]["cancellation_reason"].get("feedback_options")
    for place, option in enumerate(own or ()):
        param = f"{_CANCEL}[cancellation_reason][feedback_options][{place}]"
        fetch(state, FEEDBACK_OPTION, option, param)
    update_customer = features["customer_update"]
    if update_customer["enabled"] and not update_customer["allowed_updates"]:
        param = "features[customer_update][allowed_updates]"
        raise invalid(f"Missing required param: {param}.", param, "parameter_missing")


def _check_products(state: State, products: list[Json]) -> None:
    param = f"{_UPDATE}[products]"
    if len(products) > MAX_PRODUCTS:
        message = f"Array {param} exceeded maximum {MAX_PRODUCTS} allowed elements."
        raise invalid(message, param)
    for place, offered in enumerate(products):
        here = f"{param}[{place}]"
        product = fetch(state, "product", offered["product"], f"{here}[product]")
        prices = [
            fetch(state, "price", each, f"{here}[prices][{i}]")
            for i, each in enumerate(offered["prices"])
        ]
        _check_prices(product, prices, here)
        _check_quantity(offered["adjustable_quantity"], f"{here}[adjustable_quantity]")


def _check_prices(product: Json, prices: list[Json], param: str) -> None:
    for price in prices:
        if price["product"] != product["id"]:
            raise invalid(
                f"The price `{price['id']}` does not belong to the product `{product['id']}`.",
                f"{param}[prices]",
            )
        if price["recurring"] is None:
            raise invalid(f"The price `{price['id']}` is not recurring.", f"{param}[prices]")
    for one, other in combinations(prices, 2):
        if one["recurring"]["interval"] == other["recurring"]["interval"]:
            raise invalid(
                f"The prices `{one['id']}` and `{other['id']}` cannot both be offered: prices of "
                "the same product must each have a unique `recurring.interval`.",
                f"{param}[prices]",
            )


def _check_quantity(quantity: Json, param: str) -> None:
    maximum = quantity["maximum"]
    if maximum is not None and maximum < quantity["minimum"]:
        raise invalid("The maximum must be at least the minimum.", f"{param}[maximum]")


def _check_cancel(cancel: Json) -> None:
    """Source: `features.subscription_cancel.proration_behavior` in Stripe's API reference."""
    behavior, param = cancel["proration_behavior"], f"{_CANCEL}[proration_behavior]"
    if behavior == "always_invoice":
        raise invalid(
            "`always_invoice` is not a supported proration behavior for subscription cancellation "
            "in the customer portal. Use `none` or `create_prorations`.",
            param,
        )
    if behavior == "create_prorations" and cancel["mode"] != "immediately":
        raise invalid(
            "`create_prorations` is only compatible with `mode=immediately`: no prorations are "
            "generated when canceling a subscription at the end of its natural billing period.",
            param,
        )
    reason = cancel["cancellation_reason"]
    if reason["enabled"] and not reason["options"]:
        missing = f"{_CANCEL}[cancellation_reason][options]"
        raise invalid(f"Missing required param: {missing}.", missing, "parameter_missing")


def check_url(url: str | None, param: str) -> None:
    """Refuse what is not a web address.

    Raises:
        StripeProblem: worded as Stripe does.
    """
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise invalid("Not a valid URL", param, "url_invalid")


_ALL = "/v1/billing_portal/configurations"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "billing_portal.ConfigurationListParams", "customer_portal"),
    Endpoint("POST", _ALL, _create, "billing_portal.ConfigurationCreateParams", "customer_portal"),
    Endpoint(
        "GET", _ONE, _retrieve, "billing_portal.ConfigurationRetrieveParams", "customer_portal"
    ),
    Endpoint("POST", _ONE, _update, "billing_portal.ConfigurationUpdateParams", "customer_portal"),
)
