"""Pausing, which needs flexible billing mode and no schedule, and resuming."""

from __future__ import annotations

from portal_desk.models.json import ENDED, Json
from portal_desk.portal.document import Reason, Verdict
from portal_desk.services.portal.rules import obstacles
from portal_desk.services.portal.rules.cancelling import scheduled_to_cancel
from portal_desk.services.portal.rules.facts import fact
from portal_desk.services.portal.rules.portal import feature_off, verdict_of
from portal_desk.services.portal.rules.registry import configured

_PAUSE = "https://docs.stripe.com/api/subscriptions/pause"


def judge_pause(subscription: Json, configuration: Json) -> Verdict:
    hidden = feature_off(configuration, "subscription_pause", "pausing") or [
        *obstacles.has_ended(subscription),
        *scheduled_to_cancel(subscription),
        *_not_running(subscription),
        *_invoiced_by_email(subscription),
    ]
    disabled = [*_not_flexible(subscription), *_has_schedule(subscription)]
    return verdict_of(hidden, disabled, _collection_paused(subscription))


def _not_running(subscription: Json) -> list[Reason]:
    """Only a subscription that runs can be paused."""
    status = subscription.get("status")
    if status in {"active", "trialing"} or status in ENDED:
        return []
    text = f"the subscription is {str(status).replace('_', ' ')}"
    return [configured(text, "", fact(subscription, "status"))]


def _invoiced_by_email(subscription: Json) -> list[Reason]:
    """R1 and R2: a customer whose invoices are sent can do no more than cancel, and isn't told why."""
    way_out = "Change the subscription to charge automatically."
    return obstacles.invoiced_by_email(subscription, way_out)


def _not_flexible(subscription: Json) -> list[Reason]:
    if obstacles.billing_mode(subscription) == "flexible":
        return []
    way_out = "Migrate the subscription to flexible billing mode."
    mode = fact(subscription, "billing_mode.type")
    return [Reason("", "pausing needs flexible billing mode", way_out, _PAUSE, facts=(mode,))]


def _has_schedule(subscription: Json) -> list[Reason]:
    if not subscription.get("schedule"):
        return []
    text, way_out = "a subscription schedule is attached", "Release the schedule."
    return [Reason("", text, way_out, _PAUSE, facts=(fact(subscription, "schedule"),))]


def _collection_paused(subscription: Json) -> list[Reason]:
    if not subscription.get("pause_collection"):
        return []
    text = "collection is already paused, which is something else than this pause"
    return [configured(text, "", fact(subscription, "pause_collection.behavior"))]


def judge_resume(subscription: Json, configuration: Json, scheduled: list[Reason]) -> Verdict:
    if subscription.get("status") != "paused":
        status = fact(subscription, "status")
        return verdict_of([configured("the subscription isn't paused", "", status)])
    off = feature_off(configuration, "subscription_pause", "pausing")
    return verdict_of([*off, *_invoiced_by_email(subscription)], scheduled)
