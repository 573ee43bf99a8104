"""Checkout: what is bought, what it comes to, and what a payment makes of it.

https://docs.stripe.com/payments/checkout/how-checkout-works
"""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects, paying
from portal_desk.sandbox.billing.amounts import cost, is_metered
from portal_desk.sandbox.billing.charging import decline
from portal_desk.sandbox.billing.discounts import requested, taken_off
from portal_desk.sandbox.objects.checkout import new_line_item
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State

KIND = "checkout.session"


def lines_of(state: State, wanted: Sequence[Json], mode: str) -> list[Json]:
    """The lines that a request asks for.

    Raises:
        StripeProblem: a price is unknown, inactive, recurs where nothing may, or is in another
            currency than the first.
    """
    lines = [_line(state, each, f"line_items[{number}]") for number, each in enumerate(wanted)]
    if len({each["currency"] for each in lines}) > 1:
        raise invalid("All prices on a Checkout Session must have the same currency.", "line_items")
    recurring = [bool(each["price"]["recurring"]) for each in lines]
    if mode == "payment" and any(recurring):
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            "line_items",
        )
    if mode == "subscription" and not any(recurring):
        raise invalid(
            "You must provide at least one recurring price in `subscription` mode when using "
            "prices.",
            "line_items",
        )
    return lines


def _line(state: State, wanted: Json, param: str) -> Json:
    price_id = wanted.get("price")
    price = state.get("price", price_id or "")
    if price is None:
        raise missing("price", price_id or "", f"{param}[price]")
    if not price["active"]:
        raise invalid(
            f"The price specified is inactive. This field only accepts active prices: {price_id}.",
            f"{param}[price]",
        )
    quantity = wanted.get("quantity", 1)
    if quantity < 1:
        message = "This value must be greater than or equal to 1."
        raise invalid(message, f"{param}[quantity]", "parameter_invalid_integer")
    product = state.get("product", price["product"]) or {"name": price["product"]}
    return new_line_item(state, price, quantity, product["name"])


def added_up(state: State, session: Json) -> Json:
    """What a session's lines come to today: changes of the session."""
    lines = session["line_items"]
    free = _begins_with_trial(session)
    amounts = [0 if free and each["price"]["recurring"] else _amount(each) for each in lines]
    discounts = requested(state, _redeemed(session), session["customer"] or "", at=state.now())
    cuts = taken_off(state, discounts, amounts, session["currency"] or "")
    off = [sum(cut["amount"] for cut in each) for each in cuts]
    return {
        "amount_subtotal": sum(amounts),
        "amount_total": sum(amounts) - sum(off),
        "line_items": [
            {
                **line,
                "amount_discount": cut,
                "amount_subtotal": amount,
                "amount_total": amount - cut,
            }
            for line, amount, cut in zip(lines, amounts, off, strict=True)
        ],
        "total_details": {"amount_discount": sum(off), "amount_shipping": 0, "amount_tax": 0},
    }


def _amount(line: Json) -> int:
    """What a line costs today; usage is billed later."""
    return 0 if is_metered(line["price"]) else cost(line["price"], line["quantity"])


def _begins_with_trial(session: Json) -> bool:
    data = session["wish"].get("subscription_data", {})
    return bool(data.get("trial_period_days") or data.get("trial_end"))


def _redeemed(session: Json) -> list[Json]:
    """The session's discounts, as requests name them."""
    return [
        {name: each[name] for name in ("coupon", "promotion_code") if each[name]}
        for each in session["discounts"]
    ]


def settle(state: State, session: Json) -> Json:
    """A session as it is by now: one whose time is over expires when someone looks."""
    if session["status"] == "open" and session["expires_at"] <= state.now():
        return expire(state, session)
    return session


