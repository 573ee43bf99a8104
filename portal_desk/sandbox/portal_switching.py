"""Changing the plan, the quantity or the discount in the portal: choose, see what it costs, confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from portal_desk.models.json import Json, items_of
from portal_desk.portal.document import Capability
from portal_desk.portal.flows.document import Choice, Fact, FlowPage, Tab
from portal_desk.portal.flows.problems import problem_text
from portal_desk.portal.flows.switch import (
    Code,
    Quantity,
    Terms,
    bill_facts,
    choose_page,
    confirm_page,
    current_badge,
    go_back,
    interval_labels,
)
from portal_desk.portal.prices import coupon_text, item_price
from portal_desk.sandbox.portal_changes import (
    Cost,
    Wish,
    chosen_price,
    chosen_quantity,
    coupon_of,
    ends_trial,
    found_code,
    limits,
    make,
    offered_prices,
    pinned,
    price_of,
)
from portal_desk.sandbox.portal_visit import Asked, Done, UnfitError, Visit

_WAYS: tuple[Capability, ...] = ("update_plan", "update_quantity", "apply_promotion_code")


def show_update(visit: Visit, asked: Asked) -> FlowPage:
    """The plans to choose from; where only a promotion code can be entered, the confirmation."""
    subscription = visit.subscription(asked, *_WAYS)
    prices = offered_prices(visit, subscription)
    item = next(items_of(subscription))
    counts = visit.may(subscription, "update_quantity")
    if _codes_alone(visit, subscription):
        return show_confirm(visit, asked)
    intervals = list(dict.fromkeys(price["recurring"]["interval"] for price in prices))
    chosen = asked.values.get("price") or item["price"]["id"]
    shown = _interval(asked, prices, chosen, intervals)
    plans = [price for price in prices if price["recurring"]["interval"] == shown]
    return choose_page(
        visit.words,
        visit.frame,
        [_choice(visit, price, item) for price in plans],
        chosen,
        _quantity(visit, asked, plans or [item["price"]], item) if counts else None,
        confirm=f"{_here(visit, subscription)}/confirm",
        tabs=_tabs(visit, intervals, shown),
        leave=visit.leave,
        problem=asked.problem,
    )


def _interval(asked: Asked, prices: list[Json], chosen: str, intervals: list[str]) -> str:
    """Which interval's plans are shown: the one asked for, else the chosen plan's."""
    if asked.values.get("interval") in intervals:
        return asked.values["interval"]
    known = {price["id"]: price["recurring"]["interval"] for price in prices}
    return known.get(chosen) or (intervals[0] if intervals else "")


def _tabs(visit: Visit, intervals: list[str], shown: str) -> list[Tab]:
    if len(intervals) < 2:  # noqa: PLR2004 - a single view needs no choice
        return []
    labels = interval_labels(visit.words)
    return [
        Tab(labels[each], f"?interval={each}", each == shown)
        for each in labels
        if each in intervals
    ]


def _here(visit: Visit, subscription: Json) -> str:
    return f"{visit.base}/subscriptions/{subscription['id']}/update"


def _choice(visit: Visit, price: Json, item: Json) -> Choice:
    name = visit.snapshot.product_name(price["product"])
    badge = current_badge(visit.words) if price["id"] == item["price"]["id"] else ""
    return Choice(
        price["id"], name, item_price(visit.words, {"price": price, "quantity": 1}), badge
    )


def _quantity(visit: Visit, asked: Asked, prices: list[Json], item: Json) -> Quantity:
    bounds = {limits(visit, price) for price in prices}
    shared = bounds.pop() if len(bounds) == 1 else None
    least, most = shared or (None, None)
    value = asked.values.get("quantity") or str(item["quantity"])
    return Quantity(value, least, most, asked.problems.get("quantity", ""))


def show_confirm(visit: Visit, asked: Asked) -> FlowPage:
    """What the change costs; the choice again where it can't be."""
    subscription = visit.subscription(asked, *_WAYS)
    values = _values(visit, asked, subscription)
    problems = dict(asked.problems)
    text = values.get("code", "").strip()
    try:
        code = (
            found_code(visit, subscription, text)
            if text and _takes_code(visit, subscription)
            else None
        )
    except UnfitError as unfit:
        code, problems["code"] = None, problem_text(visit.words, unfit.problems["code"])
    try:
        wish = _wish(visit, subscription, values, code)
    except UnfitError as unfit:
        texts = {name: problem_text(visit.words, each) for name, each in unfit.problems.items()}
        again = replace(asked, problems=texts, problem=texts.get("page", ""))
        return show_update(visit, again)
    nothing = not wish.changes_item and not wish.discounts and not text
    if nothing and not _codes_alone(visit, subscription):
        return show_update(visit, replace(asked, problem=problem_text(visit.words, "unchanged")))
    return _confirm(visit, wish, code, text, replace(asked, problems=problems))


