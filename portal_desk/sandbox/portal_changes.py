"""What a customer may change a subscription to in the portal, what it costs, and doing it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from portal_desk.models.json import Json, id_of, items_of
from portal_desk.models.periods import next_boundary
from portal_desk.sandbox import billing
from portal_desk.sandbox.billing.amounts import cost
from portal_desk.sandbox.billing.discounts import coupon_end, is_active
from portal_desk.sandbox.portal_judgement import can_follow
from portal_desk.sandbox.portal_visit import UnfitError, Visit
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_PINNED = 3600
"""For how many seconds a confirmation's amounts are kept."""


@dataclass(frozen=True)
class Wish:
    """What a customer wants a subscription to become.

    Attributes:
        subscription: as it is.
        price, quantity: of its one item.
        discounts: what to add to it, as parameters of an update.
        at: the moment that prorations are computed for (seconds UTC).
    """

    subscription: Json
    price: Json
    quantity: int | None
    discounts: tuple[Json, ...]
    at: int

    @property
    def item(self) -> Json:
        """The item as it is."""
        return next(items_of(self.subscription))

    @property
    def changes_item(self) -> bool:
        """Whether the price or the quantity changes."""
        item = self.item
        other_price: bool = self.price["id"] != item["price"]["id"]
        return other_price or self.quantity != item["quantity"]


@dataclass(frozen=True)
class Cost:
    """What a wish costs.

    Attributes:
        bill: the invoice that follows at once; None where there is none.
        starts: when the change takes effect (seconds UTC); None for at once.
        next_at: when the next payment is due (seconds UTC); None where none is.
        next_amount: how much that will be, in minor units.
        next_extra: how much of it is prorations, in minor units.
    """

    bill: Json | None
    starts: int | None
    next_at: int | None
    next_amount: int
    next_extra: int = 0


def offered_prices(visit: Visit, subscription: Json) -> list[Json]:
    """The prices to choose from: those the configuration offers that can follow the present one."""
    current = next(items_of(subscription))["price"]
    if not visit.may(subscription, "update_plan"):
        return []
    prices = (visit.state.get("price", each) for one in _products(visit) for each in one["prices"])
    return [
        price
        for price in prices
        if price and (price["id"] == current["id"] or can_follow(current, price))
    ]


def limits(visit: Visit, price: Json) -> tuple[int, int | None] | None:
    """The least and the most there may be of a price; None where its quantity can't be changed."""
    product = id_of(price["product"])
    for offered in _products(visit):
        adjustable = offered["adjustable_quantity"]
        if offered["product"] == product and adjustable["enabled"]:
            return adjustable["minimum"], adjustable["maximum"]
    return None


def _products(visit: Visit) -> Iterator[Json]:
    yield from visit.features["subscription_update"].get("products") or ()


def chosen_price(visit: Visit, subscription: Json, price_id: str) -> Json:
    """The price that a customer chose.

    Raises:
        UnfitError: it is not offered.
    """
    current: Json = next(items_of(subscription))["price"]
    if price_id in {"", current["id"]}:
        return current
    found = {price["id"]: price for price in offered_prices(visit, subscription)}
    if price_id not in found:
        raise UnfitError(page="unknown")
    return found[price_id]


def chosen_quantity(visit: Visit, subscription: Json, price: Json, text: str) -> int | None:
    """The quantity that a customer typed; the present one where nothing was.

    Raises:
        UnfitError: it is no number, or not allowed.
    """
    current: int | None = next(items_of(subscription))["quantity"]
    if not text:
        return current
    if not text.isdecimal():
        raise UnfitError(quantity="quantity_invalid")
    quantity = int(text)
    bounds = limits(visit, price) if visit.may(subscription, "update_quantity") else None
    if bounds is None:
        if quantity != current:
            raise UnfitError(quantity="quantity_invalid")
        return current
    least, most = bounds
    if quantity < least or (most is not None and quantity > most):
        raise UnfitError(quantity="quantity_invalid")
    return quantity


