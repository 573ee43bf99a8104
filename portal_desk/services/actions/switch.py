"""Moving an item of a subscription to another price, quantity, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal_desk.errors import InvalidInput, NotPossible
from portal_desk.models.actions import ActionPlan, SwitchRequest
from portal_desk.models.json import Json, ends_at, expanded, period_end
from portal_desk.models.money import Money
from portal_desk.services.actions import preview, subscriptions
from portal_desk.services.actions.preview import InvoicePreview
from portal_desk.services.actions.wording import date, interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_desk.services.stripe_gateway import StripeGateway


@dataclass(frozen=True, slots=True)
class _Change:
    """One switch, with everything that it is judged and described by."""

    subscription: Json
    item: Json
    price: Json
    request: SwitchRequest
    now: int

    @property
    def same_price(self) -> bool:
        return bool(self.item["price"]["id"] == self.price["id"])

    @property
    def metered(self) -> bool:
        return bool((self.price.get("recurring") or {}).get("usage_type") == "metered")


@dataclass(frozen=True, slots=True)
class _Bill:
    """What Stripe previews for a switch, and what that means.

    Attributes:
        shown: the preview, or None where nothing would be invoiced.
        now: whether that invoice is made at once, rather than when the present period ends.
        restarts: whether a new period begins at once, as with another interval
            (https://docs.stripe.com/billing/subscriptions/change-price#billing-periods).
    """

    shown: InvoicePreview | None
    now: bool = False
    restarts: bool = False


def _bill(change: _Change, shown: InvoicePreview | None) -> _Bill:
    """Judge by the preview's own date: it is either about now or the end of the present period."""
    if shown is None:
        return _Bill(None)
    renewal = period_end(change.subscription) or change.now
    at_once = abs(shown.created - change.now) < abs(renewal - shown.created)
    return _Bill(shown, at_once, at_once and shown.period_end is not None)


async def prepare(
    gateway: StripeGateway, request: SwitchRequest, *, clock: Callable[[], float]
) -> ActionPlan:
    """What the switch would do and cost, in Stripe's own words and figures. Costs two reads and one preview.

    The moment of proration is pinned: the plan sends the very `proration_date` that was previewed, so that what is
    charged is what was shown (https://docs.stripe.com/billing/subscriptions/prorations#preview-proration).

    Args:
        clock: the time, seconds UTC; asked after the first read, whose answer tells what time it is at Stripe.

    Raises:
        InvalidInput: the quantity or the item can't be used.
        NotPossible: nothing would change, or the price, the subscription or its schedule rule it out.
        StripeError, Offline: as the gateway raises them.
    """
    if request.quantity < 1:
        raise InvalidInput("The quantity must be 1 or more.", "Cancel instead, to get to none.")
    subscription = await subscriptions.read(gateway, request.subscription)
    now = int(clock())
    subscriptions.refuse_ended(subscription)
    subscriptions.refuse_scheduled(subscription, "Changing the plan")
    item = subscriptions.item_of(subscription, request.item)
    price = await _price(gateway, item, request.price)
    change = _Change(subscription, item, price, request, now)
    _refuse(change)
    params = _params(change)
    asked = {
        "customer": subscriptions.customer_id(subscription),
        "subscription": subscription["id"],
        "subscription_details": params,
    }
    return _plan(change, params, asked, _bill(change, await preview.ask(gateway, asked)))


async def _price(gateway: StripeGateway, item: Json, price_id: str) -> Json:
    present: Json = item["price"]
    if present["id"] == price_id:
        return present
    return await gateway.get(f"/v1/prices/{price_id}", {"expand": ["product", "currency_options"]})


def _currencies(price: Json) -> set[str]:
    """What a price can be paid in: its own currency, and its options where it has several
    (https://docs.stripe.com/payments/checkout/multi-currency)."""
    return {price["currency"], *(price.get("currency_options") or {})}


def _refuse(change: _Change) -> None:
    """Raise NotPossible where the switch is ruled out, before Stripe is asked."""
    subscription, price = change.subscription, change.price
    name = subscriptions.product_name(price)
    if subscription["status"] == "incomplete":
        raise NotPossible(
            "The first payment of this subscription was never made, so it can't be changed.",
            "Let the customer pay its first invoice, or cancel it.",
        )
    unchanged = change.metered or change.item.get("quantity") == change.request.quantity
    if change.same_price and unchanged:
        raise NotPossible(
            f"The subscription already has {_described(change)}.",
            "Choose another price or quantity.",
        )
    if not change.same_price and not price.get("active", True):
        raise NotPossible(f"{name} ({price['id']}) is no longer sold.", "Choose an active price.")
    if not change.same_price and subscription["currency"] not in _currencies(price):
        raise NotPossible(
            f"{name} is priced in {price['currency'].upper()}, "
            f"the subscription in {subscription['currency'].upper()}.",
            "Choose a price in the subscription's currency; a subscription can't change its own.",
        )
    if not price.get("recurring"):
        raise NotPossible(f"{name} is sold once, not by subscription.", "Choose a recurring price.")


def _params(change: _Change) -> dict[str, Any]:
    item: dict[str, Any] = {"id": change.request.item}
    if not change.same_price:
        item["price"] = change.price["id"]
    if not change.metered:
        item["quantity"] = change.request.quantity
    behavior = change.request.proration_behavior
    params: dict[str, Any] = {"items": [item], "proration_behavior": behavior}
    # Stripe takes no date where there is nothing to prorate.
    return params if behavior == "none" else params | {"proration_date": change.now}


def _plan(
    change: _Change, params: dict[str, Any], asked: dict[str, Any], bill: _Bill
) -> ActionPlan:
    shown = bill.shown
    nothing = Money(0, change.subscription["currency"])
    return ActionPlan(
        kind="switch",
        customer=subscriptions.customer_id(change.subscription),
        subscription=change.subscription["id"],
        title=f"Switch {_described_now(change)} to {_described(change)}",
        effects=_effects(change, bill),
        warnings=_warnings(change, bill),
        lines=shown.lines if shown else (),
        due_now=shown.charge if shown and bill.now else nothing,
        next_total=shown.total if shown else None,
        next_date=_next_date(change, bill),
        method="post",
        path=f"/v1/subscriptions/{change.subscription['id']}",
        params=params,
        fingerprint=subscriptions.fingerprint(change.subscription),
        preview=asked,
        invoiced_now=bill.now,
        prepared=change.now,
    )


def _described_now(change: _Change) -> str:
    item = change.item
    name = subscriptions.product_name(item["price"])
    return subscriptions.with_quantity(name, item.get("quantity"))


def _described(change: _Change) -> str:
    name = subscriptions.product_name(change.price)
    quantity = None if change.metered else change.request.quantity
    described = subscriptions.with_quantity(name, quantity)
    same_name = name == subscriptions.product_name(change.item["price"])
    if same_name and not change.same_price:
        described += f", per {interval(change.price)}"
    return described


def _next_date(change: _Change, bill: _Bill) -> int | None:
    """When the customer is next billed after the switch (seconds UTC)."""
    if bill.shown is None or ends_at(change.subscription) is not None:
        return None
    return bill.shown.period_end if bill.restarts else period_end(change.subscription)


def _effects(change: _Change, bill: _Bill) -> tuple[str, ...]:
    found = [f"From now on the subscription has {_described(change)}."]
    if bill.shown is None:
        return (*found, "Stripe foresees no invoice for this.")
    found.append(_money_now(change, bill.shown) if bill.now else "Nothing is charged now.")
    next_date = _next_date(change, bill)
    if next_date and bill.now:
        found.append(f"The next invoice comes on {date(next_date)}.")
    elif not bill.now:
        found.append(_next_invoice(change, bill.shown))
    return tuple(found)


def _money_now(change: _Change, shown: InvoicePreview) -> str:
    if shown.credited.amount:
        return (
            f"An invoice over {shown.total.format()} is made now: "
            f"{shown.credited.format()} goes to the customer's balance."
        )
    how = subscriptions.charged_to(change.subscription)
    return f"An invoice over {shown.due.format()} is made now and {how}."


def _next_invoice(change: _Change, shown: InvoicePreview) -> str:
    if shown.credited.amount:
        return (
            f"The next invoice, on {date(shown.created)}, comes to {shown.total.format()}: "
            f"{shown.credited.format()} goes to the customer's balance."
        )
    how = subscriptions.charged_to(change.subscription)
    said = f"The next invoice, over {shown.due.format()}, is {how} on {date(shown.created)}"
    if any(line.proration for line in shown.lines):
        said += f"; {shown.prorations.format()} of it is for the rest of the present period"
    return said + "."


def _warnings(change: _Change, bill: _Bill) -> tuple[str, ...]:
    subscription = change.subscription
    found = []
    if subscription["status"] == "trialing" and subscription.get("trial_end"):
        found.append(
            f"The trial goes on until {date(subscription['trial_end'])}. Had the customer made this change in "
            "the portal, the trial could have ended with it, depending on the portal's configuration."
        )
    if (end := _end(change, bill)) is not None:
        found.append(f"The subscription stays set to be cancelled on {date(end)}.")
    if bill.restarts:
        found.append("A new billing period starts today and is billed at once.")
    elif change.request.proration_behavior == "none":
        found.append("The rest of the present period is neither charged nor credited.")
    if subscription["status"] in {"past_due", "unpaid"}:
        found.append("The customer has unpaid invoices for this subscription; they stay open.")
    if not _sold(change.price):
        found.append("The product is archived at Stripe.")
    return tuple(found)


def _end(change: _Change, bill: _Bill) -> int | None:
    """When a scheduled cancellation takes effect after the switch (seconds UTC): the end of a period moves with it."""
    if bill.shown and bill.restarts and change.subscription.get("cancel_at_period_end"):
        return bill.shown.period_end
    return ends_at(change.subscription)


def _sold(price: Json) -> bool:
    return bool((expanded(price.get("product")) or {}).get("active", True))
