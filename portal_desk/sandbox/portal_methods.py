"""Payment methods in the portal: adding a card, choosing the default, removing one."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.portal.flows.document import FlowPage
from portal_desk.portal.flows.methods import card_page, remove_page
from portal_desk.portal.method_names import title_of
from portal_desk.portal.sections.payment_methods import expiry_text
from portal_desk.sandbox import objects
from portal_desk.sandbox.portal_api import post
from portal_desk.sandbox.portal_cards import read_card
from portal_desk.sandbox.portal_visit import Asked, Done, NotOfferedError, Visit

_SECRET = {"number", "cvc"}
_DEFAULT = "invoice_settings"


def show_add(visit: Visit, asked: Asked) -> FlowPage:
    """The form for a card; a number or a code that was typed is never sent back."""
    visit.require("add_payment_method")
    kept = {name: text for name, text in asked.values.items() if name not in _SECRET}
    if asked.values and "default" not in asked.values:
        kept["default"] = "off"
    return card_page(
        visit.words,
        visit.frame,
        kept,
        asked.problems,
        asks_default=visit.default_method is not None and not _updates_default(visit),
        leave=visit.leave,
        problem=asked.problem,
    )


def _updates_default(visit: Visit) -> bool:
    """The flow for a payment method replaces the default: that is what it is for."""
    return (visit.flow or {}).get("type") == "payment_method_update"


def add(visit: Visit, asked: Asked) -> Done:
    """Save a test card, and make it the default where that is wanted or there is none.

    Raises:
        UnfitError: it can't be taken.
    """
    visit.require("add_payment_method")
    number, expiry, cvc = (asked.values.get(name, "") for name in ("number", "expiry", "cvc"))
    read = read_card(number, expiry, cvc, now=visit.state.now())
    details = read.details(visit.state)
    owner = objects.billing_details(name=visit.customer["name"], email=visit.customer["email"])
    method = objects.new_payment_method(visit.state, "card", details, billing_details=owner)
    visit.state.create(method)
    saved = {"customer": visit.customer["id"], "payment_method": method["id"], "confirm": True}
    post(visit.state, "/v1/setup_intents", saved)
    wanted = asked.values.get("default") == "on" or _updates_default(visit)
    if wanted or visit.default_method is None:
        _make_default(visit, method["id"])
    return Done("method_added")


def _make_default(visit: Visit, method: str) -> None:
    wanted = {_DEFAULT: {"default_payment_method": method}}
    post(visit.state, "/v1/customers/{id}", wanted, id=visit.customer["id"])


def make_default(visit: Visit, asked: Asked) -> Done:
    """Make a payment method the default."""
    _make_default(visit, _other(visit, asked)["id"])
    return Done("method_default")


def show_remove(visit: Visit, asked: Asked) -> FlowPage:
    """The last page before a payment method is removed."""
    method = _removable(visit, asked)
    return remove_page(
        visit.words,
        visit.frame,
        title_of(visit.words, method),
        expiry_text(visit.words, method),
        leave=visit.leave,
        problem=asked.problem,
    )


def remove(visit: Visit, asked: Asked) -> Done:
    """Remove a payment method."""
    method = _removable(visit, asked)
    post(visit.state, "/v1/payment_methods/{id}/detach", id=method["id"])
    return Done("method_removed")


def _removable(visit: Visit, asked: Asked) -> Json:
    """The payment method in the address, if nothing is charged to it by default.

    Raises:
        NotOfferedError: it isn't there, or something is.
    """
    if asked.ids["method"] in visit.methods_in_use:
        raise NotOfferedError
    return _other(visit, asked)


def _other(visit: Visit, asked: Asked) -> Json:
    """The payment method in the address: the customer's own, and not the default.

    Raises:
        NotOfferedError: it is neither.
    """
    visit.require("update_payment_method")
    wanted = asked.ids["method"]
    if wanted == visit.default_method:
        raise NotOfferedError
    found = [each for each in visit.snapshot.payment_methods if each["id"] == wanted]
    if not found:
        raise NotOfferedError
    return found[0]
