"""Billing information, payment methods and invoices in the hosted portal, through plain HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects

from .http_world import Server, World
from .portal_visitor import Visitor, events, feed_length, text_of, types

CARD = {"number": "5555 5555 5555 4444", "expiry": "4 / 31", "cvc": "123"}
EVERYTHING = ["name", "email", "address", "phone", "shipping", "tax_id"]


def allow(world: World, *updates: str) -> None:
    """Let the customer change these."""
    update = {"enabled": bool(updates), "allowed_updates": list(updates)}
    world.configuration["features"]["customer_update"] = update


def second_card(world: World, last4: str = "1881") -> Json:
    """Another card of the customer's."""
    details = objects.card(world.state, "visa", last4, exp_month=1, exp_year=2039)
    card = objects.new_payment_method(world.state, "card", details, customer=world.customer["id"])
    return world.state.create(card)


def owed(world: World) -> Json:
    """An open invoice."""
    terms: dict[str, Any] = {"collection_method": "send_invoice", "days_until_due": 30}
    subscription = world.subscribe(world.customer, world.monthly, **terms)
    invoice = world.state.kind("invoice")[subscription["latest_invoice"]]
    return billing.finalize_invoice(world.state, invoice)


# --- billing information


def test_details_are_saved_and_told(server: Server, world: World) -> None:
    allow(world, *EVERYTHING)
    visitor, before = Visitor.of(server), feed_length(world)
    sent = visitor.post(
        "customer/update",
        {
            "name": "Ada King",
            "email": "ada@king.example",
            "phone": "",
            "address_country": "GB",
            "address_line1": "12 St James's Square",
            "address_city": "London",
            "shipping_name": "Ada",
            "shipping_line1": "1 Dock",
            "shipping_country": "GB",
        },
    )
    assert "has been updated" in visitor.read(sent.headers["Location"])
    (event,) = events(world, before)
    assert event["type"] == "customer.updated"
    customer = event["data"]["object"]
    assert (customer["name"], customer["email"]) == ("Ada King", "ada@king.example")
    assert customer["phone"] is None
    assert customer["address"]["line1"] == "12 St James's Square"
    assert customer["address"]["state"] is None
    assert customer["shipping"]["address"]["country"] == "GB"
    assert event["data"]["previous_attributes"]["name"] == "Ada Lovelace"


def test_only_what_is_allowed_is_shown_and_changed(server: Server, world: World) -> None:
    allow(world, "email")
    visitor = Visitor.of(server)
    page = visitor.get("customer/update")
    assert 'name="email"' in page.text
    for name in ("name", "phone", "address_line1", "shipping_name", "tax_value"):
        assert f'name="{name}"' not in page.text
    visitor.post("customer/update", {"email": "a@b.example", "name": "Mallory", "balance": "-9"})
    assert (world.customer["name"], world.customer["balance"]) == ("Ada Lovelace", 0)
    assert world.customer["email"] == "a@b.example"


@pytest.mark.parametrize("email", ["", "nobody", "a b@c"])
def test_a_wrong_email_is_pointed_out_and_the_rest_kept(
    server: Server, world: World, email: str
) -> None:
    allow(world, "email", "name")
    sent = Visitor.of(server).post("customer/update", {"email": email, "name": "<Ada & Co>"})
    assert sent.status == 422
    assert "Enter a valid email address." in text_of(sent)
    assert 'value="&lt;Ada &amp; Co&gt;"' in sent.text
    assert world.customer["email"] == "ada@example.com"


def test_addresses_can_be_emptied(server: Server, world: World) -> None:
    allow(world, "address", "shipping")
    world.state.update(world.customer, {"address": objects.address(line1="1 Road", country="GB")})
    Visitor.of(server).post("customer/update", {"address_line1": "", "shipping_line1": ""})
    assert (world.customer["address"], world.customer["shipping"]) == (None, None)


