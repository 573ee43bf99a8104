"""Amounts are written as people in each place write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_desk.models.money import Money, exponent

CURRENCIES = st.sampled_from(["usd", "eur", "gbp", "jpy", "krw", "kwd", "bhd", "sek", "chf"])


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        (123456, "usd", "en", "$1,234.56"),
        (123456, "eur", "de", "1.234,56\xa0€"),
        (5000, "jpy", "ja", "￥5,000"),
        (5000, "jpy", "en", "¥5,000"),
        (1500, "kwd", "en", "KWD\xa01.500"),
        (500, "ugx", "en", "UGX\xa05.00"),  # Stripe's special case: 500 is 5 shillings
        (-50, "eur", "en", "-€0.50"),
        (100, "usd", "zh-HK", "US$1.00"),
    ],
)
def test_an_amount_reads_as_it_does_in_its_place(
    amount: int, currency: str, locale: str, written: str
) -> None:
    assert Money(amount, currency).format(locale) == written


@given(st.integers(-(10**12), 10**12), CURRENCIES)
def test_no_minor_unit_is_lost_in_the_decimal(amount: int, currency: str) -> None:
    assert Money(amount, currency).decimal * Decimal(10) ** exponent(currency) == amount


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), CURRENCIES)
def test_amounts_of_one_currency_add_up(first: int, second: int, currency: str) -> None:
    assert Money(first, currency) + Money(second, currency) == Money(first + second, currency)


def test_amounts_of_two_currencies_never_add_up() -> None:
    with pytest.raises(ValueError, match="eur"):
        Money(1, "usd") + Money(1, "eur")
