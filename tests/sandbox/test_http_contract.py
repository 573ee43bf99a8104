"""Every kind of object that the sandbox answers with has the shape that stripe-python expects."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Endpoint
from portal_desk.sandbox.endpoints import ENDPOINTS
from portal_desk.sandbox.expand import EXPANDABLE
from portal_desk.sandbox.keys import RESOURCES
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State

from .http_shapes import expandable, problems
from .http_world import Clock, Server, World, serving

LISTS = {
    "/v1/customers?expand[]=data.tax_ids&expand[]=data.subscriptions",
    "/v1/products",
    "/v1/balance_transactions?expand[]=data.source",
    "/v1/billing/meters",
    "/v1/charges?expand[]=data.balance_transaction&expand[]=data.refunds",
    "/v1/payment_intents?expand[]=data.latest_charge",
    "/v1/plans?expand[]=data.tiers&expand[]=data.product",
    "/v1/prices?expand[]=data.tiers&expand[]=data.currency_options",
    "/v1/coupons",
    "/v1/promotion_codes",
    "/v1/subscriptions?status=all&expand[]=data.discounts&expand[]=data.schedule",
    "/v1/subscription_schedules",
    "/v1/invoices?expand[]=data.payments&expand[]=data.discounts",
    "/v1/invoiceitems",
    "/v1/invoice_payments",
    "/v1/billing_portal/configurations?expand[]=data.features.subscription_update.products",
    "/v1/events",
}


@pytest.fixture(scope="module")
def seeded() -> Iterator[Server]:
    """A seeded world, served."""
    clock = Clock()
    world = World(clock, State(random=random.Random(3), now=clock))  # noqa: S311 - repeatable
    seed(world.state, customers=80)
    with serving(world) as server:
        yield server


def pages(server: Server, path: str) -> Iterator[Json]:
    """All entries of a list."""
    joint = "&" if "?" in path else "?"
    after = ""
    while True:
        page = server.request("GET", f"{path}{joint}limit=100{after}").json
        yield from page["data"]
        if not page["has_more"]:
            return
        after = f"&starting_after={page['data'][-1]['id']}"


def summary(found: Iterator[str]) -> Counter[str]:
    """Complaints, those of the same kind counted together."""
    return Counter(found)


@pytest.mark.parametrize("path", sorted(LISTS))
def test_lists_have_stripes_shape(seeded: Server, path: str) -> None:
    entries = list(pages(seeded, path))
    assert entries or path == "/v1/invoiceitems"
    assert not summary(problem for each in entries for problem in problems(each))


def test_what_belongs_to_a_customer_has_stripes_shape(seeded: Server) -> None:
    for customer in list(pages(seeded, "/v1/customers"))[:40]:
        for name in ("payment_methods", "tax_ids", "balance_transactions"):
            for each in pages(seeded, f"/v1/customers/{customer['id']}/{name}"):
                assert not list(problems(each))


def test_account_and_session_have_stripes_shape(seeded: Server) -> None:
    assert not list(problems(seeded.request("GET", "/v1/account").json))
    customer = next(pages(seeded, "/v1/customers"))["id"]
    body = {"customer": customer, "flow_data[type]": "payment_method_update"}
    session = seeded.request("POST", "/v1/billing_portal/sessions", body)
    assert not list(problems(session.json))


def test_every_endpoint_asks_for_a_permission_that_a_key_can_lack() -> None:
    assert {endpoint.resource for endpoint in ENDPOINTS} == set(RESOURCES)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: f"{each.method} {each.path}")
def test_every_endpoint_checks_its_parameters(server: Server, endpoint: Endpoint) -> None:
    path = re.sub(r"\{[a-z]+\}", "x", endpoint.path)
    answer = server.request(endpoint.method, f"{path}?no_such_thing=1")
    assert answer.error["message"] == "Received unknown parameter: no_such_thing"


SERVICE_CALL = re.compile(r'self\._request\(\s*"(get|post|delete)",\s*"(/v[12]/[^"]+)"')


def requests_of_stripes_client() -> Iterator[tuple[str, str]]:
    """Every request that stripe-python can make: methods and paths, with x for each id."""
    folder = Path(stripe.__file__).parent
    for module in folder.rglob("_*_service.py"):
        for method, path in SERVICE_CALL.findall(module.read_text("utf-8")):
            yield method.upper(), re.sub(r"\{[^}]*\}", "x", path)


def test_whatever_stripe_can_do_is_done_or_clearly_refused(server: Server) -> None:
    supported = {(each.method, re.sub(r"\{[a-z]+\}", "x", each.path)) for each in ENDPOINTS}
    others = sorted(set(requests_of_stripes_client()) - supported)
    assert len(others) > 200
    for method, path in others:
        answer = server.request(method, path)
        told = (answer.status, answer.error["message"])
        assert told == (501, f"The sandbox does not support {method} {path} yet."), path


def test_what_can_be_expanded_is_what_stripe_can_expand() -> None:
    for kind, paths in EXPANDABLE.items():
        assert set(paths) <= expandable(kind), kind
