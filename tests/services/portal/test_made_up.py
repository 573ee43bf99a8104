"""A portal can be looked at without any customer, and what the business wrote in it is known."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portal_desk.models.json import Json, items_of
from portal_desk.portal.document import PortalView
from portal_desk.portal.locales import LOCALES
from portal_desk.services.portal.made_up import made_up_customer
from portal_desk.services.portal.own_words import OwnWords, own_words
from portal_desk.services.portal.preview import preview, previews

from .world import BUSINESS, METERED, NOW, TEAM, configuration, every, price

ACCOUNT = {"id": "acct_1", "default_currency": "eur"}
PRODUCTS = [
    {"id": "prod_team", "object": "product", "name": "Team"},
    {"id": "prod_business", "object": "product", "name": "Business"},
]
ONCE = price("price_once", recurring=None)
OLD = price("price_old", active=False)
TIERED = price("price_tiered", unit_amount=None)
YEN = price("price_yen", "prod_business", currency="jpy", recurring=every("year"))


def seen(
    prices: list[Json], offers: Json | None = None, locale: str = "en"
) -> tuple[PortalView, tuple[OwnWords, ...]]:
    """The made-up customer's page, and the business's own words on it."""
    offers = offers or configuration()
    snapshot = made_up_customer(ACCOUNT, offers, PRODUCTS, prices, now=NOW)
    view = preview(snapshot, offers, locale=locale, now=NOW)
    return view, own_words(view, snapshot)


def test_somebody_made_up_has_what_the_configuration_offers_first() -> None:
    snapshot = made_up_customer(ACCOUNT, configuration(), PRODUCTS, [BUSINESS, TEAM], now=NOW)
    (subscription,) = snapshot.subscriptions
    assert [item["price"]["id"] for item in items_of(subscription)] == ["price_team"]


def test_every_part_of_the_page_is_filled_and_every_button_can_be_pressed() -> None:
    view, _own = seen([TEAM, BUSINESS])
    assert all(section.rows for section in view.sections)
    assert view.sections[0].rows[0].title == "Team"
    buttons = [one for part in view.sections for row in (part, *part.rows) for one in row.buttons]
    assert {one.availability for one in buttons} == {"enabled"}


def test_where_nothing_is_offered_it_is_a_price_that_is_billed_again_and_again() -> None:
    offers = configuration(subscription_update={"products": []})
    prices = [METERED, ONCE, OLD, TIERED, YEN]
    snapshot = made_up_customer(ACCOUNT, offers, PRODUCTS, prices, now=NOW)
    assert [one["currency"] for one in snapshot.subscriptions] == ["jpy"]
    assert snapshot.customer["currency"] == "jpy"


def test_a_business_that_sells_nothing_has_a_customer_without_a_subscription() -> None:
    view, own = seen([])
    assert view.sections[0].empty
    assert own == ()


@given(
    prices=st.lists(st.sampled_from([TEAM, BUSINESS, METERED, ONCE, OLD, TIERED, YEN]), max_size=4),
    offers=st.sampled_from([None, {}, configuration()]),
    locale=st.sampled_from(LOCALES),
)
def test_there_is_a_page_whatever_the_business_sells(
    prices: list[Json], offers: Json | None, locale: str
) -> None:
    snapshot = made_up_customer(ACCOUNT, offers, PRODUCTS, prices, now=NOW)
    assert preview(snapshot, offers, locale=locale, now=NOW).locale == locale


def test_headline_products_and_coupons_are_the_businesss_own_words() -> None:
    offers = {**configuration(), "business_profile": {"headline": "Welcome aboard"}}
    snapshot = made_up_customer(ACCOUNT, offers, PRODUCTS, [TEAM, BUSINESS], now=NOW)
    (subscription,) = snapshot.subscriptions
    subscription["discounts"] = [{"id": "di_1", "source": {"coupon": "LAUNCH"}}]
    coupon = {"id": "LAUNCH", "name": "Launch week", "percent_off": 20}
    snapshot = replace(snapshot, coupons={"LAUNCH": coupon})
    found = own_words(preview(snapshot, offers, locale="de", now=NOW), snapshot)
    assert found == (
        OwnWords("headline", "Welcome aboard"),
        OwnWords("product", "Team"),
        OwnWords("coupon", "Launch week"),
    )


def test_what_the_page_does_not_show_is_not_named() -> None:
    _view, own = seen([TEAM, BUSINESS])
    assert own == (OwnWords("product", "Team"),)


def test_the_page_in_all_languages_is_the_same_page() -> None:
    snapshot = made_up_customer(ACCOUNT, configuration(), PRODUCTS, [TEAM], now=NOW)
    found = previews(snapshot, configuration(), LOCALES, now=NOW)
    alone = [preview(snapshot, configuration(), locale=tag, now=NOW) for tag in LOCALES]
    assert list(found) == alone
