"""Pausing a subscription, and going on with it."""

from __future__ import annotations

from portal_desk.portal.flows.pause import pause_choices, pause_ends, pause_page, resume_page
from portal_desk.services.portal.walk.visit import Asked, Done, Stop, Visit


def show_pause(visit: Visit, asked: Asked) -> Stop:
    """The last page before a pause."""
    subscription = visit.subscription(asked, "pause")
    ends = pause_ends(visit.feature("subscription_pause"), visit.now)
    page = pause_page(
        visit.words,
        visit.frame,
        visit.plan(subscription),
        pause_choices(visit.words, ends),
        asked.values.get("duration") or next(iter(ends), ""),
        leave=visit.leave,
    )
    return Stop(page, visit.verdict(subscription, "pause").notes)


def pause(visit: Visit, asked: Asked) -> Done:
    """What a pause leads to."""
    visit.subscription(asked, "pause")
    return Done("paused")


def show_resume(visit: Visit, asked: Asked) -> Stop:
    """The last page before a paused subscription goes on."""
    subscription = visit.subscription(asked, "resume")
    plan = visit.plan(subscription)
    page = resume_page(visit.words, visit.frame, plan, leave=visit.leave)
    return Stop(page, visit.verdict(subscription, "resume").notes)


def resume(visit: Visit, asked: Asked) -> Done:
    """What resuming leads to."""
    visit.subscription(asked, "resume")
    return Done("resumed")
