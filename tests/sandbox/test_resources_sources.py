"""Cards in Stripe's older words: tokens, customers' sources, charges made by themselves."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .http_shapes import complaints
from .http_world import World


def with_source(client: stripe.StripeClient, card: str = "tok_visa") -> stripe.Customer:
    return client.v1.customers.create({"source": card, "expand": ["default_source"]})


def told(client: stripe.StripeClient, *types: str) -> list[str]:
    """The events of some types, oldest first."""
    found = client.v1.events.list({"limit": 100, "types": list(types)}).data
    return [each.type for each in reversed(found)]


def token(client: stripe.StripeClient, number: str = "5555555555554444", **more: str) -> str:
    card: Any = {"number": number, "exp_month": "12", "exp_year": "2040", **more}
    made = client.v1.tokens.create({"card": card})
    assert not complaints(made)
    return str(made.id)


def test_a_customers_first_card_is_the_default_and_pays_subscriptions(
    client: stripe.StripeClient, world: World
) -> None:
    customer = with_source(client)
    card = customer.default_source
    assert isinstance(card, stripe.Card)
    assert (card.brand, card.last4, card.customer) == ("Visa", "4242", customer.id)
    assert told(client, "customer.source.created") == ["customer.source.created"]
    wish: Any = {"customer": customer.id, "items": [{"price": world.monthly["id"]}]}
    assert client.v1.subscriptions.create(wish).status == "active"
    assert client.v1.charges.list({"customer": customer.id}).data[0].payment_method == card.id


def test_a_source_is_a_payment_method_too(client: stripe.StripeClient) -> None:
    customer = with_source(client)
    [method] = client.v1.customers.payment_methods.list(customer.id).data
    assert method.id == customer.default_source.id  # type: ignore[union-attr]
    client.v1.payment_methods.detach(method.id)
    assert client.v1.customers.retrieve(customer.id).default_source is None


def test_sources_are_added_changed_and_deleted(client: stripe.StripeClient) -> None:
    customer = with_source(client)
    sources = client.v1.customers.payment_sources
    added = sources.create(customer.id, {"source": token(client, name="Ada", address_zip="1")})
    assert not complaints(added)
    assert isinstance(added, stripe.Card)
    assert (added.name, added.address_zip, added.brand) == ("Ada", "1", "MasterCard")
    first = str(customer.default_source.id)  # type: ignore[union-attr]
    assert [each.id for each in sources.list(customer.id).data] == [first, added.id]
    changed = sources.update(customer.id, added.id, {"exp_month": "3", "name": "Grace"})
    assert (changed.exp_month, changed.name) == (3, "Grace")  # type: ignore[union-attr]
    client.v1.customers.update(customer.id, {"default_source": added.id})
    assert sources.delete(customer.id, added.id).to_dict()["deleted"]
    assert client.v1.customers.retrieve(customer.id).default_source == first
    kept = client.v1.customers.retrieve(customer.id, {"expand": ["sources"]}).sources
    assert kept is not None
    assert [each.id for each in kept.data] == [first]
    assert told(client, "customer.source.updated", "customer.source.deleted") == [
        "customer.source.updated",
        "customer.source.deleted",
    ]


def test_another_source_replaces_the_default(client: stripe.StripeClient) -> None:
    customer = with_source(client)
    client.v1.customers.update(customer.id, {"source": "tok_amex"})
    [card] = client.v1.customers.payment_sources.list(customer.id).data
    assert card.brand == "American Express"  # type: ignore[union-attr]
    assert client.v1.customers.retrieve(customer.id).default_source == card.id


def test_a_token_can_be_spent_once(client: stripe.StripeClient) -> None:
    made = token(client)
    with_source(client, made)
    assert client.v1.tokens.retrieve(made).used
    with pytest.raises(stripe.InvalidRequestError, match="use a Stripe token more than once"):
        with_source(client, made)
    with pytest.raises(stripe.InvalidRequestError, match="No such token: 'tok_nonsense'"):
        with_source(client, "tok_nonsense")


def test_a_payment_method_is_made_of_a_token(client: stripe.StripeClient) -> None:
    made = client.v1.payment_methods.create({"type": "card", "card": {"token": token(client)}})
    assert made.card is not None
    assert (made.card.brand, made.card.exp_year) == ("mastercard", 2040)


def test_a_card_that_the_bank_declines_is_no_source(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        with_source(client, "tok_chargeDeclined")
    assert caught.value.code == "card_declined"


def test_a_charge_can_be_made_of_a_token_refunded_and_listed(client: stripe.StripeClient) -> None:
    made = client.v1.charges.create(
        {"amount": 2_000, "currency": "usd", "source": "tok_visa", "description": "A thing"}
    )
    assert not complaints(made)
    assert (made.paid, made.payment_intent, made.description) == (True, None, "A thing")
    refund = client.v1.refunds.create({"charge": made.id, "amount": 500})
    assert (refund.charge, refund.payment_intent) == (made.id, None)
    assert client.v1.charges.retrieve(made.id).amount_refunded == 500
    listed = client.v1.charges.list({"limit": 1}).data[0]
    assert listed.id == made.id
    assert len(client.v1.charges.list({"limit": 1, "starting_after": made.id}).data) == 1


def test_a_customers_card_is_charged_and_may_be_held_until_it_is_captured(
    client: stripe.StripeClient,
) -> None:
    customer = with_source(client)
    wish: Any = {"amount": 900, "currency": "usd", "customer": customer.id, "capture": False}
    held = client.v1.charges.create(wish)
    assert (held.captured, held.customer) == (False, customer.id)
    with pytest.raises(stripe.InvalidRequestError, match="no greater than the capturable"):
        client.v1.charges.capture(held.id, {"amount": 901})
    assert client.v1.charges.capture(held.id, {"amount": 600}).amount_captured == 600
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.charges.capture(held.id)
    assert caught.value.code == "charge_already_captured"


def test_money_that_was_held_can_be_let_go(client: stripe.StripeClient) -> None:
    wish: Any = {"amount": 900, "currency": "usd", "source": "tok_visa", "capture": False}
    held = client.v1.charges.create(wish)
    refund = client.v1.refunds.create({"charge": held.id})
    assert (refund.amount, refund.balance_transaction) == (900, None)
    assert client.v1.charges.retrieve(held.id).refunded


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"currency": "usd", "source": "tok_visa"}, "parameter_missing"),
        ({"amount": 900, "source": "tok_visa"}, "parameter_missing"),
        ({"amount": 900, "currency": "usd"}, "parameter_missing"),
        ({"amount": -1, "currency": "usd", "source": "tok_visa"}, "parameter_invalid_integer"),
        ({"amount": 100_000_000, "currency": "usd", "source": "tok_visa"}, "amount_too_large"),
        ({"amount": 49, "currency": "usd", "source": "tok_visa"}, "amount_too_small"),
        ({"amount": 900, "currency": "usd", "source": "tok_no"}, "resource_missing"),
        ({"amount": 900, "currency": "usd", "customer": "CUSTOMER"}, "missing"),
        (
            {"amount": 900, "currency": "usd", "source": "tok_chargeDeclinedInsufficientFunds"},
            "card_declined",
        ),
        (
            {"amount": 900, "currency": "usd", "source": "tok_chargeDeclinedFraudulent"},
            "card_declined",
        ),
    ],
)
def test_what_cannot_be_charged_is_refused(
    client: stripe.StripeClient, world: World, wish: Any, code: str
) -> None:
    if wish.get("customer"):
        wish = wish | {"customer": world.customer["id"]}
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.charges.create(wish)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("token", "code", "param"),
    [
        ("tok_chargeDeclinedExpiredCard", "expired_card", "exp_month"),
        ("tok_chargeDeclinedIncorrectCvc", "incorrect_cvc", "cvc"),
        ("tok_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_a_code_that_says_it_all_has_no_decline_code(
    client: stripe.StripeClient, token: str, code: str, param: str | None
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.charges.create({"amount": 900, "currency": "usd", "source": token})
    error: Any = caught.value.error
    assert (error.code, error.param, error.to_dict().get("decline_code")) == (code, param, None)
    [failed] = client.v1.charges.list({"limit": 1}).data
    assert failed.outcome is not None
    assert failed.outcome.seller_message == f"The bank returned the decline code `{code}`."


def test_a_currency_that_stripe_does_not_take_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.charges.create({"amount": 900, "currency": "zzz", "source": "tok_visa"})
    assert str(caught.value.user_message).startswith("Invalid currency: zzz. Stripe currently")
    assert caught.value.param == "currency"
