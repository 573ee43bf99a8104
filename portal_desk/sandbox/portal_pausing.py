"""Pausing and resuming in the portal."""

from __future__ import annotations

from portal_desk.portal.flows.document import FlowPage
from portal_desk.portal.flows.pause import pause_page, resume_page
from portal_desk.sandbox import billing
from portal_desk.sandbox.portal_visit import Asked, Done, UnfitError, Visit


def show_pause(visit: Visit, asked: Asked) -> FlowPage:
    """The last page before a pause."""
    subscription = visit.subscription(asked, "pause")
    return pause_page(
        visit.words,
        visit.frame,
        visit.plan(subscription),
        leave=visit.leave,
        problem=asked.problem,
    )


def pause(visit: Visit, asked: Asked) -> Done:
    """Pause at once; unused time is credited on the next invoice."""
    billing.pause_subscription(visit.state, visit.subscription(asked, "pause"), {})
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
