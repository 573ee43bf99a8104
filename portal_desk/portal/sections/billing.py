"""Who the customer is on invoices."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.addresses import address_lines
from portal_desk.portal.document import Badge, Row, Section, Verdicts
from portal_desk.portal.sections.buttons import joint_button
from portal_desk.portal.words import Words


def billing_section(words: Words, snapshot: CustomerSnapshot, verdicts: Verdicts) -> Section:
    """Name, email, addresses, phone and tax IDs, each where there is one."""
    return Section(
        key="billing_information",
        title=words.gettext("Billing information"),
        rows=(*_fields(words, snapshot.customer), *_tax_ids(words, snapshot)),
        buttons=(
            joint_button(
                ("update_billing_information", "update_tax_ids"),
                words.gettext("Update information"),
                verdicts.portal,
                "link",
            ),
        ),
        empty=words.gettext("No billing information yet."),
    )


def _fields(words: Words, customer: Json) -> list[Row]:
    shipping = as_object(customer.get("shipping"))
    plain = [
        Row(title=words.gettext("Name"), value=as_text(customer.get("name"))),
        Row(title=words.gettext("Email"), value=as_text(customer.get("email"))),
    ]
    addresses = [
        Row(
            title=words.gettext("Billing address"),
            lines=address_lines(words, as_object(customer.get("address"))),
        ),
        Row(
            title=words.gettext("Shipping address"),
            lines=address_lines(words, as_object(shipping.get("address"))),
        ),
    ]
    phone = Row(title=words.gettext("Phone number"), value=as_text(customer.get("phone")))
    return [row for row in (*plain, *addresses, phone) if row.value or row.lines]


def _tax_ids(words: Words, snapshot: CustomerSnapshot) -> list[Row]:
    return [
        Row(
            id=as_text(tax_id.get("id")),
            title=words.gettext("Tax ID"),
            value=_tax_id(tax_id),
            badges=_verification(words, tax_id),
        )
        for tax_id in snapshot.tax_ids
    ]


def _tax_id(tax_id: Json) -> str:
    """ "DE123456789 (EU VAT)": the kind in Stripe's code, where people know it by that."""
    kind = as_text(tax_id.get("type")).replace("_", " ").upper()
    return f"{as_text(tax_id.get('value'))} ({kind})" if kind else as_text(tax_id.get("value"))


def _verification(words: Words, tax_id: Json) -> tuple[Badge, ...]:
    status = as_object(tax_id.get("verification")).get("status")
    if status == "unverified":
        return (Badge(words.gettext("Not verified"), "warning"),)
    return ()
