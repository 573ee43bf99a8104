"""Adding a card, and taking a payment method away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import Fact, Field, FlowPage, Form, Frame, Group, Tab
from portal_desk.portal.words import Words

_TEST_CARD = "\N{NO-BREAK SPACE}".join(["4242"] * 4)


def card_page(
    words: Words,
    frame: Frame,
    given: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    asks_default: bool,
    leave: Link | None,
    problem: str = "",
) -> FlowPage:
    """A new card.

    Args:
        words: the language.
        frame: the page's frame.
        given: what the fields hold, by name; never a card's number or code.
        problems: what is wrong with fields, by name.
        asks_default: whether the customer may leave the default as it is.
        leave: the way out.
        problem: why the last attempt failed.
    """
    form = _form(words, _card_fields(words, given, problems), given, asks_default=asks_default)
    return FlowPage(
        frame,
        words.gettext("Add payment method"),
        (
            words.gettext(
                "This is a test portal. Use a test card number such as {number}; "
                "real cards are declined."
            ).replace("{number}", _TEST_CARD),
        ),
        forms=(form,),
        leave=leave,
        problem=problem,
    )


def add_page(
    words: Words,
    frame: Frame,
    kind: str,
    kinds: Sequence[Tab],
    given: Mapping[str, str],
    *,
    asks_default: bool,
    leave: Link | None,
) -> FlowPage:
    """A new payment method of any kind; what other kinds than cards ask for is their own business.

    Args:
        words: the language.
        frame: the page's frame.
        kind: Stripe's type of the chosen kind.
        kinds: those to choose from.
        given: what the fields hold, by name.
        asks_default: whether the customer may leave the default as it is.
        leave: the way out.
    """
    fields = _card_fields(words, given, {}) if kind == "card" else []
    form = _form(words, fields, given, asks_default=asks_default)
    title = words.gettext("Add payment method")
    return FlowPage(frame, title, tabs=tuple(kinds), forms=(form,), leave=leave)


def _form(
    words: Words, fields: list[Field], given: Mapping[str, str], *, asks_default: bool
) -> Form:
    if asks_default:
        label = words.gettext("Use as default payment method")
        fields = [*fields, Field("default", label, "checkbox", given.get("default", "on"))]
    return Form(words.gettext("Add"), (Group(tuple(fields)),) if fields else ())


def _card_fields(
    words: Words, given: Mapping[str, str], problems: Mapping[str, str]
) -> list[Field]:
    def field(name: str, label: str, completion: str, *, hint: str = "", short: bool) -> Field:
        return Field(
            name,
            label,
            value=given.get(name, ""),
            problem=problems.get(name, ""),
            required=True,
            autocomplete=completion,
            inputmode="numeric",
            hint=hint,
            short=short,
        )

    month = words.gettext("MM/YY")
    return [
        field("number", words.gettext("Card number"), "cc-number", short=False),
        field("expiry", words.gettext("Expiration date"), "cc-exp", hint=month, short=True),
        field("cvc", words.gettext("Security code"), "cc-csc", short=True),
    ]


def remove_page(
    words: Words, frame: Frame, method: str, expiry: str, *, leave: Link | None, problem: str = ""
) -> FlowPage:
    """The last page before a payment method is removed."""
    return FlowPage(
        frame,
        words.gettext("Remove payment method"),
        (words.gettext("It can’t be used for payments any more."),),
        (Fact(method, expiry),),
        forms=(Form(words.gettext("Remove payment method"), kind="critical"),),
        leave=leave,
        problem=problem,
    )
