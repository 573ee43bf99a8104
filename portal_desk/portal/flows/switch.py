"""Choosing another plan, and confirming what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal_desk.models.json import Json
from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import (
    Choice,
    Fact,
    Field,
    FlowPage,
    Form,
    Frame,
    Group,
    Tab,
)
from portal_desk.portal.words import Words


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many a customer may have: the number now, and its bounds where all plans share them."""

    value: str
    minimum: int | None = None
    maximum: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a change costs and when, every amount written out.

    Attributes:
        before, after: the plan as it is and as it would be.
        bill: what is billed at once, line by line.
        due: what is due today.
        starts: when the change takes effect (seconds UTC); None for at once.
        next_at: when the next payment is due (seconds UTC), if one is.
        next_amount: how much that will be.
        next_extra: how much of it is for the rest of the present period; may be empty.
        ends_trial: whether the trial ends with the change.
        discount: what a coupon or a promotion code takes off.
    """

    before: Fact
    after: Fact
    bill: tuple[Fact, ...]
    due: str
    starts: int | None = None
    next_at: int | None = None
    next_amount: str = ""
    next_extra: str = ""
    ends_trial: bool = False
    discount: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """The promotion code of a change: what was typed, and what is wrong with it."""

    value: str = ""
    problem: str = ""


def interval_labels(words: Words) -> dict[str, str]:
    """How often a plan is paid, as the titles of the views to choose from."""
    return {
        "day": words.gettext("Daily"),
        "week": words.gettext("Weekly"),
        "month": words.gettext("Monthly"),
        "year": words.gettext("Yearly"),
    }


def choose_page(
    words: Words,
    frame: Frame,
    plans: Sequence[Choice],
    chosen: str,
    quantity: Quantity | None,
    *,
    confirm: str,
    tabs: Sequence[Tab] = (),
    leave: Link | None,
    problem: str = "",
) -> FlowPage:
    """The plans that are offered.

    Args:
        words: the language.
        frame: the page's frame.
        plans: the offered prices; empty where only the quantity can be changed.
        chosen: the price that is chosen.
        quantity: how many; None where that can't be changed.
        confirm: where the choice leads.
        tabs: the intervals, where plans come in several.
        leave: the way out.
        problem: why the last choice was refused.
    """
    fields = []
    if plans:
        label = words.gettext("Choose a plan")
        fields.append(Field("price", label, "plan", chosen, tuple(plans), required=True))
    if quantity:
        fields.append(_quantity(words, quantity))
    form = Form(
        words.gettext("Continue"), (Group(tuple(fields)),) if fields else (), confirm, "get"
    )
    return FlowPage(
        frame,
        words.gettext("Update subscription"),
        tabs=tuple(tabs),
        forms=(form,),
        leave=leave,
        problem=problem,
    )


def _quantity(words: Words, quantity: Quantity) -> Field:
    return Field(
        "quantity",
        words.gettext("Quantity"),
        "number",
        quantity.value,
        hint=quantity_bounds(words, quantity.minimum, quantity.maximum),
        problem=quantity.problem,
        required=True,
        inputmode="numeric",
        minimum=quantity.minimum,
        maximum=quantity.maximum,
        short=True,
    )


def quantity_bounds(words: Words, minimum: int | None, maximum: int | None) -> str:
    """How many there may be, as a hint; empty where anything goes."""
    if minimum is None:
        return ""
    low = words.number(minimum)
    if maximum is None:
        return words.gettext("At least {minimum}").replace("{minimum}", low)
    text = words.gettext("Between {minimum} and {maximum}").replace("{minimum}", low)
    return text.replace("{maximum}", words.number(maximum))


def confirm_page(
    words: Words,
    frame: Frame,
    terms: Terms,
    code: Code | None,
    hidden: tuple[tuple[str, str], ...],
    *,
    leave: Link | None,
    problem: str = "",
) -> FlowPage:
    """What a change costs, and the button that makes it.

    Args:
        words: the language.
        frame: the page's frame.
        terms: what would happen.
        code: the promotion code; None where none can be entered.
        hidden: the change itself, to be sent back.
        leave: the way out.
        problem: why the last attempt failed.
    """
    confirm = Form(words.gettext("Confirm"), hidden=hidden)
    forms = [confirm] if code is None else [confirm, _code_form(words, code, hidden)]
    return FlowPage(
        frame,
        words.gettext("Confirm your update"),
        _when(words, terms),
        (*_sides(words, terms), *_money(words, terms)),
        forms=tuple(forms),
        leave=leave,
        problem=problem,
    )


def _sides(words: Words, terms: Terms) -> tuple[Fact, ...]:
    now = Fact(words.gettext("Current plan"), terms.before.value, terms.before.label)
    if terms.after == terms.before:
        return (now,)
    return (now, Fact(words.gettext("New plan"), terms.after.value, terms.after.label, strong=True))


def bill_facts(words: Words, bill: Json) -> tuple[Fact, ...]:
    """What an invoice that follows at once is made of, where it is more than one amount."""
    amounts = [line["amount"] for line in bill["lines"]["data"]]
    added = [each for each in bill["total_taxes"] or () if each["tax_behavior"] == "exclusive"]
    balance = (
        words.gettext("Kept as account credit")
        if bill["total"] < 0
        else words.gettext("Account balance")
    )
    parts = {
        words.gettext("New charges"): sum(each for each in amounts if each > 0),
        words.gettext("Credit for unused time"): sum(each for each in amounts if each < 0),
        words.gettext("Discount"): -sum(
            each["amount"] for each in bill["total_discount_amounts"] or ()
        ),
        words.gettext("Tax"): sum(each["amount"] for each in added),
        balance: bill["amount_due"] - bill["total"],
    }
    shown = [(label, amount) for label, amount in parts.items() if amount]
    if len(shown) == 1:
        return ()
    return tuple(Fact(label, words.money(amount, bill["currency"])) for label, amount in shown)


def current_badge(words: Words) -> str:
    """What marks the plan that the customer has."""
    return words.gettext("Current plan")


def go_back(words: Words, href: str) -> Link:
    """The way back to the choice."""
    return Link(words.gettext("Go back"), href)


def _when(words: Words, terms: Terms) -> tuple[str, ...]:
    if terms.starts is not None:
        text = words.gettext("Your change takes effect on {date}. Until then nothing changes.")
        return (text.replace("{date}", words.date(terms.starts)),)
    if terms.ends_trial:
        return (words.gettext("Your free trial ends with this change."),)
    return ()


def _money(words: Words, terms: Terms) -> list[Fact]:
    facts = list(terms.bill)
    if terms.discount:
        facts.append(Fact(words.gettext("New discount"), terms.discount))
    facts.append(Fact(words.gettext("Due today"), terms.due, strong=True))
    if terms.next_at is not None:
        when = words.date(terms.next_at)
        if terms.next_extra:
            text = words.gettext("{date}, including {amount} for the rest of this period")
            when = text.replace("{date}", when).replace("{amount}", terms.next_extra)
        facts.append(Fact(words.gettext("Next payment"), terms.next_amount, when))
    return facts


def _code_form(words: Words, code: Code, hidden: tuple[tuple[str, str], ...]) -> Form:
    field = Field(
        "code",
        words.gettext("Promotion code"),
        value=code.value,
        problem=code.problem,
        autocomplete="off",
        short=True,
    )
    kept = tuple(pair for pair in hidden if pair[0] not in {"code", "at"})
    return Form(
        words.gettext("Apply"), (Group((field,)),), method="get", kind="secondary", hidden=kept
    )
