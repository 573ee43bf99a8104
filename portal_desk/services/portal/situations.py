"""A customer in another situation than they are in: on trial, past due, set to cancel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from portal_desk.models.json import Json, id_of, items_of, period_end
from portal_desk.models.loose import as_id, as_object
from portal_desk.models.prices import is_metered
from portal_desk.models.snapshot import CustomerSnapshot

Situation = Literal[
    "new", "paying", "trial", "cancelling", "past_due", "emailed", "bundle", "scheduled", "paused"
]
"""`new` has no subscription, `emailed` is sent invoices, `bundle` has two products in one subscription."""

SITUATIONS: tuple[Situation, ...] = (
    "paying", "trial", "cancelling", "past_due", "paused", "scheduled", "emailed", "bundle", "new",
)  # fmt: skip
_SCHEDULE = "sub_sched_made_up"


def in_situation(snapshot: CustomerSnapshot, situation: Situation) -> CustomerSnapshot:
    """The customer in a situation, by what their newest subscription would then be.

    Args:
        snapshot: a customer, such as one that is made up, who pays for a subscription.
        situation: the one to show.
    """
    if situation == "new":
        return replace(snapshot, subscriptions=(), invoices=())
    if situation == "past_due":
        snapshot = _owing(snapshot)
    found = snapshot.subscriptions
    if not found:
        return snapshot
    changed = found[0] | _CHANGES[situation](found[0])
    if situation == "bundle":
        changed = _with_another(changed, snapshot.prices.values())
    schedules = {_SCHEDULE: _schedule(changed)} if situation == "scheduled" else {}
    return replace(snapshot, subscriptions=(changed, *found[1:]), schedules=schedules)


_CHANGES: dict[Situation, Callable[[Json], Json]] = {
    "paying": lambda _: {},
    "bundle": lambda _: {},
    "past_due": lambda _: {"status": "past_due"},
    "paused": lambda _: {"status": "paused"},
    "trial": lambda one: {"status": "trialing", "trial_end": period_end(one)},
    "cancelling": lambda one: {"cancel_at": period_end(one)},
    "emailed": lambda _: {"collection_method": "send_invoice", "days_until_due": 30},
    "scheduled": lambda _: {"schedule": _SCHEDULE},
}


def _owing(snapshot: CustomerSnapshot) -> CustomerSnapshot:
    """The newest invoice is still to be paid."""
    if not snapshot.invoices:
        return snapshot
    newest, *older = snapshot.invoices
    owed = newest | {"status": "open", "amount_remaining": newest.get("total")}
    return replace(snapshot, invoices=(owed, *older))


def _with_another(subscription: Json, prices: Iterable[Json]) -> Json:
    """The subscription with a second product, if another one is sold."""
    first = next(items_of(subscription))
    present = as_object(first.get("price"))
    for price in prices:
        other = as_id(price.get("product")) != as_id(present.get("product"))
        fits = price.get("currency") == present.get("currency") and not is_metered(price)
        if other and fits and price.get("recurring"):
            items = [first, first | {"id": "si_made_up_2", "price": price}]
            return subscription | {"items": {"object": "list", "data": items}}
    return subscription


def _schedule(subscription: Json) -> Json:
    """Twice as many from the next period on."""
    item = next(items_of(subscription))
    ends, planned = period_end(subscription), {"price": id_of(item.get("price"))}
    phases = [
        {"start_date": item.get("current_period_start"), "end_date": ends, "items": [planned]},
        {"start_date": ends, "items": [planned | {"quantity": 2}]},
    ]
    schedule = {"id": _SCHEDULE, "object": "subscription_schedule", "status": "active"}
    return schedule | {"end_behavior": "release", "phases": phases}
