"""Discounts: which apply, and what they take off."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from portal_desk.models.json import Json
from portal_desk.models.periods import shifted
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import rounded
from portal_desk.sandbox.billing.pricing import PLANNED
from portal_desk.sandbox.problems import StripeProblem, invalid, missing
from portal_desk.sandbox.state import State


def effective(state: State, discounts: Sequence[str | Json], customer: Json, at: int) -> list[Json]:
    """The discounts of a subscription that still run at `at`, else the customer's own."""
    own = [state.get("discount", each) if isinstance(each, str) else each for each in discounts]
    candidates = [each for each in own if each] or [customer["discount"] or {}]
    return [each for each in candidates if each and (each["end"] is None or each["end"] > at)]


def of_item(state: State, item: Json, at: int) -> list[Json]:
    """The discounts of a subscription's item alone that still run at `at` (seconds UTC)."""
    found = [
        state.get("discount", each) if isinstance(each, str) else each for each in item["discounts"]
    ]
    return [each for each in found if each and (each["end"] is None or each["end"] > at)]


def requested(
    state: State, wanted: Sequence[Json], customer: str, *, at: int, param: str = "discounts"
) -> list[Json]:
    """The discounts that a request asks for by coupon, promotion code or existing discount.

    New ones are made but not stored. What a phase planned to redeem may be over once it begins: an
    expired coupon can't be applied any more, and the phase begins without it.

    Raises:
        StripeProblem: one that a request names can't be redeemed.
    """
    found = []
    for number, wish in enumerate(wanted):
        try:
            found.append(_requested(state, wish, customer, at, f"{param}[{number}]"))
        except StripeProblem:
            if not wish.get(PLANNED):
                raise
    return found


def _requested(state: State, wanted: Json, customer: str, at: int, param: str) -> Json:
    if wanted.get("discount"):
        found = state.get("discount", wanted["discount"])
        if not found:
            raise missing("discount", wanted["discount"], f"{param}[discount]")
        return found
    code = None
    coupon_id = wanted.get("coupon") or ""
    if wanted.get("promotion_code"):
        code = _promotion_code(state, wanted["promotion_code"], customer, at, param)
        coupon_id = code["promotion"]["coupon"]
    coupon = state.get("coupon", coupon_id)
    if not coupon:
        raise missing("coupon", coupon_id, f"{param}[coupon]")
    if not is_valid(coupon, at):
        raise invalid(f"Coupon expired: {coupon_id}", f"{param}[coupon]", "coupon_expired")
    return objects.new_discount(
        state,
        coupon_id,
        customer=customer,
        start=at,
        end=coupon_end(coupon, at),
        promotion_code=code and code["id"],
    )


def _promotion_code(state: State, code_id: str, customer: str, at: int, param: str) -> Json:
    code = state.get("promotion_code", code_id)
    if not code:
        raise missing("promotion code", code_id, f"{param}[promotion_code]")
    if not is_active(state, code, at) or code["customer"] not in (None, customer):
        msg = "This promotion code cannot be redeemed because it is not active or has expired."
        raise invalid(msg, f"{param}[promotion_code]")
    if code["restrictions"]["first_time_transaction"] and _has_paid(state, customer):
        msg = "This promotion code cannot be redeemed because the associated customer has prior transactions."
        raise invalid(msg, f"{param}[promotion_code]")
    return code


def _has_paid(state: State, customer: str) -> bool:
    paid = state.where("invoice", customer=customer, status="paid")
    return any(each["amount_paid"] for each in paid)


def is_valid(coupon: Json, at: int) -> bool:
    """Whether a coupon can be redeemed at `at` (seconds UTC).

    https://docs.stripe.com/api/coupons/object#coupon_object-valid
    """
    in_time = coupon["redeem_by"] is None or at <= coupon["redeem_by"]
    return bool(coupon["valid"]) and in_time and not _is_used_up(coupon)


def is_active(state: State, code: Json, at: int) -> bool:
    """Whether a promotion code can be redeemed at `at` (seconds UTC): its coupon must be valid too.

    https://docs.stripe.com/api/promotion_codes/object#promotion_code_object-active
    """
    coupon = state.get("coupon", code["promotion"]["coupon"])
    in_time = code["expires_at"] is None or at < code["expires_at"]
    open_to_all = bool(code["active"]) and in_time and not _is_used_up(code)
    return open_to_all and coupon is not None and is_valid(coupon, at)


def _is_used_up(limited: Json) -> bool:
    most = limited["max_redemptions"]
    return most is not None and int(limited["times_redeemed"]) >= most


