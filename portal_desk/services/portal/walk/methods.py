"""Payment methods: adding one, choosing the default, removing one."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.loose import as_text
from portal_desk.portal.document import Reason
from portal_desk.portal.flows.document import Tab
from portal_desk.portal.flows.methods import add_page, remove_page
from portal_desk.portal.method_names import title_of
from portal_desk.portal.sections.payment_methods import expiry_text
from portal_desk.services.portal.rules.payment_methods import SOURCE, addable
from portal_desk.services.portal.walk.visit import Asked, Done, NotOfferedError, Stop, Visit


def show_add(visit: Visit, asked: Asked) -> Stop:
    """The kinds that can be added here, and the fields of the chosen one."""
    notes = visit.require("add_payment_method")
    kinds = addable(currency=_currency(visit), country=_country(visit))
    chosen = asked.values.get("type", "")
    chosen = chosen if chosen in kinds else "card"
    tabs = [
        Tab(title_of(visit.words, {"type": each}), f"?type={each}", each == chosen)
        for each in kinds
    ]
    page = add_page(
        visit.words,
        visit.frame,
        chosen,
        tabs,
        asked.values,
        asks_default=visit.default_method is not None and not _replaces_default(visit),
        leave=visit.leave,
    )
    return Stop(page, (*notes, _which(visit, kinds)))


def _which(visit: Visit, kinds: tuple[str, ...]) -> Reason:
    currency, country = _currency(visit).upper(), _country(visit)
    text = (
        f"the portal supports {len(kinds)} kinds of payment method for an account in "
        f"{country or 'an unknown country'} and a customer who pays in {currency or 'any currency'}"
    )
    way_out = "Only those that the account has activated in Stripe are shown to the customer."
    return Reason("", text, way_out, SOURCE)


def _currency(visit: Visit) -> str:
    """What the customer pays in, as far as it is known."""
    snapshot = visit.snapshot
    billed = (as_text(one.get("currency")) for one in snapshot.subscriptions)
    known = [as_text(snapshot.customer.get("currency")), *billed]
    own = as_text(snapshot.account.get("default_currency"))
    return next((one for one in known if one), own)


def _country(visit: Visit) -> str:
    return as_text(visit.snapshot.account.get("country"))


def _replaces_default(visit: Visit) -> bool:
    """The flow for a payment method replaces the default: that is what it is for."""
    return (visit.flow or {}).get("type") == "payment_method_update"


def add(visit: Visit, asked: Asked) -> Done:  # noqa: ARG001 - one shape for all
    """What adding leads to."""
    visit.require("add_payment_method")
    return Done("method_added")


def make_default(visit: Visit, asked: Asked) -> Done:
    """What making another one the default leads to."""
    _other(visit, asked)
    return Done("method_default")


def show_remove(visit: Visit, asked: Asked) -> Stop:
    """The last page before a payment method is removed."""
    method = _removable(visit, asked)
    title, expiry = title_of(visit.words, method), expiry_text(visit.words, method)
    return Stop(remove_page(visit.words, visit.frame, title, expiry, leave=visit.leave))


def remove(visit: Visit, asked: Asked) -> Done:
    """What removing leads to."""
    _removable(visit, asked)
    return Done("method_removed")


def _removable(visit: Visit, asked: Asked) -> Json:
    if asked.ids["method"] in visit.methods_in_use:
        raise NotOfferedError(Reason("", "something is charged to this payment method by default"))
    return _other(visit, asked)


def _other(visit: Visit, asked: Asked) -> Json:
    """The payment method in the address: the customer's own, and not the default."""
    visit.require("update_payment_method")
    wanted = asked.ids["method"]
    found = [each for each in visit.snapshot.payment_methods if each.get("id") == wanted]
    if not found or wanted == visit.default_method:
        raise NotOfferedError(Reason("", f"{wanted} is not one of the other payment methods"))
    return found[0]