def found_code(visit: Visit, subscription: Json, text: str) -> Json:
    """The promotion code that a customer typed.

    Raises:
        UnfitError: there is none, or it can't be used here.
    """
    codes = visit.state.where("promotion_code", active=True)
    code = next((each for each in codes if each["code"].lower() == text.lower()), None)
    if code is None:
        raise UnfitError(code="code_invalid")
    if not is_active(visit.state, code, visit.state.now()):
        raise UnfitError(code="code_invalid")
    coupon = visit.state.kind("coupon")[code["promotion"]["coupon"]]
    elsewhere = coupon["currency"] not in {None, subscription["currency"]}
    if elsewhere or code["customer"] not in {None, visit.customer["id"]}:
        raise UnfitError(code="code_unusable")
    return code


def pinned(visit: Visit, text: str) -> int:
    """The moment that the customer saw amounts for; now where that was too long ago."""
    now = visit.state.now()
    return int(text) if text.isdecimal() and 0 <= now - int(text) <= _PINNED else now


def waits(visit: Visit, wish: Wish) -> bool:
    """Whether the configuration keeps a change for the end of the period.

    https://docs.stripe.com/api/customer_portal/configurations/object
    """
    if wish.subscription["status"] == "trialing" or not wish.changes_item:
        return False
    given = visit.features["subscription_update"].get("schedule_at_period_end") or {}
    conditions = {each["type"] for each in given.get("conditions") or ()}
    old, item = wish.item["price"], wish.item
    less = cost(wish.price, wish.quantity or 0) < cost(old, item["quantity"] or 0)
    shorter = _length(wish.price) < _length(old)
    return ("decreasing_item_amount" in conditions and less) or (
        "shortening_interval" in conditions and shorter
    )


def _length(price: Json) -> int:
    terms = price["recurring"]
    return int(_DAYS[terms["interval"]] * terms["interval_count"])


def ends_trial(visit: Visit, wish: Wish) -> bool:
    """Whether the change ends a trial."""
    update = visit.features["subscription_update"]
    goes_on = update.get("trial_update_behavior") == "continue_trial"
    return wish.subscription["status"] == "trialing" and not goes_on and wish.changes_item


def price_of(visit: Visit, wish: Wish) -> Cost:
    """What a wish costs, from previews of the invoices.

    Raises:
        StripeProblem: the change would be refused.
    """
    if waits(visit, wish):
        starts = _period_end(wish)
        bill = _preview(visit, wish, "none", discounts=_lasting(visit, wish, starts))
        return Cost(None, starts, starts, bill["amount_due"] if bill else 0)
    bill = _preview(visit, wish, visit.features["subscription_update"]["proration_behavior"])
    if bill is None or bill["created"] > wish.at:
        if bill is None:
            return Cost(None, None, None, 0)
        return Cost(None, None, bill["created"], bill["amount_due"], _prorated(bill))
    again = _renewal(visit, wish)
    if again is None:
        return Cost(bill, None, None, 0)
    later = _preview(visit, wish, "none", discounts=_lasting(visit, wish, again))
    return Cost(bill, None, again, max(0, later["total"]) if later else 0)


def _period_end(wish: Wish) -> int:
    return int(wish.item["current_period_end"])


def _renewal(visit: Visit, wish: Wish) -> int | None:
    """When the payment after the one at once is due (seconds UTC); None where none is."""
    bill = _preview(visit, wish, "none", discounts=[])
    if bill is None:
        return None
    if bill["created"] > wish.at:
        return int(bill["created"])
    return next_boundary(wish.at, wish.price["recurring"], wish.at)


def _prorated(bill: Json) -> int:
    """How much of an invoice is for the rest of a period."""
    lines = (line for line in bill["lines"]["data"] if line["parent"])
    details = ((line, line["parent"]["subscription_item_details"] or {}) for line in lines)
    return sum(line["amount"] for line, detail in details if detail.get("proration"))


