"""Customers and what they hold, products, prices, coupons: through Stripe's own client."""

from __future__ import annotations

import pytest
import stripe

from portal_desk.sandbox import objects

from .http_shapes import complaints
from .http_world import DAY, Server, World


def test_the_account_shows_its_brand_and_country(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.retrieve_current().to_dict()
    assert account["country"] == "US"
    assert account["business_profile"]["name"] == "Lumen Ltd"
    assert "primary_color" in account["settings"]["branding"]
    assert client.v1.accounts.retrieve("acct_world").id == "acct_world"
    with pytest.raises(stripe.PermissionError, match="does not have access to account 'acct_no'"):
        client.v1.accounts.retrieve("acct_no")


def test_a_customer_is_created_whole(client: stripe.StripeClient, world: World) -> None:
    created = client.v1.customers.create(
        {
            "name": "Grace Hopper",
            "email": "grace@example.com",
            "preferred_locales": ["de", "en"],
            "address": {"country": "DE", "city": "Köln"},
            "shipping": {"name": "Grace", "address": {"country": "DE"}},
            "tax_id_data": [{"type": "eu_vat", "value": "DE123456789"}],
            "metadata": {"crm": "42"},
        }
    )
    found = client.v1.customers.retrieve(created.id, {"expand": ["tax_ids"]}).to_dict()
    assert found["preferred_locales"] == ["de", "en"]
    assert found["address"] == {
        "city": "Köln",
        "country": "DE",
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    }
    assert found["shipping"]["name"] == "Grace"
    assert found["metadata"] == {"crm": "42"}
    assert found["tax_ids"]["data"][0]["country"] == "DE"


@pytest.mark.parametrize(
    "email", ["nobody", "ada@king", " ada@king.example", "ada@king.", "ada＠king.example"]
)
def test_an_email_that_is_none_is_refused(
    client: stripe.StripeClient, world: World, email: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as created:
        client.v1.customers.create({"email": email})
    with pytest.raises(stripe.InvalidRequestError) as updated:
        client.v1.customers.update(world.customer["id"], {"email": email})
    for caught in (created, updated):
        assert (caught.value.code, caught.value.param) == ("email_invalid", "email")
        assert caught.value.user_message == f"Invalid email address: {email}"


def test_a_parameter_that_would_do_nothing_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.StripeError, match="does not support the parameter 'cash_balance'"):
        client.v1.customers.create(
            {"cash_balance": {"settings": {"reconciliation_mode": "manual"}}}
        )


def test_the_balance_keeps_its_own_ledger(client: stripe.StripeClient, world: World) -> None:
    ada = world.customer["id"]
    credit = client.v1.customers.balance_transactions.create(
        ada, {"amount": -1_500, "currency": "usd"}
    )
    assert (credit.amount, credit.ending_balance) == (-1_500, -1_500)
    assert client.v1.customers.retrieve(ada).balance == -1_500
    listed = client.v1.customers.balance_transactions.list(ada).data
    assert [each.id for each in listed] == [credit.id]
    with pytest.raises(stripe.InvalidRequestError, match="must match the customer's currency"):
        client.v1.customers.balance_transactions.create(ada, {"amount": 1, "currency": "eur"})


def test_tax_ids_come_and_go(client: stripe.StripeClient, world: World) -> None:
    ada = world.customer["id"]
    tax_id = client.v1.customers.tax_ids.create(ada, {"type": "gb_vat", "value": "GB123"})
    assert [each.id for each in client.v1.customers.tax_ids.list(ada).data] == [tax_id.id]
    owned = client.v1.tax_ids.list({"owner": {"type": "customer", "customer": ada}}).data
    assert [each.id for each in owned] == [tax_id.id]
    other = world.new_customer()["id"]
    with pytest.raises(stripe.InvalidRequestError, match="No such tax id"):
        client.v1.customers.tax_ids.retrieve(other, tax_id.id)
    assert client.v1.customers.tax_ids.delete(ada, tax_id.id).deleted is True
    assert client.v1.customers.tax_ids.list(ada).data == []


def test_a_detached_payment_method_is_nobodys_default(
    client: stripe.StripeClient, world: World
) -> None:
    ada, card = world.customer["id"], world.card["id"]
    assert [each.id for each in client.v1.customers.payment_methods.list(ada).data] == [card]
    assert client.v1.payment_methods.detach(card).customer is None
    assert client.v1.payment_methods.list({"customer": ada}).data == []
    settings = client.v1.customers.retrieve(ada).to_dict()["invoice_settings"]
    assert settings["default_payment_method"] is None
    with pytest.raises(stripe.InvalidRequestError, match="not attached to a customer"):
        client.v1.payment_methods.detach(card)
    assert client.v1.payment_methods.attach(card, {"customer": ada}).customer == ada


def test_a_default_payment_method_must_be_the_customers_own(
    client: stripe.StripeClient, world: World
) -> None:
    other = world.new_customer()["id"]
    settings = {"default_payment_method": world.card["id"]}
    with pytest.raises(stripe.InvalidRequestError, match="must be attached to the customer"):
        client.v1.customers.update(other, {"invoice_settings": settings})  # type: ignore[typeddict-item]


def test_products_and_prices_are_made_and_found(client: stripe.StripeClient, world: World) -> None:
    product = client.v1.products.create({"name": "Storage", "unit_label": "GB"})
    price = client.v1.prices.create(
        {
            "product": product.id,
            "currency": "jpy",
            "unit_amount": 900,
            "recurring": {"interval": "month"},
            "lookup_key": "storage",
        }
    )
    assert (price.type, price.unit_amount_decimal) == ("recurring", 900)
    assert [each.id for each in client.v1.prices.list({"product": product.id}).data] == [price.id]
    assert [each.id for each in client.v1.prices.list({"lookup_keys": ["storage"]}).data] == [
        price.id
    ]
    yearly = client.v1.prices.list({"recurring": {"interval": "year"}}).data
    assert [each.id for each in yearly] == [world.yearly["id"]]
    client.v1.prices.update(price.id, {"active": False})
    assert [each.id for each in client.v1.prices.list({"active": False}).data] == [price.id]
    with pytest.raises(stripe.InvalidRequestError, match="cannot be deleted"):
        client.v1.products.delete(product.id)


def test_a_lookup_key_moves_only_when_asked_to(client: stripe.StripeClient, world: World) -> None:
    client.v1.prices.update(world.monthly["id"], {"lookup_key": "team"})
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        client.v1.prices.update(world.yearly["id"], {"lookup_key": "team"})
    moved = {"lookup_key": "team", "transfer_lookup_key": True}
    client.v1.prices.update(world.yearly["id"], moved)  # type: ignore[arg-type]
    assert client.v1.prices.retrieve(world.monthly["id"]).lookup_key is None


def test_tax_behavior_is_set_once(client: stripe.StripeClient, world: World) -> None:
    free = world.price(world.team, 100, "week", tax_behavior="unspecified")
    client.v1.prices.update(free["id"], {"tax_behavior": "inclusive"})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be changed"):
        client.v1.prices.update(free["id"], {"tax_behavior": "exclusive"})


def test_a_subscription_shows_its_price_as_it_is_now(
    client: stripe.StripeClient, world: World
) -> None:
    client.v1.prices.update(world.monthly["id"], {"nickname": "Old plan"})
    found = client.v1.subscriptions.retrieve(world.subscription["id"]).to_dict()
    assert found["items"]["data"][0]["price"]["nickname"] == "Old plan"


def test_coupons_and_promotion_codes(client: stripe.StripeClient) -> None:
    coupon = client.v1.coupons.create({"percent_off": 12.5, "duration": "forever", "id": "TWELVE"})
    code = client.v1.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "Spring"}
    )
    found = client.v1.promotion_codes.list(
        {"code": "SPRING", "expand": ["data.promotion.coupon"]}
    ).data[0]
    assert found.id == code.id
    assert found.to_dict()["promotion"]["coupon"]["percent_off"] == 12.5
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        client.v1.promotion_codes.create(
            {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "spring"}
        )
    client.v1.coupons.delete("TWELVE")
    with pytest.raises(stripe.InvalidRequestError, match="No such coupon: 'TWELVE'"):
        client.v1.coupons.retrieve("TWELVE")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Must provide percent_off or amount_off"),
        ({"percent_off": "1", "amount_off": "2"}, "and not both"),
        ({"amount_off": "2"}, "You must pass currency"),
        ({"percent_off": "1", "duration": "repeating"}, "You must pass duration_in_months"),
    ],
)
def test_a_coupon_that_makes_no_sense_is_refused(
    server: Server, body: dict[str, str], message: str
) -> None:
    assert message in server.request("POST", "/v1/coupons", body).error["message"]


