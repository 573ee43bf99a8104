"""The passing of time: everything that comes due happens at its own moment, in order."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from portal_desk.models.json import Json, ends_at, period_end
from portal_desk.sandbox.billing.dunning import (
    FIRST_PAYMENT_WITHIN,
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
from portal_desk.sandbox.billing.waiting import bill_waiting
from portal_desk.sandbox.state import State

_RUNNING = ("active", "trialing", "past_due", "unpaid")


def advance(state: State, clock: str | None = None) -> int:
    """Do what has come due by now, and say for how many subscriptions there was something to do.

    Args:
        state: the sandbox.
        clock: the test clock (`clock_…`) whose customers' time has passed; None is for everyone
            who has none.
    """
    until = state.now()
    subjects = {
        each["id"]: each
        for kind in ("subscription", "invoice", "subscription_schedule")
        for each in state.where(kind, test_clock=clock)
        if _due(state, each) <= until
    }
    subscriptions = [each for each in subjects.values() if each["object"] == "subscription"]
    queue = [(_due(state, each), name) for name, each in subjects.items()]
    heapify(queue)
    while queue:
        moment, name = heappop(queue)
        touched = [subjects[name]]
        # What happened in between may have put it off, or settled it.
        if _due(state, subjects[name]) == moment:
            with state.at(moment):
                touched = _step(state, subjects[name])
        for each in touched:
            if (again := _due(state, each)) <= until:
                subjects[each["id"]] = each
                heappush(queue, (again, each["id"]))
    return len(subscriptions)


_NEVER = 1 << 62


def _due(state: State, subject: Json) -> int:
    """When the next thing happens to something by itself (seconds UTC)."""
    if subject["object"] == "invoice":
        return _invoice_due(state, subject)
    if subject["object"] == "subscription_schedule":
        waits = subject["status"] == "not_started"
        return int(subject["phases"][0]["start_date"]) if waits else _NEVER
    status = subject["status"]
    if status == "incomplete":
        return int(subject["created"]) + FIRST_PAYMENT_WITHIN
    moments = [ends_at(subject)] if status in (*_RUNNING, "paused") else []
    if status in _RUNNING:
        moments += [
            period_end(subject),
            _collects_again(subject),
            _phase_ends(state, subject),
            _gives_up_waiting(subject),
            subject["next_pending_invoice_item_invoice"],
        ]
    if status == "paused":
        moments.append(resumes_at(state, subject))
    return min((each for each in moments if each is not None), default=_NEVER)


def _collects_again(subscription: Json) -> int | None:
    """When a pause of collecting payments is over (seconds UTC), if it ends by itself."""
    return (subscription["pause_collection"] or {}).get("resumes_at")


def _gives_up_waiting(subscription: Json) -> int | None:
    return (subscription["pending_update"] or {}).get("expires_at")


def _phase_ends(state: State, subscription: Json) -> int | None:
    schedule = schedule_of(state, subscription)
    phase = (schedule["current_phase"] if schedule else None) or {}
    return phase.get("end_date")


def _invoice_due(state: State, invoice: Json) -> int:
    if invoice["status"] == "draft" and invoice["auto_advance"]:
        return int(invoice["automatically_finalizes_at"] or _NEVER)
    if invoice["status"] != "open":
        return _NEVER
    moments = (
        invoice["next_payment_attempt"],
        expires_at(state, invoice),
        overdue_at(state, invoice),
    )
    return min((each for each in moments if each is not None), default=_NEVER)


def _step(state: State, subject: Json) -> list[Json]:
    """Do what is due, and say what may have something due after it."""
    if subject["object"] == "invoice":
        _invoice_step(state, subject)
        return [subject]
    if subject["object"] == "subscription_schedule":
        start_schedule(state, subject)
        subscription = state.get("subscription", subject["subscription"] or "")
        return [subject, *_with_invoice(state, subscription)]
    _subscription_step(state, subject, state.now())
    return _with_invoice(state, subject)


def _with_invoice(state: State, subscription: Json | None) -> list[Json]:
    latest = state.get("invoice", (subscription or {}).get("latest_invoice") or "")
    return [each for each in (subscription, latest) if each]


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
    elif _collects_again(subscription) == at:
        state.update(subscription, {"pause_collection": None}, "customer.subscription.updated")
    elif outdated and _gives_up_waiting(subscription) == at:
        void_invoice(state, outdated)
    elif ending is not None and ending <= at:
        end(state, subscription, ending)
    elif subscription["status"] == "paused":
        forget_resumption(state, subscription)
        resume_subscription(state, subscription, {"payment_behavior": "resume_on_payment_success"})
    elif subscription["next_pending_invoice_item_invoice"] == at:
        bill_waiting(state, subscription, at)
    elif schedule and period_end(subscription) != at:
        enter_phase(state, schedule, at)
    else:
        renew(state, subscription, at)
