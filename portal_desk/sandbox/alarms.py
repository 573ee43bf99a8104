"""When something happens to an object by itself, as far as the object alone can tell.

The catalogue knows it of each object, so that what is due is found without a look at the others.
What else it depends on, `billing.passing` asks when the time has come.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal_desk.models.json import Json, ends_at, period_end

RUNNING = ("active", "trialing", "past_due", "unpaid")
"""The statuses of a subscription that has periods."""
FIRST_PAYMENT_WITHIN = 23 * 3600
"""A subscription whose first invoice isn't paid expires after so many seconds."""
RESUMPTION_UNPAID_FOR = 23 * 3600
"""An invoice of a resumption that nobody tries to pay is voided after so many seconds."""
PAUSE, RESUMPTION = "sandbox.pause", "sandbox.resumption"
"""The date until when a subscription was paused; the invoice that a resumption waits for."""
REMINDER = "sandbox.trial_reminder"
"""That the end of a trial is to be told of."""


def rings_at(found: Json) -> int | None:
    """When something happens next to an object, at the earliest (seconds UTC); None for never."""
    alarm = _ALARMS.get(found["object"])
    return alarm(found) if alarm else None


def earliest(moments: Iterable[int | None]) -> int | None:
    """The first of some moments that may never come."""
    return min((each for each in moments if each is not None), default=None)


def _subscription(found: Json) -> int | None:
    status = found["status"]
    if status == "incomplete":
        return int(found["created"]) + FIRST_PAYMENT_WITHIN
    if status == "paused":
        return ends_at(found)
    if status not in RUNNING:
        return None
    return earliest(
        (
            ends_at(found),
            period_end(found),
            (found["pause_collection"] or {}).get("resumes_at"),
            (found["pending_update"] or {}).get("expires_at"),
            found["next_pending_invoice_item_invoice"],
        )
    )


def _invoice(found: Json) -> int | None:
    if found["status"] == "draft" and found["auto_advance"]:
        when: int | None = found["automatically_finalizes_at"]
        return when
    if found["status"] != "open":
        return None
    return earliest((found["next_payment_attempt"], found["due_date"]))


def _schedule(found: Json) -> int | None:
    if found["status"] == "not_started":
        return int(found["phases"][0]["start_date"])
    return int(found["current_phase"]["end_date"]) if found["current_phase"] else None


def _checkout_session(found: Json) -> int | None:
    return int(found["expires_at"]) if found["status"] == "open" else None


_ALARMS = {
    "checkout.session": _checkout_session,
    "invoice": _invoice,
    PAUSE: lambda found: int(found["resumes_at"]),
    REMINDER: lambda found: int(found["due"]),
    RESUMPTION: lambda found: int(found["created"]) + RESUMPTION_UNPAID_FOR,
    "subscription": _subscription,
    "subscription_schedule": _schedule,
}
