"""Who the customer is on invoices: name, addresses, tax IDs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from babel.numbers import get_territory_currencies

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object, as_text
from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import Choice, Field, FieldKind, FlowPage, Form, Frame, Group
from portal_desk.portal.tax_kinds import KINDS
from portal_desk.portal.words import Words

ADDRESS = ("country", "line1", "line2", "city", "state", "postal_code")
"""The parts of an address, in Stripe's names and the form's order."""
_COMPLETION = {
    "country": "country",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "state": "address-level1",
    "postal_code": "postal-code",
}


def fields_of(customer: Json) -> dict[str, str]:
    """What the form's fields hold at first, by name."""
    shipping = as_object(customer.get("shipping"))
    address, goods_to = as_object(customer.get("address")), as_object(shipping.get("address"))
    fields = {name: customer.get(name) for name in ("name", "email", "phone")}
    fields |= {f"address_{part}": address.get(part) for part in ADDRESS}
    fields |= {f"shipping_{part}": goods_to.get(part) for part in ADDRESS}
    fields |= {"shipping_name": shipping.get("name"), "shipping_phone": shipping.get("phone")}
    return {name: as_text(value) for name, value in fields.items()}


def tax_lines(tax_ids: Iterable[Json]) -> list[tuple[str, str]]:
    """The tax IDs that are there: their ids, and their numbers with the kind."""
    lines = []
    for each in tax_ids:
        kind = as_text(each.get("type"))
        name = KINDS[kind][0] if kind in KINDS else kind
        lines.append((as_text(each.get("id")), f"{as_text(each.get('value'))} ({name})"))
    return lines


def tax_kinds() -> list[Choice]:
    """The kinds of tax ID that can be added."""
    return [Choice(code, name) for code, (name, _) in KINDS.items()]


def details_page(
    words: Words,
    frame: Frame,
    allowed: Collection[str],
    given: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    tax_ids: Sequence[tuple[str, str]],
    kinds: Sequence[Choice],
    leave: Link | None,
    problem: str = "",
) -> FlowPage:
    """What a customer may change about themselves.

    Args:
        words: the language.
        frame: the page's frame.
        allowed: Stripe's `allowed_updates`.
        given: what the fields hold, by name: `name`, `address_city`, `shipping_line1`, …
        problems: what is wrong with fields, by name.
        tax_ids: ids and numbers of the tax IDs that are there.
        kinds: the kinds of tax ID that can be added.
        leave: the way out.
        problem: why the last attempt failed.
    """
    groups = _groups(words, allowed, given, problems)
    forms = [Form(words.gettext("Save"), groups)] if groups else []
    if "tax_id" in allowed:
        forms += _tax_forms(words, tax_ids, kinds, given, problems)
    return FlowPage(
        frame,
        words.gettext("Billing information"),
        forms=tuple(forms),
        leave=leave,
        problem=problem,
    )


def _groups(
    words: Words, allowed: Collection[str], given: Mapping[str, str], problems: Mapping[str, str]
) -> tuple[Group, ...]:
    labels = _labels(words)

    def field(name: str, label: str, completion: str) -> Field:
        return Field(
            name,
            labels[label],
            "select" if label == "country" else _kind(name),
            given.get(name, ""),
            choices=countries(words) if label == "country" else (),
            problem=problems.get(name, ""),
            autocomplete=completion,
            required=name == "email",
            short=label in {"city", "postal_code", "state"},
        )

    plain = [("name", "name"), ("email", "email"), ("phone", "tel")]
    groups = [Group(tuple(field(name, name, hint) for name, hint in plain if name in allowed))]
    if "address" in allowed:
        fields = [
            field(f"address_{part}", part, f"billing {_COMPLETION[part]}") for part in ADDRESS
        ]
        groups.append(Group(tuple(fields), words.gettext("Billing address")))
    if "shipping" in allowed:
        fields = [field("shipping_name", "name", "shipping name")]
        fields += [
            field(f"shipping_{part}", part, f"shipping {_COMPLETION[part]}") for part in ADDRESS
        ]
        fields.append(field("shipping_phone", "phone", "shipping tel"))
        groups.append(Group(tuple(fields), words.gettext("Shipping address")))
    return tuple(group for group in groups if group.fields)


def _kind(name: str) -> FieldKind:
    kinds: dict[str, FieldKind] = {"email": "email", "phone": "tel", "shipping_phone": "tel"}
    return kinds.get(name, "text")


def _labels(words: Words) -> dict[str, str]:
    return {
        "name": words.gettext("Name"),
        "email": words.gettext("Email"),
        "phone": words.gettext("Phone number"),
        "country": words.gettext("Country or region"),
        "line1": words.gettext("Address line 1"),
        "line2": words.gettext("Address line 2"),
        "city": words.gettext("City"),
        "state": words.gettext("State or province"),
        "postal_code": words.gettext("Postal code"),
    }


def countries(words: Words) -> tuple[Choice, ...]:
    """Every country that has a currency, by its name; an empty choice first."""
    return _countries(words.locale)


@cache
def _countries(locale: str) -> tuple[Choice, ...]:
    words = Words(locale)
    codes = [
        code
        for code in map(str, words.babel.territories)
        if len(code) == len("XX") and code.isalpha() and get_territory_currencies(code)
    ]
    named = sorted((words.territory(code).casefold(), code) for code in codes)
    return (Choice("", ""), *(Choice(code, words.territory(code)) for _, code in named))


def _tax_forms(
    words: Words,
    tax_ids: Sequence[tuple[str, str]],
    kinds: Sequence[Choice],
    given: Mapping[str, str],
    problems: Mapping[str, str],
) -> list[Form]:
    forms = [
        Form(
            words.gettext("Remove"),
            action=f"remove-tax-id/{tax_id}",
            kind="line",
            about=number,
            title=words.gettext("Tax IDs") if place == 0 else "",
        )
        for place, (tax_id, number) in enumerate(tax_ids)
    ]
    kind = Field(
        "tax_type",
        words.gettext("Type"),
        "select",
        given.get("tax_type", ""),
        tuple(kinds),
        required=True,
        short=True,
    )
    number = Field(
        "tax_value",
        words.gettext("Number"),
        value=given.get("tax_value", ""),
        problem=problems.get("tax_value", ""),
        required=True,
        autocomplete="off",
        short=True,
    )
    add = Form(
        words.gettext("Add tax ID"),
        (Group((kind, number)),),
        "add-tax-id",
        kind="secondary",
        title="" if tax_ids else words.gettext("Tax IDs"),
    )
    return [*forms, add]
