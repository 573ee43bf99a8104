"""The portal's pages: what a session's link opens, and the login that customers share."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.brand import brand_of
from portal_desk.portal.document import Brand
from portal_desk.portal.html import render, render_notice
from portal_desk.portal.locales import resolve
from portal_desk.portal.view import build_view
from portal_desk.sandbox import visits
from portal_desk.sandbox.expand import present
from portal_desk.sandbox.links import configuration_of
from portal_desk.sandbox.portal_judgement import judge
from portal_desk.sandbox.state import State

_MAX_INVOICES = 100


@dataclass(frozen=True)
class Page:
    """A page and its HTTP status."""

    html: str = field(repr=False)
    status: int = 200


def session_page(state: State, secret: str, languages: list[str]) -> Page:
    """What a portal session's link shows.

    Args:
        state: the sandbox's state; the visit is noted there.
        secret: the last part of the link.
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
        return _expired_page(state, session, locale)
    configuration = state.kind("billing_portal.configuration")[session["configuration"]]
    snapshot = snapshot_of(state, customer, session["on_behalf_of"])
    view = build_view(
        snapshot,
        configuration,
        judge(snapshot, configuration),
        locale=locale,
        now=state.now(),
        return_url=session["return_url"],
    )
    return Page(render(view))


def _expired_page(state: State, session: Json, locale: str) -> Page:
    """The end of a session; where it can be recovered, the customer may log in again."""
    recovery = session["after_expiration"]
    if recovery and state.get("customer", session["customer"]):
        until = recovery["customer_login"]["expires_at"]
        if until is None or state.now() <= until:
            return Page(render_notice("login", brand(state), locale=locale), 410)
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
    return brand_of(next(iter(state.kind("account").values()), {}))


def snapshot_of(state: State, customer: Json, on_behalf_of: str | None = None) -> CustomerSnapshot:
    """The customer with everything around it; with `on_behalf_of`, that account's share alone."""
    mine = {"customer": customer["id"]}
    share = {**mine, "on_behalf_of": on_behalf_of} if on_behalf_of else mine
    invoices = [
        present(state, each, [])
        for each, _ in zip(state.where("invoice", **share), range(_MAX_INVOICES), strict=False)
    ]
    return CustomerSnapshot(
        customer=customer,
        subscriptions=tuple(
            present(state, each, ["discounts"]) for each in state.where("subscription", **share)
        ),
        schedules=state.kind("subscription_schedule"),
        invoices=tuple(invoices),
        payment_methods=tuple(state.where("payment_method", **mine)),
        tax_ids=tuple(state.where("tax_id", **mine)),
        products=state.kind("product"),
        prices=state.kind("price"),
        coupons=state.kind("coupon"),
        account=next(iter(state.kind("account").values()), {}),
        as_of=state.now(),
    )
