"""A portal link's request as Stripe's parameters, checked for what Stripe would refuse whatever the customer is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from portal_desk.errors import InvalidInput
from portal_desk.models.actions import LinkRequest
from portal_desk.portal.locales import LOCALES

ABOUT_A_SUBSCRIPTION = frozenset(
    {
        "subscription_cancel",
        "subscription_update",
        "subscription_update_confirm",
        "subscription_pause",
    }
)
_HOSTS_WITHOUT_TLS = frozenset({"localhost", "127.0.0.1"})


def params_of(request: LinkRequest) -> dict[str, Any]:
    """The parameters of `POST /v1/billing_portal/sessions`.

    Raises:
        InvalidInput: a field is missing, has no place in the chosen flow, or can't be right (R18 to R21).
    """
    _check(request)
    params = {
        "customer": request.customer,
        "configuration": request.configuration,
        "locale": request.locale,
        "return_url": request.return_url,
        "on_behalf_of": request.on_behalf_of,
        "after_expiration": {"type": "customer_login"} if request.recoverable else None,
        "flow_data": _flow(request) if request.flow else None,
    }
    return {name: value for name, value in params.items() if value is not None}


def _flow(request: LinkRequest) -> dict[str, Any]:
    flow: dict[str, Any] = {"type": request.flow}
    if request.flow in ABOUT_A_SUBSCRIPTION:
        flow[request.flow] = {"subscription": request.flow_subscription} | _flow_details(request)
    if request.after_completion:
        flow["after_completion"] = _after_completion(request)
    return flow


def _flow_details(request: LinkRequest) -> dict[str, Any]:
    if request.flow == "subscription_update_confirm":
        item = {
            "id": request.flow_item,
            "price": request.flow_price,
            "quantity": request.flow_quantity,
        }
        items = [{name: value for name, value in item.items() if value is not None}]
        return {"items": items} | _discounts(request.flow_discount)
    if request.flow == "subscription_cancel" and request.retention_coupon:
        offer = {"coupon": request.retention_coupon}
        return {"retention": {"type": "coupon_offer", "coupon_offer": offer}}
    return {}


def _discounts(discount: str | None) -> dict[str, Any]:
    if discount is None:
        return {}
    kind = "promotion_code" if discount.startswith("promo_") else "coupon"
    return {"discounts": [{kind: discount}]}


def _after_completion(request: LinkRequest) -> dict[str, Any]:
    after: dict[str, Any] = {"type": request.after_completion}
    if request.after_completion == "redirect":
        after["redirect"] = {"return_url": request.after_completion_value}
    elif request.after_completion == "hosted_confirmation" and request.after_completion_value:
        after["hosted_confirmation"] = {"custom_message": request.after_completion_value}
    return after


def _check(request: LinkRequest) -> None:
    _check_ids(request)
    if request.locale not in {None, "auto", *LOCALES}:
        raise InvalidInput(
            f"Stripe's portal does not speak “{request.locale}”.",
            "Choose one of its languages, or none to let the customer's browser decide.",
        )
    if request.return_url is not None:
        _check_address(request.return_url, "The return address")
    if request.flow in ABOUT_A_SUBSCRIPTION and not request.flow_subscription:
        raise InvalidInput("This flow is about one subscription.", "Choose the subscription.")
    if request.flow == "subscription_update_confirm":
        _check_confirm(request)
    _check_leftovers(request)
    _check_after_completion(request)


def _check_ids(request: LinkRequest) -> None:
    expected = {
        "customer": (request.customer, "cus_"),
        "portal configuration": (request.configuration, "bpc_"),
        "connected account": (request.on_behalf_of, "acct_"),
        "subscription": (request.flow_subscription, "sub_"),
        "subscription item": (request.flow_item, "si_"),
    }
    for what, (value, prefix) in expected.items():
        if value is not None and not value.startswith(prefix):
            raise InvalidInput(
                f"“{value}” is not a {what}.", f"The id of a {what} begins with {prefix}."
            )


def _check_address(address: str, what: str) -> None:
    parts = urlsplit(address)
    local = parts.hostname in _HOSTS_WITHOUT_TLS
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and local)):
        raise InvalidInput(
            f"{what} “{address}” can't be used.", "Give one that begins with https://."
        )


def _check_confirm(request: LinkRequest) -> None:
    """Exactly one item, with a new price, quantity or both (R19).

    A discount alone is no update: it is applied on one
    (https://docs.stripe.com/customer-management/portal-deep-links).
    """
    if not request.flow_item:
        raise InvalidInput("This flow is about one item.", "Choose the item of the subscription.")
    if request.flow_price is None and request.flow_quantity is None:
        raise InvalidInput(
            "There is nothing for the customer to confirm.",
            "Choose a new price, quantity, or both: a discount comes on top of a change.",
        )
    if request.flow_quantity is not None and request.flow_quantity < 1:
        raise InvalidInput("The quantity must be 1 or more.")


def _check_leftovers(request: LinkRequest) -> None:
    """What belongs to another flow would be dropped without a word: say so instead."""
    of_confirm = (
        request.flow_item,
        request.flow_price,
        request.flow_quantity,
        request.flow_discount,
    )
    if request.flow != "subscription_update_confirm" and any(one is not None for one in of_confirm):
        raise InvalidInput(
            "An item, price, quantity or discount belongs to the flow that confirms a new plan (R19).",
            "Choose that flow, or leave these out.",
        )
    if request.flow != "subscription_cancel" and request.retention_coupon:
        raise InvalidInput(
            "A coupon to retain the customer belongs to the flow that cancels (R20).",
            "Choose that flow, or leave the coupon out.",
        )
    if request.flow not in ABOUT_A_SUBSCRIPTION and request.flow_subscription:
        raise InvalidInput(
            "A subscription belongs to a flow that is about one.",
            "Choose such a flow, or leave the subscription out.",
        )


def _check_after_completion(request: LinkRequest) -> None:
    """R21: a redirect needs its address; what follows a flow needs a flow."""
    if request.after_completion and not request.flow:
        raise InvalidInput("The portal's home page has no completion.", "Choose a flow first.")
    value = request.after_completion_value
    if request.after_completion == "redirect":
        if not value:
            raise InvalidInput("A redirect needs an address.", "Give the address to lead to.")
        _check_address(value, "The address to redirect to")
    elif value and request.after_completion != "hosted_confirmation":
        raise InvalidInput(
            "A message belongs to the confirmation page.", "Choose it, or leave the message out."
        )