def expire(state: State, session: Json) -> Json:
    """End a session that nobody has paid.

    Raises:
        StripeProblem: it is not open.
    """
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`."
        )
    return state.update(session, {"status": "expired"}, "checkout.session.expired")


def complete(state: State, session: Json, method: Json, *, email: str, name: str) -> Json:
    """Pay a session, and make what it is for.

    Args:
        state: the sandbox.
        session: one that is open.
        method: a payment method that no customer has yet.
        email, name: the customer's, as they were filled in.

    Raises:
        StripeProblem: the card is declined; the session stays open.
    """
    if reason := decline(method, state.now()):
        raise reason.problem()
    customer = _customer(state, session, email, name)
    if customer:
        method = paying.attach(state, method, customer["id"])
        session = state.update(session, {"customer": customer["id"]})
    made = {"subscription": _subscribe, "payment": _charge, "setup": _set_up}[session["mode"]]
    changes = made(state, session, method) | {
        "customer_details": _details(customer, email, name),
        "status": "complete",
    }
    if session["mode"] != "setup":
        changes["payment_status"] = "paid" if session["amount_total"] else "no_payment_required"
    _count(state, session)
    return state.update(session, changes, "checkout.session.completed")


def _customer(state: State, session: Json, email: str, name: str) -> Json | None:
    """The session's customer, made where one is needed."""
    if session["customer"]:
        return state.get("customer", session["customer"])
    if session["mode"] == "payment" and session["customer_creation"] != "always":
        return None
    new = objects.new_customer(state, email=email, name=name)
    return state.create(new, "customer.created")


def _details(customer: Json | None, email: str, name: str) -> Json:
    known = customer or {"address": None, "phone": None, "tax_exempt": "none"}
    return {
        "address": known["address"],
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": known["phone"],
        "tax_exempt": known["tax_exempt"],
        "tax_ids": [],
    }


def subscribed(lines: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """Lines as items of a subscription, and as what is added to its first invoice."""
    recurring: list[Json] = []
    once: list[Json] = []
    for line in lines:
        item = {"price": line["price"]["id"]}
        if not is_metered(line["price"]):
            item["quantity"] = line["quantity"]
        (recurring if line["price"]["recurring"] else once).append(item)
    return recurring, once


def _subscribe(state: State, session: Json, method: Json) -> Json:
    recurring, once = subscribed(session["line_items"])
    wish = {
        "customer": session["customer"],
        "items": recurring,
        "default_payment_method": method["id"],
        **session["wish"].get("subscription_data", {}),
    }
    if once:
        wish["add_invoice_items"] = once
    if session["discounts"]:
        wish["discounts"] = _redeemed(session)
    subscription = billing.create_subscription(state, wish)
    return {"subscription": subscription["id"], "invoice": subscription["latest_invoice"]}


def _charge(state: State, session: Json, method: Json) -> Json:
    if not session["amount_total"]:
        return {}
    intent = objects.new_intent(
        state,
        state.new_id("pi", 24),
        session["amount_total"],
        session["currency"],
        customer=session["customer"],
        **session["wish"].get("payment_intent_data", {}),
    )
    state.create(intent, "payment_intent.created")
    return {"payment_intent": paying.confirm_payment(state, intent, method["id"])["id"]}


def _set_up(state: State, session: Json, method: Json) -> Json:
    intent = state.get("setup_intent", session["setup_intent"]) or {}
    intent = state.update(intent, {"customer": session["customer"]})
    return {"setup_intent": paying.confirm_setup(state, intent, method["id"])["id"]}


def _count(state: State, session: Json) -> None:
    """Note on its payment link that a session was completed; a link ends with its last one."""
    link = state.get("payment_link", session["payment_link"] or "")
    if not link or not link["restrictions"]:
        return
    sessions = link["restrictions"]["completed_sessions"]
    count = sessions["count"] + 1
    counted = {"completed_sessions": {**sessions, "count": count}}
    changes = {"restrictions": counted, "active": link["active"] and count < sessions["limit"]}
    state.update(link, changes, "payment_link.updated")
