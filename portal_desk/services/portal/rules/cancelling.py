"""Cancelling, and undoing a cancellation that is scheduled (R12)."""

from __future__ import annotations

from portal_desk.models.json import Json, ends_at
from portal_desk.portal.document import Reason, Verdict
from portal_desk.services.dates import portal_date
from portal_desk.services.portal.rules import obstacles
from portal_desk.services.portal.rules.facts import fact, feature, setting
from portal_desk.services.portal.rules.portal import feature_off, verdict_of
from portal_desk.services.portal.rules.registry import because, configured


def scheduled_to_cancel(subscription: Json) -> list[Reason]:
    """R12: either way of scheduling a cancellation counts; the portal then offers to undo it instead."""
    if obstacles.has_ended(subscription) or not is_scheduled_to_cancel(subscription):
        return []
    return [
        because(
            "R12",
            f"the subscription is already scheduled to cancel on {portal_date(ends_at(subscription))}",
            "Undo the cancellation first.",
            fact(subscription, "cancel_at"),
            fact(subscription, "cancel_at_period_end"),
        )
    ]


def is_scheduled_to_cancel(subscription: Json) -> bool:
    """R12: flexible billing mode sets `cancel_at` alone, classic mode sets `cancel_at_period_end`."""
    return bool(subscription.get("cancel_at") or subscription.get("cancel_at_period_end"))


def judge_cancel(subscription: Json, configuration: Json, scheduled: list[Reason]) -> Verdict:
    hidden = [
        *obstacles.has_ended(subscription),
        *scheduled_to_cancel(subscription),
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
        return [configured(text, "", setting(configuration, "subscription_cancel.mode"))]
    field = (
        "cancel_at"
        if obstacles.billing_mode(subscription) == "flexible"
        else "cancel_at_period_end"
    )
    text = f"cancelling takes effect at the end of the period and sets {field}"
    mode = setting(configuration, "subscription_cancel.mode")
    return [because("R12", text, "", mode, fact(subscription, "billing_mode.type"))]


def judge_renew(subscription: Json, configuration: Json, scheduled: list[Reason]) -> Verdict:
    hidden = obstacles.has_ended(subscription)
    if not hidden and not is_scheduled_to_cancel(subscription):
        given = (fact(subscription, name) for name in ("cancel_at", "cancel_at_period_end"))
        hidden = [configured("no cancellation is scheduled", "", *given)]
    hidden = [
        *hidden,
        *feature_off(configuration, "subscription_cancel", "cancelling"),
    ]
    return verdict_of(hidden, scheduled)
