"""The flows of a portal session, with what Stripe refuses in each.

https://docs.stripe.com/customer-management/portal-deep-links
"""

from __future__ import annotations

from collections.abc import Callable

from portal_desk.models.json import Json, id_of, items_of
from portal_desk.sandbox.call import Call, fetch
from portal_desk.sandbox.endpoints.portal_configurations import check_url
from portal_desk.sandbox.problems import StripeProblem, invalid
from portal_desk.sandbox.state import State

_FLOW = "flow_data"
_DETAILED = (
    "subscription_cancel",
    "subscription_pause",
    "subscription_update",
    "subscription_update_confirm",
)
"""Flows that are about a subscription."""
_GONE = {"canceled", "incomplete_expired"}
_UPDATABLE = {"active", "trialing", "past_due", "unpaid"}


def flow_of(call: Call, customer: Json, configuration: Json) -> Json | None:
    """The session's flow from `flow_data`, or None where there is none.

    Raises:
        StripeProblem: the configuration, the subscription or the request does not allow it.
    """
    given = call.params.get(_FLOW)
    if given is None:
        return None
    wanted = given["type"]
    _refuse_other_details(given, wanted)
    features = configuration["features"]
    details = None
    if wanted in _DETAILED:
        if wanted not in given:
            raise _missing(wanted)
        param = f"{_FLOW}[{wanted}][subscription]"
        subscription = fetch(call.state, "subscription", given[wanted]["subscription"], param)
        if subscription["customer"] != customer["id"]:
            raise invalid(
                f"The subscription `{subscription['id']}` does not belong to the customer "
                f"`{customer['id']}`.",
                param,
            )
        details = _FLOWS[wanted](call.state, given[wanted], subscription, features)
    else:
        _check_feature(wanted, features)
    flow: Json = {"after_completion": _after_completion(given.get("after_completion"))}
    flow |= dict.fromkeys(("customer_update", *_DETAILED))
    flow |= {wanted: details} if details else {}
    return flow | {"type": wanted}


def _refuse_other_details(given: Json, wanted: str) -> None:
    for name in _DETAILED:
        if name in given and name != wanted:
            raise invalid(
                f"`{_FLOW}[{name}]` can only be used when `{_FLOW}[type]` is `{name}`.",
                f"{_FLOW}[{name}]",
            )


def _missing(rest: str) -> StripeProblem:
    param = f"{_FLOW}[{rest}]"
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def _after_completion(given: Json | None) -> Json:
    """What follows the flow; the portal's home page where nothing else was asked for."""
    wanted = given["type"] if given else "portal_homepage"
    confirmation = redirect = None
    if wanted == "redirect":
        redirect = (given or {}).get("redirect")
        if not redirect:
            raise _missing("after_completion][redirect")
        check_url(redirect["return_url"], f"{_FLOW}[after_completion][redirect][return_url]")
    if wanted == "hosted_confirmation":
        message = (given or {}).get("hosted_confirmation", {}).get("custom_message")
        confirmation = {"custom_message": message}
    return {"hosted_confirmation": confirmation, "redirect": redirect, "type": wanted}


def _check_feature(wanted: str, features: Json) -> None:
    words = {"customer_update": "customer update", "payment_method_update": "payment method update"}
    if not features[wanted]["enabled"]:
        raise invalid(
            f"This flow cannot be used because the {words[wanted]} feature in the portal "
            "configuration is disabled.",
            f"{_FLOW}[type]",
        )


def _refuse(verb: str, why: str) -> StripeProblem:
    return invalid(f"This subscription cannot be {verb} because {why}.")


def _check_open(subscription: Json, verb: str) -> None:
    if subscription["status"] in _GONE:
        raise _refuse(verb, f"it is {subscription['status']}")
    if subscription["schedule"]:
        raise _refuse(
            verb, f"it is managed by the subscription schedule `{id_of(subscription['schedule'])}`"
        )


def _cancel(state: State, given: Json, subscription: Json, features: Json) -> Json:
    if not features["subscription_cancel"]["enabled"]:
        raise _refuse(
            "canceled",
            "the subscription cancellation feature in the portal configuration is disabled",
        )
    _check_open(subscription, "canceled")
    if subscription["cancel_at_period_end"] or subscription["cancel_at"]:
        raise invalid("The subscription is already set to be canceled at period end")
    retention = given.get("retention")
    if retention:
        param = f"{_FLOW}[subscription_cancel][retention][coupon_offer][coupon]"
        coupon = fetch(state, "coupon", retention["coupon_offer"]["coupon"], param)
        if not coupon["valid"]:
            raise invalid(
                f"Coupon `{coupon['id']}` is expired or used up.", param, "coupon_expired"
            )
    return {"retention": retention, "subscription": subscription["id"]}


def _pause(state: State, given: Json, subscription: Json, features: Json) -> Json:
    del state, given
    if not features.get("subscription_pause", {}).get("enabled"):
        raise _refuse(
            "paused", "the subscription pause feature in the portal configuration is disabled"
        )
    _check_open(subscription, "paused")
    if subscription["billing_mode"]["type"] != "flexible":
        raise _refuse("paused", "its billing mode is not `flexible`")
    if subscription["collection_method"] == "send_invoice":
        raise _refuse("paused", "its collection method is `send_invoice`")
    if subscription["status"] not in {"active", "trialing"}:
        raise _refuse("paused", f"it is {subscription['status']}")
    return {"subscription": subscription["id"]}


