"""Changing the plan, the quantity or the discount: choose, see what it costs, confirm."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_object, as_text
from portal_desk.portal.document import Capability, Reason
from portal_desk.portal.flows.document import Choice, Fact, Tab
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
from portal_desk.services.portal.rules.effects import what_happens_on_update
from portal_desk.services.portal.rules.facts import product_id
from portal_desk.services.portal.rules.targets import (
    target_prices,
)
from portal_desk.services.portal.walk import costs
from portal_desk.services.portal.walk.costs import Cost, Wish
from portal_desk.services.portal.walk.visit import HOME, Asked, Done, Stop, Visit
from portal_desk.services.portal.walk.wishes import (
    UnfitError,
    codes_alone,
    found_code,
    item_of,
    limits_of,
    offered,
    takes_code,
    values_of,
    wish_of,
)

_WAYS: tuple[Capability, ...] = ("update_plan", "update_quantity", "apply_promotion_code")


def show_update(visit: Visit, asked: Asked, unfit: UnfitError | None = None) -> Stop:
    """The plans to choose from; where only a promotion code can be entered, the confirmation."""
    subscription = visit.subscription(asked, *_WAYS)
    if codes_alone(visit, subscription):
        return show_confirm(visit, asked)
    prices, item = offered(visit, subscription), item_of(subscription)
    chosen = asked.values.get("price") or as_text(as_object(item.get("price")).get("id"))
    shown = _interval(asked, prices, chosen)
    plans = [price for price in prices if _interval_name(price) == shown]
    problem = problem_text(visit.words, unfit.code) if unfit else ""
    quantity = None
    if visit.may(subscription, "update_quantity"):
        of = plans or [as_object(item.get("price"))]
        quantity = _quantity(visit, asked, of, item)
        quantity = replace(quantity, problem=problem if unfit and unfit.field == "quantity" else "")
    page = choose_page(
        visit.words,
        visit.frame,
        [_choice(visit, price, item) for price in plans],
        chosen,
        quantity,
        confirm=f"{_here(subscription)}/confirm",
        tabs=_tabs(visit, prices, shown),
        leave=visit.leave,
        problem=problem if unfit and unfit.field == "page" else "",
    )
    return Stop(page, (*_notes(visit, subscription), *_left_out(visit, subscription)))


def show_confirm(visit: Visit, asked: Asked) -> Stop:
    """What the change costs; the choice again where it can't be."""
    subscription = visit.subscription(asked, *_WAYS)
    values = values_of(visit, asked, subscription)
    text = values.get("code", "").strip()
    problem, code = "", None
    try:
        code = found_code(visit, subscription, text)
    except UnfitError as unfit:
        problem = problem_text(visit.words, unfit.code)
    try:
        wish = wish_of(visit, subscription, values, code)
    except UnfitError as unfit:
        return show_update(visit, asked, unfit)
    alone = codes_alone(visit, subscription)
    if not (wish.changes_item or wish.discounts or text or alone):
        return show_update(visit, asked, UnfitError("page", "unchanged"))
    return _confirm(visit, wish, Code(text, problem), asked)


def update(visit: Visit, asked: Asked) -> Done | None:
    """What confirming leads to; None where there is nothing to confirm."""
    subscription = visit.subscription(asked, *_WAYS)
    values = values_of(visit, asked, subscription)
    try:
        code = found_code(visit, subscription, values.get("code", "").strip())
        wish = wish_of(visit, subscription, values, code)
    except UnfitError:
        return None
    if not wish.changes_item and not wish.discounts:
        return None
    return Done("update_scheduled" if costs.waits(visit, wish) else "updated")


def _confirm(visit: Visit, wish: Wish, code: Code, asked: Asked) -> Stop:
    subscription = wish.subscription
    hidden = {"price": as_text(wish.price.get("id"))}
    if wish.quantity is not None:
        hidden["quantity"] = str(wish.quantity)
    back = f"{_here(subscription)}?{urlencode(hidden)}"
    if code.value and not code.problem:
        hidden["code"] = code.value
    fixed = (visit.flow or {}).get("type") == "subscription_update_confirm"
    cost = costs.cost(visit, wish, asked.answer)
    page = confirm_page(
        visit.words,
        visit.frame,
        _terms(visit, wish, cost),
        code if takes_code(visit, subscription) else None,
        tuple(hidden.items()),
        leave=visit.leave if fixed else go_back(visit.words, back),
    )
    return Stop(page, _cost_notes(visit, wish, cost, asked), costs.question(visit, wish))