def test_search_finds_by_email_and_metadata(client: stripe.StripeClient, world: World) -> None:
    client.v1.customers.update(world.customer["id"], {"metadata": {"crm": "A-1"}})
    for query in ('email:"ADA@example.com"', 'name~"love" AND metadata["crm"]:"A-1"'):
        found = client.v1.customers.search({"query": query}).data
        assert [each.id for each in found] == [world.customer["id"]]
    assert client.v1.customers.search({"query": '-name:"Ada Lovelace"'}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="unsupported search field"):
        client.v1.customers.search({"query": 'colour:"red"'})
    with pytest.raises(stripe.InvalidRequestError, match="unable to parse"):
        client.v1.customers.search({"query": "ada"})


def test_search_pages_are_walked(client: stripe.StripeClient, world: World) -> None:
    for _ in range(5):
        world.new_customer(name="Same")
    found = client.v1.customers.search({"query": 'name:"Same"', "limit": 2})
    assert len(list(found.auto_paging_iter())) == 5


def test_the_clock_can_be_moved_on_and_bills_what_comes_due(server: Server, world: World) -> None:
    before = len(server.client().v1.invoices.list({"limit": 100}).data)
    moved = server.request("POST", "/_sandbox/clock", f'{{"advance": {32 * DAY}}}')
    assert moved.json["now"] == world.clock.time + 32 * DAY
    assert len(server.client().v1.invoices.list({"limit": 100}).data) == before + 1
    assert server.request("POST", "/_sandbox/clock", '{"advance": -1}').status == 400


