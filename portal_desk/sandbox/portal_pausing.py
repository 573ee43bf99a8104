"""Pausing and resuming in the portal."""

from __future__ import annotations

from portal_desk.portal.flows.document import FlowPage
from portal_desk.portal.flows.pause import pause_choices, pause_ends, pause_page, resume_page
from portal_desk.sandbox import billing
from portal_desk.sandbox.billing.resume_dates import resume_later
from portal_desk.sandbox.portal_visit import Asked, Done, UnfitError, Visit


def show_pause(visit: Visit, asked: Asked) -> FlowPage:
    """The last page before a pause."""
    subscription = visit.subscription(asked, "pause")
    ends = _ends(visit)
    return pause_page(
        visit.words,
        visit.frame,
        visit.plan(subscription),
        pause_choices(visit.words, ends),
        asked.values.get("duration") or next(iter(ends), ""),
        leave=visit.leave,
        problem=asked.problem,
    )


def _ends(visit: Visit) -> dict[str, int]:
    """When a pause that begins now ends, for every length to choose from (seconds UTC)."""
    return pause_ends(visit.features["subscription_pause"], visit.state.now())


def pause(visit: Visit, asked: Asked) -> Done:
    """Pause at once, for as long as was chosen; unused time is credited on the next invoice.

    Raises:
        UnfitError: a length that wasn't there to choose.
    """
    subscription = visit.subscription(asked, "pause")
    ends = _ends(visit)
    chosen = asked.values.get("duration", "")
    if ends and chosen not in ends:
        raise UnfitError(page="unknown")
    billing.pause_subscription(visit.state, subscription, {})
    if ends:
        resume_later(visit.state, subscription, ends[chosen])
    return Done("paused")


def show_resume(visit: Visit, asked: Asked) -> FlowPage:
    """The last page before a paused subscription goes on."""
    subscription = visit.subscription(asked, "resume")
    return resume_page(
        visit.words,
        visit.frame,
        visit.plan(subscription),
        leave=visit.leave,
        problem=asked.problem,
    )


def resume(visit: Visit, asked: Asked) -> Done:
    """Go on, and charge at once what is due.

    Raises:
        UnfitError: the charge failed, and the subscription stays paused.
    """
    subscription = visit.subscription(asked, "resume")
    terms = {"payment_behavior": "resume_on_payment_success"}
    billing.resume_subscription(visit.state, subscription, terms)
    if subscription["status"] == "paused":
        raise UnfitError(page="card_declined")
    return Done("resumed")
