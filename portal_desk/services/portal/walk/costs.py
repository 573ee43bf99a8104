"""What a change costs: in Stripe's own figures where it was asked, else estimated from the prices.

An estimate leaves out taxes and discounts, and counts unused time to the second, as Stripe does
(https://docs.stripe.com/billing/subscriptions/prorations#how-prorations-work).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portal_desk.models.json import Json, id_of, period_end
from portal_desk.models.loose import as_count, as_object, as_objects, as_text
from portal_desk.models.periods import next_boundary
from portal_desk.models.prices import interval_of, is_metered, unit_amount
from portal_desk.portal.document import Reason
from portal_desk.services.portal.rules.effects import met_conditions
from portal_desk.services.portal.rules.facts import subscription_items
from portal_desk.services.portal.walk.visit import Answer, Visit

_PREVIEWS = "https://docs.stripe.com/api/invoices/create_preview"
_INTERVALS = {"day", "week", "month", "year"}


@dataclass(frozen=True)
class Wish:
    """What a customer wants a subscription to become.

    Attributes:
        subscription, item: as they are.
        price, quantity: of the item, as wished.
        coupon: what a promotion code, or the link, takes off.
        discounts: the same as a parameter.
    """

    subscription: Json
    item: Json
    price: Json
    quantity: int | None
    coupon: Json | None = None
    discounts: tuple[Json, ...] = ()

    @property
    def other_price(self) -> bool:
        """Whether the price changes."""
        return as_text(self.price.get("id")) != as_text(as_object(self.item.get("price")).get("id"))

    @property
    def changes_item(self) -> bool:
        """Whether the price or the quantity changes."""
        return self.other_price or self.quantity != as_count(self.item.get("quantity"))


@dataclass(frozen=True)
class Cost:
    """What a wish costs, in minor units.

    Attributes:
        bill: the invoice that follows at once, as Stripe writes one; None where there is none.
        starts: when the change takes effect (seconds UTC); None for at once.
        next_at: when the next payment is due (seconds UTC); None where none is.
        next_amount: how much that will be.
        next_extra: how much of it is for the rest of the present period.
        known: whether the amounts are; tiered prices have none that could be computed here.
    """

    bill: Json | None = None
    starts: int | None = None
    next_at: int | None = None
    next_amount: int = 0
    next_extra: int = 0
    known: bool = True


def waits(visit: Visit, wish: Wish) -> bool:
    """R9: whether the configuration keeps the change for the end of the period."""
    if wish.subscription.get("status") == "trialing" or not wish.changes_item:
        return False
    return bool(
        met_conditions(wish.subscription, visit.settings, wish.price, quantity=wish.quantity or 0)
    )


def ends_trial(visit: Visit, wish: Wish) -> bool:
    """R8: whether the change ends a trial."""
    goes_on = visit.feature("subscription_update").get("trial_update_behavior") == "continue_trial"
    return wish.subscription.get("status") == "trialing" and not goes_on and wish.changes_item


def estimated() -> tuple[Reason, ...]:
    """What to say about amounts that Stripe was not asked for."""
    text = "estimated from the prices, without taxes and discounts: Stripe was not asked"
    return (Reason("", text, "Amounts are Stripe's own while the desk is online.", _PREVIEWS),)


def question(visit: Visit, wish: Wish) -> Json:
    """What to ask Stripe about the invoice that follows a change."""
    update = visit.feature("subscription_update")
    behavior = as_text(update.get("proration_behavior")) or "none"
    later = waits(visit, wish)
    details: Json = {"proration_behavior": "none" if later else behavior}
    if wish.changes_item:
        item = {"id": wish.item.get("id"), "price": wish.price.get("id")}
        details["items"] = [item if wish.quantity is None else item | {"quantity": wish.quantity}]
    if ends_trial(visit, wish):
        details["trial_end"] = "now"
    elif wish.changes_item and not later:
        anchor = update.get("billing_cycle_anchor")
        details |= {"billing_cycle_anchor": anchor} if anchor else {}
    if details["proration_behavior"] != "none" and wish.subscription.get("status") != "trialing":
        details["proration_date"] = visit.now
    asked = {"subscription": wish.subscription.get("id"), "subscription_details": details}
    if wish.discounts:
        kept = [{"discount": id_of(one)} for one in wish.subscription.get("discounts") or []]
        asked["discounts"] = [*kept, *wish.discounts]
    return asked


def cancel_question(subscription: Json) -> Json:
    """What to ask Stripe about the credit that an immediate cancellation gives."""
    details = {"cancel_now": True, "proration_behavior": "create_prorations"}
    return {"subscription": subscription.get("id"), "subscription_details": details}


def credit(visit: Visit, subscription: Json, answer: Answer | None) -> int:
    """What a cancellation at once credits for unused time, in minor units."""
    if answer is not None:
        lines = as_objects((answer.invoice or {}).get("lines"))
        return -sum(min(as_count(line.get("amount")) or 0, 0) for line in lines)
    if subscription.get("status") == "trialing":
        return 0
    items = subscription_items(subscription)
    return round(sum(_each_time(one) * _unused(one, visit.now) for one in items))


def cost(visit: Visit, wish: Wish, answer: Answer | None) -> Cost:
    """What a change costs, by Stripe's answer if there is one."""
    if waits(visit, wish):
        return _later(wish, answer)
    if answer is not None:
        return _answered(visit, wish, answer.invoice)
    return _estimate(visit, wish)


