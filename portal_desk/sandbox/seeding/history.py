"""Invoices that were sent and paid, or not, before the sandbox began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from portal_desk.models.json import Json
from portal_desk.models.periods import periods_begun, shifted
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.drafts import Draft, cycle_lines, period_line
from portal_desk.sandbox.billing.totals import Bill, filled_in
from portal_desk.sandbox.seeding.world import DAY, World

Fate = Literal["draft", "open", "paid", "void", "uncollectible"]
_HOUR = 3600
_TRIES = 4


def bill_history(
    world: World,
    customer: Json,
    subscription: Json,
    discounts: Sequence[Json],
    *,
    starts: Sequence[int],
    last: Fate,
    attempts: int = 0,
) -> None:
    """Bill a subscription's periods, oldest first; all were paid but the last, whose fate is told.

    Args:
        world: the world.
        customer: whom.
        subscription: what; its `latest_invoice` is set.
        discounts: its discounts, whole.
        starts: when each period began (seconds UTC).
        last: what became of the last invoice.
        attempts: how often the last one was charged in vain.
    """
    for place, start in enumerate(starts):
        final = place == len(starts) - 1
        lines = _lines(world, subscription, start)
        running = [each for each in discounts if each["end"] is None or each["end"] > start]
        first = start == subscription["start_date"]
        bill = Bill(lines, running, subscription["default_tax_rates"], subscription)
        invoice = make_invoice(
            world,
            customer,
            bill,
            at=start,
            fate=last if final else "paid",
            reason="subscription_create" if first else "subscription_cycle",
            attempts=attempts if final else 0,
        )
        subscription["latest_invoice"] = invoice["id"]


def _lines(world: World, subscription: Json, start: int) -> list[Draft]:
    anchor = subscription["billing_cycle_anchor"]
    items = subscription["items"]["data"]
    if start == subscription["start_date"]:
        licensed = [item for item in items if item["quantity"] is not None]
        return [period_line(world.state, item, start, anchor) for item in licensed]
    behind = [_period_before(item, start) for item in items]
    return cycle_lines(world.state, behind, start, anchor)


def _period_before(item: Json, start: int) -> Json:
    terms = item["price"]["recurring"]
    began = shifted(start, terms["interval"], -terms["interval_count"])
    return item | {"current_period_start": began, "current_period_end": start}


def make_invoice(
    world: World,
    customer: Json,
    bill: Bill,
    *,
    at: int,
    fate: Fate,
    reason: str = "manual",
    attempts: int = 0,
    **fields: Any,
) -> Json:
    """Store an invoice that was made at `at` (seconds UTC), with what became of it since."""
    subscription: Json = bill.subscription or {}
    sent = subscription.get("collection_method") == "send_invoice"
    invoice = objects.new_invoice(
        world.state,
        customer,
        currency=subscription.get("currency") or customer["currency"] or "usd",
        billing_reason=reason,
        created=at,
        period_start=at,
        period_end=at,
        collection_method=subscription.get("collection_method", "charge_automatically"),
        parent=objects.subscription_invoice_parent(subscription["id"], subscription["metadata"])
        if subscription
        else None,
        **fields,
    )
    if sent:
        invoice["due_date"] = at + subscription["days_until_due"] * DAY
    filled_in(world.state, invoice, bill)
    customer["currency"] = customer["currency"] or invoice["currency"]
    immediate = reason in ("subscription_create", "subscription_update")
    _live(world, customer, invoice, fate, attempts, at if immediate else at + _HOUR)
    return world.store(invoice)


def _live(
    world: World, customer: Json, invoice: Json, fate: Fate, attempts: int, opened: int
) -> None:
    waits = opened > world.now
    if waits:
        invoice["automatically_finalizes_at"] = opened
    elif fate == "draft":
        invoice["auto_advance"] = False
    world.note("invoice.created", invoice, invoice["created"])
    if waits or fate == "draft":
        return
    sequence = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] = sequence + 1
    invoice |= {
        "number": f"{customer['invoice_prefix']}-{sequence:04d}",
        "status": "open",
        "effective_at": opened,
        "ending_balance": 0,
        "status_transitions": invoice["status_transitions"] | {"finalized_at": opened},
    }
    world.note("invoice.finalized", invoice, opened)
    if invoice["collection_method"] == "send_invoice":
        world.note("invoice.sent", invoice, opened)
    _FATES[fate](world, invoice, opened, attempts)


def _stay_open(world: World, invoice: Json, opened: int, attempts: int) -> None:
    if not attempts:
        return
    retry = world.now + 2 * DAY if attempts < _TRIES else None
    invoice |= {"attempted": True, "attempt_count": attempts, "next_payment_attempt": retry}
    world.note("invoice.payment_failed", invoice, min(opened + 5, world.now))


def _be_paid(world: World, invoice: Json, opened: int, attempts: int) -> None:
    sent = invoice["collection_method"] == "send_invoice"
    paid = min(opened + (world.between(2, 20) * DAY if sent else 5), world.now)
    amount = invoice["amount_due"]
    invoice |= {
        "status": "paid",
        "amount_paid": amount,
        "amount_remaining": 0,
        "attempted": True,
        "attempt_count": attempts + (1 if amount else 0),
        "auto_advance": False,
        "status_transitions": invoice["status_transitions"] | {"paid_at": paid},
    }
    world.note("invoice.paid", invoice, paid)
    if amount:
        transitions = {"canceled_at": None, "paid_at": paid}
        payment = objects.new_invoice_payment(
            world.state, invoice, amount_paid=amount, status="paid", created=paid,
            status_transitions=transitions,
        )  # fmt: skip
        world.store(payment)


def _be_void(world: World, invoice: Json, opened: int, attempts: int) -> None:
    at = min(opened + 2 * DAY, world.now)
    invoice |= {
        "status": "void",
        "amount_remaining": 0,
        "attempted": attempts > 0,
        "attempt_count": attempts,
        "auto_advance": False,
        "status_transitions": invoice["status_transitions"] | {"voided_at": at},
    }
    world.note("invoice.voided", invoice, at)


def _give_up(world: World, invoice: Json, opened: int, attempts: int) -> None:
    at = min(opened + 20 * DAY, world.now)
    invoice |= {
        "status": "uncollectible",
        "status_details": {"uncollectible": {"reason": "user_forgiven"}},
        "attempted": attempts > 0,
        "attempt_count": attempts,
        "auto_advance": False,
        "status_transitions": invoice["status_transitions"] | {"marked_uncollectible_at": at},
    }
    world.note("invoice.marked_uncollectible", invoice, at)


_FATES = {"open": _stay_open, "paid": _be_paid, "void": _be_void, "uncollectible": _give_up}


def period_starts(anchor: int, terms: Json, until: int, most: int) -> list[int]:
    """When the last `most` periods before `until` began, from `anchor` on (seconds UTC)."""
    interval, step = terms["interval"], terms["interval_count"]
    latest = periods_begun(anchor, terms, until)
    return [
        shifted(anchor, interval, number * step)
        for number in range(max(0, latest - most + 1), latest + 1)
    ]
