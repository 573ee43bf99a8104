"""Where the buttons of the portal's first page lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object, as_text
from portal_desk.portal.document import Button, Capability, PortalView, Row, Section
from portal_desk.portal.words import Words

_SUBSCRIPTION: dict[Capability, str] = {
    "update_plan": "update",
    "update_quantity": "update",
    "apply_promotion_code": "update",
    "cancel": "cancel",
    "renew": "renew",
    "pause": "pause",
    "resume": "resume",
}


_STARTS = {
    "customer_update": "customer/update",
    "payment_method_update": "payment-methods/add",
    "subscription_cancel": "subscriptions/{subscription}/cancel",
    "subscription_pause": "subscriptions/{subscription}/pause",
    "subscription_update": "subscriptions/{subscription}/update",
    "subscription_update_confirm": "subscriptions/{subscription}/update/confirm",
}


def start_path(flow: Json) -> str:
    """The address of a deep link's first page, below the session's; empty for a flow that isn't known."""
    kind = as_text(flow.get("type"))
    details = as_object(flow.get(kind))
    return _STARTS.get(kind, "").format(subscription=as_text(details.get("subscription")))


def linked(
    view: PortalView,
    words: Words,
    base: str,
    files: Mapping[str, str],
    in_use: Collection[str],
) -> PortalView:
    """The first page with buttons that work.

    Args:
        view: the page.
        words: its language.
        base: the address of the session.
        files: the addresses of invoices' PDFs, by id.
        in_use: the ids of payment methods that can't be removed.
    """

    def row_of(section: Section, row: Row) -> Row:
        match section.key:
            case "subscriptions":
                return _subscription(row, base)
            case "payment_methods":
                return _method(row, words, base, removable=row.id not in in_use)
            case "invoices":
                return _invoice(row, base, files)
        return row

    sections = tuple(
        replace(
            section,
            rows=tuple(row_of(section, row) for row in section.rows),
            buttons=tuple(_of_section(button, base) for button in section.buttons),
            more_href=f"{base}?invoices=all" if section.more else "",
        )
        for section in view.sections
    )
    return replace(view, sections=sections)


def _of_section(button: Button, base: str) -> Button:
    ways: dict[Capability, str] = {
        "add_payment_method": "payment-methods/add",
        "update_billing_information": "customer/update",
        "update_tax_ids": "customer/update",
    }
    return replace(button, href=f"{base}/{ways[button.capability]}")


def _subscription(row: Row, base: str) -> Row:
    buttons = (
        replace(
            button,
            href=f"{base}/subscriptions/{row.id}/{_SUBSCRIPTION[button.capability]}",
            about=row.title,
        )
        for button in row.buttons
    )
    return replace(row, buttons=tuple(buttons))


def _method(row: Row, words: Words, base: str, *, removable: bool) -> Row:
    """A default can only be replaced: others can be made the default, and maybe removed."""
    here = f"{base}/payment-methods/{row.id}"
    made = [
        replace(button, href=f"{here}/default", posts=True, about=row.title)
        for button in row.buttons
    ]
    remove = [
        replace(button, label=words.gettext("Remove"), href=f"{here}/remove", posts=False)
        for button in made
        if removable
    ]
    return replace(row, buttons=(*made, *remove))


def _invoice(row: Row, base: str, files: Mapping[str, str]) -> Row:
    pay = [
        replace(each, href=f"{base}/invoices/{row.id}/pay", about=row.title) for each in row.buttons
    ]
    load = Button(
        "view_invoices",
        "PDF",
        kind="link",
        href=files.get(row.id, ""),
        about=row.title,
    )
    return replace(row, buttons=(*pay, load) if load.href else tuple(pay))
