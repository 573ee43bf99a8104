"""Paying an open invoice."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_text
from portal_desk.portal.document import Reason
from portal_desk.portal.flows.document import Choice
from portal_desk.portal.flows.pay import Owed, add_link, pay_page
from portal_desk.portal.method_names import title_of
from portal_desk.portal.sections.payment_methods import expiry_text
from portal_desk.services.portal.walk.visit import (
    HOME,
    Asked,
    Done,
    NotOfferedError,
    Stop,
    Visit,
)


def show_pay(visit: Visit, asked: Asked) -> Stop:
    """What is owed, and what to pay it with."""
    invoice, words = _open(visit, asked), visit.words
    methods = [
        Choice(as_text(each.get("id")), title_of(words, each), expiry_text(words, each))
        for each in _methods(visit)
    ]
    can_add = visit.verdicts.portal["add_payment_method"].availability == "enabled"
    owed = Owed(
        as_text(invoice.get("number")),
        as_count(invoice.get("created")) or 0,
        as_count(invoice.get("due_date")),
        words.money(
            as_count(invoice.get("amount_remaining")) or 0, as_text(invoice.get("currency"))
        ),
    )
    page = pay_page(
        words,
        visit.frame,
        owed,
        methods,
        asked.values.get("payment_method") or visit.default_method or "",
        add=add_link(words, f"{HOME}/payment-methods/add") if can_add else None,
        leave=visit.leave,
    )
    return Stop(page)


def pay(visit: Visit, asked: Asked) -> Done:
    """What paying leads to."""
    _open(visit, asked)
    return Done("paid")


def _methods(visit: Visit) -> list[Json]:
    """The customer's payment methods, the default first."""
    default = visit.default_method
    return sorted(visit.snapshot.payment_methods, key=lambda each: each.get("id") != default)


def _open(visit: Visit, asked: Asked) -> Json:
    visit.require("pay_invoice")
    wanted = asked.ids["invoice"]
    for invoice in visit.snapshot.invoices:
        if invoice.get("id") == wanted and invoice.get("status") == "open":
            return invoice
    raise NotOfferedError(Reason("", f"{wanted} is no open invoice of this customer"))
