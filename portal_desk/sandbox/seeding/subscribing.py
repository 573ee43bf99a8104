"""Subscriptions with a past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from portal_desk.models.json import Json
from portal_desk.models.periods import next_boundary, shifted
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.discounts import coupon_end
from portal_desk.sandbox.billing.trials import TRIAL_NOTICE, new_reminder
from portal_desk.sandbox.seeding.history import Fate, bill_history, period_starts
from portal_desk.sandbox.seeding.world import DAY, World

TRIAL_DAYS = 14
_REASONS = ("too_expensive", "missing_features", "switched_service", "unused", "other")
_LAST: dict[str, Fate] = {
    "past_due": "open",
    "unpaid": "open",
    "incomplete": "open",
    "incomplete_expired": "void",
}
_ATTEMPTS = {"past_due": 2, "unpaid": 4, "incomplete": 1, "incomplete_expired": 1}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscription is to be like.

    Attributes:
        items: product key and quantity each; the quantity of a usage-based one is ignored.
        interval: `month` or `year`.
        age: days since it began.
        status: Stripe's word.
        depth: how many of its latest invoices are kept.
        mode: `classic` or `flexible` billing.
        coupon: the seed's key of a coupon, or an empty string.
        sent: whether invoices are emailed rather than charged.
        cancels: whether it is set to end with its period.
        last: what became of the last invoice, where the status leaves that open.
        fields: fields of the subscription that are not left to the seed.
    """

    items: Sequence[tuple[str, int]]
    interval: str = "month"
    age: int = 100
    status: str = "active"
    depth: int = 24
    mode: str = "classic"
    coupon: str = ""
    sent: bool = False
    cancels: bool = False
    last: Fate = "paid"
    fields: Json = field(default_factory=dict)


def subscribe(world: World, customer: Json, currency: str, wish: Wish) -> Json:
    """Store a subscription, with the invoices of its past."""
    start = max(world.now - wish.age * DAY - world.between(0, DAY - 1), customer["created"])
    ended = _end(world, wish, start)
    prices = [world.price(key, currency, wish.interval) for key, _ in wish.items]
    items = [
        objects.new_subscription_item(world.state, price, start=start, end=start, quantity=quantity)
        for price, (_, quantity) in zip(prices, wish.items, strict=True)
    ]
    country = (customer["address"] or {}).get("country")
    rate = world.tax_rates.get(country or "")
    subscription = objects.new_subscription(
        world.state,
        customer=customer["id"],
        currency=prices[0]["currency"],
        items=items,
        created=start,
        status=wish.status,
        billing_mode=objects.billing_mode(wish.mode),
        collection_method="send_invoice" if wish.sent else "charge_automatically",
        days_until_due=30 if wish.sent else None,
        default_tax_rates=[rate] if rate else [],
        metadata={"workspace": world.digits("ws_######")},
        **wish.fields,
    )
    discounts = _discounts(world, subscription, wish.coupon)
    customer["currency"] = subscription["currency"]
    world.store(subscription)
    _live(world, customer, subscription, wish, discounts, ended)
    _set_status(world, customer, subscription, wish, ended)
    if not (wish.status == "canceled" and start == ended):
        world.note("customer.subscription.created", subscription, start)
    return subscription


def _end(world: World, wish: Wish, start: int) -> int:
    if wish.status != "canceled":
        return world.now
    return world.between(start + DAY, max(start + DAY, world.now - DAY))


def _discounts(world: World, subscription: Json, key: str) -> list[Json]:
    if not key:
        return []
    coupon = world.coupons[key]
    world.redeemed[key] += 1
    discount = objects.new_discount(
        world.state,
        coupon["id"],
        customer=subscription["customer"],
        subscription=subscription["id"],
        start=subscription["start_date"],
        end=coupon_end(coupon, subscription["start_date"]),
    )
    world.store(discount)
    if discount["end"] is None or discount["end"] > world.now:
        subscription["discounts"] = [discount["id"]]
    return [discount]


