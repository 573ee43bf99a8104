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
from portal_desk.sandbox.portal_login import log_in, recover, recoverable
from portal_desk.sandbox.portal_visit import Visit, account_of, snapshot_of
from portal_desk.sandbox.state import State

__all__ = [
    "Page",
    "brand",
    "enter",
    "home_page",
    "link_sent_page",
    "login_page",
    "recovery_page",
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
    locale = _locale(state, session, languages)
    if customer is None or not visits.enter(state, secret):
        return _expired_page(state, secret, session, locale)
    configuration = state.kind("billing_portal.configuration")[session["configuration"]]
    if visits.keeps_email(state, secret):
        configuration = _without_email(configuration)
    return Visit(state, secret, session, customer, configuration, Words(locale))


def _locale(state: State, session: Json, languages: list[str]) -> str:
    """A session's language: its own, else the customer's, else the browser's."""
    customer = state.get("customer", session["customer"]) or {}
    return resolve(session["locale"], [*(customer.get("preferred_locales") or []), *languages])


def _without_email(configuration: Json) -> Json:
    """A configuration that doesn't let customers change their email address."""
    features = configuration["features"]
    update = features["customer_update"]
    allowed = [each for each in update["allowed_updates"] if each != "email"]
    kept = {**features, "customer_update": {**update, "allowed_updates": allowed}}
    return {**configuration, "features": kept}


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
    shown = linked(view, visit.words, visit.base, files, visit.methods_in_use)
    return Page(render(replace(shown, message=message)))


def _expired_page(state: State, secret: str, session: Json, locale: str) -> Page:
    """The end of a session; where it can be recovered, the customer may log in again."""
    if not recoverable(state, session):
        return Page(render_notice("expired", brand(state), locale=locale), 410)
    action = f"/p/session/{secret}"
    return Page(render_notice("login", brand(state), locale=locale, action=action), 410)


def recovery_page(state: State, secret: str, email: str, languages: list[str]) -> Visit | Page:
    """Send a new link for a session that has expired, or say why there is none.

    Returns:
        The visit where the session hasn't expired.
    """
    entered = enter(state, secret, languages)
    session = visits.session_of(state, secret)
    if isinstance(entered, Visit) or session is None or not recoverable(state, session):
        return entered
    recover(state, secret, session, email)
    return _link_sent(state, email, _locale(state, session, languages))


def login_page(state: State, token: str, email: str, languages: list[str]) -> Page:
    """The login page of a portal configuration, with the address that the link brought along."""
    locale = resolve(None, languages)
    if _login_of(state, token) is None:
        return Page(render_notice("not_found", brand(state), locale=locale), 404)
    return Page(render_notice("login", brand(state), locale=locale, email=email))


def link_sent_page(state: State, token: str, email: str, languages: list[str]) -> Page:
    """What follows a login, the same whether or not there is such a customer."""
    configuration = _login_of(state, token)
    if configuration is None:
        return login_page(state, token, email, languages)
    log_in(state, configuration, email)
    return _link_sent(state, email, resolve(None, languages))


def _login_of(state: State, token: str) -> Json | None:
    """The configuration behind a login page, while it is active and has one."""
    found = configuration_of(state, token)
    return found if found and found["active"] and found["login_page"]["enabled"] else None


def _link_sent(state: State, email: str, locale: str) -> Page:
    return Page(render_notice("link_sent", brand(state), locale=locale, email=email))


def brand(state: State) -> Brand:
    """How the sandbox's business presents itself."""
    return brand_of(account_of(state))
