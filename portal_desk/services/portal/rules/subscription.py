"""Verdicts about one subscription."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Verdict
from portal_desk.services.portal.rules.cancelling import judge_cancel, judge_renew
from portal_desk.services.portal.rules.obstacles import scheduled_update
from portal_desk.services.portal.rules.pausing import judge_pause, judge_resume
from portal_desk.services.portal.rules.updating import judge_updates


def judge_subscription(
    subscription: Json, configuration: Json, snapshot: CustomerSnapshot, *, now: int
) -> dict[Capability, Verdict]:
    """What the customer can do with a subscription, and why not the rest."""
    scheduled = scheduled_update(subscription, snapshot.schedule_of(subscription), now=now)
    return {
        **judge_updates(subscription, configuration, snapshot, scheduled, now=now),
        "cancel": judge_cancel(subscription, configuration, scheduled),
        "renew": judge_renew(subscription, configuration, scheduled),
        "pause": judge_pause(subscription, configuration),
        "resume": judge_resume(subscription, configuration, scheduled),
    }
