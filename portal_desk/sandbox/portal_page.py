"""The portal's pages: what a session's link opens, and the login that customers share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from portal_desk.models.json import Json
from portal_desk.portal.brand import brand_of
from portal_desk.portal.document import Brand
from portal_desk.portal.flows.links import linked
from portal_desk.portal.html import render, render_notice
from portal_desk.portal.locales import resolve
from portal_desk.portal.sections.invoices import SHOWN_INVOICES
from portal_desk.portal.view import build_view
from portal_desk.portal.words import Words
from portal_desk.sandbox import visits
from portal_desk.sandbox.links import configuration_of
from portal_desk.sandbox.portal_visit import Visit, account_of, snapshot_of
from portal_desk.sandbox.state import State

__all__ = [
    "Page",
    "brand",
    "enter",
    "home_page",
    "link_sent_page",
    "login_page",
    "snapshot_of",
]


@dataclass(frozen=True)
class Page:
    """A page and its HTTP status."""

    html: str = field(repr=False)
    status: int = 200


def enter(state: State, secret: str, languages: list[str]) -> Visit | Page:
    """Open a session's link: the visit, or the page that says why there is none.

    Args:
        state: the sandbox's state; the visit is noted there.
        secret: the part of the link that names the session.
        languages: what the browser prefers, best first.
    """
    session = visits.session_of(state, secret)
    if session is None:
        html = render_notice("not_found", brand(state), locale=resolve(None, languages))
        return Page(html, 404)
    customer = state.get("customer", session["customer"])
    preferred = (customer or {}).get("preferred_locales") or []
    locale = resolve(session["locale"], [*preferred, *languages])
    if customer is None or not visits.enter(state, secret):
        return _expired_page(state, secret, session, locale)
    configuration = state.kind("billing_portal.configuration")[session["configuration"]]
    return Visit(state, secret, session, customer, configuration, Words(locale))


def home_page(visit: Visit, message: str, *, all_invoices: bool) -> Page:
    """The portal's first page.

    Args:
        visit: who is there.
        message: what was just done, in the customer's words; may be empty.
        all_invoices: whether to show the whole history.
    """
    view = build_view(
        visit.snapshot,
        visit.configuration,
        visit.verdicts,
        locale=visit.words.locale,
        now=visit.state.now(),
        return_url=visit.session["return_url"],
        invoices=len(visit.snapshot.invoices) if all_invoices else SHOWN_INVOICES,
    )
    files = {each["id"]: each["invoice_pdf"] or "" for each in visit.snapshot.invoices}
    return Page(render(replace(linked(view, visit.words, visit.base, files), message=message)))


def _expired_page(state: State, secret: str, session: Json, locale: str) -> Page:
    """The end of a session; where it can be recovered, the customer may log in again."""
    recovery = session["after_expiration"]
    if recovery and state.get("customer", session["customer"]):
        until = recovery["customer_login"]["expires_at"]
        if until is None or state.now() <= until:
            action = f"/p/session/{secret}"
            return Page(render_notice("login", brand(state), locale=locale, action=action), 410)
    return Page(render_notice("expired", brand(state), locale=locale), 410)


def login_page(state: State, token: str, email: str, languages: list[str]) -> Page:
    """The login page of a portal configuration, with the address that the link brought along."""
    locale = resolve(None, languages)
    configuration = configuration_of(state, token)
    if configuration is None or not configuration["login_page"]["enabled"]:
        return Page(render_notice("not_found", brand(state), locale=locale), 404)
    return Page(render_notice("login", brand(state), locale=locale, email=email))


def link_sent_page(state: State, email: str, languages: list[str]) -> Page:
    """What follows a login, whether or not there is such a customer; the sandbox sends no mail."""
    html = render_notice("link_sent", brand(state), locale=resolve(None, languages), email=email)
    return Page(html)


def brand(state: State) -> Brand:
    """How the sandbox's business presents itself."""
    return brand_of(account_of(state))
