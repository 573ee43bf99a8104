"""Changing the plan, the quantity or the discount: choose, see what it costs, confirm."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from portal_desk.models.json import Json, id_of
from portal_desk.models.loose import as_count, as_object, as_objects, as_text
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
from portal_desk.services.portal.rules.facts import product_id, subscription_items
from portal_desk.services.portal.rules.targets import (
    Quantities,
    offered_product,
    quantities_of,
    target_prices,
)
from portal_desk.services.portal.walk import costs
from portal_desk.services.portal.walk.costs import Cost, Wish
from portal_desk.services.portal.walk.visit import HOME, Asked, Done, Stop, Visit

_WAYS: tuple[Capability, ...] = ("update_plan", "update_quantity", "apply_promotion_code")


class _UnfitError(Exception):
    """What the customer chose can't be taken; the field, and the code of the problem."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(field, code)
        self.field, self.code = field, code


def show_update(visit: Visit, asked: Asked, unfit: _UnfitError | None = None) -> Stop:
    """The plans to choose from; where only a promotion code can be entered, the confirmation."""
    subscription = visit.subscription(asked, *_WAYS)
    if _codes_alone(visit, subscription):
        return show_confirm(visit, asked)
    prices, item = _offered(visit, subscription), _item(subscription)
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
    values = _values(visit, asked, subscription)
    text = values.get("code", "").strip()
    problem, code = "", None
    try:
        code = _found_code(visit, subscription, text)
    except _UnfitError as unfit:
        problem = problem_text(visit.words, unfit.code)
    try:
        wish = _wish(visit, subscription, values, code)
    except _UnfitError as unfit:
        return show_update(visit, asked, unfit)
    alone = _codes_alone(visit, subscription)
    if not (wish.changes_item or wish.discounts or text or alone):
        return show_update(visit, asked, _UnfitError("page", "unchanged"))
    return _confirm(visit, wish, Code(text, problem), asked)


def update(visit: Visit, asked: Asked) -> Done | None:
    """What confirming leads to; None where there is nothing to confirm."""
    subscription = visit.subscription(asked, *_WAYS)
    values = _values(visit, asked, subscription)
    try:
        code = _found_code(visit, subscription, values.get("code", "").strip())
        wish = _wish(visit, subscription, values, code)
    except _UnfitError:
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
        code if _takes_code(visit, subscription) else None,
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


def _item(subscription: Json) -> Json:
    items = subscription_items(subscription)
    return items[0] if items else {}


def _here(subscription: Json) -> str:
    return f"{HOME}/subscriptions/{subscription.get('id')}/update"


def _offered(visit: Visit, subscription: Json) -> list[Json]:
    """The prices to choose from: what the configuration offers and fits, and the present one if it is offered."""
    if not visit.may(subscription, "update_plan"):
        return []
    present = as_text(as_object(_item(subscription).get("price")).get("id"))
    targets = target_prices(subscription, visit.settings, visit.snapshot)
    return [one.price for one in targets if one.is_allowed or one.price.get("id") == present]


def _left_out(visit: Visit, subscription: Json) -> tuple[Reason, ...]:
    """R5 and others: the offered prices that this customer can't choose, with the reasons."""
    present = as_text(as_object(_item(subscription).get("price")).get("id"))
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


def _limits(visit: Visit, price: Json) -> Quantities | None:
    """R11: how many there may be of a price."""
    product = offered_product(visit.settings, product_id(price))
    return quantities_of(product) if product is not None else None


def _quantity(visit: Visit, asked: Asked, prices: list[Json], item: Json) -> Quantity:
    bounds = {_limits(visit, price) for price in prices}
    shared = bounds.pop() if len(bounds) == 1 else None
    value = asked.values.get("quantity") or str(as_count(item.get("quantity")) or 0)
    if shared is None:
        return Quantity(value)
    return Quantity(value, shared.minimum, shared.maximum)


def _codes_alone(visit: Visit, subscription: Json) -> bool:
    """Whether a promotion code is all that can be entered."""
    prices = _offered(visit, subscription)
    return not prices and not visit.may(subscription, "update_quantity")


