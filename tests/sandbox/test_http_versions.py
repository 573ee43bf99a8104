"""API versions: which are taken, and what answers and events look like in older ones."""

from __future__ import annotations

import json
import random

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State
from portal_desk.sandbox.versions import API_VERSION, VERSIONS

from .http_world import DAY, Answer, Clock, Server, World, serving

ACACIA = "2024-12-18.acacia"
BASIL = "2025-06-30.basil"


def settle(server: Server, **wish: object) -> Answer:
    return server.request("POST", "/_sandbox/settings", json.dumps(wish))


def shown(server: Server, path: str, version: str = ACACIA) -> Json:
    answer = server.request("GET", path, Stripe_Version=version)
    assert answer.status == 200, answer.text
    return answer.json


def taxed_invoice(client: stripe.StripeClient, world: World) -> str:
    """A paid invoice with a discount and a tax that is in the price, of a subscription."""
    coupon = client.v1.coupons.create({"percent_off": 50, "duration": "forever"})
    rate = client.v1.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})
    created = client.v1.subscriptions.create(
        {
            "customer": world.customer["id"],
            "items": [{"price": world.monthly["id"], "quantity": 2}],
            "discounts": [{"coupon": coupon.id}],
            "default_tax_rates": [rate.id],
        }
    )
    return str(created.latest_invoice)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_since_2024_is_taken_and_told_back(server: Server, version: str) -> None:
    answer = server.request("GET", "/v1/account", Stripe_Version=version)
    assert (answer.status, answer.headers["Stripe-Version"]) == (200, version)


@pytest.mark.parametrize("version", ["2024-6-20", "2025-09-30.acacia", "latest", ""])
def test_a_version_that_never_was_is_refused_in_stripes_words(server: Server, version: str) -> None:
    answer = server.request("GET", "/v1/account", Stripe_Version=version)
    assert answer.status == 400
    assert answer.error["message"] == f"Invalid Stripe API version: {version}"


def test_a_version_that_is_too_old_for_the_sandbox_is_not_supported(server: Server) -> None:
    answer = server.request("GET", "/v1/account", Stripe_Version="2020-08-27")
    assert answer.status == 501
    assert "2020-08-27" in answer.error["message"]


def test_before_basil_a_subscription_has_the_period_and_its_items_have_not(
    server: Server, world: World
) -> None:
    path = f"/v1/subscriptions/{world.subscription['id']}"
    older, newer = shown(server, path), shown(server, path, API_VERSION)
    item = newer["items"]["data"][0]
    for name in ("current_period_start", "current_period_end"):
        assert older[name] == item[name]
        assert name not in newer
        assert name not in older["items"]["data"][0]
    assert older["discount"] is None


