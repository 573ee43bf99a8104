"""Search: Stripe's query language, what it refuses, its pages and its lag."""

from __future__ import annotations

import contextlib
import json
import random

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.search_query import FIELDS, parse
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State

from .http_world import Clock, Server, World, serving

PEOPLE: tuple[Json, ...] = (
    {"name": "Amy Pond", "email": "amy@rocketrides.io", "metadata": {"plan": "gold", "a-b": "1"}},
    {"name": "Rory Amy Williams", "email": None, "phone": "+1999", "metadata": {"plan": "GOLD"}},
    {"name": 'The "Sky" and the Sea', "email": "xamy@sea.org", "metadata": {}},
)


@pytest.fixture
def people(client: stripe.StripeClient) -> list[str]:
    """Three customers, whose names begin with A, R and T."""
    found = []
    for each in PEOPLE:
        known = {name: value for name, value in each.items() if value is not None}
        found.append(client.v1.customers.create(known).id)  # type: ignore[arg-type]
    return found


def initials(client: stripe.StripeClient, query: str) -> str:
    """The first letters of those who are found besides Ada, in the alphabet's order."""
    found = client.v1.customers.search({"query": query, "limit": 100}).data
    return "".join(sorted(str(each.name)[0] for each in found if each.name != "Ada Lovelace"))


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('name:"amy pond"', "A"),
        ('name:"Amy"', "AR"),
        ('name:"Pond Amy"', ""),
        ('name:"Am"', ""),
        ('name~"mY p"', "A"),
        ('email~"amy"', "AT"),
        ("email:'amy@rocketrides.io'", "A"),
        ("email:null", "R"),
        ("-email:NULL", "AT"),
        ('-email:"amy@rocketrides.io"', "RT"),
        ('metadata["plan"]:"gold"', "AR"),
        ("metadata['a-b']:'1'", "A"),
        ('-metadata["plan"]:null', "AR"),
        ('metadata["plan"]:"gol"', ""),
        ('name:"the \\"sky\\" and"', "T"),
        ("name~'\"Sky\"'", "T"),
        ('name~"pond" OR phone:"+1999"', "AR"),
        ('name~"amy" and -email:null', "A"),
        ('name~"amy" metadata["plan"]:"gold" phone:"+1999"', "R"),
        ("created>=1800000000", "ART"),
        ("created:1800000000", "ART"),
        ('created<="1799999999"', ""),
        ("created>-5 created<1800000001", "ART"),
        ("created=1800000000", "ART"),
    ],
)
def test_a_query_finds_what_it_says(client: stripe.StripeClient, query: str, expected: str) -> None:
    assert initials(client, query) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ada", "We were unable to parse your search query."),
        ("name:ada", "We were unable to parse your search query."),
        ('name:"ada', "We were unable to parse your search query."),
        ('(name:"ada")', "We were unable to parse your search query."),
        ('name:"ada" AND', "We were unable to parse your search query."),
        ('name:"a"email:"b"', "We were unable to parse your search query."),
        ('metadata:"a"', "We were unable to parse your search query."),
        ('name["a"]:"b"', "We were unable to parse your search query."),
        ("", "We were unable to parse your search query."),
        (
            'colour:"red"',
            (
                "Field `colour` is an unsupported search field for resource `customers`. See "
                "http://stripe.com/docs/search#query-fields-for-customers for a list of supported "
                "fields."
            ),
        ),
        ('name:"a" AND email:"b" OR phone:"c"', "You can't combine AND and OR"),
        ('name:"a" email:"b" OR phone:"c"', "You can't combine AND and OR"),
        ('name>"a"', "does not support the operator `>`"),
        ('created~"180"', "does not support the operator `~`"),
        ('metadata["a"]~"bcd"', "does not support the operator `~`"),
        ("name~null", "does not support the operator `~`"),
        ('name~"ab"', "Substrings must be a minimum of 3 characters"),
        ('created>"soon"', "`created` is numeric"),
        (" ".join(['name:"a"'] * 11), "10 clauses at most"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(
    client: stripe.StripeClient, query: str, message: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.search({"query": query})
    assert str(caught.value.user_message).startswith(message) or message in str(caught.value)
    assert caught.value.param == "query"


def test_each_kind_is_searched_by_its_own_fields(client: stripe.StripeClient, world: World) -> None:
    subscription = world.subscription["id"]
    invoices = client.v1.invoices.search(
        {"query": f'subscription:"{subscription}" status:"paid" total>1000 currency:"USD"'}
    )
    assert [each.id for each in invoices.data] == [world.subscription["latest_invoice"]]
    prices = client.v1.prices.search({"query": 'active:"true" type:"recurring"'}).data
    assert {each.id for each in prices} == {world.monthly["id"], world.yearly["id"]}
    assert client.v1.products.search({"query": 'name~"eam" shippable:null'}).data[0].name == "Team"
    found = client.v1.subscriptions.search({"query": '-status:"canceled" canceled_at:null'}).data
    assert [each.id for each in found] == [subscription]
    query = f'customer:"{world.customer["id"]}" amount=4000'
    assert client.v1.payment_intents.search({"query": query}).data[0].amount == 4_000


def test_charges_are_searched_by_card_and_by_what_was_refunded(
    client: stripe.StripeClient,
) -> None:
    def amounts(refunded: str) -> list[int]:
        query = f'payment_method_details.card.last4:4242 refunded:{refunded} disputed:"false"'
        return [each.amount for each in client.v1.charges.search({"query": query}).data]

    charge = client.v1.charges.list().data[0].id
    assert (amounts("null"), amounts('"false"'), amounts('"true"')) == ([4_000], [], [])
    client.v1.refunds.create({"charge": charge, "amount": 1_000})
    assert (amounts("null"), amounts('"false"'), amounts('"true"')) == ([], [4_000], [])
    client.v1.refunds.create({"charge": charge})
    assert (amounts("null"), amounts('"false"'), amounts('"true"')) == ([], [], [4_000])


def test_pages_follow_one_another_though_customers_keep_coming(
    client: stripe.StripeClient,
) -> None:
    made = [client.v1.customers.create({"name": "Same"}).id for _ in range(5)]
    first = client.v1.customers.search({"query": 'name:"Same"', "limit": 2})
    client.v1.customers.create({"name": "Same"})
    assert first.next_page is not None
    second = client.v1.customers.search(
        {"query": 'name:"Same"', "limit": 3, "page": first.next_page}
    )
    assert [each.id for each in (*first.data, *second.data)] == made[::-1]
    assert second.next_page is None


@pytest.mark.parametrize("page", ["2", "MDAwMDAwMDBjdXNfMQ==", "é"])
def test_a_page_that_belongs_to_no_query_is_refused(client: stripe.StripeClient, page: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid page") as caught:
        client.v1.customers.search({"query": 'name:"Ada Lovelace"', "page": page})
    assert caught.value.param == "page"


def test_with_a_lag_search_knows_the_world_as_it_was(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    gone = client.v1.customers.create({"name": "Gone"}).id
    world.clock.time += 100
    server.request("POST", "/_sandbox/settings", json.dumps({"search_lag": 60}))
    client.v1.customers.create({"name": "New"})
    client.v1.customers.update(world.customer["id"], {"name": "Countess"})
    client.v1.customers.delete(gone)

    def named(name: str) -> list[str]:
        query = f'name:"{name}"'
        return [each.id for each in client.v1.customers.search({"query": query}).data]

    ada = world.customer["id"]
    assert (named("New"), named("Countess")) == ([], [])
    assert (named("Ada"), named("Gone")) == ([ada], [gone])
    shown = client.v1.customers.search({"query": 'name:"Ada"'}).data[0]
    assert shown.name == "Countess"
    world.clock.time += 60
    assert (len(named("New")), named("Countess"), named("Ada"), named("Gone")) == (1, [ada], [], [])


@given(
    st.text(max_size=12),
    st.sampled_from([":", "~", ">", "="]),
    st.sampled_from(["name", "created", 'metadata["k"]', "metadata", "x"]),
    st.sampled_from(["", "-"]),
    st.sampled_from([" AND ", " or ", " ", ""]),
)
def test_no_query_is_more_than_refused(
    text: str, sign: str, field: str, minus: str, joint: str
) -> None:
    clause = f"{minus}{field}{sign}{json.dumps(text)}"
    for query in (text, clause, joint.join([clause, clause])):
        with contextlib.suppress(StripeProblem):
            parse(query, "customer").matches({"name": text, "created": 5, "metadata": {"k": text}})


@given(st.text(min_size=1, max_size=20), st.sampled_from(sorted(FIELDS)))
def test_any_metadata_is_found_by_its_own_value(text: str, kind: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    query = parse(f'metadata["k"]:"{quoted}"', kind)
    assert query.matches({"metadata": {"k": text}})
    assert not query.matches({"metadata": {"k": f"{text}x"}})
    assert not query.matches({"metadata": {}})


def test_payments_that_nobody_has_asked_for_yet_are_found() -> None:
    clock = Clock()
    seeded = World(clock, State(random=random.Random(3), now=clock))  # noqa: S311 - repeatable
    seed(seeded.state, customers=20)
    paid = [each for each in seeded.state.where("invoice_payment") if each["status"] == "paid"]
    with serving(seeded) as server:
        client = server.client()
        some = seeded.state.kind("invoice")[paid[0]["invoice"]]["customer"]
        for query in (f'customer:"{some}"', "amount>=0"):
            found = client.v1.charges.search({"query": query, "limit": 100}).auto_paging_iter()
            listed = client.v1.charges.list({"limit": 100}).auto_paging_iter()
            wanted = {each.id for each in listed if query[0] == "a" or each.customer == some}
            assert {each.id for each in found} == wanted
        intents = client.v1.payment_intents.search({"query": 'status:"succeeded"', "limit": 100})
        assert len(list(intents.auto_paging_iter())) == len(paid)