def _confirm_details(visit: Visit) -> Json:
    return as_object((visit.flow or {}).get("subscription_update_confirm"))


def _values(visit: Visit, asked: Asked, subscription: Json) -> dict[str, str]:
    """What was asked for, as far as it can be; a flow that only confirms asks for it itself (R19)."""
    items = as_objects(_confirm_details(visit).get("items"))
    if items:
        price, quantity = as_text(items[0].get("price")), as_count(items[0].get("quantity"))
        fixed = {"price": price, "quantity": "" if quantity is None else str(quantity)}
        return {**asked.values, **fixed}
    if _codes_alone(visit, subscription):
        return {name: text for name, text in asked.values.items() if name == "code"}
    return dict(asked.values)


def _flow_discounts(visit: Visit) -> tuple[Json, ...]:
    """The discounts that the flow brings along."""
    found = as_objects(_confirm_details(visit).get("discounts"))
    return tuple({name: value for name, value in each.items() if value} for each in found)


def _takes_code(visit: Visit, subscription: Json) -> bool:
    return visit.may(subscription, "apply_promotion_code") and not _flow_discounts(visit)


def _found_code(visit: Visit, subscription: Json, text: str) -> Json | None:
    """The promotion code that was typed; None where none was."""
    if not text or not _takes_code(visit, subscription):
        return None
    codes = visit.catalogue.promotion_codes
    code = next((one for one in codes if as_text(one.get("code")).lower() == text.lower()), None)
    coupon = _coupon_of_code(visit, code or {})
    expires = as_count((code or {}).get("expires_at"))
    late = expires is not None and expires <= visit.now
    if code is None or late or code.get("active") is False or coupon is None:
        raise _UnfitError("code", "code_invalid")
    if coupon.get("valid") is False:
        raise _UnfitError("code", "code_invalid")
    elsewhere = coupon.get("currency") not in {None, subscription.get("currency")}
    if elsewhere or code.get("customer") not in {None, visit.snapshot.customer.get("id")}:
        raise _UnfitError("code", "code_unusable")
    return code


def _coupon_of_code(visit: Visit, code: Json) -> Json | None:
    coupon = as_object(code.get("promotion")).get("coupon")
    if isinstance(coupon, dict):
        return coupon
    return visit.catalogue.coupons.get(as_text(coupon))


def _coupon_of(visit: Visit, discount: Json) -> Json | None:
    if coupon := as_text(discount.get("coupon")):
        return visit.catalogue.coupons.get(coupon)
    wanted = discount.get("promotion_code")
    codes = visit.catalogue.promotion_codes
    code = next((one for one in codes if one.get("id") == wanted), None)
    return _coupon_of_code(visit, code) if code else None


def _wish(visit: Visit, subscription: Json, values: dict[str, str], code: Json | None) -> Wish:
    item = _item(subscription)
    price = _price(visit, subscription, item, values.get("price", ""))
    quantity = _chosen_quantity(visit, subscription, price, values.get("quantity", ""))
    added = ({"promotion_code": id_of(code)},) if code else _flow_discounts(visit)
    coupon = _coupon_of(visit, added[0]) if added else None
    return Wish(subscription, item, price, quantity, coupon, added)


def _price(visit: Visit, subscription: Json, item: Json, price_id: str) -> Json:
    current = as_object(item.get("price"))
    if price_id in {"", current.get("id")}:
        return current
    found = {as_text(price.get("id")): price for price in _offered(visit, subscription)}
    if price_id not in found:
        raise _UnfitError("page", "unknown")
    return found[price_id]


def _chosen_quantity(visit: Visit, subscription: Json, price: Json, text: str) -> int | None:
    current = as_count(_item(subscription).get("quantity"))
    if not text:
        return current
    limits = _limits(visit, price) if visit.may(subscription, "update_quantity") else None
    if limits is None and text == str(current):
        return current
    if limits is None or not text.isdecimal():
        raise _UnfitError("quantity", "quantity_invalid")
    wanted = int(text)
    if wanted < limits.minimum or (limits.maximum is not None and wanted > limits.maximum):
        raise _UnfitError("quantity", "quantity_invalid")
    return wanted


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