def test_a_shipping_address_needs_a_name(server: Server, world: World) -> None:
    allow(world, "shipping")
    sent = Visitor.of(server).post("customer/update", {"shipping_line1": "1 Dock"})
    assert "Enter a name." in text_of(sent)


def test_tax_ids_come_and_go(server: Server, world: World) -> None:
    visitor, before = Visitor.of(server), feed_length(world)
    sent = visitor.post(
        "customer/add-tax-id", {"tax_type": "eu_vat", "tax_value": "de 123.456.789"}
    )
    assert "DE123456789 (EU VAT)" in visitor.read(sent.headers["Location"])
    (tax_id,) = world.state.kind("tax_id").values()
    assert visitor.post(f"customer/remove-tax-id/{tax_id['id']}").status == 303
    assert types(world, before) == ["customer.tax_id.created", "customer.tax_id.deleted"]
    assert visitor.post(f"customer/remove-tax-id/{tax_id['id']}").status == 404


@pytest.mark.parametrize(("kind", "value"), [("eu_vat", "12"), ("us_ein", "x"), ("made_up", "1")])
def test_a_tax_id_must_fit_its_type(server: Server, world: World, kind: str, value: str) -> None:
    sent = Visitor.of(server).post("customer/add-tax-id", {"tax_type": kind, "tax_value": value})
    assert "This number doesn’t fit the type." in text_of(sent)
    assert not world.state.kind("tax_id")


# --- payment methods


def test_a_test_card_is_added_as_the_default(server: Server, world: World) -> None:
    visitor, before = Visitor.of(server), feed_length(world)
    sent = visitor.post("payment-methods/add", {**CARD, "default": "on"})
    assert "Mastercard •••• 4444 Default" in visitor.read(sent.headers["Location"])
    assert types(world, before) == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.updated",
    ]
    (card,) = [
        each["card"]
        for each in world.state.kind("payment_method").values()
        if each["card"]["last4"] == "4444"
    ]
    assert (card["brand"], card["exp_month"], card["exp_year"]) == ("mastercard", 4, 2031)


def test_a_cards_number_and_code_are_kept_nowhere(server: Server, world: World) -> None:
    visitor = Visitor.of(server)
    visitor.post("payment-methods/add", CARD | {"cvc": "871"})
    wrong = visitor.post("payment-methods/add", CARD | {"cvc": "871", "expiry": "x"})
    kept = json.dumps({kind: dict(found) for kind, found in world.state.objects.items()})
    for secret in ("555555555555", "5555 5555", '"871"'):
        assert secret not in kept
        assert secret not in wrong.text


def test_the_default_stays_where_that_is_wished(server: Server, world: World) -> None:
    Visitor.of(server).post("payment-methods/add", CARD)
    settings = world.customer["invoice_settings"]
    assert settings["default_payment_method"] == world.card["id"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"number": "4242 4242 4242 4241"}, "The card number is invalid."),
        ({"number": "hello"}, "The card number is invalid."),
        ({"number": "4111111111111111"}, "This isn’t a test card."),
        ({"number": "4000000000000002"}, "Your card was declined."),
        ({"number": "4000000000009995"}, "insufficient funds"),
        ({"number": "4000000000000127"}, "security code is incorrect"),
        ({"expiry": "13/30"}, "Enter the date as month and year"),
        ({"expiry": "12/26"}, "expiration date is in the past"),
        ({"cvc": "12"}, "three or four digits"),
    ],
)
def test_a_card_that_cannot_be_taken_is_pointed_out(
    server: Server, world: World, wrong: dict[str, str], why: str
) -> None:
    before = feed_length(world)
    sent = Visitor.of(server).post("payment-methods/add", CARD | wrong)
    assert sent.status == 422
    assert why in text_of(sent)
    assert types(world, before) == ["billing_portal.session.created"]


