"""Undoing a cancellation that is scheduled and has not happened yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal_desk.errors import NotPossible
from portal_desk.models.actions import ActionPlan, ResumeRequest
from portal_desk.models.json import Json, ends_at
from portal_desk.services.actions import preview, subscriptions
from portal_desk.services.actions.preview import InvoicePreview
from portal_desk.services.actions.wording import date

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_desk.services.stripe_gateway import StripeGateway


async def prepare(
    gateway: StripeGateway, request: ResumeRequest, *, clock: Callable[[], float]
) -> ActionPlan:
    """What undoing a scheduled cancellation would do. Costs one read and one preview.

    Args:
        clock: the time, seconds UTC; asked after the first read, whose answer tells what time it is at Stripe.

    Raises:
        NotPossible: no cancellation is scheduled, it has happened already, or a schedule decides.
        StripeError, Offline: as the gateway raises them.
    """
    subscription = await subscriptions.read(gateway, request.subscription)
    now = int(clock())
    subscriptions.refuse_ended(subscription)
    subscriptions.refuse_scheduled(subscription, "Undoing the cancellation")
    end = ends_at(subscription)
    if end is None:
        raise NotPossible(f"{subscription['id']} is not set to be cancelled.", "Nothing to undo.")
    params = _params(subscription)
    shown = await preview.ask(
        gateway,
        {
            "customer": subscriptions.customer_id(subscription),
            "subscription": subscription["id"],
            "subscription_details": params,
        },
    )
    return _plan(subscription, params, shown, end=end, now=now)


def _plan(
    subscription: Json,
    params: dict[str, Any],
    shown: InvoicePreview | None,
    *,
    end: int,
    now: int,
) -> ActionPlan:
    name = subscriptions.plan_name(subscription)
    return ActionPlan(
        kind="resume",
        customer=subscriptions.customer_id(subscription),
        subscription=subscription["id"],
        title=f"Keep {name}: undo the cancellation on {date(end)}",
        effects=_effects(subscription, shown, name, end),
        warnings=(),
        lines=shown.lines if shown else (),
        due_now=None,
        next_total=shown.total if shown else None,
        next_date=shown.created if shown else None,
        method="post",
        path=f"/v1/subscriptions/{subscription['id']}",
        params=params,
        fingerprint=subscriptions.fingerprint(subscription),
        prepared=now,
    )


def _params(subscription: Json) -> dict[str, Any]:
    """Undo in the way in which it was scheduled: by the flag, or by a date alone (R12)."""
    if subscription.get("cancel_at_period_end"):
        return {"cancel_at_period_end": False}
    return {"cancel_at": ""}


def _effects(
    subscription: Json, shown: InvoicePreview | None, name: str, end: int
) -> tuple[str, ...]:
    found = [f"{name} goes on after {date(end)}.", "Nothing is charged now."]
    if shown:
        how = subscriptions.charged_to(subscription)
        found.append(
            f"The next invoice, over {shown.due.format()}, is {how} on {date(shown.created)}."
        )
    return tuple(found)
