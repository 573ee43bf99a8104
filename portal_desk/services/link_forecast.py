"""Where Stripe would refuse a portal link, or the customer would see less than expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_desk.models.json import Json, data_of, id_of, items_of
from portal_desk.portal.document import Capability, Reason, Verdict, Verdicts
from portal_desk.services.portal.rules import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal_desk.models.actions import FlowType, LinkRequest
    from portal_desk.models.snapshot import CustomerSnapshot

_DOCS = "https://docs.stripe.com/customer-management/portal-deep-links"
_NEEDED: dict[FlowType, Capability] = {
    "payment_method_update": "add_payment_method",
    "subscription_cancel": "cancel",
    "subscription_update": "update_plan",
    "subscription_update_confirm": "update_plan",
    "customer_update": "update_billing_information",
    "subscription_pause": "pause",
}


def foresee(
    request: LinkRequest,
    snapshot: CustomerSnapshot,
    configurations: Sequence[Json],
    *,
    now: int,
) -> list[Reason]:
    """What stands in the way of the link, most serious first; empty where nothing does.

    Args:
        configurations: the account's portal configurations, the default one first.
        now: seconds UTC.
    """
    configuration = _configuration(request, configurations)
    if configuration is None:
        return [_no_configuration(request)]
    verdicts = judge(snapshot, configuration, now=now)
    found = [*_inactive(configuration), *verdicts.notes]
    if request.flow is None:
        return _distinct([*found, *_silently_missing(verdicts)])
    return _distinct([*found, *_about_flow(request, snapshot, configuration, verdicts)])


def _configuration(request: LinkRequest, configurations: Sequence[Json]) -> Json | None:
    if request.configuration is None:
        return next((one for one in configurations if one.get("is_default")), None)
    return next((one for one in configurations if one["id"] == request.configuration), None)


def _no_configuration(request: LinkRequest) -> Reason:
    if request.configuration:
        return Reason(
            "",
            f"the portal configuration {request.configuration} is not known",
            "Choose another configuration, or let the sync catch up.",
        )
    return Reason(
        "",
        "the account has no default portal configuration, so Stripe refuses",
        "Choose a configuration, or save the portal's settings in Stripe's Dashboard "
        "(Settings › Billing › Customer portal).",
        "https://docs.stripe.com/customer-management/configure-portal",
    )


def _inactive(configuration: Json) -> list[Reason]:
    if configuration.get("active", True):
        return []
    return [
        Reason(
            "",
            f"the portal configuration {configuration['id']} is not active, so Stripe refuses",
            "Choose an active configuration.",
        )
    ]


def _silently_missing(verdicts: Verdicts) -> list[Reason]:
    """What the real portal leaves out without a word (R2): the customer would look for it in vain."""
    return [
        reason
        for subscription in verdicts.subscriptions.values()
        for verdict in subscription.values()
        if verdict.availability != "enabled"
        for reason in verdict.reasons
        if reason.rule
    ]


def _about_flow(
    request: LinkRequest, snapshot: CustomerSnapshot, configuration: Json, verdicts: Verdicts
) -> list[Reason]:
    if request.flow is None:
        return []
    needed = _NEEDED[request.flow]
    if request.flow_subscription is None:
        return _why_not(verdicts.portal.get(needed))
    subscription = _subscription(snapshot, request.flow_subscription)
    if subscription is None:
        return [
            Reason(
                "",
                f"{request.flow_subscription} is no subscription of this customer, so Stripe refuses",
                "Choose one of the customer's subscriptions.",
                _DOCS,
            )
        ]
    found = _why_not(verdicts.subscriptions.get(subscription["id"], {}).get(needed))
    if request.flow == "subscription_update_confirm":
        found += _about_target(request, subscription, configuration)
    return found


def _why_not(verdict: Verdict | None) -> list[Reason]:
    if verdict is None or verdict.availability == "enabled":
        return []
    return list(verdict.reasons)


def _subscription(snapshot: CustomerSnapshot, subscription_id: str) -> Json | None:
    return next((one for one in snapshot.subscriptions if one["id"] == subscription_id), None)


def _about_target(request: LinkRequest, subscription: Json, configuration: Json) -> list[Reason]:
    """R19: the one item's new price must be offered, and something must change."""
    item = next((one for one in items_of(subscription) if one["id"] == request.flow_item), None)
    if item is None:
        return [
            Reason(
                "R19",
                f"the subscription has no item {request.flow_item}, so Stripe refuses",
                "Choose the subscription's present item.",
                _DOCS,
            )
        ]
    price = request.flow_price or item["price"]["id"]
    quantity = request.flow_quantity or item.get("quantity")
    if price == item["price"]["id"] and quantity == item.get("quantity"):
        return [
            Reason(
                "R19",
                "there are no changes to confirm, so Stripe refuses",
                "Choose another price or quantity than the present one.",
                _DOCS,
            )
        ]
    offered = _offered(configuration)
    if request.flow_price is None or offered is None or price in offered:
        return []
    return [
        Reason(
            "R19",
            f"{price} is not among the prices that the configuration offers, so Stripe refuses",
            "Choose an offered price, or a configuration that offers this one.",
            _DOCS,
        )
    ]


def _offered(configuration: Json) -> set[str] | None:
    """The prices that customers may switch to, or None where they are not known (R23)."""
    update = (configuration.get("features") or {}).get("subscription_update") or {}
    products = update.get("products")
    if products is None:
        return None
    listed = data_of(products) if isinstance(products, dict) else products
    return {id_of(price) or "" for product in listed for price in product["prices"]}


def _distinct(reasons: Sequence[Reason]) -> list[Reason]:
    return list(dict.fromkeys(reasons))
