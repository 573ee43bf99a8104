"""Prices with tiers on invoices, and lines that keep their ids while a draft is worked on."""

from __future__ import annotations

import pytest

from portal_desk.models.json import Json
from portal_desk.sandbox import billing

from .billing_shop import DAY, HOUR, Shop, assert_adds_up

TIERS = [(5, "1000", None), (10, "800", 300), (None, "0.5", None)]


def tiered(shop: Shop, mode: str) -> Json:
    price = shop.price(0, "month", billing_scheme="tiered", tiers_mode=mode)
    tiers = [
        {"up_to": up_to, "unit_amount_decimal": each, "flat_amount": flat}
        for up_to, each, flat in TIERS
    ]
    unset = {"unit_amount": None, "unit_amount_decimal": None}
    return shop.state.update(price, {"tiers": tiers} | unset)


def shown(invoice: Json) -> list[tuple[str, int, int]]:
    data = invoice["lines"]["data"]
    return [(line["description"], line["quantity"], line["amount"]) for line in data]


def test_each_tier_that_is_reached_has_a_line_and_another_for_its_flat_fee() -> None:
    shop = Shop()
    subscription = shop.subscribe(tiered(shop, "graduated"), quantity=13)
    invoice = shop.latest(subscription)
    assert shown(invoice) == [
        ("5 × Team (Tier 1 at $10.00 / month)", 5, 5000),
        ("5 × Team (Tier 2 at $8.00 / month)", 5, 4000),
        ("Team (Tier 2 at $3.00 / month)", 0, 300),
        ("3 × Team (Tier 3 at $0.005 / month)", 3, 2),
    ]
    rates = [line["pricing"]["unit_amount_decimal"] for line in invoice["lines"]["data"]]
    assert rates == ["1000", "800", "300", "0.5"]
    assert_adds_up(invoice)


@pytest.mark.parametrize(
    ("quantity", "lines"),
    [
        (4, [("4 × Team (Tier 1 at $10.00 / month)", 4, 4000)]),
        (
            7,
            [
                ("7 × Team (Tier 2 at $8.00 / month)", 7, 5600),
                ("Team (Tier 2 at $3.00 / month)", 0, 300),
            ],
        ),
    ],
)
def test_by_volume_one_tier_counts(quantity: int, lines: list[tuple[str, int, int]]) -> None:
    shop = Shop()
    subscription = shop.subscribe(tiered(shop, "volume"), quantity=quantity)
    assert shown(shop.latest(subscription)) == lines


def test_nothing_of_a_tiered_price_is_one_line() -> None:
    shop = Shop()
    subscription = shop.subscribe(tiered(shop, "graduated"), quantity=0)
    assert shown(shop.latest(subscription)) == [("0 × Team", 0, 0)]


def test_a_tiers_lines_are_previewed_as_they_are_billed() -> None:
    shop = Shop()
    subscription = shop.subscribe(tiered(shop, "graduated"), quantity=7)
    preview = shop.preview(subscription)
    shop.wait(days=30)
    billing.advance(shop.state)
    assert shown(shop.latest(subscription)) == shown(preview)
    assert len(shown(preview)) == 3


def test_lines_keep_their_ids_while_their_draft_changes() -> None:
    shop = Shop()
    subscription = shop.subscribe(tiered(shop, "graduated"), quantity=7)
    shop.now += 30 * DAY
    billing.advance(shop.state)
    draft = shop.latest(subscription)
    before = draft["lines"]["data"]
    asked = {"customer": shop.customer["id"], "amount": 500, "invoice": draft["id"]}
    item = billing.create_invoice_item(shop.state, asked)
    with_item = [line["id"] for line in draft["lines"]["data"]]
    assert with_item[:-1] == [line["id"] for line in before]
    billing.update_invoice_item(shop.state, item, {"amount": 700})
    coupon = shop.coupon(percent_off=50.0, duration="forever")
    billing.update_invoice(shop.state, draft, {"discounts": [{"coupon": coupon}]})
    after = draft["lines"]["data"]
    assert [line["id"] for line in after] == with_item
    assert [line["pricing"] for line in after[:-1]] == [line["pricing"] for line in before]
    assert after[-1]["amount"] == 700
    shop.now += 2 * HOUR
    billing.advance(shop.state)
    assert [line["id"] for line in draft["lines"]["data"]] == with_item
    assert_adds_up(draft)
