"""What a customer will look like on another day, if nobody does anything until then.

Only what is decided already comes true: trials end, periods go by, scheduled cancellations and phases take effect,
discounts and pauses run out. Payments are taken to succeed; invoices that would be made are not invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal_desk.models.json import ENDED, Json, ends_at, id_of, items_of, period_end
from portal_desk.models.loose import as_count, as_object, as_objects, as_text
from portal_desk.models.periods import cycle_anchor, period_around
from portal_desk.models.snapshot import CustomerSnapshot

_RUNNING = frozenset({"active", "trialing", "past_due", "unpaid"})
_INTERVALS = frozenset({"day", "week", "month", "year"})
_FIRST_PAYMENT = 23 * 3600
"""How long an incomplete subscription waits (https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something about a customer changes by itself.

    Attributes:
        at: seconds UTC.
        what: what happens, for the agent: “the trial ends”.
    """

    at: int
    what: str


def moments(snapshot: CustomerSnapshot, *, now: int) -> list[Moment]:
    """What is going to happen by itself, soonest first."""
    found = {
        moment
        for subscription in snapshot.subscriptions
        if subscription.get("status") not in ENDED
        for moment in _moments(subscription, snapshot.schedule_of(subscription))
        if moment.at > now
    }
    return sorted(found, key=lambda moment: (moment.at, moment.what))


def _moments(subscription: Json, schedule: Json | None) -> Iterator[Moment]:
    ends, trial = ends_at(subscription), as_count(subscription.get("trial_end"))
    over = period_end(subscription)
    if subscription.get("status") == "trialing" and trial is not None:
        yield Moment(trial, "the trial ends")
    elif over is not None and over != ends:
        yield Moment(over, "the period ends")
    if ends is not None:
        yield Moment(ends, "the subscription is cancelled")
    for phase in _phases(schedule)[1:]:
        if (start := as_count(phase.get("start_date"))) is not None:
            yield Moment(start, "a scheduled change takes effect")


def as_of(snapshot: CustomerSnapshot, at: int) -> CustomerSnapshot:
    """The customer at a later moment.

    Args:
        snapshot: the customer as it is.
        at: seconds UTC; a moment that is past leaves everything as it is.
    """
    later = [_later(one, snapshot, at) for one in snapshot.subscriptions]
    customer = snapshot.customer
    discount = as_object(customer.get("discount"))
    if _is_over(discount.get("end"), at):
        customer = customer | {"discount": None}
    return replace(snapshot, customer=customer, subscriptions=tuple(later))


def _later(subscription: Json, snapshot: CustomerSnapshot, at: int) -> Json:
    if subscription.get("status") in ENDED:
        return subscription
    changed = _phase_applied(subscription, snapshot, at)
    if (end := ends_at(changed)) is not None and end <= at:
        return changed | {"status": "canceled", "ended_at": end, "canceled_at": end}
    changed = _trial_ended(changed, snapshot, at)
    if changed.get("status") == "incomplete" and _is_over(
        (as_count(changed.get("created")) or at) + _FIRST_PAYMENT, at
    ):
        return changed | {"status": "incomplete_expired"}
    if _is_over(as_object(changed.get("pause_collection")).get("resumes_at"), at):
        changed = changed | {"pause_collection": None}
    return _discounts_ended(_period_moved(changed, at), at)


def _trial_ended(subscription: Json, snapshot: CustomerSnapshot, at: int) -> Json:
    """A trial's end: the subscription goes on, or not where a payment method is missing and that decides.

    https://docs.stripe.com/api/subscriptions/object#subscription_object-trial_settings
    """
    if subscription.get("status") != "trialing" or not _is_over(subscription.get("trial_end"), at):
        return subscription
    ends = as_object(as_object(subscription.get("trial_settings")).get("end_behavior"))
    charged = subscription.get("collection_method") != "send_invoice"
    missing = charged and snapshot.payment_method_of(subscription) is None
    then = ends.get("missing_payment_method") if missing else None
    if then == "cancel":
        return subscription | {"status": "canceled", "ended_at": subscription.get("trial_end")}
    return subscription | {"status": "paused" if then == "pause" else "active"}


def _period_moved(subscription: Json, at: int) -> Json:
    """The period that the moment is in."""
    if subscription.get("status") not in _RUNNING:
        return subscription
    items = [_item_moved(item, subscription, at) for item in items_of(subscription)]
    return subscription | {"items": as_object(subscription.get("items")) | {"data": items}}


def _item_moved(item: Json, subscription: Json, at: int) -> Json:
    end = as_count(item.get("current_period_end"))
    terms = as_object(as_object(item.get("price")).get("recurring"))
    count = as_count(terms.get("interval_count")) or 1
    if end is None or end > at or as_text(terms.get("interval")) not in _INTERVALS:
        return item
    anchored = as_count(subscription.get("billing_cycle_anchor")) is not None
    anchor = cycle_anchor(subscription) if anchored else end
    whole = {"interval": terms["interval"], "interval_count": count}
    start, over = period_around(anchor, whole, at)
    return item | {"current_period_start": start, "current_period_end": over}


def _discounts_ended(subscription: Json, at: int) -> Json:
    kept = [
        one
        for one in subscription.get("discounts") or []
        if not _is_over(as_object(one).get("end"), at)
    ]
    return subscription | {"discounts": kept}


def _phases(schedule: Json | None) -> list[Json]:
    return as_objects((schedule or {}).get("phases"))


def _phase_applied(subscription: Json, snapshot: CustomerSnapshot, at: int) -> Json:
    """The schedule's phase that the moment is in; behind the last one it lets go, or cancels."""
    schedule = snapshot.schedule_of(subscription)
    phases = [one for one in _phases(schedule) if as_count(one.get("start_date")) is not None]
    if schedule is None or not phases:
        return subscription
    begun = [one for one in phases if one["start_date"] <= at]
    changed = _with_items(subscription, begun[-1], snapshot) if begun else subscription
    end = as_count(phases[-1].get("end_date"))
    if end is None or end > at:
        return changed
    if schedule.get("end_behavior") == "cancel":
        return changed | {"cancel_at": end}
    return changed | {"schedule": None}


def _with_items(subscription: Json, phase: Json, snapshot: CustomerSnapshot) -> Json:
    """The subscription with a phase's prices and quantities."""
    present = list(items_of(subscription))
    like = present[0] if present else {}
    ids = {id_of(as_object(item.get("price"))): item for item in present}
    items = []
    for planned in as_objects(phase.get("items")):
        price = id_of(planned.get("price"))
        whole = snapshot.prices.get(price or "") or as_object(ids.get(price, {}).get("price"))
        if not whole:
            return subscription
        quantity = {"quantity": planned["quantity"]} if "quantity" in planned else {}
        items.append({**ids.get(price, like), "price": whole, **quantity})
    if not items:
        return subscription
    return subscription | {"items": as_object(subscription.get("items")) | {"data": items}}


def _is_over(end: object, at: int) -> bool:
    moment = as_count(end)
    return moment is not None and moment <= at