def test_nested_lists_show_their_first_ten(client: stripe.StripeClient, world: World) -> None:
    for number in range(12):
        tax_id = objects.new_tax_id(
            world.state, world.customer["id"], type="eu_vat", value=f"DE{number}"
        )
        world.state.create(tax_id)
    found = client.v1.customers.retrieve(world.customer["id"], {"expand": ["tax_ids"]})
    assert found.tax_ids is not None
    assert (len(found.tax_ids.data), found.tax_ids.has_more) == (10, True)
    assert len(list(found.tax_ids.auto_paging_iter())) == 12


def test_a_price_can_have_other_currencies(client: stripe.StripeClient, world: World) -> None:
    price = client.v1.prices.create(
        {
            "product": world.team["id"],
            "currency": "usd",
            "unit_amount": 2_000,
            "recurring": {"interval": "month"},
            "currency_options": {"eur": {"unit_amount": 1_800}},
            "expand": ["currency_options"],
        }
    )
    options = price.to_dict()["currency_options"]
    assert {name: each["unit_amount"] for name, each in options.items()} == {
        "usd": 2_000,
        "eur": 1_800,
    }
    assert not complaints(price)
    customer = client.v1.customers.create({"payment_method": "pm_card_visa"})
    method = client.v1.customers.payment_methods.list(customer.id).data[0].id
    subscription = client.v1.subscriptions.create(
        {
            "customer": customer.id,
            "currency": "eur",
            "items": [{"price": price.id}],
            "default_payment_method": method,
            "expand": ["latest_invoice"],
        }
    )
    assert isinstance(subscription.latest_invoice, stripe.Invoice)
    invoice = subscription.latest_invoice
    assert (invoice.currency, invoice.amount_paid) == ("eur", 1_800)


def test_a_product_can_be_made_with_its_default_price(client: stripe.StripeClient) -> None:
    product = client.v1.products.create(
        {
            "name": "Solo",
            "default_price_data": {
                "currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"},
            },
            "expand": ["default_price"],
        }
    )  # fmt: skip
    assert isinstance(product.default_price, stripe.Price)
    assert (product.default_price.unit_amount, product.default_price.product) == (900, product.id)
    assert not complaints(product)


def test_a_plan_is_a_price_in_older_words(client: stripe.StripeClient) -> None:
    made = client.v1.plans.create(
        {
            "id": "gold", "amount": 2_500, "currency": "eur", "interval": "month",
            "product": {"name": "Gold"}, "nickname": "Gold",
        }
    )  # fmt: skip
    assert not complaints(made)
    price = client.v1.prices.retrieve("gold")
    assert (price.unit_amount, price.product) == (2_500, made.product)
    client.v1.prices.update("gold", {"nickname": "Pure gold"})
    assert client.v1.plans.retrieve("gold").nickname == "Pure gold"
    assert "gold" in {each.id for each in client.v1.plans.list().data}
    told = [each.type for each in client.v1.events.list({"limit": 4}).data]
    assert told == ["plan.updated", "price.updated", "plan.created", "price.created"]


def test_a_subscriber_keeps_a_plan_that_was_deleted(
    client: stripe.StripeClient, world: World
) -> None:
    plan = world.monthly["id"]
    assert client.v1.plans.delete(plan).deleted
    with pytest.raises(stripe.InvalidRequestError, match=f"No such plan: '{plan}'"):
        client.v1.plans.retrieve(plan)
    item = client.v1.subscriptions.retrieve(world.subscription["id"])["items"].data[0]
    assert (item.plan.id, item.plan.amount) == (plan, 2_000)


def test_a_plan_needs_a_product_and_an_id_of_its_own(
    client: stripe.StripeClient, world: World
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: product"):
        client.v1.plans.create({"amount": 1, "currency": "usd", "interval": "month"})
    with pytest.raises(stripe.InvalidRequestError, match="Plan already exists"):
        client.v1.plans.create(
            {"id": world.monthly["id"], "amount": 1, "currency": "usd", "interval": "month"}
        )
