"""Customers who press whatever there is: the portal has an answer to everything."""

from __future__ import annotations

import html
import random
import re
from urllib.parse import urlencode

import pytest

from portal_desk.portal.words import Words
from portal_desk.sandbox import billing
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State

from .http_world import DAY, Clock, World, serving
from .portal_visitor import Visitor, text_of

CARDS = ("4242424242424242", "4000000000000341", "5555555555554444")


def addresses(page: str) -> list[str]:
    """Where a page leads within the portal."""
    found = re.findall(r'(?:href|action)="(/p/session/[^"]*)"', page)
    return sorted({html.unescape(each) for each in found})


def filled_in(page: str, chance: random.Random) -> dict[str, str]:
    """A page's forms, filled in: a radio button of each group, and what the fields hold."""
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    for name in ("price", "duration", "payment_method", "feedback"):
        choices = re.findall(rf'name="{name}" value="([^"]*)"', page)
        if choices:
            fields[name] = chance.choice(choices)
    card = {"number": chance.choice(CARDS), "expiry": "12/40", "cvc": "123", "default": "on"}
    return fields | card | {"email": "someone@example.com"}


def confirmed(visitor: Visitor, place: str, page: str, chance: random.Random) -> int:
    """Choose a plan and confirm it; what is billed at once is what was due."""
    wish = {"price": filled_in(page, chance).get("price", "")}
    shown = visitor.get(f"{place}/confirm?{urlencode(wish)}")
    assert shown.status == 200
    state, due = visitor.server.world.state, re.search(r"Due today (\S+)", text_of(shown))
    before = len(state.kind("invoice"))
    sent = visitor.post(f"{place}/confirm", filled_in(shown.text, chance) | wish)
    if due and sent.status == 303 and len(state.kind("invoice")) > before:
        invoice = list(state.kind("invoice").values())[-1]
        amount = Words("en").money(invoice["amount_due"], invoice["currency"])
        assert amount.replace("\xa0", " ").split()[0] == due[1].split()[0]
    return sent.status


@pytest.mark.parametrize("number", range(2))
def test_whatever_customers_press_is_answered(number: int) -> None:
    clock, chance, seeded = Clock(), random.Random(number), random.Random(7)  # noqa: S311
    world = World(clock, State(random=seeded, now=clock))
    seed(world.state, customers=60)
    everyone = list(world.state.kind("customer").values())
    configurations = list(world.state.where("billing_portal.configuration", active=True))
    for configuration in configurations:
        configuration["features"]["subscription_pause"]["enabled"] = True
    statuses = set()
    with serving(world) as server:
        for customer in everyone * 2:
            world.customer = customer
            choice = chance.choice(configurations)
            visitor = Visitor.of(server, configuration=choice["id"])
            for _ in range(3):
                place = chance.choice(addresses(visitor.get().text) or [""])
                page = visitor.get(place)
                assert page.status in {200, 303}, place
                if place.endswith("/update") and "customer" not in place:
                    statuses.add(confirmed(visitor, place, page.text, chance))
                elif place and "?" not in place:
                    answers = filled_in(page.text, chance)
                    statuses.add(visitor.post(place, answers).status)
        clock.time += 40 * DAY
        billing.advance(world.state)
    assert statuses <= {303, 400, 402, 404, 422}
    assert 303 in statuses