def _update(state: State, given: Json, subscription: Json, features: Json) -> Json:
    del state, given
    _check_updatable(subscription, features)
    return {"subscription": subscription["id"]}


def _check_updatable(subscription: Json, features: Json) -> None:
    """What the portal can't update: https://docs.stripe.com/customer-management#limitations."""
    if not features["subscription_update"]["enabled"]:
        raise _refuse(
            "updated", "the subscription update feature in the portal configuration is disabled"
        )
    _check_open(subscription, "updated")
    items = list(items_of(subscription))
    if len(items) > 1:
        raise _refuse("updated", "it has multiple subscription items")
    if items[0]["price"]["recurring"]["usage_type"] == "metered":
        raise _refuse("updated", "it uses a usage-based price")
    if subscription["collection_method"] == "send_invoice":
        raise _refuse("updated", "its collection method is `send_invoice`")
    if subscription["status"] not in _UPDATABLE:
        raise _refuse("updated", f"it is {subscription['status']}")


def _confirm(state: State, given: Json, subscription: Json, features: Json) -> Json:
    _check_updatable(subscription, features)
    param = f"{_FLOW}[subscription_update_confirm]"
    if len(given["items"]) != 1:
        raise invalid(f"{param}[items] must contain exactly one item.", f"{param}[items]")
    wish, current = given["items"][0], next(items_of(subscription))
    if wish["id"] != current["id"]:
        raise invalid(
            f"No such subscription item: '{wish['id']}'",
            f"{param}[items][0][id]",
            "resource_missing",
        )
    discounts = given.get("discounts") or []
    price, quantity = _wanted_price(state, wish, current), wish.get("quantity", current["quantity"])
    unchanged = price["id"] == id_of(current["price"]) and quantity == current["quantity"]
    if unchanged:  # a discount is applied on an update, and is none by itself
        raise invalid("Cannot update the subscription because there are no changes to confirm.")
    update = features["subscription_update"]
    _check_price(price, current, update, f"{param}[items][0][price]")
    _check_quantity(quantity, current, price, update, f"{param}[items][0][quantity]")
    return {
        "discounts": _discounts(state, discounts, update, f"{param}[discounts]"),
        "items": [{"id": current["id"], "price": price["id"], "quantity": quantity}],
        "subscription": subscription["id"],
    }


def _wanted_price(state: State, wish: Json, current: Json) -> Json:
    if "price" not in wish:
        price: Json = current["price"]
        return price
    param = f"{_FLOW}[subscription_update_confirm][items][0][price]"
    return fetch(state, "price", wish["price"], param)


def _check_price(price: Json, current: Json, update: Json, param: str) -> None:
    if price["id"] == id_of(current["price"]):
        return
    if "price" not in update["default_allowed_updates"]:
        raise _refuse("updated", "the portal configuration does not allow price changes")
    offered = [each for product in update.get("products") or [] for each in product["prices"]]
    if price["id"] not in offered:
        raise invalid(
            f"The price `{price['id']}` is not included in "
            "`features[subscription_update][products]` of the portal configuration.",
            param,
        )
    behaviors = {price["tax_behavior"], current["price"]["tax_behavior"]}
    if len(behaviors) > 1 or "unspecified" in behaviors:
        raise invalid(
            f"The price `{price['id']}` must have the same `tax_behavior` as the current price, "
            "and neither may be `unspecified`.",
            param,
        )
    if price["currency"] != current["price"]["currency"]:
        raise invalid(
            f"The price `{price['id']}` is in {price['currency']}, but the subscription is in "
            f"{current['price']['currency']}.",
            param,
        )


def _check_quantity(
    quantity: int | None, current: Json, price: Json, update: Json, param: str
) -> None:
    if quantity == current["quantity"]:
        return
    if "quantity" not in update["default_allowed_updates"]:
        raise _refuse("updated", "the portal configuration does not allow quantity changes")
    product = next(
        (each for each in update.get("products") or [] if each["product"] == price["product"]), None
    )
    limits = product["adjustable_quantity"] if product else {"enabled": False}
    if not limits["enabled"]:
        raise invalid("The quantity of this product is not adjustable.", param)
    low, high = limits["minimum"], limits["maximum"]
    if quantity is None or quantity < low or (high is not None and quantity > high):
        raise invalid(f"The quantity must be between {low} and {high or 'any number'}.", param)


def _discounts(state: State, given: list[Json], update: Json, param: str) -> list[Json] | None:
    if not given:
        return None
    if len(given) > 1:
        raise invalid("Only one discount can be applied through this flow.", param)
    wish = given[0]
    if ("coupon" in wish) == ("promotion_code" in wish):
        message = "You must specify either `coupon` or `promotion_code`, and not both."
        raise invalid(message, f"{param}[0]")
    if "promotion_code" in wish and "promotion_code" not in update["default_allowed_updates"]:
        raise _refuse("updated", "the portal configuration does not allow promotion codes")
    for kind in wish:
        found = fetch(state, kind, wish[kind], f"{param}[0][{kind}]")
        if not found["valid" if kind == "coupon" else "active"]:
            raise invalid(f"`{found['id']}` is expired or used up.", f"{param}[0][{kind}]")
    return [{"coupon": wish.get("coupon"), "promotion_code": wish.get("promotion_code")}]


_FLOWS: dict[str, Callable[[State, Json, Json, Json], Json]] = {
    "subscription_cancel": _cancel,
    "subscription_pause": _pause,
    "subscription_update": _update,
    "subscription_update_confirm": _confirm,
}