def _confirm(visit: Visit, wish: Wish, code: Json | None, text: str, asked: Asked) -> FlowPage:
    hidden = {"price": wish.price["id"], "at": str(wish.at)}
    if wish.quantity is not None:
        hidden["quantity"] = str(wish.quantity)
    if code:
        hidden["code"] = code["code"]
    chosen = {name: text for name, text in hidden.items() if name in {"price", "quantity"}}
    back = f"{_here(visit, wish.subscription)}?{urlencode(chosen)}"
    fixed = (visit.flow or {}).get("type") == "subscription_update_confirm"
    takes = _takes_code(visit, wish.subscription)
    return confirm_page(
        visit.words,
        visit.frame,
        _terms(visit, wish, price_of(visit, wish)),
        Code(text, asked.problems.get("code", "")) if takes else None,
        tuple(hidden.items()),
        leave=visit.leave if fixed else go_back(visit.words, back),
        problem=asked.problem,
    )


def update(visit: Visit, asked: Asked) -> Done:
    """Make the change that was confirmed.

    Raises:
        UnfitError: it isn't one, or not an allowed one.
        StripeProblem: the charge is declined.
    """
    subscription = visit.subscription(asked, *_WAYS)
    values = _values(visit, asked, subscription)
    text = values.get("code", "").strip()
    code = (
        found_code(visit, subscription, text) if text and _takes_code(visit, subscription) else None
    )
    wish = _wish(visit, subscription, values, code)
    if not wish.changes_item and not wish.discounts:
        raise UnfitError(page="unchanged")
    return Done("update_scheduled" if make(visit, wish) else "updated")


def _codes_alone(visit: Visit, subscription: Json) -> bool:
    """Whether a promotion code is all that can be entered."""
    prices = offered_prices(visit, subscription)
    return not prices and not visit.may(subscription, "update_quantity")


def _values(visit: Visit, asked: Asked, subscription: Json) -> Mapping[str, str]:
    """What was asked for, as far as it can be; a flow that only confirms asks for it itself."""
    flow = visit.flow or {}
    if _codes_alone(visit, subscription):
        return {name: text for name, text in asked.values.items() if name in {"code", "at"}}
    if flow.get("type") != "subscription_update_confirm":
        return asked.values
    item = flow["subscription_update_confirm"]["items"][0]
    fixed = {"price": item["price"], "quantity": str(item["quantity"])}
    return {**asked.values, **fixed}


def _takes_code(visit: Visit, subscription: Json) -> bool:
    return visit.may(subscription, "apply_promotion_code") and not _flow_discounts(visit)


def _flow_discounts(visit: Visit) -> list[Json]:
    """The discounts that the flow brings along."""
    details = (visit.flow or {}).get("subscription_update_confirm") or {}
    return [
        {name: value for name, value in each.items() if value}
        for each in details.get("discounts") or ()
    ]


def _wish(visit: Visit, subscription: Json, values: Mapping[str, str], code: Json | None) -> Wish:
    price = chosen_price(visit, subscription, values.get("price", ""))
    quantity = chosen_quantity(visit, subscription, price, values.get("quantity", ""))
    added = [{"promotion_code": code["id"]}] if code else _flow_discounts(visit)
    at = pinned(visit, values.get("at", ""))
    return Wish(subscription, price, quantity, tuple(added), at)


def _terms(visit: Visit, wish: Wish, cost: Cost) -> Terms:
    words, currency = visit.words, wish.subscription["currency"]
    due = cost.bill["amount_due"] if cost.bill else 0
    coupons = [coupon_of(visit.state, each) for each in wish.discounts]
    return Terms(
        before=_side(visit, wish.item["price"], wish.item["quantity"]),
        after=_side(visit, wish.price, wish.quantity),
        bill=bill_facts(words, cost.bill) if cost.bill else (),
        due=words.money(due, currency),
        starts=cost.starts,
        next_at=cost.next_at,
        next_amount=words.money(cost.next_amount, currency),
        next_extra=words.money(cost.next_extra, currency) if cost.next_extra else "",
        ends_trial=ends_trial(visit, wish),
        discount=words.join(coupon_text(words, each) for each in coupons if each),
    )


def _side(visit: Visit, price: Json, quantity: int | None) -> Fact:
    name = visit.snapshot.product_name(price["product"])
    times = f" × {visit.words.number(quantity)}" if quantity not in {None, 1} else ""
    return Fact(f"{name}{times}", item_price(visit.words, {"price": price, "quantity": quantity}))
