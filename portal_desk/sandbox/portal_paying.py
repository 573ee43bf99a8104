"""Paying an open invoice in the portal."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.portal.flows.document import Choice, FlowPage
from portal_desk.portal.flows.pay import Owed, add_link, pay_page
from portal_desk.portal.method_names import title_of
from portal_desk.portal.sections.payment_methods import expiry_text
from portal_desk.sandbox.portal_api import post
from portal_desk.sandbox.portal_visit import Asked, Done, NotOfferedError, Visit


def show_pay(visit: Visit, asked: Asked) -> FlowPage:
    """What is owed, and what to pay it with."""
    invoice = _open(visit, asked)
    methods = [
        Choice(each["id"], title_of(visit.words, each), expiry_text(visit.words, each))
        for each in _methods(visit)
    ]
    chosen = asked.values.get("payment_method") or visit.default_method or ""
    can_add = visit.verdicts.portal["add_payment_method"].availability == "enabled"
    return pay_page(
        visit.words,
        visit.frame,
        Owed(
            invoice["number"],
            invoice["created"],
            invoice["due_date"],
            visit.words.money(invoice["amount_remaining"], invoice["currency"]),
        ),
        methods,
        chosen,
        add=add_link(visit.words, f"{visit.base}/payment-methods/add") if can_add else None,
        leave=visit.leave,
        problem=asked.problem,
    )


def pay(visit: Visit, asked: Asked) -> Done:
    """Pay an invoice by the chosen method.

    Raises:
        StripeProblem: the charge is declined.
    """
    invoice = _open(visit, asked)
    wanted = asked.values.get("payment_method", "")
    if wanted not in {each["id"] for each in _methods(visit)}:
        raise NotOfferedError
    post(visit.state, "/v1/invoices/{id}/pay", {"payment_method": wanted}, id=invoice["id"])
    return Done("paid")


def _methods(visit: Visit) -> list[Json]:
    """The customer's payment methods, the default first."""
    default = visit.default_method
    return sorted(visit.snapshot.payment_methods, key=lambda each: each["id"] != default)


def _open(visit: Visit, asked: Asked) -> Json:
    """The invoice in the address, if it is the customer's and open.

    Raises:
        NotOfferedError: it isn't.
    """
    visit.require("pay_invoice")
    wanted = asked.ids["invoice"]
    for invoice in visit.snapshot.invoices:
        if invoice["id"] == wanted and invoice["status"] == "open":
            return invoice
    raise NotOfferedError