def _cost_notes(visit: Visit, wish: Wish, cost: Cost, asked: Asked) -> tuple[Reason, ...]:
    effects: tuple[Reason, ...] = ()
    if wish.changes_item:
        effects = what_happens_on_update(
            wish.subscription,
            visit.settings,
            wish.price,
            quantity=1 if wish.quantity is None else wish.quantity,
            now=visit.now,
        )
    if not cost.known:
        return (
            *effects,
            Reason("", "the amounts depend on tiers or usage: only Stripe knows them"),
        )
    return effects if asked.answer is not None else (*effects, *costs.estimated())


def _here(subscription: Json) -> str:
    return f"{HOME}/subscriptions/{subscription.get('id')}/update"


def _left_out(visit: Visit, subscription: Json) -> tuple[Reason, ...]:
    """R5 and others: the offered prices that this customer can't choose, with the reasons."""
    present = as_text(as_object(item_of(subscription).get("price")).get("id"))
    return tuple(
        replace(why, text=f"{visit.snapshot.product_name(one.product)} is left out: {why.text}")
        for one in target_prices(subscription, visit.settings, visit.snapshot)
        if one.price.get("id") != present
        for why in one.reasons
    )


def _notes(visit: Visit, subscription: Json) -> tuple[Reason, ...]:
    verdicts = (visit.verdict(subscription, each) for each in _WAYS)
    found = (note for verdict in verdicts for note in verdict.notes)
    return tuple(dict.fromkeys(found))


def _interval_name(price: Json) -> str:
    return as_text(as_object(price.get("recurring")).get("interval"))


def _interval(asked: Asked, prices: list[Json], chosen: str) -> str:
    """Which interval's plans are shown: the one asked for, else the chosen plan's."""
    known = {as_text(price.get("id")): _interval_name(price) for price in prices}
    wanted = asked.values.get("interval", "")
    return (
        wanted if wanted in known.values() else known.get(chosen) or next(iter(known.values()), "")
    )


def _tabs(visit: Visit, prices: list[Json], shown: str) -> list[Tab]:
    intervals = {_interval_name(price) for price in prices}
    if len(intervals) < 2:  # noqa: PLR2004 - a single view needs no choice
        return []
    labels = interval_labels(visit.words)
    return [
        Tab(label, f"?interval={each}", each == shown)
        for each, label in labels.items()
        if each in intervals
    ]


def _choice(visit: Visit, price: Json, item: Json) -> Choice:
    present = as_object(item.get("price")).get("id")
    badge = current_badge(visit.words) if price.get("id") == present else ""
    name = visit.snapshot.product_name(product_id(price))
    detail = item_price(visit.words, {"price": price, "quantity": 1})
    return Choice(as_text(price.get("id")), name, detail, badge)


def _quantity(visit: Visit, asked: Asked, prices: list[Json], item: Json) -> Quantity:
    bounds = {limits_of(visit, price) for price in prices}
    shared = bounds.pop() if len(bounds) == 1 else None
    value = asked.values.get("quantity") or str(as_count(item.get("quantity")) or 0)
    if shared is None:
        return Quantity(value)
    return Quantity(value, shared.minimum, shared.maximum)


def _terms(visit: Visit, wish: Wish, cost: Cost) -> Terms:
    words, currency = visit.words, as_text(wish.subscription.get("currency"))
    due = as_count((cost.bill or {}).get("amount_due")) or 0
    unknown = "…"
    return Terms(
        before=_side(visit, as_object(wish.item.get("price")), as_count(wish.item.get("quantity"))),
        after=_side(visit, wish.price, wish.quantity),
        bill=bill_facts(words, cost.bill) if cost.bill else (),
        due=words.money(due, currency) if cost.known else unknown,
        starts=cost.starts,
        next_at=cost.next_at,
        next_amount=words.money(cost.next_amount, currency) if cost.known else unknown,
        next_extra=words.money(cost.next_extra, currency) if cost.next_extra else "",
        ends_trial=costs.ends_trial(visit, wish),
        discount=coupon_text(words, wish.coupon) if wish.coupon else "",
    )


def _side(visit: Visit, price: Json, quantity: int | None) -> Fact:
    name = visit.snapshot.product_name(product_id(price))
    times = f" × {visit.words.number(quantity)}" if quantity not in {None, 1} else ""
    return Fact(f"{name}{times}", item_price(visit.words, {"price": price, "quantity": quantity}))
