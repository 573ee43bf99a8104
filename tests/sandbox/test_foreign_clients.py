"""stripe-python as programs use it: its module-level style, its client, and what older ones send."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from portal_desk.sandbox.keys import FULL_KEY

from .http_world import Server

ACACIA = "2024-12-18.acacia"
CARD: Any = {
    "payment_method": "pm_card_visa",
    "invoice_settings": {"default_payment_method": "pm_card_visa"},
}


@pytest.fixture
def module(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The `stripe` module itself, pointed at the sandbox."""
    for name, value in {
        "api_key": FULL_KEY,
        "api_base": server.url,
        "upload_api_base": server.url,
        "max_network_retries": 0,
    }.items():
        monkeypatch.setattr(stripe, name, value)
    yield server
    client = stripe.default_http_client
    if client is not None:
        client.close()  # type: ignore[no-untyped-call]
        stripe.default_http_client = None


def older(server: Server, method: str, path: str, version: str = ACACIA, **body: str) -> Any:
    """The answer to a request in an older version."""
    answer = server.request(method, path, body or None, Stripe_Version=version)
    assert answer.status == 200, answer.text
    return answer.json


@pytest.mark.usefixtures("module")
def test_the_modules_own_style_creates_changes_and_deletes() -> None:
    made = stripe.Customer.create(name="Ada", metadata={"a": "1"})
    stripe.Customer.modify(made.id, name="Grace")
    assert made.refresh().name == "Grace"
    assert made.delete().deleted
    assert stripe.Customer.retrieve(made.id).deleted


@pytest.mark.usefixtures("module")
def test_the_modules_own_style_walks_lists_and_searches_to_their_ends() -> None:
    made = {stripe.Customer.create(name=f"Walker {number}").id for number in range(7)}
    listed = stripe.Customer.list(limit=3).auto_paging_iter()
    found = stripe.Customer.search_auto_paging_iter(query="name~'Walker'", limit=3)
    assert made < {each.id for each in listed}
    assert made == {each.id for each in found}


@pytest.mark.usefixtures("module")
def test_the_modules_own_style_reaches_what_belongs_to_a_customer() -> None:
    customer = stripe.Customer.create(**CARD)
    tax_id = stripe.Customer.create_tax_id(customer.id, type="eu_vat", value="DE123456789")
    assert [each.id for each in stripe.Customer.list_tax_ids(customer.id).data] == [tax_id.id]
    stripe.Customer.create_balance_transaction(customer.id, amount=-500, currency="usd")
    assert customer.refresh().balance == -500
    assert len(customer.list_payment_methods().data) == 1


def test_the_modules_own_style_expands_and_changes_a_subscription(module: Server) -> None:
    customer = stripe.Customer.create(**CARD)
    made = stripe.Subscription.create(
        customer=customer.id,
        items=[{"price": module.world.monthly["id"]}],
        expand=["latest_invoice.lines", "items.data.price.product"],
    )
    assert isinstance(made.latest_invoice, stripe.Invoice)
    assert isinstance(made["items"].data[0].price.product, stripe.Product)
    changed = stripe.Subscription.modify(
        made.id, items=[{"id": made["items"].data[0].id, "quantity": 3}]
    )
    assert changed["items"].data[0].quantity == 3
    assert stripe.Subscription.cancel(made.id).status == "canceled"


@pytest.mark.usefixtures("module")
def test_the_modules_own_style_uploads_a_file() -> None:
    picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(50))
    made = stripe.File.create(purpose="business_logo", file=picture)
    assert (made.size, made.type) == (58, "png")


def test_raw_requests_are_answered_with_objects(client: stripe.StripeClient) -> None:
    answer = client.raw_request("post", "/v1/customers", name="Raw")
    made = client.deserialize(answer, api_mode="V1")
    assert isinstance(made, stripe.Customer)
    assert made.name == "Raw"


def test_many_asynchronous_requests_at_once_are_all_answered(server: Server) -> None:
    async def create() -> set[str]:
        http = stripe.AIOHTTPClient()
        customers = server.client(http_client=http).v1.customers
        try:
            made = await asyncio.gather(
                *(customers.create_async({"name": f"A{each}"}) for each in range(20))
            )
            found = [each async for each in (await customers.list_async()).auto_paging_iter()]
        finally:
            await http.close_async()  # type: ignore[no-untyped-call]
        assert {each.id for each in made} < {each.id for each in found}
        return {each.id for each in made}

    assert len(asyncio.run(create())) == 20


def test_what_is_not_supported_is_not_tried_again(server: Server) -> None:
    refused = server.request("GET", "/v1/payouts")
    assert (refused.status, refused.headers["Stripe-Should-Retry"]) == (501, "false")


def test_answers_are_indented_for_people_and_scripts(server: Server) -> None:
    customer = server.world.customer["id"]
    assert '\n  "object": "customer",' in server.request("GET", f"/v1/customers/{customer}").text


