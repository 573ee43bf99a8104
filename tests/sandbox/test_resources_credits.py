"""Credit notes, refunds and payment intents through Stripe's own client."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects

from .http_shapes import complaints
from .http_world import World


@pytest.fixture
def paid(world: World) -> Json:
    """The paid invoice of two at 20 dollars."""
    return world.state.kind("invoice")[world.subscription["latest_invoice"]]


@pytest.fixture
def unpaid(world: World) -> Json:
    """An emailed invoice of 40 dollars that is open, with 10% tax on top."""
    rate = world.state.create(objects.new_tax_rate(world.state, "Levy", 10.0))
    subscription = world.subscribe(
        world.new_customer(),
        world.monthly,
        collection_method="send_invoice",
        days_until_due=30,
        default_tax_rates=[rate["id"]],
    )
    draft = world.state.kind("invoice")[subscription["latest_invoice"]]
    return billing.finalize_invoice(world.state, draft)


def test_a_payment_can_be_read_from_its_invoice(
    client: stripe.StripeClient, world: World, paid: Json
) -> None:
    found = client.v1.invoices.retrieve(
        paid["id"], {"expand": ["payments.data.payment.payment_intent"]}
    ).to_dict()
    intent = found["payments"]["data"][0]["payment"]["payment_intent"]
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 4_000)
    listed = client.v1.payment_intents.list({"customer": world.customer["id"]}).data
    assert [each.id for each in listed] == [intent["id"]]
    assert not complaints(client.v1.payment_intents.retrieve(intent["id"]))


def test_a_payment_that_failed_says_why(client: stripe.StripeClient, world: World) -> None:
    customer = world.new_customer()
    card = next(world.state.where("payment_method", customer=customer["id"]))
    card["card"] = card["card"] | {"last4": "9995"}
    subscription = world.subscribe(customer, world.monthly)
    assert subscription["status"] == "incomplete"
    payments = client.v1.invoice_payments.list({"invoice": subscription["latest_invoice"]}).data
    assert [each.status for each in payments] == ["open"]
    intent = client.v1.payment_intents.list({"customer": customer["id"]}).data[0]
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    assert intent.status == "requires_payment_method"


def test_a_refund_gives_back_no_more_than_was_paid(
    client: stripe.StripeClient, world: World
) -> None:
    intent = client.v1.payment_intents.list({"customer": world.customer["id"]}).data[0].id
    part = client.v1.refunds.create({"payment_intent": intent, "amount": 1_500})
    assert not complaints(part)
    with pytest.raises(stripe.InvalidRequestError, match="unrefunded amount"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 2_501})
    rest = client.v1.refunds.create({"payment_intent": intent, "reason": "duplicate"})
    assert rest.amount == 2_500
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent})
    assert caught.value.code == "charge_already_refunded"
    assert len(client.v1.refunds.list({"payment_intent": intent}).data) == 2


def test_a_credit_note_lessens_what_is_due_and_gives_its_share_of_the_tax(
    client: stripe.StripeClient, unpaid: Json
) -> None:
    line = unpaid["lines"]["data"][0]["id"]
    asked: Any = {
        "invoice": unpaid["id"],
        "lines": [{"type": "invoice_line_item", "invoice_line_item": line, "quantity": 1}],
        "reason": "order_change",
    }
    shown = client.v1.credit_notes.preview(asked)
    note = client.v1.credit_notes.create(asked)
    assert not complaints(note)
    assert (note.total, note.total_excluding_tax, shown.total) == (2_200, 2_000, 2_200)
    assert (note.type, note.number) == ("pre_payment", f"{unpaid['number']}-CN-01")
    assert (unpaid["amount_due"], unpaid["amount_remaining"]) == (2_200, 2_200)
    assert client.v1.credit_notes.void_credit_note(note.id).status == "void"
    assert unpaid["amount_remaining"] == 4_400


def test_an_invoice_that_is_credited_whole_is_paid(
    client: stripe.StripeClient, unpaid: Json
) -> None:
    note = client.v1.credit_notes.create({"invoice": unpaid["id"], "amount": 4_400})
    assert (unpaid["status"], unpaid["amount_paid"]) == ("paid", 0)
    with pytest.raises(stripe.InvalidRequestError, match="whose invoice is open"):
        client.v1.credit_notes.void_credit_note(note.id)


def test_what_was_paid_goes_to_the_card_the_balance_or_elsewhere(
    client: stripe.StripeClient, world: World, paid: Json
) -> None:
    note = client.v1.credit_notes.create(
        {
            "invoice": paid["id"],
            "amount": 3_000,
            "refund_amount": 1_000,
            "credit_amount": 1_500,
            "out_of_band_amount": 500,
            "expand": ["refunds.refund", "customer_balance_transaction"],
        }
    )
    shown = note.to_dict()
    assert shown["refunds"][0]["refund"]["amount"] == 1_000
    assert shown["customer_balance_transaction"]["amount"] == -1_500
    assert world.customer["balance"] == -1_500
    assert paid["post_payment_credit_notes_amount"] == 3_000
    assert paid["status"] == "paid"
    listed = client.v1.credit_notes.list({"invoice": paid["id"]}).data
    assert [each.id for each in listed] == [note.id]
    types = [event["type"] for event in world.state.kind("event").values()]
    assert {"credit_note.created", "refund.created"} <= set(types)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"amount": 100}, "must equal the credit note amount: 100"),
    ({"amount": 4_001, "credit_amount": 4_001}, "more than it has left: 4000"),
    ({}, "Missing required param: amount or lines"),
    ({"amount": 5, "lines": [{"type": "custom_line_item"}]}, "only specify one"),
    (
        {"lines": [{"type": "invoice_line_item", "invoice_line_item": "il_none"}]},
        "No such invoice_line_item: 'il_none'",
    ),
]


@pytest.mark.parametrize(("asked", "words"), REFUSED)
def test_what_cant_be_credited_is_refused(
    client: stripe.StripeClient, paid: Json, asked: dict[str, Any], words: str
) -> None:
    wish: Any = {"invoice": paid["id"], **asked}
    with pytest.raises(stripe.InvalidRequestError, match=words):
        client.v1.credit_notes.create(wish)


def test_a_draft_has_nothing_to_credit(client: stripe.StripeClient, world: World) -> None:
    draft = client.v1.invoices.create({"customer": world.customer["id"]})
    with pytest.raises(stripe.InvalidRequestError, match="this invoice is draft"):
        client.v1.credit_notes.create({"invoice": draft.id, "amount": 1})


def test_a_balance_that_is_set_is_explained_by_a_transaction(
    client: stripe.StripeClient, world: World
) -> None:
    customer = client.v1.customers.create({"balance": -700})
    client.v1.customers.update(customer.id, {"balance": -200})
    listed = client.v1.customers.balance_transactions.list(customer.id).data
    assert [(each.type, each.amount, each.ending_balance) for each in listed] == [
        ("adjustment", 500, -200),
        ("initial", -700, -700),
    ]
    types = [event["type"] for event in world.state.kind("event").values()]
    assert types[-2:] == ["customer.created", "customer.updated"]