def _later(wish: Wish, answer: Answer | None) -> Cost:
    starts = period_end(wish.subscription)
    amount = _amount(wish)
    if answer is not None and answer.invoice:
        amount = as_count(answer.invoice.get("amount_due"))
    return Cost(None, starts, starts, amount or 0, known=amount is not None)


def _answered(visit: Visit, wish: Wish, bill: Json | None) -> Cost:
    """Stripe's invoice, which is either made at once or when the present period ends."""
    if bill is None:
        return Cost()
    created, due = as_count(bill.get("created")) or 0, as_count(bill.get("amount_due")) or 0
    if created > visit.now:
        return Cost(None, None, created, due, _prorated(bill))
    return Cost(bill, None, _next_after(visit, wish), _amount(wish) or 0)


def _estimate(visit: Visit, wish: Wish) -> Cost:
    subscription, amount = wish.subscription, _amount(wish)
    next_at = period_end(subscription)
    if amount is None:
        return Cost(next_at=next_at, known=False)
    if subscription.get("status") == "trialing" and not ends_trial(visit, wish):
        return Cost(None, None, next_at, amount)
    if _begins_anew(visit, wish):
        unused = 0 if subscription.get("status") == "trialing" else _credit(visit, wish)
        return Cost(_bill(wish, amount, -unused), None, _next_after(visit, wish), amount)
    behavior = visit.feature("subscription_update").get("proration_behavior")
    share = _unused(wish.item, visit.now)
    # Stripe writes a line for what is credited and one for what is charged, each a whole amount.
    charged, credited = round(amount * share), round(_each_time(wish.item) * share)
    extra = charged - credited if wish.changes_item else 0
    if behavior == "always_invoice":
        back = _credit(visit, wish)
        return Cost(_bill(wish, extra + back, -back), None, next_at, amount)
    if behavior != "create_prorations":
        extra = 0
    return Cost(None, None, next_at, max(amount + extra, 0), extra)


def _begins_anew(visit: Visit, wish: Wish) -> bool:
    """Whether a new billing period begins at once, and is billed."""
    anchor = visit.feature("subscription_update").get("billing_cycle_anchor")
    other = interval_of(wish.price) != interval_of(as_object(wish.item.get("price")))
    return ends_trial(visit, wish) or (wish.changes_item and (anchor == "now" or other))


def _credit(visit: Visit, wish: Wish) -> int:
    """What is credited for the rest of the period, where the configuration prorates."""
    behavior = visit.feature("subscription_update").get("proration_behavior")
    if behavior not in {"create_prorations", "always_invoice"}:
        return 0
    return round(_each_time(wish.item) * _unused(wish.item, visit.now))


def _bill(wish: Wish, charged: int, credited: int) -> Json:
    """An invoice as Stripe would write it, of a charge and a credit."""
    total = charged + credited
    lines = [{"amount": amount} for amount in (charged, credited) if amount]
    return {
        "lines": {"data": lines},
        "currency": as_text(wish.subscription.get("currency")),
        "total": total,
        "amount_due": max(total, 0),
        "total_taxes": [],
        "total_discount_amounts": [],
    }


def _next_after(visit: Visit, wish: Wish) -> int | None:
    """When the payment after the one at once is due (seconds UTC)."""
    if not _begins_anew(visit, wish):
        return period_end(wish.subscription)
    interval, count = interval_of(wish.price)
    if interval not in _INTERVALS:
        return None
    terms = {"interval": interval, "interval_count": count}
    return next_boundary(visit.now, terms, visit.now)


def _amount(wish: Wish) -> int | None:
    """What the wished price costs each time; None where it has no one amount."""
    each = unit_amount(wish.price)
    if each is None or is_metered(wish.price):
        return None
    return round(each * (1 if wish.quantity is None else wish.quantity))


def _each_time(item: Json) -> Decimal:
    """What an item costs each time; nothing where it has no one amount."""
    price = as_object(item.get("price"))
    each = None if is_metered(price) else unit_amount(price)
    quantity = as_count(item.get("quantity"))
    return (each or Decimal(0)) * (1 if quantity is None else quantity)


def _unused(item: Json, now: int) -> Decimal:
    """The share of an item's period that is still to come, from 0 to 1."""
    start = as_count(item.get("current_period_start"))
    end = as_count(item.get("current_period_end"))
    if start is None or end is None or end <= start:
        return Decimal(0)
    return Decimal(max(min(end - now, end - start), 0)) / (end - start)


def _prorated(bill: Json) -> int:
    """How much of an invoice is for the rest of a period."""
    total = 0
    for line in as_objects(bill.get("lines")):
        details = as_object(as_object(line.get("parent")).get("subscription_item_details"))
        total += (as_count(line.get("amount")) or 0) if details.get("proration") else 0
    return total