def _live(
    world: World,
    customer: Json,
    subscription: Json,
    wish: Wish,
    discounts: Sequence[Json],
    ended: int,
) -> None:
    start = subscription["start_date"]
    terms = subscription["items"]["data"][0]["price"]["recurring"]
    if wish.status in ("trialing", "paused"):
        trial_end = start + TRIAL_DAYS * DAY
        subscription |= {
            "trial_start": start, "trial_end": trial_end, "billing_cycle_anchor": trial_end,
        }  # fmt: skip
        _set_period(subscription, start, trial_end)
        if trial_end - TRIAL_NOTICE > world.now:
            reminder = new_reminder(subscription, trial_end - TRIAL_NOTICE, created=start)
            world.store(reminder)
        return
    starts = period_starts(start, terms, ended, wish.depth)
    if wish.status in ("incomplete", "incomplete_expired"):
        starts = [start]
    _set_period(subscription, starts[-1], next_boundary(start, terms, starts[-1]))
    bill_history(
        world,
        customer,
        subscription,
        discounts,
        starts=starts,
        last=_LAST.get(wish.status, wish.last),
        attempts=_ATTEMPTS.get(wish.status, 0),
    )
    if len(starts) > 1:
        previous: Json = {"current_period_start": starts[-2], "current_period_end": starts[-1]}
        world.note(
            "customer.subscription.updated",
            subscription,
            starts[-1],
            {"items": {"data": [previous]}},
        )


def _set_period(subscription: Json, start: int, end: int) -> None:
    for item in subscription["items"]["data"]:
        item |= {"current_period_start": start, "current_period_end": end}


def _set_status(world: World, customer: Json, subscription: Json, wish: Wish, ended: int) -> None:
    if wish.status in ("past_due", "unpaid"):
        customer["delinquent"] = True
    if wish.status == "canceled":
        _cancelled(world, subscription, ended)
    elif wish.status == "incomplete_expired":
        at = min(subscription["start_date"] + DAY, world.now)
        subscription |= {"ended_at": at, "canceled_at": at}
    elif wish.status == "paused":
        subscription["status_details"] = {
            "paused": {
                "subscription": {"type": "trial_end_without_payment_method"},
                "transitioned_at": min(subscription["trial_end"], world.now),
                "type": "subscription",
            }
        }
    if wish.cancels:
        _set_to_cancel(world, subscription)


def _cancelled(world: World, subscription: Json, ended: int) -> None:
    asked = world.chance(0.8)
    subscription |= {
        "canceled_at": ended,
        "ended_at": ended,
        "cancellation_details": objects.NOT_CANCELLED | {
            "reason": "cancellation_requested" if asked else "payment_failed",
            "feedback": world.pick(_REASONS) if asked else None,
        },
    }  # fmt: skip
    world.note("customer.subscription.deleted", subscription, ended)


def _set_to_cancel(world: World, subscription: Json) -> None:
    item = subscription["items"]["data"][0]
    asked = world.between(max(item["current_period_start"], subscription["created"]), world.now)
    subscription |= {
        "cancel_at": item["current_period_end"],
        "cancel_at_period_end": subscription["billing_mode"]["type"] == "classic",
        "canceled_at": asked,
        "cancellation_details": objects.NOT_CANCELLED | {
            "reason": "cancellation_requested",
            "feedback": world.pick(_REASONS),
            "comment": "We may be back next year.",
        },
    }  # fmt: skip
    before = {"cancel_at": None, "cancel_at_period_end": False, "canceled_at": None}
    world.note("customer.subscription.updated", subscription, asked, before)


def schedule_change(
    world: World, subscription: Json, key: str, quantity: int, **fields: Any
) -> Json:
    """Attach a schedule that moves the subscription to another product when its period ends."""
    item = subscription["items"]["data"][0]
    start, end = item["current_period_start"], item["current_period_end"]
    terms = item["price"]["recurring"]
    later = world.price(key, subscription["currency"], terms["interval"])
    after = shifted(end, terms["interval"], terms["interval_count"])
    currency = subscription["currency"]
    phases = [
        objects.new_phase(currency=currency, start=start, end=end, items=[
            objects.new_phase_item(item["price"]["id"], item["quantity"])]),
        objects.new_phase(currency=currency, start=end, end=after, items=[
            objects.new_phase_item(later["id"], quantity)]),
    ]  # fmt: skip
    schedule = objects.new_schedule(
        world.state,
        customer=subscription["customer"],
        phases=phases,
        subscription=subscription["id"],
        status="active",
        created=world.between(start, world.now),
        current_phase={"end_date": end, "start_date": start},
        billing_mode=subscription["billing_mode"],
        **fields,
    )
    subscription["schedule"] = schedule["id"]
    world.store(schedule, "subscription_schedule.created")
    world.note(
        "customer.subscription.updated", subscription, schedule["created"], {"schedule": None}
    )
    return schedule
