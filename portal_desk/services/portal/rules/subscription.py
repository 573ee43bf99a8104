"""Verdicts about one subscription."""

from __future__ import annotations

from portal_desk.models.json import Json, ends_at
from portal_desk.models.loose import as_list
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Reason, Verdict
from portal_desk.services.portal.rules import obstacles
from portal_desk.services.portal.rules.effects import (
    anchor_effect,
    conditions_of,
    day,
    trial_effect,
)
from portal_desk.services.portal.rules.facts import (
    feature,
    is_on,
    offered_products,
    price_of,
    product_id,
    subscription_items,
)
from portal_desk.services.portal.rules.portal import feature_off, verdict_of
from portal_desk.services.portal.rules.registry import because, configured
from portal_desk.services.portal.rules.targets import (
    offered_product,
    quantities_of,
    target_prices,
)


def judge_subscription(
    subscription: Json, configuration: Json, snapshot: CustomerSnapshot, *, now: int
) -> dict[Capability, Verdict]:
    """What the customer can do with a subscription, and why not the rest."""
    schedule = snapshot.schedule_of(subscription)
    scheduled = obstacles.scheduled_update(subscription, schedule, now=now)
    update_hidden, update_disabled = _update_obstacles(subscription, configuration, snapshot)
    return {
        **_updates(
            subscription,
            configuration,
            snapshot,
            update_hidden,
            [*update_disabled, *scheduled],
            now=now,
        ),
        "cancel": _cancel(subscription, configuration, scheduled),
        "renew": _renew(subscription, configuration, scheduled),
        "pause": _pause(subscription, configuration),
        "resume": _resume(subscription, configuration),
    }


def _update_obstacles(
    subscription: Json, configuration: Json, snapshot: CustomerSnapshot
) -> tuple[list[Reason], list[Reason]]:
    """What hides every kind of update, and what disables it."""
    hidden = [
        *obstacles.has_ended(subscription),
        *_scheduled_to_cancel(subscription),
        *feature_off(configuration, "subscription_update", "updating subscriptions"),
        *obstacles.invoiced_by_email(subscription),
    ]
    disabled = [
        *obstacles.several_products(subscription),
        *obstacles.usage_based(subscription),
        *obstacles.unsupported_payment_method(
            subscription, snapshot.payment_method_of(subscription), snapshot.account
        ),
        *obstacles.first_payment_missing(subscription),
        *obstacles.is_paused(subscription),
    ]
    return hidden, disabled


def _scheduled_to_cancel(subscription: Json) -> list[Reason]:
    """R12: either way of scheduling a cancellation counts; the portal then offers to undo it instead."""
    if obstacles.has_ended(subscription) or not is_scheduled_to_cancel(subscription):
        return []
    return [
        because(
            "R12",
            f"the subscription is already scheduled to cancel on {day(ends_at(subscription))}",
            "Undo the cancellation first.",
        )
    ]


def is_scheduled_to_cancel(subscription: Json) -> bool:
    """R12: flexible billing mode sets `cancel_at` alone, classic mode sets `cancel_at_period_end`."""
    return bool(subscription.get("cancel_at") or subscription.get("cancel_at_period_end"))


def _updates(
    subscription: Json,
    configuration: Json,
    snapshot: CustomerSnapshot,
    hidden: list[Reason],
    disabled: list[Reason],
    *,
    now: int,
) -> dict[Capability, Verdict]:
    notes = _update_notes(subscription, configuration, now=now)
    plan = [*disabled, *_no_target(subscription, configuration, snapshot)]
    quantity = [*disabled, *_fixed_quantity(subscription, configuration)]
    return {
        "update_plan": verdict_of(
            [*hidden, *_not_allowed(configuration, "price", "switching plans")], plan, notes
        ),
        "update_quantity": verdict_of(
            [*hidden, *_not_allowed(configuration, "quantity", "changing the quantity")],
            quantity,
            [*notes, *_quantity_range(subscription, configuration)],
        ),
        "apply_promotion_code": verdict_of(
            [*hidden, *_not_allowed(configuration, "promotion_code", "applying promotion codes")],
            disabled,
        ),
    }