def _preview(
    visit: Visit, wish: Wish, behavior: str, *, discounts: list[Json] | None = None
) -> Json | None:
    """The next invoice after the change, with its own discounts or with others."""
    params = _params(visit, wish, behavior)
    own = params.pop("discounts", None)
    asked = {"subscription": wish.subscription["id"], "subscription_details": params}
    given = own if discounts is None else discounts or ""
    if given is not None:
        asked["discounts"] = given
    try:
        return billing.preview_invoice(visit.state, asked)
    except StripeProblem as problem:
        if problem.code == "invoice_upcoming_none":
            return None
        raise


def _params(visit: Visit, wish: Wish, behavior: str) -> Json:
    """The parameters of the update that a wish comes down to."""
    params: Json = {"proration_behavior": behavior}
    if wish.changes_item:
        item = {"id": wish.item["id"], "price": wish.price["id"]}
        params["items"] = [item if wish.quantity is None else item | {"quantity": wish.quantity}]
    if ends_trial(visit, wish):
        params["trial_end"] = "now"
    elif wish.changes_item and not waits(visit, wish):
        anchor = visit.features["subscription_update"].get("billing_cycle_anchor")
        params |= {"billing_cycle_anchor": anchor} if anchor else {}
    if behavior != "none" and wish.subscription["status"] != "trialing":
        params["proration_date"] = wish.at
    if wish.discounts:
        params["discounts"] = _all_discounts(wish)
    return params


def _all_discounts(wish: Wish) -> list[Json]:
    """The discounts there are, and the new ones."""
    return [*({"discount": each} for each in wish.subscription["discounts"]), *wish.discounts]


def _lasting(visit: Visit, wish: Wish, until: int) -> list[Json]:
    """The discounts that a later payment still has; `until` is when it is due (seconds UTC)."""
    state, discounts = visit.state, _all_discounts(wish)
    if waits(visit, wish):
        return [each for each in discounts if _end(state, each, until) > until]
    return [
        each for each in discounts if not _once(state, each) and _end(state, each, wish.at) > until
    ]


def _once(state: State, given: Json) -> bool:
    """Whether a discount lasts for one invoice alone."""
    coupon = coupon_of(state, given)
    return coupon is not None and coupon["duration"] == "once"


def _end(state: State, given: Json, redeemed: int) -> float:
    """When a discount ends (seconds UTC); a new one is `redeemed` then."""
    if discount := state.get("discount", given.get("discount", "")):
        ends = discount["end"]
    else:
        coupon = coupon_of(state, given)
        ends = coupon_end(coupon, redeemed) if coupon else redeemed
    return math.inf if ends is None else ends


def coupon_of(state: State, given: Json) -> Json | None:
    """The coupon behind a discount as a parameter names it, if it is still there."""
    coupon = given.get("coupon")
    if code := given.get("promotion_code"):
        coupon = state.kind("promotion_code")[code]["promotion"]["coupon"]
    if discount := state.get("discount", given.get("discount", "")):
        coupon = discount["source"]["coupon"]
    return state.get("coupon", coupon or "")


def make(visit: Visit, wish: Wish) -> bool:
    """Make the change, or schedule it; True where it was scheduled.

    Raises:
        StripeProblem: it is refused, or the charge is declined; nothing is changed then.
    """
    state, subscription = visit.state, wish.subscription
    if waits(visit, wish):
        _schedule(visit, wish)
        return True
    behavior = visit.features["subscription_update"]["proration_behavior"]
    params = _params(visit, wish, behavior) | {"payment_behavior": "error_if_incomplete"}
    billing.update_subscription(state, subscription, params)
    return False


def _schedule(visit: Visit, wish: Wish) -> None:
    subscription, item = wish.subscription, wish.item
    schedule = billing.create_schedule(visit.state, {"from_subscription": subscription["id"]})
    now = {"price": item["price"]["id"], "quantity": item["quantity"]}
    then = {"price": wish.price["id"], "quantity": wish.quantity}
    kept = [{"discount": each} for each in subscription["discounts"]]
    ends = _period_end(wish)
    phases = [
        {"items": [now], "end_date": ends, "discounts": kept},
        {"items": [then], "discounts": _lasting(visit, wish, ends)},
    ]
    billing.update_schedule(visit.state, schedule, {"phases": phases, "end_behavior": "release"})
