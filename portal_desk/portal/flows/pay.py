"""Paying an open invoice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import Choice, Fact, Field, FlowPage, Form, Frame, Group
from portal_desk.portal.words import Words


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice to pay.

    Attributes:
        number: as it is printed.
        issued: when it was opened (seconds UTC).
        due: when it is due (seconds UTC), if it says so.
        amount: what is left to pay, written out.
    """

    number: str
    issued: int
    due: int | None
    amount: str


def pay_page(
    words: Words,
    frame: Frame,
    owed: Owed,
    methods: Sequence[Choice],
    chosen: str,
    *,
    add: Link | None,
    leave: Link | None,
    problem: str = "",
) -> FlowPage:
    """What is owed, and what to pay it with.

    Args:
        words: the language.
        frame: the page's frame.
        owed: the invoice.
        methods: the payment methods on file.
        chosen: the one that is chosen.
        add: where a new one can be added, if that is allowed.
        leave: the way out.
        problem: why the last attempt failed.
    """
    facts = [
        Fact(words.gettext("Invoice number"), owed.number),
        Fact(words.gettext("Date"), words.date(owed.issued)),
    ]
    if owed.due is not None:
        facts.append(Fact(words.gettext("Due date"), words.date(owed.due)))
    facts.append(Fact(words.gettext("Amount due"), owed.amount, strong=True))
    label = words.gettext("Pay with")
    field = Field("payment_method", label, "radio", chosen, tuple(methods), required=True)
    pay = Form(words.gettext("Pay {amount}").replace("{amount}", owed.amount), (Group((field,)),))
    nothing = words.gettext("No payment method on file.")
    return FlowPage(
        frame,
        words.gettext("Pay invoice"),
        () if methods else (nothing,),
        tuple(facts),
        forms=(pay,) if methods else (),
        leave=leave if methods else add or leave,
        problem=problem,
    )


def add_link(words: Words, href: str) -> Link:
    """Where a payment method can be added."""
    return Link(words.gettext("Add payment method"), href)
