"""Where Stripe would refuse a portal link, or the customer would see less than expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal_desk.models.actions import FlowType, LinkRequest
from portal_desk.models.json import ENDED, Json, default_configuration, items_of
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Reason, Verdict, Verdicts
from portal_desk.services.portal.rules import TargetPrice, judge, target_prices

_DOCS = "https://docs.stripe.com/customer-management/portal-deep-links"
_NEEDED: dict[FlowType, Capability] = {
    "payment_method_update": "add_payment_method",
    "subscription_cancel": "cancel",
    "subscription_update": "update_plan",
    "subscription_update_confirm": "update_plan",
    "customer_update": "update_billing_information",
    "subscription_pause": "pause",
}
_NO_OBSTACLE = frozenset({"R24"})
"""Notes on the portal that stand in no link's way: there is a login page as well."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One link under judgement."""

    request: LinkRequest
    snapshot: CustomerSnapshot
    configuration: Json
    verdicts: Verdicts


def foresee(
    request: LinkRequest,
    snapshot: CustomerSnapshot,
    configurations: Sequence[Json],
    *,
    now: int,
) -> list[Reason]:
    """What stands in the way of the link; empty where nothing does.

    Args:
        request: the link.
        snapshot: its customer.
        configurations: the account's portal configurations.
        now: seconds UTC.
    """
    configuration = _configuration(request, configurations)
    if configuration is None and request.configuration:
        return [_unknown_configuration(request.configuration)]
    verdicts = judge(snapshot, configuration, now=now)
    if configuration is None:
        return list(verdicts.notes)
    case = _Case(request, snapshot, configuration, verdicts)
    found = [*_notes(case), *(_about_flow(case) if request.flow else _missing_at_home(case))]
    return list(dict.fromkeys(found))


def _configuration(request: LinkRequest, configurations: Sequence[Json]) -> Json | None:
    if request.configuration is None:
        return default_configuration(configurations)
    return next((one for one in configurations if one["id"] == request.configuration), None)


def _unknown_configuration(configuration: str) -> Reason:
    return Reason(
        "",
        f"the portal configuration {configuration} is not known here",
        "Choose another configuration, or let the sync catch up.",
    )


def _notes(case: _Case) -> list[Reason]:
    """What is wrong with the portal as a whole; R15 matters to a link for a connected account."""
    skipped = _NO_OBSTACLE if case.request.on_behalf_of else _NO_OBSTACLE | {"R15"}
    return [note for note in case.verdicts.notes if note.rule not in skipped]


def _missing_at_home(case: _Case) -> list[Reason]:
    """What the real portal leaves out without a word (R2): the customer would look for it in vain."""
    running = {one["id"] for one in case.snapshot.subscriptions if one["status"] not in ENDED}
    return [
        reason
        for subscription, verdicts in case.verdicts.subscriptions.items()
        if subscription in running
        for verdict in verdicts.values()
        if verdict.availability != "enabled"
        for reason in verdict.reasons
        if reason.rule
    ]


def _about_flow(case: _Case) -> list[Reason]:
    request = case.request
    if request.flow is None:
        return []
    if request.flow_subscription is None:
        return _why_not(case.verdicts.portal.get(_NEEDED[request.flow]))
    subscription = _subscription(case)
    if subscription is None:
        return [
            Reason(
                "",
                f"{request.flow_subscription} is no subscription of this customer, so Stripe refuses",
                "Choose one of the customer's subscriptions.",
                _DOCS,
            )
        ]
    if subscription["status"] in ENDED:
        return [Reason("", "the subscription has ended, so Stripe refuses", "Choose another one.")]
    verdicts = case.verdicts.subscriptions.get(subscription["id"], {})
    if request.flow == "subscription_update_confirm":
        return _about_confirm(case, subscription, verdicts)
    return _why_not(verdicts.get(_NEEDED[request.flow]))


def _subscription(case: _Case) -> Json | None:
    wanted = case.request.flow_subscription
    return next((one for one in case.snapshot.subscriptions if one["id"] == wanted), None)


def _why_not(verdict: Verdict | None) -> list[Reason]:
    if verdict is None or verdict.availability == "enabled":
        return []
    return list(verdict.reasons)


def _about_confirm(
    case: _Case, subscription: Json, verdicts: dict[Capability, Verdict]
) -> list[Reason]:
    """R19: one item of the subscription, and a change that the configuration offers."""
    request = case.request
    item = next((one for one in items_of(subscription) if one["id"] == request.flow_item), None)
    if item is None:
        return [
            _r19(f"the subscription has no item {request.flow_item}", "Choose its present item.")
        ]
    present = item["price"]["id"]
    new_price = (request.flow_price or present) != present
    new_quantity = request.flow_quantity not in {None, item.get("quantity")}
    if not (new_price or new_quantity):
        return [
            _r19(
                "there are no changes to confirm",
                "Choose another price or quantity than the present one: a discount comes on top of a change.",
            )
        ]
    found = _why_not(verdicts.get("update_plan")) if new_price else []
    if new_quantity and not new_price:
        found += _why_not(verdicts.get("update_quantity"))
    return found + _about_target(case, subscription, request.flow_price or present, item)


def _about_target(case: _Case, subscription: Json, price: str, item: Json) -> list[Reason]:
    offered = target_prices(subscription, case.configuration, case.snapshot)
    target = next((one for one in offered if one.price["id"] == price), None)
    if price != item["price"]["id"]:
        if target is None:
            return [
                _r19(
                    f"{price} is not among the prices that the configuration offers",
                    "Choose an offered price, or a configuration that offers this one.",
                )
            ]
        if target.reasons:
            return list(target.reasons)
    wanted = case.request.flow_quantity
    if target is None or wanted is None or wanted == item.get("quantity"):
        return []
    return _about_quantity(target, wanted)


def _about_quantity(target: TargetPrice, wanted: int) -> list[Reason]:
    """R11: the quantity must be adjustable, and within its limits."""
    limits = target.quantities
    if limits is None:
        return [
            Reason(
                "R11",
                "the quantity of this product can't be adjusted, so Stripe refuses",
                "Leave the quantity as it is, or allow it in the portal's configuration.",
            )
        ]
    if limits.minimum <= wanted and (limits.maximum is None or wanted <= limits.maximum):
        return []
    upper = f" and {limits.maximum}" if limits.maximum is not None else " and any number"
    return [
        Reason(
            "R11",
            f"the quantity must be between {limits.minimum}{upper}, so Stripe refuses",
            "Choose a quantity within these limits.",
        )
    ]


def _r19(text: str, way_out: str) -> Reason:
    return Reason("R19", f"{text}, so Stripe refuses", way_out, _DOCS)
