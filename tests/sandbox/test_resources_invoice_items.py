"""Invoice items and tax rates through Stripe's own client: what is billed besides subscriptions."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects

from .billing_shop import assert_adds_up, lines
from .http_shapes import complaints
from .http_world import DAY, World


def stored(world: World, invoice: str) -> Json:
    return world.state.kind("invoice")[invoice]


def test_an_item_waits_for_the_next_invoice_which_was_previewed(
    client: stripe.StripeClient, world: World
) -> None:
    item = client.v1.invoice_items.create(
        {"customer": world.customer["id"], "amount": 700, "currency": "usd", "description": "Help"}
    )
    assert not complaints(item)
    shown = client.v1.invoices.create_preview({"subscription": world.subscription["id"]})
    assert shown.total == 4_700
    world.clock.time += 32 * DAY
    billing.advance(world.state)
    renewed = stored(world, world.subscription["latest_invoice"])
    assert renewed["total"] == 4_700
    assert "Help" in [name for name, *_ in lines(renewed)]
    assert client.v1.invoice_items.retrieve(item.id).invoice == renewed["id"]


def test_a_preview_adds_items_that_nobody_made(client: stripe.StripeClient, world: World) -> None:
    extra: Any = [
        {"amount": 250, "currency": "usd", "description": "Setup"},
        {"unit_amount": 30, "quantity": 3, "currency": "usd"},
    ]
    shown = client.v1.invoices.create_preview(
        {"subscription": world.subscription["id"], "invoice_items": extra}
    )
    assert shown.total == 4_000 + 250 + 90
    alone = world.new_customer()
    shown = client.v1.invoices.create_preview({"customer": alone["id"], "invoice_items": extra})
    assert shown.total == 340
    assert list(world.state.kind("invoiceitem")) == []
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.invoices.create_preview({"customer": alone["id"]})
    assert caught.value.code == "invoice_upcoming_none"


def test_a_draft_is_filled_changed_and_emptied_item_by_item(
    client: stripe.StripeClient, world: World
) -> None:
    once = world.price(world.team, 500, "month", recurring=None)
    draft = client.v1.invoices.create({"customer": world.customer["id"]})
    item = client.v1.invoice_items.create(
        {
            "customer": world.customer["id"],
            "invoice": draft.id,
            "pricing": {"price": once["id"]},
            "quantity": 3,
        }
    )
    assert (item.amount, item.description) == (1_500, "Team")
    assert client.v1.invoices.retrieve(draft.id).total == 1_500
    changed = client.v1.invoice_items.update(item.id, {"quantity": 2, "metadata": {"a": "b"}})
    assert not complaints(changed)
    assert client.v1.invoices.retrieve(draft.id).total == 1_000
    other = client.v1.invoice_items.create(
        {"customer": world.customer["id"], "invoice": draft.id, "amount": -300}
    )
    assert client.v1.invoices.retrieve(draft.id).total == 700
    assert client.v1.invoice_items.delete(other.id).deleted is True
    paid = client.v1.invoices.pay(draft.id)
    assert (paid.total, paid.amount_paid) == (1_000, 1_000)
    assert not complaints(paid)
    assert_adds_up(stored(world, draft.id))
    with pytest.raises(stripe.InvalidRequestError, match="finalized"):
        client.v1.invoice_items.delete(item.id)


def test_tax_is_added_to_a_price_or_contained_in_it(
    client: stripe.StripeClient, world: World
) -> None:
    rates = []
    for name, percentage, inclusive in (("VAT", 25.0, True), ("Levy", 10.0, False)):
        rate = client.v1.tax_rates.create(
            {"display_name": name, "percentage": percentage, "inclusive": inclusive}
        )
        assert not complaints(rate)
        rates.append(rate.id)
    subscription = client.v1.subscriptions.create(
        {
            "customer": world.new_customer()["id"],
            "items": [{"price": world.monthly["id"]}],
            "default_tax_rates": rates,
            "expand": ["latest_invoice"],
        }
    )
    invoice = subscription.to_dict()["latest_invoice"]
    assert [tax["amount"] for tax in invoice["total_taxes"]] == [400, 160]
    assert (invoice["total"], invoice["total_excluding_tax"]) == (2_160, 1_600)
    assert_adds_up(stored(world, invoice["id"]))


def test_rates_are_archived_and_never_change_their_percentage(
    client: stripe.StripeClient, world: World
) -> None:
    rate = client.v1.tax_rates.create(
        {"display_name": "VAT", "percentage": 19.0, "inclusive": False, "country": "DE"}
    )
    archived = client.v1.tax_rates.update(rate.id, {"active": False, "display_name": "Old VAT"})
    assert (archived.active, archived.display_name) == (False, "Old VAT")
    assert client.v1.tax_rates.list({"active": True}).data == []
    assert [each.id for each in client.v1.tax_rates.list({"inclusive": False}).data] == [rate.id]
    unknown: Any = {"percentage": 7.0}
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: percentage"):
        client.v1.tax_rates.update(rate.id, unknown)
    with pytest.raises(stripe.InvalidRequestError, match="No such tax rate: 'txr_none'"):
        client.v1.tax_rates.retrieve("txr_none")


def test_customers_who_owe_no_tax_pay_none(client: stripe.StripeClient, world: World) -> None:
    exempt = world.new_customer(tax_exempt="exempt")
    rate = world.state.create(objects.new_tax_rate(world.state, "VAT", 19.0))
    subscription = world.subscribe(exempt, world.monthly, default_tax_rates=[rate["id"]])
    assert stored(world, subscription["latest_invoice"])["total_taxes"] == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "exactly one of `amount`"),
    ({"amount": 5, "unit_amount_decimal": "3"}, "exactly one of `amount`"),
    ({"amount": 5, "currency": "eur"}, "cannot combine currencies"),
    ({"pricing": {"price": "price_none"}}, "No such price: 'price_none'"),
    ({"amount": 5, "invoice": "in_none"}, "No such invoice: 'in_none'"),
    ({"amount": 5, "tax_rates": ["txr_none"]}, "No such tax rate: 'txr_none'"),
]


@pytest.mark.parametrize(("asked", "words"), REFUSED)
def test_what_cant_be_billed_is_refused(
    client: stripe.StripeClient, world: World, asked: dict[str, Any], words: str
) -> None:
    wish: Any = {"customer": world.customer["id"], **asked}
    with pytest.raises(stripe.InvalidRequestError, match=words):
        client.v1.invoice_items.create(wish)
    with pytest.raises(stripe.InvalidRequestError, match="type=recurring"):
        client.v1.invoice_items.create(
            {"customer": world.customer["id"], "pricing": {"price": world.monthly["id"]}}
        )


def test_an_invoice_has_its_own_tax_rates(client: stripe.StripeClient, world: World) -> None:
    rate = world.state.create(objects.new_tax_rate(world.state, "VAT", 20.0))
    draft = client.v1.invoices.create(
        {"customer": world.customer["id"], "default_tax_rates": [rate["id"]]}
    )
    client.v1.invoice_items.create(
        {"customer": world.customer["id"], "invoice": draft.id, "amount": 1_000}
    )
    assert client.v1.invoices.retrieve(draft.id).total == 1_200


def test_what_an_invoice_can_not_have_yet_is_said(
    client: stripe.StripeClient, world: World
) -> None:
    with pytest.raises(stripe.APIError, match="does not support the parameter 'on_behalf_of'"):
        client.v1.invoices.create({"customer": world.customer["id"], "on_behalf_of": "acct_other"})
