"""The hosted page of an invoice: what is owed, a way to pay it, and the PDF."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from portal_desk.models.json import Json
from portal_desk.portal.html import render_notice
from portal_desk.portal.locales import resolve
from portal_desk.portal.sections.invoices import invoice_status
from portal_desk.portal.words import Words
from portal_desk.sandbox.links import invoice_links
from portal_desk.sandbox.portal_page import Page, brand
from portal_desk.sandbox.state import State


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("portal_desk.sandbox"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def invoice_page(state: State, invoice: Json, problem: str = "") -> Page:
    """The page of an invoice.

    Args:
        state: the sandbox's state.
        invoice: the invoice, not a draft.
        problem: why a payment just failed, in Stripe's words.
    """
    customer = state.get("customer", invoice["customer"]) or {}
    words = Words(resolve(None, customer.get("preferred_locales") or []))
    template = _environment().get_template("invoice.html.j2")
    html = template.render(
        invoice=invoice,
        words=words,
        status=" ".join(badge.text for badge in invoice_status(words, invoice)),
        brand=brand(state),
        problem=problem,
        pdf=invoice_links(state, invoice)["invoice_pdf"],
        lines=invoice["lines"]["data"],
    )
    return Page(html, 402 if problem else 200)


def gone_page(state: State) -> Page:
    """What an invoice's link shows when it has expired, or never was one."""
    return Page(render_notice("expired", brand(state)), 410)
