"""Stripe's objects in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.ui.panels import customer_words as words

NOON = 1_772_539_200  # 2026-03-03


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


def _price(
    amount: int | None = 2000,
    currency: str = "usd",
    interval: str = "month",
    count: int = 1,
    **fields: Any,
) -> Json:
    recurring = {"interval": interval, "interval_count": count, "usage_type": "licensed"}
    recurring.update(fields.pop("recurring", {}))
    return {
        "currency": currency, "unit_amount": amount, "product": "prod_1",
        "billing_scheme": "per_unit", "recurring": recurring, **fields,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("price", "quantity", "text"),
    [
        (_price(), 1, "$20.00 per month"),
        (_price(), 3, "$20.00 × 3 per month"),
        (_price(1200, "jpy", "year"), 1, "¥1,200 per year"),
        (_price(count=3), 1, "$20.00 every 3 months"),
        (_price(billing_scheme="tiered"), 2, "USD tiered × 2 per month"),
        (_price(None, unit_amount_decimal="0.05"), 1, "USD 0.0005 per month"),
        (_price(recurring={"usage_type": "metered"}), None, "$20.00 by usage, per month"),
    ],
)
def test_a_price_is_said_with_its_quantity_and_interval(
    price: Json, quantity: int | None, text: str
) -> None:
    assert words.price_text(price, quantity) == text


def test_credit_and_debt_are_told_apart_in_words() -> None:
    assert words.balance_text(-1500, "usd") == "$15.00 credit"
    assert words.balance_text(1500, "usd") == "$15.00 owed"
    assert words.balance_text(0, "usd") == "$0.00"


def test_a_discount_is_named_with_what_it_takes_off_and_how_long() -> None:
    discount = {"id": "di_1", "end": NOON, "source": {"coupon": "C"}}
    snapshot = CustomerSnapshot(
        {"id": "cus_1"}, coupons={"C": {"id": "C", "name": "Launch", "percent_off": 12.5}}
    )
    assert words.discount_texts(snapshot, {"discounts": [discount]}) == [
        "Launch: 12.5% off until Mar 3, 2026"
    ]


def test_a_card_is_named_by_brand_and_last_four_and_can_be_expired() -> None:
    card = {
        "type": "card",
        "card": {"brand": "amex", "last4": "0005", "exp_month": 8, "exp_year": 2026},
    }
    assert words.payment_method_text(card) == "American Express •••• 0005"
    assert words.card_expiry(card) == "08/2026"
    assert not words.is_expired(card, year=2026, month=8)
    assert words.is_expired(card, year=2026, month=9)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"status": "active", "cancel_at": NOON}, "Cancels Mar 3, 2026"),
        ({"status": "canceled", "ended_at": NOON}, "Ended Mar 3, 2026"),
        ({"status": "active", "cancel_at": None, "cancel_at_period_end": False}, ""),
    ],
)
def test_a_cancellation_is_said_with_its_day(fields: Json, text: str) -> None:
    assert words.cancellation_text(fields) == text


def test_an_invoiced_subscription_says_how_it_is_paid() -> None:
    subscription = {
        "id": "sub_1", "status": "active", "collection_method": "send_invoice", "days_until_due": 14,
        "items": {"data": []}, "schedule": None, "discounts": [],
    }  # fmt: skip
    notes = dict(words.subscription_notes(CustomerSnapshot({"id": "cus_1"}), subscription))
    assert notes["Paid by"] == "invoice by email, due in 14 days"


def test_a_schedule_says_what_comes_next_and_when() -> None:
    price = _price()
    schedule = {
        "id": "sub_sched_1", "status": "active",
        "current_phase": {"start_date": NOON - 100, "end_date": NOON},
        "phases": [
            {"start_date": NOON - 100, "items": []},
            {"start_date": NOON, "items": [{"price": "price_2"}]},
        ],
    }  # fmt: skip
    snapshot = CustomerSnapshot(
        {"id": "cus_1"},
        schedules={"sub_sched_1": schedule},
        prices={"price_2": price},
        products={"prod_1": {"id": "prod_1", "name": "Business"}},
    )
    subscription = {
        "id": "sub_1", "status": "active", "collection_method": "charge_automatically",
        "items": {"data": []}, "schedule": "sub_sched_1", "discounts": [],
    }  # fmt: skip
    notes = dict(words.subscription_notes(snapshot, subscription))
    assert notes["Schedule"] == "changes to Business on Mar 3, 2026"


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (
            {"line1": "169 Willow Lane", "line2": None, "city": "Portland", "state": "OR",
             "postal_code": "97205", "country": "US"},
            "169 Willow Lane, Portland, OR 97205, US",
        ),
        (
            {"line1": "Torstr. 1", "city": "Berlin", "postal_code": "10119", "country": "DE"},
            "Torstr. 1, 10119 Berlin, DE",
        ),
        ({"country": "JP"}, "JP"),
        (None, ""),
    ],
)  # fmt: skip
def test_an_address_is_written_as_its_country_writes_it(address: Json | None, line: str) -> None:
    assert words.address_text(address) == line
