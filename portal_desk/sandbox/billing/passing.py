"""The passing of time: everything that comes due happens at its own moment, in order."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from portal_desk.models.json import Json, ends_at, period_end
from portal_desk.sandbox.billing.dunning import FIRST_PAYMENT_WITHIN, expire, retry
from portal_desk.sandbox.billing.invoices import void_invoice
from portal_desk.sandbox.billing.renewal import end, renew
from portal_desk.sandbox.billing.resume_dates import forget_resumption, resumes_at
from portal_desk.sandbox.billing.resuming import resume_subscription
from portal_desk.sandbox.billing.resumption import expires_at
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
        for kind in ("subscription", "invoice")
        for each in state.kind(kind).values()
        if each["test_clock"] == clock and _due(state, each) <= until
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
    """When the next thing happens to a subscription or an invoice by itself (seconds UTC)."""
    if subject["object"] == "invoice":
        return _invoice_due(state, subject)
    status = subject["status"]
    if status == "incomplete":
        return int(subject["created"]) + FIRST_PAYMENT_WITHIN
    moments = [ends_at(subject)] if status in (*_RUNNING, "paused") else []
    if status in _RUNNING:
        moments += [period_end(subject), _collects_again(subject)]
    if status == "paused":
        moments.append(resumes_at(state, subject))
    return min((each for each in moments if each is not None), default=_NEVER)


def _collects_again(subscription: Json) -> int | None:
    """When a pause of collecting payments is over (seconds UTC), if it ends by itself."""
    return (subscription["pause_collection"] or {}).get("resumes_at")


def _invoice_due(state: State, invoice: Json) -> int:
    if invoice["status"] != "open":
        return _NEVER
    moments = (invoice["next_payment_attempt"], expires_at(state, invoice))
    return min((each for each in moments if each is not None), default=_NEVER)


def _step(state: State, subject: Json) -> list[Json]:
    """Do what is due, and say what may have something due after it."""
    if subject["object"] == "invoice":
        if subject["next_payment_attempt"] is None:
            void_invoice(state, subject)
        else:
            retry(state, subject)
        return [subject]
    at, ending = state.now(), ends_at(subject)
    if subject["status"] == "incomplete":
        expire(state, subject)
    elif _collects_again(subject) == at:
        state.update(subject, {"pause_collection": None}, "customer.subscription.updated")
    elif ending is not None and ending <= at:
        end(state, subject, ending)
    elif subject["status"] == "paused":
        forget_resumption(state, subject)
        resume_subscription(state, subject, {"payment_behavior": "resume_on_payment_success"})
    else:
        renew(state, subject, at)
    latest = state.get("invoice", subject["latest_invoice"] or "")
    return [subject, *([latest] if latest else [])]
