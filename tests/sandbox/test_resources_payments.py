"""Payment methods, payment intents, charges and setup intents, through Stripe's own client."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .http_shapes import complaints
from .http_world import Server, World
from .portal_visitor import Visitor, feed_length, types


def new_customer(client: stripe.StripeClient, **params: Any) -> stripe.Customer:
    return client.v1.customers.create({"email": "grace@example.com", **params})


@pytest.mark.parametrize(
    ("name", "brand", "last4", "funding"),
    [
        ("pm_card_visa", "visa", "4242", "credit"),
        ("pm_card_mastercard_prepaid", "mastercard", "5100", "prepaid"),
        ("pm_card_amex", "amex", "0005", "credit"),
        ("pm_card_chargeCustomerFail", "visa", "0341", "credit"),
    ],
)
def test_stripes_test_names_are_payment_methods(
    client: stripe.StripeClient, name: str, brand: str, last4: str, funding: str
) -> None:
    customer = new_customer(client)
    method = client.v1.payment_methods.attach(name, {"customer": customer.id})
    assert method.id != name
    assert method.card is not None
    assert (method.card.brand, method.card.last4, method.card.funding) == (brand, last4, funding)
    assert not complaints(method)


def test_a_customer_can_be_made_with_a_test_card_for_a_default(client: stripe.StripeClient) -> None:
    customer = new_customer(
        client,
        payment_method="pm_card_visa",
        invoice_settings={"default_payment_method": "pm_card_visa"},
    )
    assert customer.invoice_settings is not None
    methods = client.v1.customers.payment_methods.list(customer.id).data
    assert [each.id for each in methods] == [customer.invoice_settings.default_payment_method]


def test_a_declined_card_cannot_be_attached(client: stripe.StripeClient) -> None:
    customer = new_customer(client)
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_methods.attach(
            "pm_card_visa_chargeDeclinedInsufficientFunds", {"customer": customer.id}
        )
    assert refusal.value.code == "card_declined"
    assert refusal.value.json_body["error"]["decline_code"] == "insufficient_funds"


@pytest.mark.parametrize(
    "params",
    [
        {"type": "card", "card": {"token": "tok_visa"}},
        {"type": "card", "card": {"number": "5555555555554444", "exp_month": 8, "exp_year": 2040}},
        {"type": "sepa_debit", "sepa_debit": {"iban": "DE89370400440532013000"}},
        {"type": "us_bank_account", "us_bank_account": {"account_number": "000123456789"}},
        {"type": "link"},
    ],
)
def test_payment_methods_are_made(client: stripe.StripeClient, params: Any) -> None:
    method = client.v1.payment_methods.create({**params, "billing_details": {"name": "Grace"}})
    assert method.type == params["type"]
    assert method.billing_details.name == "Grace"
    assert not complaints(method)


@pytest.mark.parametrize(
    ("number", "code"),
    [("4242424242424241", "incorrect_number"), ("4111111111111111", "card_declined")],
)
def test_no_other_card_number_is_taken(client: stripe.StripeClient, number: str, code: str) -> None:
    card: Any = {"number": number, "exp_month": 8, "exp_year": 2040}
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_methods.create({"type": "card", "card": card})
    assert refusal.value.code == code


def test_a_payment_is_confirmed_and_leaves_a_charge(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 1_900, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )
    assert (intent.status, intent.amount_received) == ("succeeded", 1_900)
    assert not complaints(intent)
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.amount, charge.paid, charge.payment_intent) == (1_900, True, intent.id)
    assert not complaints(charge)


def test_a_declined_payment_waits_for_another_card(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    declined = "pm_card_visa_chargeDeclined"
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": declined})
    told = refusal.value.json_body["error"]["payment_intent"]
    assert told["status"] == "requires_payment_method"
    assert told["last_payment_error"]["code"] == "card_declined"
    paid = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert paid.status == "succeeded"
    charges = client.v1.charges.list({"payment_intent": intent.id}).data
    assert [each.status for each in charges] == ["succeeded", "failed"]
    assert not complaints(client.v1.charges.retrieve(charges[1].id))


def test_held_money_is_captured_in_part(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
            "capture_method": "manual",
        }
    )  # fmt: skip
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 900)
    captured = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 600})
    assert (captured.status, captured.amount_received) == ("succeeded", 600)


def test_a_payment_can_be_called_off_once(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 900, "currency": "usd"})
    canceled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "duplicate"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "duplicate")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.cancel(intent.id)
    assert refusal.value.code == "payment_intent_unexpected_state"


def test_the_payment_of_an_invoice_is_confirmed_by_paying_it(
    server: Server, client: stripe.StripeClient
) -> None:
    customer = new_customer(client)
    client.v1.invoice_items.create({"customer": customer.id, "amount": 700, "currency": "usd"})
    invoice = client.v1.invoices.create(
        {"customer": customer.id, "pending_invoice_items_behavior": "include"}
    )
    client.v1.invoices.finalize_invoice(invoice.id, {"expand": ["payments"]})
    payment = client.v1.invoice_payments.list({"invoice": invoice.id}).data[0]
    intent = str(payment.payment.payment_intent)
    with pytest.raises(stripe.InvalidRequestError, match="Void the invoice"):
        client.v1.payment_intents.cancel(intent)
    client.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"


def test_a_refund_is_noted_on_its_charge(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 1_900, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )
    charge = str(intent.latest_charge)
    refund = client.v1.refunds.create({"charge": charge, "amount": 900})
    assert (refund.payment_intent, refund.charge) == (intent.id, charge)
    found = client.v1.charges.retrieve(charge, {"expand": ["refunds"]})
    assert (found.amount_refunded, found.refunded) == (900, False)
    assert found.refunds is not None
    assert [each.id for each in found.refunds.data] == [refund.id]


def test_the_charges_of_a_seeded_past_can_be_paged_through(server: Server) -> None:
    world, client = server.world, server.client()
    for number in range(4):
        world.subscribe(world.new_customer(name=f"Customer {number}"), world.monthly)
    found = [each.id for each in client.v1.charges.list({"limit": 2}).auto_paging_iter()]
    intents = [str(each.latest_charge) for each in client.v1.payment_intents.list().data]
    assert len(found) == len(set(found)) == 5
    assert set(found) == set(intents)


def test_a_seeded_payment_can_be_looked_into_before_it_was_asked_for(server: Server) -> None:
    world, client = server.world, server.client()
    invoice = world.subscribe(world.new_customer(), world.monthly)["latest_invoice"]
    for kind in ("payment_intent", "charge"):  # A seeded world has none yet.
        for each in list(world.state.kind(kind)):
            world.state.forget(kind, each)
    path = "data.payment.payment_intent.latest_charge"
    [payment] = client.v1.invoice_payments.list({"invoice": invoice, "expand": [path]}).data
    intent: Any = payment.payment.payment_intent
    assert (intent.object, intent.amount_received) == ("payment_intent", payment.amount_paid)
    assert (intent.latest_charge.object, intent.latest_charge.amount) == (
        "charge",
        payment.amount_paid,
    )
    assert client.v1.payment_intents.retrieve(intent.id).id == intent.id


def test_a_setup_intent_saves_a_card_for_its_customer(
    server: Server, client: stripe.StripeClient
) -> None:
    customer = new_customer(client)
    since = feed_length(server.world)
    intent = client.v1.setup_intents.create({"customer": customer.id})
    assert intent.status == "requires_payment_method"
    assert not complaints(intent)
    done = client.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert done.status == "succeeded"
    methods = client.v1.customers.payment_methods.list(customer.id).data
    assert [each.id for each in methods] == [done.payment_method]
    assert types(server.world, since) == [
        "setup_intent.created", "payment_method.attached", "setup_intent.succeeded",
    ]  # fmt: skip
    listed = client.v1.setup_intents.list({"customer": customer.id})
    assert [each.id for each in listed.data] == [intent.id]


def test_a_setup_intent_with_a_declined_card_waits_for_another(
    client: stripe.StripeClient,
) -> None:
    customer = new_customer(client)
    intent = client.v1.setup_intents.create(
        {"customer": customer.id, "payment_method": "pm_card_visa_chargeDeclined"}
    )
    assert intent.status == "requires_confirmation"
    with pytest.raises(stripe.CardError):
        client.v1.setup_intents.confirm(intent.id)
    failed = client.v1.setup_intents.retrieve(intent.id)
    assert failed.status == "requires_payment_method"
    assert not complaints(failed)
    canceled = client.v1.setup_intents.cancel(intent.id)
    assert canceled.status == "canceled"


def test_a_card_that_is_added_in_the_portal_is_set_up(server: Server) -> None:
    card = {"number": "4242424242424242", "expiry": "12/40", "cvc": "123"}
    since = feed_length(server.world)
    assert Visitor.of(server).post("payment-methods/add", card).status == 303
    assert "setup_intent.succeeded" in types(server.world, since)
    listed = server.client().v1.setup_intents.list({"customer": server.world.customer["id"]})
    assert [each.status for each in listed.data] == ["succeeded"]


def owing(client: stripe.StripeClient, world: World, amount: int) -> tuple[str, str]:
    """A new customer, and an open invoice of theirs."""
    customer = world.new_customer()["id"]
    invoice = client.v1.invoices.create({"customer": customer, "auto_advance": False}).id
    item: Any = {"customer": customer, "invoice": invoice, "amount": amount, "currency": "usd"}
    client.v1.invoice_items.create(item)
    client.v1.invoices.finalize_invoice(str(invoice))
    return customer, str(invoice)


def paid_by(client: stripe.StripeClient, customer: str, amount: int) -> str:
    wish: Any = {"amount": amount, "currency": "usd", "customer": customer, "confirm": True}
    return client.v1.payment_intents.create(wish | {"payment_method": "pm_card_visa"}).id


def test_payments_made_elsewhere_count_towards_an_invoice(
    client: stripe.StripeClient, world: World
) -> None:
    customer, invoice = owing(client, world, 5_000)
    first = client.v1.invoices.attach_payment(
        invoice, {"payment_intent": paid_by(client, customer, 2_000)}
    )
    assert (first.status, first.amount_paid, first.amount_remaining) == ("open", 2_000, 3_000)
    second = client.v1.invoices.attach_payment(
        invoice, {"payment_intent": paid_by(client, customer, 3_500)}
    )
    assert (second.status, second.amount_paid, second.amount_overpaid) == ("paid", 5_000, 500)
    payments = client.v1.invoice_payments.list({"invoice": invoice}).data
    assert sorted(each.status for each in payments) == ["canceled", "paid", "paid"]


def test_the_rest_of_an_invoice_is_charged_as_ever(
    client: stripe.StripeClient, world: World
) -> None:
    customer, invoice = owing(client, world, 5_000)
    part = paid_by(client, customer, 2_000)
    client.v1.invoices.attach_payment(invoice, {"payment_intent": part})
    paid = client.v1.invoices.pay(invoice)
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == ("paid", 5_000, 0)
    charges = client.v1.charges.list({"customer": customer}).data
    assert sorted(each.amount for each in charges) == [2_000, 3_000]


def test_a_payment_that_is_none_of_the_invoices_cannot_be_attached(
    client: stripe.StripeClient, world: World
) -> None:
    customer, invoice = owing(client, world, 5_000)
    stranger = paid_by(client, world.customer["id"], 5_000)
    with pytest.raises(stripe.InvalidRequestError, match="must match the invoice's customer"):
        client.v1.invoices.attach_payment(invoice, {"payment_intent": stranger})
    part = paid_by(client, customer, 2_000)
    client.v1.invoices.attach_payment(invoice, {"payment_intent": part})
    with pytest.raises(stripe.InvalidRequestError, match="already attached"):
        client.v1.invoices.attach_payment(invoice, {"payment_intent": part})
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        client.v1.invoices.attach_payment(invoice, {"payment_intent": "pi_none"})
    client.v1.invoices.pay(invoice)
    with pytest.raises(stripe.InvalidRequestError, match="open invoices"):
        client.v1.invoices.attach_payment(invoice, {"payment_intent": stranger})