def test_before_basil_an_invoice_names_subscription_payment_and_taxes_itself(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    invoice = taxed_invoice(client, world)
    older = shown(server, f"/v1/invoices/{invoice}")
    newer = shown(server, f"/v1/invoices/{invoice}?expand[]=payments", API_VERSION)
    assert older["subscription"] == newer["parent"]["subscription_details"]["subscription"]
    assert older["payment_intent"] == newer["payments"]["data"][0]["payment"]["payment_intent"]
    assert (older["paid"], older["paid_out_of_band"]) == (True, False)
    assert (older["tax"], older["total"]) == (400, 2_400)
    assert [each["amount"] for each in older["total_tax_amounts"]] == [400]
    assert older["discount"]["coupon"]["percent_off"] == 50
    assert not {"parent", "payments", "total_taxes"} & older.keys()


def test_before_basil_an_invoices_line_has_its_price_as_a_whole(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    older = shown(server, f"/v1/invoices/{taxed_invoice(client, world)}")["lines"]["data"][0]
    assert older["price"]["id"] == world.monthly["id"]
    assert older["plan"]["amount"] == 2_000
    assert (older["type"], older["proration"]) == ("subscription", False)
    assert older["subscription_item"].startswith("si_")
    assert (older["amount_excluding_tax"], older["unit_amount_excluding_tax"]) == (4_000, "2000")
    assert older["tax_amounts"][0]["tax_rate"] == older["tax_rates"][0]["id"]
    assert not {"parent", "pricing", "taxes"} & older.keys()


def test_before_basil_an_invoice_item_and_a_credit_note_have_their_older_fields(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    item = client.v1.invoice_items.create(
        {"customer": world.customer["id"], "amount": 700, "currency": "usd"}
    )
    older = shown(server, f"/v1/invoiceitems/{item.id}")
    assert (older["subscription"], older["price"], older["unit_amount"]) == (None, None, 700)
    invoice = taxed_invoice(client, world)
    line = client.v1.invoices.line_items.list(invoice).data[0]
    note = client.v1.credit_notes.create(
        {
            "invoice": invoice,
            "lines": [{"type": "invoice_line_item", "invoice_line_item": line.id, "quantity": 2}],
            "refund_amount": 2_400,
        }
    )
    older = shown(server, f"/v1/credit_notes/{note.id}")
    assert older["refund"] == note.refunds[0].refund
    assert sum(each["amount"] for each in older["tax_amounts"]) == 400


def test_before_basil_payment_intents_and_charges_name_their_invoice(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    invoice = taxed_invoice(client, world)
    older = shown(server, f"/v1/invoices/{invoice}")
    assert shown(server, f"/v1/payment_intents/{older['payment_intent']}")["invoice"] == invoice
    assert shown(server, f"/v1/charges/{older['charge']}")["invoice"] == invoice


def test_before_clover_discounts_and_promotion_codes_hold_their_coupon(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    coupon = client.v1.coupons.create({"percent_off": 10, "duration": "once"})
    code = client.v1.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "TEN"}
    )
    older = shown(server, f"/v1/promotion_codes/{code.id}", BASIL)
    assert older["coupon"]["percent_off"] == 10
    assert "promotion" not in older
    client.v1.coupons.delete(coupon.id)
    older = shown(server, f"/v1/promotion_codes/{code.id}", BASIL)
    assert older["coupon"] == {"id": coupon.id, "object": "coupon", "deleted": True}


def test_a_discount_that_is_gone_is_shown_as_deleted(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    invoice = taxed_invoice(client, world)
    subscription = shown(server, f"/v1/invoices/{invoice}")["subscription"]
    client.v1.subscriptions.update(subscription, {"discounts": ""})
    for each in list(world.state.where("discount")):
        world.state.delete(each)
    assert shown(server, f"/v1/invoices/{invoice}")["discount"]["deleted"] is True
    assert shown(server, f"/v1/subscriptions/{subscription}")["discount"] is None


def test_metadata_stays_as_it_is_whatever_it_says(server: Server, world: World) -> None:
    path = f"/v1/customers/{world.customer['id']}"
    server.request("POST", path, {"metadata[object]": "invoice", "metadata[id]": "in_1"})
    assert shown(server, path)["metadata"] == {"object": "invoice", "id": "in_1"}


@pytest.mark.parametrize("version", [ACACIA, BASIL])
def test_a_whole_business_can_be_shown_in_older_versions(version: str) -> None:
    clock = Clock()
    world = World(clock, State(random=random.Random(3), now=clock))  # noqa: S311 - repeatable
    world.state.settings.api_version = version
    seed(world.state, customers=60)
    kinds = (
        "charges", "coupons", "credit_notes", "customers", "events", "invoiceitems", "invoices",
        "payment_intents", "prices", "promotion_codes", "subscription_schedules", "subscriptions",
    )  # fmt: skip
    with serving(world) as server:
        for kind in kinds:
            assert shown(server, f"/v1/{kind}?limit=100", version)["object"] == "list"


def test_an_event_has_the_version_that_the_account_had_whoever_reads_it(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    assert settle(server, api_version=ACACIA).json["api_version"] == ACACIA
    client.v1.subscriptions.update(world.subscription["id"], {"metadata": {"a": "1"}})
    settle(server, api_version=API_VERSION)
    client.v1.subscriptions.update(world.subscription["id"], {"metadata": {"a": "2"}})
    path = "/v1/events?type=customer.subscription.updated"
    for version in (ACACIA, API_VERSION):
        newer, older = shown(server, path, version)["data"]
        assert (older["api_version"], newer["api_version"]) == (ACACIA, API_VERSION)
        assert "current_period_end" in older["data"]["object"]
        assert "current_period_end" not in newer["data"]["object"]
    assert shown(server, f"/v1/events/{older['id']}", API_VERSION) == older


def test_what_changed_is_told_in_the_events_version_too(
    server: Server, world: World, client: stripe.StripeClient
) -> None:
    settle(server, api_version=ACACIA)
    before = world.item["current_period_end"]
    advanced = server.request("POST", "/_sandbox/clock", json.dumps({"advance": 32 * DAY}))
    assert advanced.status == 200
    event = shown(server, "/v1/events?type=customer.subscription.updated")["data"][0]
    assert event["data"]["previous_attributes"]["current_period_end"] == before
    paid = shown(server, "/v1/events?type=invoice.paid")["data"][0]
    assert paid["data"]["object"]["paid"] is True


def test_without_a_version_a_request_gets_the_accounts_own(server: Server, world: World) -> None:
    settle(server, api_version=ACACIA)
    answer = server.request("GET", f"/v1/subscriptions/{world.subscription['id']}")
    assert answer.headers["Stripe-Version"] == ACACIA
    assert "current_period_end" in answer.json


@pytest.mark.parametrize(
    "wish",
    [
        {"api_version": "2019-2-19"},
        {"api_version": 2024},
        {"search_lag": -1},
        {"search_lag": "60"},
        {"search_lag": True},
        {"colour": "red"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_and_changes_nothing(
    server: Server, wish: Json
) -> None:
    before = server.request("GET", "/_sandbox/settings").json
    assert settle(server, **{"search_lag": 5, **wish}).status == 400
    assert server.request("GET", "/_sandbox/settings").json == before


def test_what_objects_named_in_older_versions_can_be_expanded_there(server: Server) -> None:
    subscription = f"/v1/subscriptions/{server.world.subscription['id']}"
    paths = "expand[]=latest_invoice.payment_intent.payment_method&expand[]=latest_invoice.charge.invoice"
    found = server.request("GET", f"{subscription}?{paths}", Stripe_Version=ACACIA).json
    invoice = found["latest_invoice"]
    assert invoice["payment_intent"]["payment_method"]["card"]["last4"] == "4242"
    assert invoice["charge"]["invoice"]["id"] == invoice["id"]
    assert invoice["charge"]["invoice"]["paid"]
    refused = server.request("GET", f"{subscription}?expand[]=latest_invoice.payment_intent")
    assert refused.error["message"].startswith("This property cannot be expanded")


def test_an_older_discounts_coupon_and_promotion_code_can_be_expanded(server: Server) -> None:
    coupon = {"percent_off": "10", "duration": "forever"}
    made = server.request("POST", "/v1/coupons", coupon).json["id"]
    code = server.request("POST", "/v1/promotion_codes", {"coupon": made}, Stripe_Version=ACACIA)
    wish = {"customer": server.world.new_customer()["id"], "promotion_code": code.json["id"]}
    price = {"items[0][price]": server.world.monthly["id"]}
    path = "/v1/subscriptions?expand[]=discount.coupon&expand[]=discount.promotion_code.coupon"
    found = server.request("POST", path, wish | price, Stripe_Version=ACACIA).json["discount"]
    assert found["coupon"]["id"] == made
    assert found["promotion_code"]["coupon"]["id"] == made
