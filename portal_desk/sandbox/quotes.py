"""Quotes: what they come to, and what becomes of them. https://docs.stripe.com/quotes"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.billing.discounts import requested
from portal_desk.sandbox.checkout import added_up, subscribed
from portal_desk.sandbox.objects.quotes import totals
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

KIND = "quote"
WISH = "wish"
"""The discounts of a quote as they were asked for; no answer shows them."""


def computed(state: State, quote: Json) -> Json:
    """What a quote comes to when it is accepted, and each period: changes of the quote."""
    lines = quote["line_items"]
    if not lines:
        return {}
    found = [
        {name: each.get(name) for name in ("coupon", "promotion_code")} for each in quote[WISH]
    ]
    session = {
        "currency": lines[0]["currency"],
        "customer": quote["customer"],
        "discounts": found,
        "line_items": lines,
        "wish": {"subscription_data": {}},
    }
    periods = added_up(state, session)["line_items"]
    session["wish"]["subscription_data"] = quote["subscription_data"]
    begun = added_up(state, session)["line_items"]
    return {
        **totals(begun),
        "computed": {"recurring": _recurring(periods), "upfront": totals(begun)},
        "currency": session["currency"],
        "line_items": begun,
    }


def _recurring(lines: list[Json]) -> Json | None:
    lines = [each for each in lines if each["price"]["recurring"]]
    if not lines:
        return None
    terms = lines[0]["price"]["recurring"]
    return totals(lines, interval=terms["interval"], interval_count=terms["interval_count"])


def discounts(state: State, quote: Json) -> list[str]:
    """The discounts that a quote would give, by id; nothing is redeemed before it is accepted."""
    wanted = requested(state, quote[WISH], quote["customer"] or "", at=state.now())
    return [state.create(each)["id"] for each in wanted]


def settle(state: State, quote: Json) -> Json:
    """A quote as it is by now: an open one whose time is over is canceled when someone looks."""
    if quote["status"] == "open" and quote["expires_at"] <= state.now():
        return cancel(state, quote)
    return quote


def finalize(state: State, quote: Json) -> Json:
    """Offer a draft to its customer.

    Raises:
        StripeProblem: it is no draft, or has no customer or no lines.
    """
    _expect(quote, {"draft"}, "finalize")
    for name, what in (("customer", "a customer"), ("line_items", "line items")):
        if not quote[name]:
            raise invalid(f"A quote must have {what} before it can be finalized.", name)
    number = f"QT-{quote['id'][-8:].upper()}-{len(state.kind(KIND)):04}-1"
    changes = {"number": number, **_now(state, quote, "open", "finalized_at")}
    return state.update(quote, changes, "quote.finalized")


def cancel(state: State, quote: Json) -> Json:
    """Take a quote back.

    Raises:
        StripeProblem: it was accepted or canceled.
    """
    _expect(quote, {"draft", "open"}, "cancel")
    return state.update(quote, _now(state, quote, "canceled", "canceled_at"), "quote.canceled")


def accept(state: State, quote: Json) -> Json:
    """Make a subscription of what a quote offers, or an invoice where nothing of it recurs.

    Raises:
        StripeProblem: it is not open, or what it offers can't be had any more.
    """
    _expect(quote, {"open"}, "accept")
    recurs = any(each["price"]["recurring"] for each in quote["line_items"])
    made = _subscribe(state, quote) if recurs else _invoice(state, quote)
    changes = _now(state, quote, "accepted", "accepted_at") | made
    return state.update(quote, changes, "quote.accepted")


def _subscribe(state: State, quote: Json) -> Json:
    recurring, once = subscribed(quote["line_items"])
    data = quote["subscription_data"]
    wish = {
        **_terms(quote),
        "add_invoice_items": once,
        "billing_mode": {"type": data["billing_mode"]["type"]},
        "description": data["description"],
        "items": recurring,
        "metadata": data["metadata"],
        "trial_period_days": data["trial_period_days"],
    }
    wish = {name: value for name, value in wish.items() if value}
    subscription = billing.create_subscription(state, wish)
    return {"invoice": subscription["latest_invoice"], "subscription": subscription["id"]}


def _invoice(state: State, quote: Json) -> Json:
    """A draft, as Stripe leaves it; it is finalized an hour later, or when it is asked for."""
    terms = _terms(quote) | {"auto_advance": True, "currency": quote["currency"]}
    invoice = billing.create_invoice(state, terms)
    for line in quote["line_items"]:
        item = {"customer": quote["customer"], "invoice": invoice["id"]}
        price = {"pricing": {"price": line["price"]["id"]}, "quantity": line["quantity"]}
        billing.create_invoice_item(state, item | price)
    parent = {
        "quote_details": {"quote": quote["id"]},
        "subscription_details": None,
        "type": "quote_details",
    }
    state.update(invoice, {"parent": parent})
    return {"invoice": invoice["id"]}


def _terms(quote: Json) -> Json:
    """What a quote says of whatever becomes of it."""
    terms = {"collection_method": quote["collection_method"], "customer": quote["customer"]}
    if quote["collection_method"] == "send_invoice":
        terms["days_until_due"] = quote["invoice_settings"]["days_until_due"] or 30
    return terms | ({"discounts": quote[WISH]} if quote[WISH] else {})


def _now(state: State, quote: Json, status: str, since: str) -> Json:
    transitions = {**quote["status_transitions"], since: state.now()}
    return {"status": status, "status_transitions": transitions}


def _expect(quote: Json, statuses: set[str], act: str) -> None:
    if quote["status"] not in statuses:
        wanted = " or ".join(sorted(statuses))
        raise invalid(
            f"You cannot {act} this quote because it has a status of {quote['status']}. Only quotes "
            f"with a status of {wanted} allow that."
        )