def test_another_card_becomes_the_default_or_goes(server: Server, world: World) -> None:
    other, visitor = second_card(world), Visitor.of(server)
    page = visitor.get()
    assert text_of(page).count("Make default") == 1
    before = feed_length(world)
    visitor.post(f"payment-methods/{other['id']}/default")
    assert world.customer["invoice_settings"]["default_payment_method"] == other["id"]
    assert "Visa •••• 4242" in visitor.read(f"payment-methods/{world.card['id']}/remove")
    visitor.post(f"payment-methods/{world.card['id']}/remove")
    assert types(world, before) == ["customer.updated", "payment_method.detached"]


def test_the_default_and_others_cards_cannot_be_removed(server: Server, world: World) -> None:
    stranger = world.new_customer(name="Eve")
    (theirs,) = world.state.where("payment_method", customer=stranger["id"])
    visitor = Visitor.of(server)
    for method in (world.card, theirs):
        assert visitor.post(f"payment-methods/{method['id']}/remove").status == 404
        assert visitor.post(f"payment-methods/{method['id']}/default").status == 404


def test_what_a_subscription_is_charged_to_cannot_be_removed(server: Server, world: World) -> None:
    used = second_card(world)
    world.state.update(world.subscription, {"default_payment_method": used["id"]})
    visitor, place = Visitor.of(server), f"payment-methods/{used['id']}/remove"
    assert f"{used['id']}/default" in visitor.get().text
    assert place not in visitor.get().text
    assert (visitor.get(place).status, visitor.post(place).status) == (404, 404)
    assert used["customer"] == world.customer["id"]
    world.state.update(world.subscription, {"status": "canceled"})
    assert visitor.post(place).status == 303


# --- invoices


def test_an_open_invoice_is_paid_by_the_chosen_card(server: Server, world: World) -> None:
    invoice, other = owed(world), second_card(world)
    visitor, place = Visitor.of(server), f"invoices/{invoice['id']}/pay"
    page = visitor.read(place)
    for text in (invoice["number"], "Amount due $40.00", "Due date February 14, 2027", "1881"):
        assert text in page
    before = feed_length(world)
    sent = visitor.post(place, {"payment_method": other["id"]})
    assert "Your invoice has been paid." in visitor.read(sent.headers["Location"])
    assert invoice["status"] == "paid"
    assert "invoice.paid" in types(world, before)
    assert visitor.post(place, {"payment_method": other["id"]}).status == 404


def test_a_declined_payment_leaves_the_invoice_open(server: Server, world: World) -> None:
    invoice, other = owed(world), second_card(world, "9995")
    place = f"invoices/{invoice['id']}/pay"
    sent = Visitor.of(server).post(place, {"payment_method": other["id"]})
    assert sent.status == 402
    assert "insufficient funds" in text_of(sent)
    assert invoice["status"] == "open"


def test_without_a_card_the_page_leads_to_adding_one(server: Server, world: World) -> None:
    invoice = owed(world)
    world.state.update(world.customer, {"invoice_settings": objects.invoice_settings()})
    world.state.update(world.card, {"customer": None})
    page = Visitor.of(server).get(f"invoices/{invoice['id']}/pay")
    assert "/payment-methods/add" in page.text
    assert "<form" not in page.text


def test_nobody_elses_invoice_can_be_seen(server: Server, world: World) -> None:
    stranger = world.subscribe(world.new_customer(name="Eve"), world.monthly)
    page = Visitor.of(server).get(f"invoices/{stranger['latest_invoice']}/pay")
    assert page.status == 404


def test_invoices_can_be_downloaded(server: Server, world: World) -> None:
    page = Visitor.of(server).get().text
    url = page.partition(f"{world.state.base_url}/pdf/")[2].partition('"')[0]
    file = server.request("GET", f"/pdf/{url}", key=None)
    assert file.headers["Content-Type"] == "application/pdf"


def test_the_whole_history_is_a_click_away(server: Server, world: World) -> None:
    for _ in range(14):
        world.subscribe(world.customer, world.monthly)
    visitor = Visitor.of(server)
    assert "View 3 more" in visitor.read()
    every = visitor.get("?invoices=all").text
    assert every.count("/pdf/") == 15
    assert "View 3 more" not in every
