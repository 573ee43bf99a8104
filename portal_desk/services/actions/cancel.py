"""Cancelling a subscription, now or when its period ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal_desk.errors import InvalidInput, NotPossible
from portal_desk.models.actions import ActionPlan, CancelRequest
from portal_desk.models.json import Json, ends_at, id_of, items_of, period_end
from portal_desk.models.money import Money
from portal_desk.services.actions import preview, subscriptions
from portal_desk.services.actions.preview import InvoicePreview
from portal_desk.services.actions.wording import date

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_desk.services.stripe_gateway import StripeGateway

_UNPAID = frozenset({"past_due", "unpaid", "incomplete"})

_DROPPED = "No final invoice is made. Charges and credits of earlier changes that are not invoiced yet are dropped."
"""Prorations that wait are removed where neither a credit nor an invoice is asked for
(https://docs.stripe.com/api/subscriptions/cancel)."""


async def prepare(
    gateway: StripeGateway, request: CancelRequest, *, clock: Callable[[], float]
) -> ActionPlan:
    """What cancelling would do. Costs one read; Stripe previews the money where there is any.

    Args:
        clock: the time, seconds UTC; asked after the first read, whose answer tells what time it is at Stripe.

    Raises:
        InvalidInput: proration or a final invoice was asked for at the period's end.
        NotPossible: it has ended already, is scheduled to, or a schedule decides.
        StripeError, Offline: as the gateway raises them.
    """
    if request.when == "period_end" and (request.prorate or request.invoice_now):
        raise InvalidInput(
            "At the period's end nothing is left to credit or to invoice.",
            "Cancel now to credit unused time or to make a final invoice.",
        )
    subscription = await subscriptions.read(gateway, request.subscription)
    now = int(clock())
    subscriptions.refuse_ended(subscription)
    if request.when == "period_end":
        return _at_period_end(subscription, request, now=now)
    return await _now(gateway, subscription, request, now=now)


def _at_period_end(subscription: Json, request: CancelRequest, *, now: int) -> ActionPlan:
    subscriptions.refuse_scheduled(subscription, "Cancelling at the period's end")
    _refuse_at_period_end(subscription)
    end = period_end(subscription) or now
    name = subscriptions.plan_name(subscription)
    return ActionPlan(
        kind="cancel",
        customer=subscriptions.customer_id(subscription),
        subscription=subscription["id"],
        title=f"Cancel {name} on {date(end)}",
        effects=_period_end_effects(subscription, name, end),
        warnings=_warnings(subscription),
        lines=(),
        due_now=None,
        next_total=None,
        next_date=None,
        method="post",
        path=f"/v1/subscriptions/{subscription['id']}",
        params=_period_end_params(subscription) | _details(request),
        fingerprint=subscriptions.fingerprint(subscription),
        prepared=now,
    )


def _refuse_at_period_end(subscription: Json) -> None:
    scheduled = ends_at(subscription)
    if scheduled is not None:
        raise NotPossible(
            f"{subscription['id']} is already set to be cancelled on {date(scheduled)}.",
            "Undo that cancellation, or cancel now instead.",
        )
    if subscription["status"] == "incomplete":
        raise NotPossible(
            "The first payment was never made, so there is no period that is paid for.",
            "Cancel now instead.",
        )


def _period_end_params(subscription: Json) -> dict[str, Any]:
    """Flexible billing mode names the period's end by word, classic has a flag (R12)."""
    if (subscription.get("billing_mode") or {}).get("type") != "flexible":
        return {"cancel_at_period_end": True}
    ends = {item["current_period_end"] for item in items_of(subscription)}
    # An item that is paid for longer would be credited by default: nobody asked for that.
    return {"cancel_at": "min_period_end"} | (
        {"proration_behavior": "none"} if len(ends) > 1 else {}
    )


def _period_end_effects(subscription: Json, name: str, end: int) -> tuple[str, ...]:
    if subscription["status"] == "trialing":
        return (
            f"{name} stays usable until its trial ends on {date(end)}, then it is over.",
            "The customer is never charged for it.",
            "Until then the cancellation can be undone.",
        )
    return (
        f"{name} stays usable until {date(end)}, then it is over.",
        f"Nothing is charged on {date(end)} or later, and nothing is refunded.",
        "Until then the cancellation can be undone.",
    )


@dataclass(frozen=True, slots=True)
class _Money:
    """What cancelling now is about, in money."""

    lines: tuple[Any, ...] = ()
    due_now: Money | None = None
    next_total: Money | None = None


async def _now(
    gateway: StripeGateway, subscription: Json, request: CancelRequest, *, now: int
) -> ActionPlan:
    shown = await _preview(gateway, subscription, request)
    money = _money(shown, request, subscription["currency"])
    name = subscriptions.plan_name(subscription)
    return ActionPlan(
        kind="cancel",
        customer=subscriptions.customer_id(subscription),
        subscription=subscription["id"],
        title=f"Cancel {name} now",
        effects=_now_effects(subscription, request, shown, name, now),
        warnings=_warnings(subscription) + _now_warnings(subscription, request),
        lines=money.lines,
        due_now=money.due_now,
        next_total=money.next_total,
        next_date=None,
        invoiced_now=request.invoice_now,
        method="delete",
        path=f"/v1/subscriptions/{subscription['id']}",
        params={"prorate": request.prorate, "invoice_now": request.invoice_now} | _details(request),
        fingerprint=subscriptions.fingerprint(subscription),
        prepared=now,
    )


async def _preview(
    gateway: StripeGateway, subscription: Json, request: CancelRequest
) -> InvoicePreview | None:
    """Stripe's own preview of the final invoice, where money is asked about at all."""
    if not (request.prorate or request.invoice_now):
        return None
    behavior = "create_prorations" if request.prorate else "none"
    return await preview.ask(
        gateway,
        {
            "customer": subscriptions.customer_id(subscription),
            "subscription": subscription["id"],
            "subscription_details": {"cancel_now": True, "proration_behavior": behavior},
        },
    )


def _money(shown: InvoicePreview | None, request: CancelRequest, currency: str) -> _Money:
    nothing = Money(0, currency)
    if shown is None:
        return _Money(due_now=nothing if request.invoice_now else None)
    if request.invoice_now:
        return _Money(shown.lines, shown.charge, shown.total)
    return _Money(shown.lines, nothing, shown.total)


def _now_effects(
    subscription: Json,
    request: CancelRequest,
    shown: InvoicePreview | None,
    name: str,
    now: int,
) -> tuple[str, ...]:
    end = ends_at(subscription) or period_end(subscription)
    instead = f", instead of running until {date(end)}" if end and end > now else ""
    return (
        f"{name} ends at once, today ({date(now)}){instead}.",
        _credit(request, shown),
        _final_invoice(subscription, request, shown),
        "This can't be undone: to come back, the customer needs a new subscription.",
    )


def _credit(request: CancelRequest, shown: InvoicePreview | None) -> str:
    if not request.prorate:
        return "Unused time is not credited, and nothing is refunded."
    credit = -shown.prorations if shown else None
    if credit is None or credit.amount <= 0:
        return "There is no unused time to credit."
    where = "in the final invoice" if request.invoice_now else "on the customer's next invoice"
    return f"{credit.format()} for unused time is credited {where}."


def _final_invoice(subscription: Json, request: CancelRequest, shown: InvoicePreview | None) -> str:
    if not request.invoice_now:
        return "No final invoice is made." if request.prorate else _DROPPED
    if shown is None:
        return "There is nothing to put on a final invoice, so none is made."
    if shown.credited.amount:
        return (
            f"The final invoice comes to {shown.total.format()}: "
            f"{shown.credited.format()} goes to the customer's balance."
        )
    how = subscriptions.charged_to(subscription)
    return f"A final invoice over {shown.due.format()} is made now and {how}."


def _now_warnings(subscription: Json, request: CancelRequest) -> tuple[str, ...]:
    found = []
    if request.prorate:
        found.append(
            "Stripe counts unused time to the second of the cancellation, "
            "so the credit can differ from the preview by a little."
        )
    if request.prorate and not request.invoice_now:
        found.append(
            "Without a final invoice the credit waits for the customer's next invoice, "
            "and there may never be one."
        )
    if schedule := id_of(subscription.get("schedule")):
        found.append(f"The subscription schedule {schedule} is cancelled with it.")
    return tuple(found)


def _warnings(subscription: Json) -> tuple[str, ...]:
    found = []
    if subscription["status"] in _UNPAID:
        found.append(
            "Unpaid invoices stay open, though Stripe stops collecting them when the subscription "
            "ends: void them if the customer is not to pay them any more."
        )
    if len({item["current_period_end"] for item in items_of(subscription)}) > 1:
        found.append("The items' periods end on different days; the earliest one counts.")
    return tuple(found)


def _details(request: CancelRequest) -> dict[str, Any]:
    details = {"feedback": request.feedback, "comment": request.comment.strip()}
    given = {name: value for name, value in details.items() if value}
    return {"cancellation_details": given} if given else {}
