"""A deep link's flow as an example: what a session with it would be made of."""

from __future__ import annotations

from portal_desk.models.actions import AfterCompletion, FlowType
from portal_desk.models.json import ENDED, Json
from portal_desk.models.loose import as_count, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.portal.rules.facts import price_of, subscription_items
from portal_desk.services.portal.rules.targets import target_prices

_ABOUT_THE_CUSTOMER = frozenset({"payment_method_update", "customer_update"})
_ELSEWHERE = "https://example.com/thank-you"


def example_flow(
    kind: FlowType,
    snapshot: CustomerSnapshot,
    configuration: Json,
    *,
    after: AfterCompletion | None = None,
    coupon: str = "",
) -> Json | None:
    """`flow_data` of a session for the customer's newest subscription; None where there is none to be about.

    Args:
        kind: the flow.
        snapshot: the customer.
        configuration: the portal configuration.
        after: what follows the flow; a redirect leads to an example's address.
        coupon: for `subscription_cancel`, the coupon that is offered to stay; empty for none.
    """
    flow: Json = {"type": kind}
    if kind not in _ABOUT_THE_CUSTOMER:
        running = (one for one in snapshot.subscriptions if one.get("status") not in ENDED)
        subscription = next(running, None)
        if subscription is None:
            return None
        details: Json = {"subscription": as_text(subscription.get("id"))}
        if kind == "subscription_update_confirm":
            details["items"] = [_change(subscription, configuration, snapshot)]
        if kind == "subscription_cancel" and coupon:
            offer = {"type": "coupon_offer", "coupon_offer": {"coupon": coupon}}
            details["retention"] = offer
        flow[kind] = details
    if after is not None:
        flow["after_completion"] = {"type": after}
        if after == "redirect":
            flow["after_completion"]["redirect"] = {"return_url": _ELSEWHERE}
    return flow


def _change(subscription: Json, configuration: Json, snapshot: CustomerSnapshot) -> Json:
    """R19: the one item, at the first other price that fits, else one more of it."""
    items = subscription_items(subscription)
    item = items[0] if items else {}
    quantity = as_count(item.get("quantity"))
    for target in target_prices(subscription, configuration, snapshot):
        if target.is_allowed:
            change = {"id": item.get("id"), "price": target.price.get("id")}
            return change if quantity is None else change | {"quantity": quantity}
    present = {"id": item.get("id"), "price": price_of(item).get("id")}
    return present | {"quantity": (quantity or 0) + 1}