def redeem(state: State, discount: Json, event: str | None = None) -> None:
    """Store a discount, and count it with its coupon and its promotion code, unless it is stored.

    Args:
        state: the sandbox.
        discount: whole, with what it is of.
        event: what is told of it, such as `customer.discount.created`.
    """
    if state.has("discount", discount["id"]):
        return
    state.create(discount, event)
    sources = (
        state.get("coupon", discount["source"]["coupon"]),
        state.get("promotion_code", discount["promotion_code"] or ""),
    )
    for each in sources:
        if each:
            times = {"times_redeemed": each["times_redeemed"] + 1}
            state.update(each, times, f"{each['object']}.updated")


def coupon_end(coupon: Json, start: int) -> int | None:
    """When a coupon that is redeemed at `start` stops (seconds UTC), if it stops by itself."""
    if coupon["duration"] != "repeating":
        return None
    return shifted(start, "month", coupon["duration_in_months"])


def after_percentages(state: State, discounts: Sequence[Json], amount: int) -> int:
    """What percentages leave of an amount: prorations give back, and charge, the reduced price.

    Fixed amounts are taken off whole invoices and do not count
    (https://docs.stripe.com/billing/subscriptions/prorations#prorations-and-discounts).
    """
    left = Decimal(amount)
    for each in discounts:
        percent = _coupon(state, each)["percent_off"]
        if percent:
            left -= left * Decimal(str(percent)) / 100
    return rounded(left)


def percentages_off(state: State, discounts: Sequence[Json], amount: int) -> list[Json]:
    """What each percentage takes off an amount, which may be a credit: `{"amount", "discount"}`."""
    cuts = []
    for each in discounts:
        percent = _coupon(state, each)["percent_off"]
        if percent:
            cut = rounded(Decimal(amount) * Decimal(str(percent)) / 100)
            amount -= cut
            cuts.append({"amount": cut, "discount": each["id"]})
    return cuts


class Reducible(Protocol):
    """A line in the making, as far as discounts are concerned."""

    @property
    def amount(self) -> int:
        """Minor units, before discounts."""

    @property
    def discountable(self) -> bool:
        """Whether the invoice's discounts take something off it."""

    @property
    def discounts(self) -> Sequence[Json]:
        """Its own discounts, whole."""


def taken_off(
    state: State, discounts: Sequence[Json], amounts: Sequence[int], currency: str
) -> list[list[Json]]:
    """For each amount, what each discount takes off it, as `{"amount", "discount"}`."""
    left = [max(0, amount) for amount in amounts]
    off: list[list[Json]] = [[] for _ in amounts]
    for discount in discounts:
        for place, cut in enumerate(_cuts(_coupon(state, discount), left, currency)):
            left[place] -= cut
            off[place].append({"amount": cut, "discount": discount["id"]})
    return off


def taken_off_lines(
    state: State, discounts: Sequence[Json], lines: Sequence[Reducible], currency: str
) -> list[list[Json]]:
    """For each line, what each discount takes off it, as `{"amount", "discount"}`.

    A line's own discounts come first, those of the invoice take off what they leave
    (https://docs.stripe.com/billing/subscriptions/coupons#multiple-discounts).
    """
    amounts = [line.amount if line.discountable else 0 for line in lines]
    own = [
        taken_off(state, line.discounts, [amount], currency)[0]
        for line, amount in zip(lines, amounts, strict=True)
    ]
    left = [
        amount - sum(cut["amount"] for cut in cuts)
        for amount, cuts in zip(amounts, own, strict=True)
    ]
    shared = taken_off(state, discounts, left, currency)
    return [[*first, *then] for first, then in zip(own, shared, strict=True)]


def _cuts(coupon: Json, left: Sequence[int], currency: str) -> list[int]:
    if coupon["percent_off"]:
        percent = Decimal(str(coupon["percent_off"]))
        return [rounded(amount * percent / 100) for amount in left]
    if coupon["currency"] != currency:
        return [0 for _ in left]
    return _spread(min(coupon["amount_off"], sum(left)), left)


def _spread(amount: int, over: Sequence[int]) -> list[int]:
    """Split an amount in proportion, so that the parts add up to it."""
    total, parts, given = sum(over), [], 0
    so_far = 0
    for each in over:
        so_far += each
        upto = rounded(Decimal(amount) * so_far / total) if total else 0
        parts.append(upto - given)
        given = upto
    return parts


def _coupon(state: State, discount: Json) -> Json:
    coupon = state.get("coupon", discount["source"]["coupon"])
    return coupon or {"percent_off": None, "amount_off": 0, "currency": None, "duration": "forever"}


def is_used_up(state: State, discount: Json) -> bool:
    """Whether a discount ends with the first invoice that it is on."""
    return bool(_coupon(state, discount)["duration"] == "once")