def test_booleans_are_read_as_older_clients_write_them(server: Server) -> None:
    path = f"/v1/products/{server.world.team['id']}"
    assert not server.request("POST", path, {"active": "False"}).json["active"]
    assert server.request("POST", path, {"active": "True"}).json["active"]
    assert server.request("POST", path, {"active": "yes"}).status == 400


def test_what_was_asked_for_before_basil_still_can_be(server: Server) -> None:
    world = server.world
    coupon = older(server, "POST", "/v1/coupons", percent_off="50", duration="forever")["id"]
    item = {"items[0][price]": world.monthly["id"]}
    customer = world.new_customer()["id"]
    made = older(server, "POST", "/v1/subscriptions", customer=customer, coupon=coupon, **item)
    assert made["discount"]["coupon"]["id"] == coupon
    assert made["billing_mode"]["type"] == "classic"
    kept = older(server, "POST", f"/v1/subscriptions/{made['id']}", coupon="")
    assert kept["discount"] is None
    billed = older(
        server, "POST", "/v1/invoiceitems", customer=customer, currency="usd", unit_amount="700"
    )
    assert billed["amount"] == 700


def test_a_customer_could_be_given_a_discount_before_basil(server: Server) -> None:
    half, third = (
        older(server, "POST", "/v1/coupons", percent_off=off, duration="forever")["id"]
        for off in ("50", "33")
    )
    made = older(server, "POST", "/v1/customers", coupon=half, source="tok_visa")
    assert made["discount"]["coupon"]["id"] == half
    path, item = f"/v1/customers/{made['id']}", {"items[0][price]": server.world.monthly["id"]}
    older(server, "POST", "/v1/subscriptions", customer=made["id"], **item)
    paid = older(server, "GET", f"/v1/charges?customer={made['id']}")["data"]
    assert [each["amount"] for each in paid] == [1_000]
    assert older(server, "POST", path, coupon=third)["discount"]["coupon"]["id"] == third
    assert older(server, "POST", path, coupon="")["discount"] is None
    told = [each.type for each in server.client().v1.events.list({"limit": 100}).data]
    assert [f"customer.discount.{act}" in told for act in ("created", "updated", "deleted")]
    refused = server.request("POST", "/v1/customers", {"coupon": half})
    assert refused.error["message"] == "Received unknown parameter: coupon"


def test_what_was_asked_for_before_clover_still_can_be(server: Server) -> None:
    world, basil = server.world, "2025-08-27.basil"
    coupon = older(server, "POST", "/v1/coupons", basil, percent_off="50", duration="once")["id"]
    code = older(server, "POST", "/v1/promotion_codes", basil, coupon=coupon)
    assert code["coupon"]["id"] == coupon
    phase = {"phases[0][items][0][price]": world.monthly["id"], "phases[0][iterations]": "2"}
    wish = {"customer": world.new_customer()["id"], "start_date": "now", **phase}
    made = older(server, "POST", "/v1/subscription_schedules", basil, **wish)
    days = (made["phases"][0]["end_date"] - made["phases"][0]["start_date"]) / 86_400
    assert 58 < days < 63
    assert made["billing_mode"]["type"] == "classic"


def test_payment_method_types_are_taken_until_endive_did_away_with_them(server: Server) -> None:
    wish = {"amount": "100", "currency": "usd", "payment_method_types[]": "card"}
    made = older(server, "POST", "/v1/payment_intents", "2026-08-26.dahlia", **wish)
    assert made["payment_method_types"] == ["card"]
    refused = server.request("POST", "/v1/payment_intents", wish)
    assert refused.error["code"] == "payment_method_types_no_longer_supported"


def test_the_preview_that_basil_did_away_with_says_that_it_is_not_supported(server: Server) -> None:
    refused = server.request("GET", "/v1/invoices/upcoming?customer=cus_1", Stripe_Version=ACACIA)
    assert refused.status == 501
    assert "GET /v1/invoices/upcoming" in refused.error["message"]


def test_a_test_card_that_the_sandbox_does_not_have_is_refused_by_name(server: Server) -> None:
    wish = {"payment_method": "pm_card_authenticationRequired"}
    refused = server.request("POST", "/v1/setup_intents", wish)
    assert refused.status == 501
    assert "pm_card_authenticationRequired" in refused.error["message"]


def test_the_name_of_a_test_card_in_metadata_stays_a_name(server: Server) -> None:
    made = server.request("POST", "/v1/customers", {"metadata[card]": "pm_card_visa"}).json
    assert made["metadata"] == {"card": "pm_card_visa"}


def test_what_is_there_anyway_can_be_expanded_as_well(client: stripe.StripeClient) -> None:
    found = client.v1.subscriptions.list({"expand": ["data.items", "data.latest_invoice.lines"]})
    assert isinstance(found.data[0].latest_invoice, stripe.Invoice)


@pytest.mark.parametrize("path", ["name", "metadata", "nonsense", "address.city"])
def test_plain_values_cannot_be_expanded(server: Server, path: str) -> None:
    customer = server.world.customer["id"]
    refused = server.request("GET", f"/v1/customers/{customer}?expand[]={path}")
    assert refused.error["message"] == f"This property cannot be expanded ({path})."
