"""The walk shows the pages that the sandbox's hosted portal serves, though each makes them from its own rules."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from portal_desk.models.json import ENDED, Json
from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import FlowPage, Form
from portal_desk.portal.words import Words
from portal_desk.sandbox import billing
from portal_desk.sandbox import portal_visit as hosted
from portal_desk.sandbox.portal_cancelling import show_cancel, show_renew
from portal_desk.sandbox.portal_details import show_details
from portal_desk.sandbox.portal_methods import show_remove
from portal_desk.sandbox.portal_pausing import show_pause, show_resume
from portal_desk.sandbox.portal_paying import show_pay
from portal_desk.sandbox.portal_switching import show_confirm, show_update
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State
from portal_desk.services.portal.walk import Answer, Catalogue, Stop, Visit, page_at
from portal_desk.services.portal.walk.visit import HOME

from .world import NOW

Show = Callable[[hosted.Visit, hosted.Asked], FlowPage]
_SUBSCRIPTION_PAGES: dict[str, Show] = {
    "cancel": show_cancel,
    "renew": show_renew,
    "update": show_update,
    "pause": show_pause,
    "resume": show_resume,
}


@pytest.fixture(scope="module")
def world() -> State:
    state = State(random.Random(11), now=lambda: NOW)  # noqa: S311 - a seeded world, no secrets
    seed(state, customers=60)
    return state


class Pair:
    """One customer under one configuration, at both portals."""

    def __init__(self, world: State, customer: Json, configuration: Json, locale: str) -> None:
        session = {"on_behalf_of": None, "return_url": None, "flow": None}
        self._world = world
        self._hosted = hosted.Visit(
            world, "secret", session, customer, configuration, Words(locale)
        )
        self.snapshot = self._hosted.snapshot
        codes = tuple(world.kind("promotion_code").values())
        options = world.kind("billing.feedback_option")
        catalogue = Catalogue(world.kind("coupon"), codes, options)
        self.visit = Visit(self.snapshot, configuration, locale, world.now(), catalogue=catalogue)

    def served(self, show: Show, ids: dict[str, str], values: dict[str, str]) -> FlowPage | None:
        """The hosted page; None where it isn't offered."""
        try:
            page = show(self._hosted, hosted.Asked(ids, values))
        except (hosted.NotOfferedError, StripeProblem):
            return None
        return _neutral(page, self._hosted.base)

    def walked(self, path: str) -> FlowPage | None:
        """The walk's page, with Stripe's amounts as the sandbox gives them; None where it isn't offered."""
        stop = page_at(self.visit, f"{HOME}/{path}")
        if stop.question:
            stop = page_at(self.visit, f"{HOME}/{path}", self._answer(stop))
        assert isinstance(stop.page, FlowPage)
        gone = stop.page.title == self.visit.words.gettext("This isn’t available")
        return None if gone else _neutral(stop.page, HOME)

    def _answer(self, stop: Stop) -> Answer:
        try:
            return Answer(billing.preview_invoice(self._world, stop.question or {}))
        except StripeProblem:
            return Answer(None)


def _neutral(page: FlowPage, base: str) -> FlowPage:
    """The page without what only one of the two has: the address of the session, the pinned time."""

    def form(one: Form) -> Form:
        hidden = tuple(pair for pair in one.hidden if pair[0] != "at")
        return replace(one, action=one.action.replace(base, ""), hidden=hidden)

    def link(one: Link | None) -> Link | None:
        return one and replace(one, href=one.href.replace(base, ""))

    frame = replace(page.frame, back=link(page.frame.back))
    forms = tuple(form(one) for one in page.forms)
    return replace(page, frame=frame, forms=forms, leave=link(page.leave))


def pairs(world: State) -> Iterator[Pair]:
    customers = list(world.kind("customer").values())
    for number, customer in enumerate(customers):
        for configuration in world.kind("billing_portal.configuration").values():
            yield Pair(world, customer, configuration, ("en", "de", "ja")[number % 3])


def current(pair: Pair) -> Iterator[Json]:
    yield from (one for one in pair.snapshot.subscriptions if one["status"] not in ENDED)


def test_pages_about_a_subscription_are_the_hosted_ones(world: State) -> None:
    seen: set[str] = set()
    for pair in pairs(world):
        for subscription in current(pair):
            for name, show in _SUBSCRIPTION_PAGES.items():
                served = pair.served(show, {"subscription": subscription["id"]}, {})
                assert pair.walked(f"subscriptions/{subscription['id']}/{name}") == served
                seen |= {name} if served else set()
    assert seen == set(_SUBSCRIPTION_PAGES)


def test_pages_about_the_customer_are_the_hosted_ones(world: State) -> None:
    seen: set[str] = set()
    for pair in pairs(world):
        pages: dict[str, tuple[Show, dict[str, Any]]] = {"customer/update": (show_details, {})}
        for method in pair.snapshot.payment_methods:
            path = f"payment-methods/{method['id']}/remove"
            pages[path] = (show_remove, {"method": method["id"]})
        for invoice in pair.snapshot.invoices:
            pages[f"invoices/{invoice['id']}/pay"] = (show_pay, {"invoice": invoice["id"]})
        for path, (show, ids) in pages.items():
            served = pair.served(show, ids, {})
            assert pair.walked(path) == served, path
            seen |= {path.split("/")[-1]} if served else set()
    assert seen == {"update", "remove", "pay"}


def test_a_confirmation_shows_the_hosted_amounts(world: State) -> None:
    seen = 0
    for pair in pairs(world):
        for subscription in current(pair):
            path = f"subscriptions/{subscription['id']}/update"
            choice = pair.walked(path)
            fields = [] if choice is None else _plans(choice)
            for price in fields:
                values = {"price": price}
                served = pair.served(show_confirm, {"subscription": subscription["id"]}, values)
                walked = pair.walked(f"{path}/confirm?price={price}")
                assert _without_later(walked) == _without_later(served), (subscription["id"], price)
                seen += 1
    assert seen > 20


def test_an_estimate_is_what_stripe_would_say_where_there_are_no_taxes_and_discounts(
    world: State,
) -> None:
    seen = 0
    for pair in pairs(world):
        for subscription in current(pair):
            path = f"subscriptions/{subscription['id']}/update"
            choice = pair.walked(path) if _is_plain(subscription, pair) else None
            for price in _plans(choice) if choice else ():
                stop = page_at(pair.visit, f"{HOME}/{path}/confirm?price={price}")
                if stop.question is None:
                    continue
                assert isinstance(stop.page, FlowPage)
                estimated = _neutral(stop.page, HOME)
                assert estimated == pair.walked(f"{path}/confirm?price={price}"), price
                seen += 1
    assert seen > 20


def _is_plain(subscription: Json, pair: Pair) -> bool:
    customer = pair.snapshot.customer
    taxed = subscription["automatic_tax"]["enabled"] or subscription["default_tax_rates"]
    return not (taxed or subscription["discounts"] or customer["discount"] or customer["balance"])


def _plans(page: FlowPage) -> list[str]:
    """The prices on the page."""
    fields = [field for form in page.forms for group in form.groups for field in group.fields]
    return [choice.value for field in fields if field.kind == "plan" for choice in field.choices]


def _without_later(page: FlowPage | None) -> FlowPage | None:
    """The page without the payment after an invoice at once, which only one preview tells apart."""
    if page is None:
        return None
    later = Words(page.frame.locale).gettext("Next payment")
    return replace(page, facts=tuple(fact for fact in page.facts if fact.label != later))