def _not_allowed(configuration: Json, update: str, what: str) -> list[Reason]:
    """The configuration allows updates, but not this kind."""
    allowed = as_list(feature(configuration, "subscription_update").get("default_allowed_updates"))
    if update in allowed or not is_on(configuration, "subscription_update"):
        return []
    return [
        configured(
            f"{what} is not among the updates that the configuration allows",
            f"Add {update} to default_allowed_updates.",
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
            configured("the configuration offers no products", "Add products to the configuration.")
        ]
    reasons = dict.fromkeys(reason for target in targets for reason in target.reasons)
    return [
        Reason(
            next((reason.rule for reason in reasons if reason.rule), ""),
            f"none of the offered prices fits: {'; '.join(reason.text for reason in reasons)}",
            "Offer a price that fits, or switch the plan from the desk.",
            next((reason.source for reason in reasons if reason.rule), ""),
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
        )
    ]


def _quantity_range(subscription: Json, configuration: Json) -> list[Reason]:
    """R11: how many the customer may choose."""
    product = _present_product(subscription, configuration)
    quantities = quantities_of(product) if product is not None else None
    if quantities is None:
        return []
    most = "any number" if quantities.maximum is None else str(quantities.maximum)
    return [because("R11", f"the customer may choose from {quantities.minimum} to {most}")]


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
    return [
        because("R9", f"a change {' or '.join(conditions)} waits for the end of the period"),
        because(
            "R4",
            "a change that waits is kept in a schedule, and until it happens the customer can neither "
            "update nor cancel",
            "Release the schedule to let the customer change their mind.",
        ),
    ]


def _cancel(subscription: Json, configuration: Json, scheduled: list[Reason]) -> Verdict:
    hidden = [
        *obstacles.has_ended(subscription),
        *_scheduled_to_cancel(subscription),
        *feature_off(configuration, "subscription_cancel", "cancelling"),
    ]
    return verdict_of(hidden, scheduled, _cancel_notes(subscription, configuration))


def _cancel_notes(subscription: Json, configuration: Json) -> list[Reason]:
    cancel = feature(configuration, "subscription_cancel")
    if cancel.get("mode") == "immediately":
        credit = cancel.get("proration_behavior") == "create_prorations"
        text = "cancelling takes effect at once" + (
            ", and credits the unused time" if credit else ""
        )
        return [configured(text)]
    field = (
        "cancel_at"
        if obstacles.billing_mode(subscription) == "flexible"
        else "cancel_at_period_end"
    )
    return [because("R12", f"cancelling takes effect at the end of the period and sets {field}")]


def _renew(subscription: Json, configuration: Json, scheduled: list[Reason]) -> Verdict:
    hidden = obstacles.has_ended(subscription)
    if not hidden and not is_scheduled_to_cancel(subscription):
        hidden = [configured("no cancellation is scheduled")]
    hidden = [
        *hidden,
        *feature_off(configuration, "subscription_cancel", "cancelling"),
    ]
    return verdict_of(hidden, scheduled)


def _pause(subscription: Json, configuration: Json) -> Verdict:
    hidden = feature_off(configuration, "subscription_pause", "pausing") or [
        *obstacles.has_ended(subscription),
        *_scheduled_to_cancel(subscription),
        *_not_running(subscription),
    ]
    disabled = [*_not_flexible(subscription), *_has_schedule(subscription)]
    return verdict_of(hidden, disabled, _collection_paused(subscription))


def _not_running(subscription: Json) -> list[Reason]:
    """Only a subscription that runs can be paused."""
    status = subscription.get("status")
    if status in {"active", "trialing"} or status in obstacles.ENDED:
        return []
    return [configured(f"the subscription is {str(status).replace('_', ' ')}")]


def _not_flexible(subscription: Json) -> list[Reason]:
    """Pausing needs flexible billing mode (https://docs.stripe.com/api/subscriptions/pause)."""
    if obstacles.billing_mode(subscription) == "flexible":
        return []
    return [
        because(
            "R18",
            "pausing needs flexible billing mode",
            "Migrate the subscription to flexible billing mode.",
        )
    ]


def _has_schedule(subscription: Json) -> list[Reason]:
    """Subscriptions with a schedule can't be paused (https://docs.stripe.com/api/subscriptions/pause)."""
    if not subscription.get("schedule"):
        return []
    return [because("R18", "a subscription schedule is attached", "Release the schedule.")]


def _collection_paused(subscription: Json) -> list[Reason]:
    if not subscription.get("pause_collection"):
        return []
    return [configured("collection is already paused, which is something else than this pause")]


def _resume(subscription: Json, configuration: Json) -> Verdict:
    if subscription.get("status") != "paused":
        return verdict_of([configured("the subscription isn't paused")])
    return verdict_of(feature_off(configuration, "subscription_pause", "pausing"))
