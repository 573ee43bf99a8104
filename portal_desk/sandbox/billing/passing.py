"""The passing of time: everything that comes due happens at its own moment, in order."""

from __future__ import annotations

from portal_desk.models.json import Json, ends_at, period_end
from portal_desk.sandbox.alarms import PAUSE, REMINDER, RESUMPTION, RUNNING, earliest, rings_at
from portal_desk.sandbox.billing.dunning import (
    advance_draft,
    expire,
    fall_overdue,
    overdue_at,
    retry,
)
from portal_desk.sandbox.billing.invoices import void_invoice
from portal_desk.sandbox.billing.pending_updates import pending_invoice
from portal_desk.sandbox.billing.phases import schedule_of
from portal_desk.sandbox.billing.renewal import end, renew
from portal_desk.sandbox.billing.resume_dates import forget_resumption, resumes_at
from portal_desk.sandbox.billing.resuming import resume_subscription
from portal_desk.sandbox.billing.resumption import expires_at
from portal_desk.sandbox.billing.scheduling import enter_phase, start_schedule
from portal_desk.sandbox.billing.trials import remind
from portal_desk.sandbox.billing.waiting import bill_waiting
from portal_desk.sandbox.state import State


def advance(state: State, clock: str | None = None) -> None:
    """Do what has come due by now, each at its own moment; the rest costs nothing.

    Args:
        state: the sandbox.
        clock: the test clock (`clock_…`) whose customers' time has passed; None is for everyone
            who has none.
    """
    for rung, alarm in state.due(state.now(), clock):
        subject = _subject(state, alarm)
        moment = _due(state, subject) if subject else None
        if subject is None or moment is None or moment > rung:
            # What happened in between has put it off, or settled it.
            state.silence(alarm)
            continue
        with state.at(moment):
            _step(state, subject)


def _subject(state: State, alarm: Json) -> Json | None:
    """What something happens to when an alarm rings."""
    kind, object_id = alarm["object"], alarm["id"]
    if kind == PAUSE:
        return state.get("subscription", object_id)
    if kind == RESUMPTION:
        return state.get("invoice", object_id)
    if kind == "subscription_schedule" and alarm["status"] != "not_started":
        return state.get("subscription", alarm["subscription"] or "")
    return alarm


def _due(state: State, subject: Json) -> int | None:
    """When the next thing happens to something by itself (seconds UTC)."""
    if subject["object"] == "invoice":
        return _invoice_due(state, subject)
    moments = [rings_at(subject)]
    if subject["object"] == "subscription" and subject["status"] in RUNNING:
        moments.append(_phase_ends(state, subject))
    if subject["object"] == "subscription" and subject["status"] == "paused":
        moments.append(resumes_at(state, subject))
    return earliest(moments)


def _phase_ends(state: State, subscription: Json) -> int | None:
    schedule = schedule_of(state, subscription)
    return rings_at(schedule) if schedule else None


def _invoice_due(state: State, invoice: Json) -> int | None:
    if invoice["status"] != "open":
        return rings_at(invoice)
    return earliest(
        (invoice["next_payment_attempt"], expires_at(state, invoice), overdue_at(state, invoice))
    )


def _step(state: State, subject: Json) -> None:
    """Do what is due."""
    if subject["object"] == "invoice":
        _invoice_step(state, subject)
    elif subject["object"] == REMINDER:
        remind(state, subject)
    elif subject["object"] == "subscription_schedule":
        start_schedule(state, subject)
    elif subject["object"] == "checkout.session":
        state.update(subject, {"status": "expired"}, "checkout.session.expired")
    else:
        _subscription_step(state, subject, state.now())


def _invoice_step(state: State, invoice: Json) -> None:
    if invoice["status"] == "draft":
        advance_draft(state, invoice)
    elif expires_at(state, invoice) == state.now():
        void_invoice(state, invoice)
    elif invoice["next_payment_attempt"] == state.now():
        retry(state, invoice)
    else:
        fall_overdue(state, invoice)


def _subscription_step(state: State, subscription: Json, at: int) -> None:
    ending = ends_at(subscription)
    schedule = schedule_of(state, subscription)
    outdated = pending_invoice(state, subscription)
    if subscription["status"] == "incomplete":
        expire(state, subscription)
    elif (subscription["pause_collection"] or {}).get("resumes_at") == at:
        state.update(subscription, {"pause_collection": None}, "customer.subscription.updated")
    elif outdated and (subscription["pending_update"] or {}).get("expires_at") == at:
        void_invoice(state, outdated)
    elif ending is not None and ending <= at:
        end(state, subscription, ending)
    elif subscription["status"] == "paused":
        forget_resumption(state, subscription)
        _resume(state, subscription)
    elif subscription["next_pending_invoice_item_invoice"] == at:
        bill_waiting(state, subscription, at)
    elif schedule and period_end(subscription) != at:
        enter_phase(state, schedule, at)
    else:
        renew(state, subscription, at)


def _resume(state: State, subscription: Json) -> None:
    """Go on after a pause; one that is invoiced by email by now can't."""
    if subscription["collection_method"] == "charge_automatically":
        terms = {"payment_behavior": "resume_on_payment_success"}
        resume_subscription(state, subscription, terms)
