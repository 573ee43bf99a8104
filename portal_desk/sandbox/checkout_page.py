"""The page of a checkout session: what is bought, and a form for a test card."""

from __future__ import annotations

from collections.abc import Mapping

from portal_desk.models.json import Json
from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import Fact, Field, FlowPage, Form, Frame, Group
from portal_desk.portal.flows.frame import frame
from portal_desk.portal.html import render_flow
from portal_desk.portal.locales import resolve
from portal_desk.portal.words import Words
from portal_desk.sandbox.portal_page import Page
from portal_desk.sandbox.portal_visit import account_of
from portal_desk.sandbox.state import State

_TEST_NUMBER = "4242\N{NO-BREAK SPACE}4242\N{NO-BREAK SPACE}4242\N{NO-BREAK SPACE}4242"


def words_of(session: Json, languages: list[str]) -> Words:
    """The language of a session's page.

    Args:
        session: the session.
        languages: what the browser prefers, best first.
    """
    return Words(resolve(session["locale"], languages))


def pay_page(
    state: State,
    session: Json,
    words: Words,
    given: Mapping[str, str],
    problems: Mapping[str, str],
    problem: str = "",
) -> Page:
    """The form.

    Args:
        state: the sandbox.
        session: one that is open.
        words: the language.
        given: what was filled in before; a card's number and code are never sent back.
        problems: what is wrong with fields, by name.
        problem: why the payment failed.
    """
    leave = Link(words.gettext("Cancel"), session["cancel_url"]) if session["cancel_url"] else None
    page = FlowPage(
        _frame(state, words),
        _title(session, words),
        (_hint(words),),
        _facts(session, words),
        forms=(Form(_submit(session, words), (_fields(state, session, words, given, problems),)),),
        leave=leave,
        problem=problem,
    )
    return Page(render_flow(page), 402 if problem else 422 if problems else 200)


def done_page(state: State, words: Words, message: str) -> Page:
    """What follows a payment where the business has no page for that."""
    line = message or words.gettext("You can close this page now.")
    page = FlowPage(_frame(state, words), words.gettext("Thanks for your payment."), (line,))
    return Page(render_flow(page))


def closed_page(state: State, words: Words, message: str = "") -> Page:
    """What a session or a link shows when it is over, or never was one."""
    line = message or words.gettext("Something has changed since the page was opened.")
    page = FlowPage(_frame(state, words), words.gettext("This isn’t available"), (line,))
    return Page(render_flow(page), 410)


def _frame(state: State, words: Words) -> Frame:
    return frame(words, account_of(state), {}, None)


def _title(session: Json, words: Words) -> str:
    if session["mode"] == "setup":
        return words.gettext("Add payment method")
    return words.money(session["amount_total"], session["currency"])


def _hint(words: Words) -> str:
    text = words.gettext(
        "This is a test portal. Use a test card number such as {number}; real cards are declined."
    )
    return text.replace("{number}", _TEST_NUMBER)


def _facts(session: Json, words: Words) -> tuple[Fact, ...]:
    if session["mode"] == "setup":
        return ()
    currency = session["currency"]
    facts = [
        Fact(
            line["description"],
            words.money(line["amount_subtotal"], currency),
            words.gettext("Quantity: {number}").replace("{number}", words.number(line["quantity"])),
        )
        for line in session["line_items"]
    ]
    if off := session["total_details"]["amount_discount"]:
        facts.append(Fact(words.gettext("Discount"), words.money(-off, currency)))
    due = words.money(session["amount_total"], currency)
    return (*facts, Fact(words.gettext("Due today"), due, strong=True))


def _submit(session: Json, words: Words) -> str:
    if session["mode"] == "setup":
        return words.gettext("Add")
    amount = words.money(session["amount_total"], session["currency"])
    return words.gettext("Pay {amount}").replace("{amount}", amount)


def _fields(
    state: State,
    session: Json,
    words: Words,
    given: Mapping[str, str],
    problems: Mapping[str, str],
) -> Group:
    customer = state.get("customer", session["customer"] or "") or {}
    email = session["customer_email"] or customer.get("email") or ""
    name = customer.get("name") or ""

    def field(key: str, label: str, completion: str, value: str = "", **more: str) -> Field:
        return Field(
            key,
            label,
            "email" if key == "email" else "text",
            given.get(key, value),
            problem=problems.get(key, ""),
            required=key != "promotion_code",
            autocomplete=completion,
            inputmode=more.get("inputmode", ""),
            hint=more.get("hint", ""),
            short=key in {"expiry", "cvc"},
        )

    numeric = {"inputmode": "numeric"}
    month = words.gettext("MM/YY")
    fields = [
        field("email", words.gettext("Email"), "email", email),
        field("number", words.gettext("Card number"), "cc-number", **numeric),
        field("expiry", words.gettext("Expiration date"), "cc-exp", hint=month, **numeric),
        field("cvc", words.gettext("Security code"), "cc-csc", **numeric),
        field("name", words.gettext("Name"), "cc-name", name),
    ]
    if session["allow_promotion_codes"]:
        fields.append(field("promotion_code", words.gettext("Promotion code"), "off"))
    return Group(tuple(fields))
