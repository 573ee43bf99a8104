"""Quotes: drafted, offered, accepted; what they promise is what is billed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from .http_shapes import complaints
from .http_world import Server, World


def drafted(client: stripe.StripeClient, world: World, **more: Any) -> stripe.Quote:
    wish: Any = {
        "customer": world.new_customer()["id"],
        "line_items": [{"price": world.monthly["id"], "quantity": 3}],
        **more,
    }
    return client.v1.quotes.create(wish)


def accepted(client: stripe.StripeClient, quote: stripe.Quote) -> stripe.Quote:
    client.v1.quotes.finalize_quote(quote.id)
    return client.v1.quotes.accept(quote.id)


def workshop(client: stripe.StripeClient, world: World) -> str:
    wish: Any = {"product": world.team["id"], "currency": "usd", "unit_amount": 5_000}
    return client.v1.prices.create(wish).id


def test_an_accepted_quote_is_a_subscription_billed_as_promised(
    client: stripe.StripeClient, world: World
) -> None:
    once = {"price": workshop(client, world), "quantity": 1}
    lines = [{"price": world.monthly["id"], "quantity": 3}, once]
    quote = drafted(client, world, line_items=lines, description="As discussed")
    assert not complaints(quote)
    assert (quote.status, quote.amount_total, quote.currency) == ("draft", 11_000, "usd")
    assert quote.computed.recurring is not None
    assert quote.computed.recurring.amount_total == 6_000
    offered = client.v1.quotes.finalize_quote(quote.id)
    assert offered.status == "open"
    assert str(offered.number).startswith("QT-")
    made = client.v1.quotes.accept(quote.id, {"expand": ["invoice", "subscription"]})
    assert not complaints(made)
    assert isinstance(made.subscription, stripe.Subscription)
    assert isinstance(made.invoice, stripe.Invoice)
    assert (made.subscription.status, made.invoice.total) == ("active", quote.amount_total)
    told = client.v1.events.list({"types": ["quote.created", "quote.finalized", "quote.accepted"]})
    assert len(told.data) == 3


def test_an_accepted_quote_of_what_is_paid_once_is_a_draft_invoice(
    client: stripe.StripeClient, world: World
) -> None:
    lines = [{"price": workshop(client, world), "quantity": 2}]
    made = accepted(client, drafted(client, world, line_items=lines))
    assert made.subscription is None
    invoice = client.v1.invoices.retrieve(str(made.invoice))
    assert (invoice.status, invoice.total) == ("draft", 10_000)
    assert invoice.parent is not None
    assert invoice.parent.quote_details is not None
    assert invoice.parent.quote_details.quote == made.id


def test_a_quotes_discount_is_redeemed_when_it_is_accepted(
    client: stripe.StripeClient, world: World
) -> None:
    coupon = client.v1.coupons.create({"percent_off": 50, "duration": "once"}).id
    quote = drafted(client, world, discounts=[{"coupon": coupon}])
    assert (quote.amount_subtotal, quote.amount_total) == (6_000, 3_000)
    assert client.v1.coupons.retrieve(coupon).times_redeemed == 0
    made = accepted(client, quote)
    assert client.v1.invoices.retrieve(str(made.invoice)).total == 3_000
    assert client.v1.coupons.retrieve(coupon).times_redeemed == 1


def test_a_trial_costs_nothing_yet(client: stripe.StripeClient, world: World) -> None:
    quote = drafted(client, world, subscription_data={"trial_period_days": 7})
    assert quote.amount_total == 0
    assert quote.computed.recurring is not None
    assert quote.computed.recurring.amount_total == 6_000
    made = accepted(client, quote)
    assert client.v1.subscriptions.retrieve(str(made.subscription)).status == "trialing"


def test_a_quote_that_is_sent_is_due_when_it_says(
    client: stripe.StripeClient, world: World
) -> None:
    quote = drafted(
        client, world, collection_method="send_invoice", invoice_settings={"days_until_due": 14}
    )
    made = accepted(client, quote)
    assert client.v1.subscriptions.retrieve(str(made.subscription)).days_until_due == 14


def test_a_draft_can_be_changed_and_its_lines_listed(
    client: stripe.StripeClient, world: World
) -> None:
    quote = drafted(client, world)
    changed = client.v1.quotes.update(
        quote.id, {"line_items": [{"price": world.yearly["id"]}], "expand": ["line_items"]}
    )
    assert changed.amount_total == 20_000
    assert changed.line_items is not None
    assert len(changed.line_items.data) == len(client.v1.quotes.line_items.list(quote.id).data) == 1
    assert [each.id for each in client.v1.quotes.list({"status": "draft"}).data] == [quote.id]
    client.v1.quotes.finalize_quote(quote.id)
    with pytest.raises(stripe.InvalidRequestError, match="Only draft quotes can be updated"):
        client.v1.quotes.update(quote.id, {"description": "Too late"})


def test_a_quote_is_accepted_only_while_it_is_offered(
    client: stripe.StripeClient, world: World, server: Server
) -> None:
    quote = drafted(client, world)
    with pytest.raises(stripe.InvalidRequestError, match="a status of draft"):
        client.v1.quotes.accept(quote.id)
    client.v1.quotes.finalize_quote(quote.id)
    server.request("POST", "/_sandbox/clock", json.dumps({"advance": 31 * 86_400}))
    assert client.v1.quotes.retrieve(quote.id).status == "canceled"
    other = drafted(client, world)
    assert client.v1.quotes.cancel(other.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="a status of canceled"):
        client.v1.quotes.finalize_quote(other.id)


def test_a_quote_for_nobody_can_be_drafted_but_not_offered(
    client: stripe.StripeClient, world: World
) -> None:
    quote = client.v1.quotes.create({"line_items": [{"price": world.monthly["id"]}]})
    with pytest.raises(stripe.InvalidRequestError, match="must have a customer"):
        client.v1.quotes.finalize_quote(quote.id)
