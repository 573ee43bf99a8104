"""Changing a subscription's plan, quantity or discount (R1 to R5, R8 to R11)."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.loose import as_list, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Reason, Verdict
from portal_desk.services.portal.rules import obstacles
from portal_desk.services.portal.rules.cancelling import scheduled_to_cancel
from portal_desk.services.portal.rules.effects import anchor_effect, conditions_of, trial_effect
from portal_desk.services.portal.rules.facts import (
    fact,
    feature,
    is_on,
    offered_products,
    price_of,
    product_id,
    setting,
    subscription_items,
)
from portal_desk.services.portal.rules.portal import feature_off, verdict_of
from portal_desk.services.portal.rules.registry import because, configured
from portal_desk.services.portal.rules.targets import offered_product, quantities_of, target_prices


def judge_updates(
    subscription: Json,
    configuration: Json,
    snapshot: CustomerSnapshot,
    scheduled: list[Reason],
    *,
    now: int,
) -> dict[Capability, Verdict]:
    """The verdicts about every kind of update; `scheduled` is what R3 says."""
    hidden = _hiding(subscription, configuration)
    disabled = [*_disabling(subscription, snapshot), *scheduled]
    notes = _update_notes(subscription, configuration, now=now)
    return {
        "update_plan": verdict_of(
            [*hidden, *_not_allowed(configuration, "price", "switching plans")],
            [*disabled, *_no_target(subscription, configuration, snapshot)],
            notes,
        ),
        "update_quantity": verdict_of(
            [*hidden, *_not_allowed(configuration, "quantity", "changing the quantity")],
            [*disabled, *_fixed_quantity(subscription, configuration)],
            [*notes, *_quantity_range(subscription, configuration)],
        ),
        "apply_promotion_code": verdict_of(
            [*hidden, *_not_allowed(configuration, "promotion_code", "applying promotion codes")],
            disabled,
        ),
    }


def _hiding(subscription: Json, configuration: Json) -> list[Reason]:
    """What makes the real portal leave every kind of update out."""
    return [
        *obstacles.has_ended(subscription),
        *scheduled_to_cancel(subscription),
        *feature_off(configuration, "subscription_update", "updating subscriptions"),
        *obstacles.invoiced_by_email(
            subscription,
            "Switch the plan from the desk, or change the subscription to charge automatically.",
        ),
    ]


def _disabling(subscription: Json, snapshot: CustomerSnapshot) -> list[Reason]:
    """What keeps a subscription from being updated, however the portal is configured."""
    method = snapshot.payment_method_of(subscription)
    return [
        *obstacles.several_products(subscription),
        *obstacles.usage_based(subscription),
        *obstacles.unsupported_payment_method(subscription, method, snapshot.account),
        *obstacles.first_payment_missing(subscription),
        *obstacles.is_paused(subscription),
    ]


def _not_allowed(configuration: Json, update: str, what: str) -> list[Reason]:
    """The configuration allows updates, but not this kind."""
    allowed = as_list(feature(configuration, "subscription_update").get("default_allowed_updates"))
    if update in allowed or not is_on(configuration, "subscription_update"):
        return []
    return [
        configured(
            f"{what} is not among the updates that the configuration allows",
            f"Add {update} to default_allowed_updates.",
            setting(configuration, "subscription_update.default_allowed_updates"),
        )
    ]


def _no_target(subscription: Json, configuration: Json, snapshot: CustomerSnapshot) -> list[Reason]:
    """R5: nothing is left to switch to. The products being unknown (R23) is noted once for the whole portal."""
    if offered_products(configuration) is None:
        return []
    targets = target_prices(subscription, configuration, snapshot)
    if any(target.is_allowed for target in targets):
        return []
    if not targets:
        return [
            configured(
                "the configuration offers no products",
                "Add products to the configuration.",
                setting(configuration, "subscription_update.products"),
            )
        ]
    reasons = dict.fromkeys(reason for target in targets for reason in target.reasons)
    return [
        Reason(
            next((reason.rule for reason in reasons if reason.rule), ""),
            f"none of the offered prices fits: {'; '.join(reason.text for reason in reasons)}",
            "Offer a price that fits, or switch the plan from the desk.",
            next(reason.source for reason in sorted(reasons, key=lambda one: not one.rule)),
            facts=tuple(dict.fromkeys(each for reason in reasons for each in reason.facts)),
        )
    ]


def _present_product(subscription: Json, configuration: Json) -> Json | None:
    items = subscription_items(subscription)
    return offered_product(configuration, product_id(price_of(items[0]))) if items else None


def _fixed_quantity(subscription: Json, configuration: Json) -> list[Reason]:
    """R11: the product must be offered, with an adjustable quantity."""
    if offered_products(configuration) is None:
        return []
    product = _present_product(subscription, configuration)
    if product is not None and quantities_of(product):
        return []
    return [
        because(
            "R11",
            "the configuration doesn't make this product's quantity adjustable",
            "Enable adjustable_quantity for the product, or change the quantity from the desk.",
            _quantity_fact(subscription, configuration),
        )
    ]


def _quantity_fact(subscription: Json, configuration: Json) -> str:
    product = _present_product(subscription, configuration)
    if product is not None:
        named = {**product, "id": as_text(product.get("product"))}
        return fact(named, "adjustable_quantity.enabled")
    items = subscription_items(subscription)
    present = product_id(price_of(items[0])) if items else "the present product"
    return f"features.subscription_update.products: {present} isn't among them"


def _quantity_range(subscription: Json, configuration: Json) -> list[Reason]:
    """R11: how many the customer may choose."""
    product = _present_product(subscription, configuration)
    quantities = quantities_of(product) if product is not None else None
    if quantities is None:
        return []
    most = "any number" if quantities.maximum is None else str(quantities.maximum)
    text = f"the customer may choose from {quantities.minimum} to {most}"
    limits = (fact(product or {}, f"adjustable_quantity.{end}") for end in ("minimum", "maximum"))
    return [because("R11", text, "", *limits)]


def _update_notes(subscription: Json, configuration: Json, *, now: int) -> list[Reason]:
    """R4, R8, R9 and R10: what an update leads to, whatever the customer chooses."""
    return [
        *trial_effect(subscription, configuration),
        *_waits_for_period_end(configuration),
        *anchor_effect(subscription, configuration, now=now),
    ]


def _waits_for_period_end(configuration: Json) -> list[Reason]:
    """R4 and R9: downgrades become schedules."""
    names = {
        "decreasing_item_amount": "to a lower amount",
        "shortening_interval": "to a shorter interval",
    }
    conditions = [names[name] for name in sorted(conditions_of(configuration)) if name in names]
    if not conditions:
        return []
    given = setting(configuration, "subscription_update.schedule_at_period_end.conditions")
    text = f"a change {' or '.join(conditions)} waits for the end of the period"
    return [
        because("R9", text, "", given),
        because(
            "R4",
            "a change that waits is kept in a schedule, and until it happens the customer can neither "
            "update nor cancel",
            "Release the schedule to let the customer change their mind.",
            given,
        ),
    ]
