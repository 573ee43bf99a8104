"""The business's balance: what charges bring, what Stripe keeps, what refunds take."""

from __future__ import annotations

import json
import random

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State

from .http_shapes import complaints
from .http_world import DAY, Clock, Server, World, serving


def pay(client: stripe.StripeClient, amount: int, card: str = "pm_card_visa", **more: str) -> str:
    """A payment in dollars; its charge."""
    wish = {"amount": amount, "currency": "usd", "confirm": True, "payment_method": card, **more}
    return str(client.v1.payment_intents.create(wish).latest_charge)  # type: ignore[arg-type]


def amounts(client: stripe.StripeClient) -> tuple[Json, Json]:
    """What is available and what is pending, by currency."""
    found = client.v1.balance.retrieve()
    assert not complaints(found)
    available = {each.currency: each.amount for each in found.available}
    return available, {each.currency: each.amount for each in found.pending}


def test_a_charge_is_pending_for_two_days_less_what_stripe_keeps(server: Server) -> None:
    client = server.client()
    pay(client, 4_000)
    # The world's own subscription has paid 4000 too: 2.9% of it and 30 are the fee.
    assert amounts(client) == ({"usd": 0}, {"usd": 2 * (4_000 - 146)})
    server.request("POST", "/_sandbox/clock", json.dumps({"advance": 2 * DAY}))
    assert amounts(client) == ({"usd": 2 * (4_000 - 146)}, {"usd": 0})


def test_a_charges_transaction_says_what_it_brought(client: stripe.StripeClient) -> None:
    charge = client.v1.charges.retrieve(
        pay(client, 1_000, description="A thing"), {"expand": ["balance_transaction"]}
    )
    booked = charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert (booked.amount, booked.fee, booked.net) == (1_000, 59, 941)
    assert (booked.type, booked.status, booked.source) == ("charge", "pending", charge.id)
    assert booked.fee_details[0].amount == 59
    found = client.v1.balance_transactions.retrieve(booked.id, {"expand": ["source"]})
    assert isinstance(found.source, stripe.Charge)
    assert not complaints(found)


def test_a_refund_takes_the_whole_amount_and_the_fee_stays(client: stripe.StripeClient) -> None:
    charge = pay(client, 1_000)
    refund = client.v1.refunds.create({"charge": charge, "amount": 400})
    assert amounts(client)[0] == {"usd": -400}
    [taken] = client.v1.balance_transactions.list({"type": "refund"}).data
    assert (taken.id, taken.net, taken.fee) == (refund.balance_transaction, -400, 0)
    assert [each.net for each in client.v1.balance_transactions.list({"source": charge})] == [941]


def test_money_that_is_only_held_is_not_on_the_balance(client: stripe.StripeClient) -> None:
    before = amounts(client)
    charge = pay(client, 1_000, capture_method="manual")
    assert client.v1.charges.retrieve(charge).balance_transaction is None
    assert amounts(client) == before
    captured = client.v1.charges.capture(charge, {"amount": 600})
    found = client.v1.balance_transactions.retrieve(str(captured.balance_transaction))
    assert found.amount == 600


def test_a_card_can_bring_its_money_at_once(client: stripe.StripeClient) -> None:
    pay(client, 1_000, "pm_card_bypassPending")
    assert amounts(client)[0] == {"usd": 941}
    [event] = client.v1.events.list({"type": "balance.available"}).data
    assert event.data.object["available"][0]["amount"] == 941


def test_a_declined_charge_brings_nothing(client: stripe.StripeClient) -> None:
    before = amounts(client)
    with pytest.raises(stripe.CardError):
        pay(client, 1_000, "pm_card_chargeDeclined")
    assert amounts(client) == before


def test_what_a_world_was_seeded_with_is_listed_and_has_been_paid_out() -> None:
    clock = Clock()
    seeded = World(clock, State(random=random.Random(3), now=clock))  # noqa: S311 - repeatable
    seed(seeded.state, customers=20)
    paid = {each["id"] for each in seeded.state.where("invoice_payment", status="paid")}
    with serving(seeded) as server:
        client = server.client()
        listed = [
            each.id for each in client.v1.balance_transactions.list({"limit": 7}).auto_paging_iter()
        ]
        assert len(listed) == len(set(listed)) == len(paid)
        assert amounts(client) == ({"usd": 0}, {"usd": 0})
        assert client.v1.balance_transactions.retrieve(listed[0]).source
