"""Pages, filters and `expand`, through Stripe's own client."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from portal_desk.sandbox import objects
from portal_desk.sandbox.shelf import Row

from .http_world import DAY, START, Server, World


def add_customers(world: World, count: int) -> list[str]:
    """Customers a day apart, oldest first; returns their ids newest first."""
    ids = []
    for number in range(count):
        world.clock.time = START + number * DAY
        ids.append(world.new_customer(email=f"c{number}@example.com")["id"])
    return [*reversed(ids), world.customer["id"]]


def test_a_list_begins_with_the_newest_and_says_whether_there_is_more(
    client: stripe.StripeClient, world: World
) -> None:
    ids = add_customers(world, 12)
    first = client.v1.customers.list()
    assert [each.id for each in first.data] == ids[:10]
    assert (first.has_more, first.url) == (True, "/v1/customers")
    rest = client.v1.customers.list({"starting_after": ids[9]})
    assert [each.id for each in rest.data] == ids[10:]
    assert not rest.has_more


def test_all_pages_are_walked_in_both_directions(client: stripe.StripeClient, world: World) -> None:
    ids = add_customers(world, 11)
    down = client.v1.customers.list({"limit": 4})
    assert [each.id for each in down.auto_paging_iter()] == ids
    up = client.v1.customers.list({"limit": 4, "ending_before": ids[-1]})
    assert [each.id for each in up.data] == ids[-5:-1]
    assert [each.id for each in up.auto_paging_iter()] == ids[-2::-1]


def test_objects_of_the_same_second_are_neither_lost_nor_repeated(
    client: stripe.StripeClient, world: World
) -> None:
    ids = {world.new_customer()["id"] for _ in range(9)} | {world.customer["id"]}
    walked = [each.id for each in client.v1.customers.list({"limit": 3}).auto_paging_iter()]
    assert len(walked) == 10
    assert set(walked) == ids


def test_a_cursor_still_works_when_its_object_was_deleted(
    client: stripe.StripeClient, world: World
) -> None:
    ids = add_customers(world, 4)
    client.v1.customers.delete(ids[1])
    found = client.v1.customers.list({"starting_after": ids[1]})
    assert [each.id for each in found.data] == ids[2:]


def test_a_cursor_that_never_was_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such customer: 'cus_none'") as caught:
        client.v1.customers.list({"starting_after": "cus_none"})
    assert caught.value.param == "starting_after"


def test_both_cursors_at_once_are_refused(server: Server, world: World) -> None:
    cursor = world.customer["id"]
    query = f"starting_after={cursor}&ending_before={cursor}"
    assert server.request("GET", f"/v1/customers?{query}").status == 400


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ({"gte": START + 2 * DAY}, {2, 3}),
        ({"gt": START + 2 * DAY}, {3}),
        ({"lt": START + 2 * DAY}, {0, 1}),
        ({"lte": START + 2 * DAY, "gt": START}, {1, 2}),
        (START + DAY, {1}),
        ({"gt": START + 9 * DAY}, set()),
    ],
)
def test_created_narrows_a_list(
    client: stripe.StripeClient, world: World, created: int, expected: set[int]
) -> None:
    world.state.delete(world.customer)
    add_customers(world, 4)
    found = client.v1.customers.list({"created": created})
    assert {(each.created - START) // DAY for each in found.data} == expected


def test_customers_are_found_by_their_present_email(
    client: stripe.StripeClient, world: World
) -> None:
    client.v1.customers.update(world.customer["id"], {"email": "countess@example.com"})
    assert client.v1.customers.list({"email": "ada@example.com"}).data == []
    found = client.v1.customers.list({"email": "countess@example.com"}).data
    assert [each.id for each in found] == [world.customer["id"]]


def test_a_page_costs_the_same_however_long_the_list_is(
    server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3_000):
        world.state.create(objects.new_customer(world.state))
    middle = list(world.state.kind("customer"))[1_500]
    shelf = world.state.shelf
    read: list[object] = []
    rows = shelf.rows

    def counted(*given: Any, **how: Any) -> list[Row]:
        found = rows(*given, **how)
        read.extend(found)
        return found

    monkeypatch.setattr(shelf, "rows", counted)
    found = server.request("GET", f"/v1/customers?limit=100&starting_after={middle}")
    assert len(found.json["data"]) == 100
    assert len(read) <= 101


def test_references_are_expanded_four_levels_deep(
    client: stripe.StripeClient, world: World
) -> None:
    found = client.v1.subscriptions.retrieve(
        world.subscription["id"],
        {
            "expand": [
                "customer.invoice_settings.default_payment_method",
                "latest_invoice.customer",
                "items.data.price.product",
            ]
        },
    )
    plain = found.to_dict()
    method = plain["customer"]["invoice_settings"]["default_payment_method"]
    assert method["card"]["last4"] == "4242"
    assert plain["latest_invoice"]["customer"]["email"] == "ada@example.com"
    assert plain["items"]["data"][0]["price"]["product"]["name"] == "Team"


def test_expanding_changes_nothing_that_is_stored(
    client: stripe.StripeClient, world: World
) -> None:
    expand = ["items.data.price.product", "customer"]
    client.v1.subscriptions.retrieve(world.subscription["id"], {"expand": expand})
    plain = client.v1.subscriptions.retrieve(world.subscription["id"]).to_dict()
    assert plain["customer"] == world.customer["id"]
    assert plain["items"]["data"][0]["price"]["product"] == world.team["id"]


def test_lists_are_expanded_below_data(client: stripe.StripeClient, world: World) -> None:
    client.v1.customers.tax_ids.create(world.customer["id"], {"type": "eu_vat", "value": "DE123"})
    found = client.v1.customers.list(
        {"expand": ["data.tax_ids", "data.invoice_settings.default_payment_method"]}
    ).to_dict()["data"][0]
    assert [each["value"] for each in found["tax_ids"]["data"]] == ["DE123"]
    assert found["invoice_settings"]["default_payment_method"]["id"] == world.card["id"]
    assert "tax_ids" not in client.v1.customers.retrieve(world.customer["id"]).to_dict()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("customer", "You may want to try expanding 'data.customer' instead."),
        ("data.items.data.price.product", "You cannot expand more than 4 levels of a property."),
        ("data.status", "This property cannot be expanded (data.status)."),
        ("data.nothing", "This property cannot be expanded (data.nothing)."),
        ("data", "This property cannot be expanded (data)."),
    ],
)
def test_what_cannot_be_expanded_is_refused(server: Server, path: str, message: str) -> None:
    answer = server.request("GET", f"/v1/subscriptions?expand[]={path}")
    assert answer.status == 400
    assert message in answer.error["message"]


def test_a_deleted_customer_is_shown_as_deleted_wherever_it_is_named(
    client: stripe.StripeClient, world: World
) -> None:
    deleted = client.v1.customers.delete(world.customer["id"])
    assert deleted.deleted is True
    again = client.v1.customers.retrieve(world.customer["id"]).to_dict()
    assert again == {"id": world.customer["id"], "object": "customer", "deleted": True}
    invoice = client.v1.invoices.list({"expand": ["data.customer"]}).data[0].to_dict()
    assert invoice["customer"]["deleted"] is True
    assert client.v1.subscriptions.retrieve(world.subscription["id"]).status == "canceled"
    types = [each.type for each in client.v1.events.list({"limit": 20}).data]
    assert "customer.deleted" in types
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        client.v1.customers.update(world.customer["id"], {"name": "x"})


def test_events_are_kept_for_thirty_days(client: stripe.StripeClient, world: World) -> None:
    old = client.v1.events.list({"type": "customer.created"}).data[0]
    world.clock.time += 30 * DAY + 1
    client.v1.customers.update(world.customer["id"], {"name": "Countess"})
    events = client.v1.events.list({"limit": 100}).data
    assert [each.type for each in events] == ["customer.updated"]
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        client.v1.events.retrieve(old.id)


def test_events_are_narrowed_by_several_types(client: stripe.StripeClient) -> None:
    types = ["customer.subscription.created", "product.created"]
    found = client.v1.events.list({"types": types, "limit": 100}).data
    assert {each.type for each in found} == set(types)


def test_an_event_carries_the_object_as_the_api_shows_it(
    client: stripe.StripeClient, world: World
) -> None:
    paid = client.v1.events.list({"type": "invoice.paid"}).data[0].to_dict()["data"]["object"]
    assert paid == client.v1.invoices.retrieve(paid["id"]).to_dict()
    changed = {"features": {"invoice_history": {"enabled": False}}}
    client.v1.billing_portal.configurations.update(world.configuration["id"], changed)
    event = client.v1.events.list({"type": "billing_portal.configuration.updated"}).data[0]
    shown = event.to_dict()["data"]["object"]
    assert "products" not in shown["features"]["subscription_update"]


def test_lists_of_several_types_go_on_behind_a_cursor(
    client: stripe.StripeClient, world: World
) -> None:
    add_customers(world, 7)
    types = ["customer.created", "payment_method.attached", "product.created"]
    whole = client.v1.events.list({"types": types, "limit": 100}).data
    assert len(whole) > 15
    down = client.v1.events.list({"types": types, "limit": 4})
    assert [each.id for each in down.auto_paging_iter()] == [each.id for each in whole]
    up = client.v1.events.list({"types": types, "limit": 4, "ending_before": whole[9].id})
    assert [each.id for each in up.data] == [each.id for each in whole[5:9]]


@pytest.mark.parametrize(
    ("path", "misspelt"),
    [
        ("/v1/payment_links?limit=1", "data.line_itms"),
        ("/v1/customers/CUSTOMER/tax_ids", "data.custmer"),
        ("/v1/subscription_schedules", "data.phases.items.prce"),
        ("/v1/customers/CUSTOMER", "default_source.custmer"),
        ("/v1/customers/CUSTOMER", "test_clock.nonsense"),
        ("/v1/customers/CUSTOMER", "subscriptions.default_payment_method"),
        ("/v1/customers/CUSTOMER", "subscriptions.data.items.tax_ids"),
        ("/v1/charges/search?query=amount>99999999", "data.nonsense"),
    ],
)
def test_a_misspelt_path_is_refused_where_there_is_nothing_to_expand(
    server: Server, path: str, misspelt: str
) -> None:
    path = path.replace("CUSTOMER", server.world.customer["id"])
    joint = "&" if "?" in path else "?"
    refused = server.request("GET", f"{path}{joint}expand[]={misspelt}")
    assert refused.error["message"] == f"This property cannot be expanded ({misspelt})."
    assert refused.error["param"] == "expand"


@pytest.mark.parametrize(
    "path", ["subscriptions", "subscriptions.data", "subscriptions.data.items"]
)
def test_a_path_may_end_at_a_list(server: Server, path: str) -> None:
    customer = server.world.customer["id"]
    found = server.request("GET", f"/v1/customers/{customer}?expand[]={path}").json
    assert found["subscriptions"]["data"][0]["id"] == server.world.subscription["id"]
