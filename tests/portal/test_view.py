"""What a customer sees on the portal's home page."""

from __future__ import annotations

import pytest

from portal_desk.models.json import Json
from portal_desk.portal.document import Badge, Reason, Verdict
from portal_desk.portal.view import build_view

from .world import (
    DAY,
    NOW,
    card,
    customer,
    disabled,
    hidden,
    invoice,
    item,
    metered,
    section,
    snapshot,
    subscribed,
    subscription,
    verdicts,
    view,
)


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("of", "locale", "price"),
    [
        (item(2000), "en", "$20.00 per month"),
        (item(2000, quantity=3), "en", "$60.00 per month"),
        (item(123456, "eur", "year"), "de", "1.234,56 € pro Jahr"),
        (item(980, "jpy"), "ja", "￥980/月"),
        (item(4500, "kwd", "month", 3), "en", "KWD 4.500 every 3 months"),
        (item(None, unit_amount_decimal="0.5", quantity=1), "en", "$0.005 per month"),
        (item(None, billing_scheme="tiered"), "en", "Price varies with quantity"),
        (metered(), "de", "Abrechnung nach Nutzung"),
        (item(0), "en", "$0.00 per month"),
    ],
)
def test_a_subscription_names_its_price_and_interval(of: Json, locale: str, price: str) -> None:
    assert plain(subscribed(of, locale=locale).lines[0]) == price


def test_a_quantity_is_named_when_there_is_more_than_one() -> None:
    assert subscribed(item(quantity=3)).lines[1] == "Quantity: 3"
    assert not any("Quantity" in line for line in subscribed(item(quantity=1)).lines)


def test_several_items_add_up_and_are_listed() -> None:
    row = subscribed(item(2000, quantity=2), metered())
    assert row.title == "Team and Storage"
    assert row.lines[:3] == (
        "$40.00 per month plus usage",
        "Team × 2: $40.00 per month",
        "Storage: Billed by usage",
    )


def test_items_of_different_intervals_do_not_add_up() -> None:
    row = subscribed(item(2000), item(500, interval="year", product="prod_storage"))
    assert row.lines[:2] == ("Team: $20.00 per month", "Storage: $5.00 per year")


@pytest.mark.parametrize(
    ("fields", "sentence", "badges"),
    [
        ({}, "Your next billing date is November 28, 2026.", []),
        ({"status": "past_due"}, "Your next billing date is November 28, 2026.", ["Past due"]),
        (
            {"status": "trialing", "trial_end": NOW + DAY},
            "Your free trial ends on November 19, 2026.",
            ["Trial"],
        ),
        ({"status": "paused"}, "Your subscription is paused.", ["Paused"]),
        ({"status": "incomplete"}, "Your first payment hasn’t been completed.", ["Incomplete"]),
        (
            {"cancel_at": NOW + 2 * DAY},
            "Your subscription will be canceled on November 20, 2026.",
            ["Cancels Nov 20, 2026"],
        ),
        (
            {"cancel_at_period_end": True},
            "Your subscription will be canceled on November 28, 2026.",
            ["Cancels Nov 28, 2026"],
        ),
    ],
)
def test_a_subscription_says_what_comes_next(
    fields: Json, sentence: str, badges: list[str]
) -> None:
    row = subscribed(**fields)
    assert sentence in row.lines
    assert [badge.text for badge in row.badges] == badges


@pytest.mark.parametrize("status", ["canceled", "incomplete_expired"])
def test_subscriptions_that_ended_are_not_shown(status: str) -> None:
    found = section(view(snapshot(subscriptions=(subscription(status=status),))), "subscriptions")
    assert (found.rows, found.empty) == ((), "You have no active subscription.")


@pytest.mark.parametrize("place", ["source", "coupon", "known"])
def test_discounts_are_named(place: str) -> None:
    coupon = {"id": "off", "name": "Launch", "percent_off": 12.5}
    discounts = {
        "source": {"source": {"coupon": coupon}},
        "coupon": {"coupon": coupon},
        "known": {"source": {"coupon": "off"}},
    }
    found = subscription(discounts=[discounts[place]])
    world = snapshot(subscriptions=(found,), coupons={"off": coupon})
    assert "Launch (12.5% off)" in section(view(world), "subscriptions").rows[0].lines


def test_a_customers_own_discount_counts_too() -> None:
    off = {"source": {"coupon": {"amount_off": 500, "currency": "eur"}}}
    world = snapshot(customer=customer(discount=off))
    lines = section(view(world, "de"), "subscriptions").rows[0].lines
    assert "5,00 € Rabatt" in [plain(line) for line in lines]


def test_what_is_charged_is_named_unless_the_invoice_is_emailed() -> None:
    assert "Visa •••• 4242" in subscribed().lines
    assert "Visa •••• 4242" not in subscribed(collection_method="send_invoice").lines


def labels(locale: str = "en", fields: Json | None = None, **changed: Verdict) -> list[str]:
    """The buttons of a subscription that the customer sees."""
    world = snapshot(subscriptions=(subscription(**(fields or {})),))
    row = section(view(world, locale, **changed), "subscriptions").rows[0]
    return [button.label for button in row.buttons if button.availability != "hidden"]


def test_the_buttons_are_those_of_the_portal() -> None:
    assert labels() == ["Update subscription", "Pause subscription", "Cancel subscription"]
    assert labels("de", pause=hidden()) == ["Abonnement aktualisieren", "Abonnement kündigen"]
    assert labels("ja", pause=hidden())[1] == "サブスクリプションをキャンセル"


def test_a_scheduled_cancellation_can_be_undone() -> None:
    found = labels(
        fields={"cancel_at": NOW + DAY}, cancel=hidden(), pause=hidden(), update_plan=hidden()
    )
    assert "Don’t cancel subscription" in found
    assert "Don’t cancel subscription" not in labels()


def test_a_paused_subscription_can_be_resumed() -> None:
    assert "Resume subscription" in labels(fields={"status": "paused"})
    assert "Pause subscription" not in labels(fields={"status": "paused"})


def test_the_update_button_is_there_while_any_update_is_and_names_the_others() -> None:
    reasons = {
        "update_plan": disabled("no price fits", "R5"),
        "apply_promotion_code": hidden("not allowed"),
    }
    (button, *_) = section(view(**reasons), "subscriptions").rows[0].buttons
    assert (button.availability, button.capability) == ("enabled", "update_quantity")
    assert [note.text for note in button.notes] == [
        "cannot change plan: no price fits",
        "cannot apply a promotion code: not allowed",
    ]


def test_a_disabled_button_keeps_its_reasons() -> None:
    blocked = disabled("the subscription has several products", "R1")
    row = section(
        view(update_plan=blocked, update_quantity=blocked, apply_promotion_code=blocked),
        "subscriptions",
    ).rows[0]
    assert row.buttons[0].availability == "disabled"
    assert row.buttons[0].reasons[0].rule == "R1"


def test_the_default_payment_method_comes_first_and_says_so() -> None:
    world = snapshot(payment_methods=(card("pm_2", brand="mastercard", last4="4444"), card()))
    first, second = section(view(world), "payment_methods").rows
    assert (first.title, first.badges, first.buttons) == ("Visa •••• 4242", (Badge("Default"),), ())
    assert (second.title, second.buttons[0].label) == ("Mastercard •••• 4444", "Make default")


@pytest.mark.parametrize(
    ("month", "year", "expired"), [(11, 2026, False), (10, 2026, True), (1, 2027, False)]
)
def test_a_card_expires_after_its_last_month(month: int, year: int, expired: bool) -> None:
    world = snapshot(payment_methods=(card("pm_2", exp_month=month, exp_year=year),))
    row = section(view(world), "payment_methods").rows[0]
    assert row.value == f"Expires {month:02}/{year}"
    assert (Badge("Expired", "critical") in row.badges) is expired


@pytest.mark.parametrize(
    ("method", "locale", "title", "lines"),
    [
        ({"type": "sepa_debit", "sepa_debit": {"last4": "3000"}}, "de", "SEPA-Lastschrift •••• 3000", ()),
        ({"type": "paypal", "paypal": {"payer_email": "a@b.c"}}, "en", "PayPal", ("a@b.c",)),
        ({"type": "us_bank_account", "us_bank_account": {"bank_name": "ABC"}}, "en", "ABC", ()),
        ({"type": "card", "card": {"brand": "new", "last4": "1"}}, "ja", "カード •••• 1", ()),
        ({"type": "moon_pay"}, "en", "Moon Pay", ()),
    ],
)  # fmt: skip
def test_payment_methods_are_named(
    method: Json, locale: str, title: str, lines: tuple[str, ...]
) -> None:
    row = section(
        view(snapshot(payment_methods=({"id": "pm_9", **method},)), locale), "payment_methods"
    ).rows[0]
    assert (row.title, row.lines) == (title, lines)


def test_sections_that_are_disabled_are_hidden_with_the_reason() -> None:
    found = view(
        add_payment_method=hidden("managing them is disabled"),
        view_invoices=hidden("history is off"),
    )
    assert section(found, "payment_methods").availability == "hidden"
    assert section(found, "payment_methods").reasons[0].text == "managing them is disabled"
    assert section(found, "invoices").availability == "hidden"


ADDRESSES = [
    (
        {"line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"},
        "ja",
        ("Torstraße 1", "10119 Berlin", "ドイツ"),
    ),
    (
        {"line1": "1 Main St", "city": "Austin", "state": "TX", "postal_code": "78701", "country": "US"},
        "en",
        ("1 Main St", "Austin, TX 78701", "United States"),
    ),
    (
        {"line1": "丸の内1-1", "city": "千代田区", "state": "東京都", "postal_code": "100-0005", "country": "JP"},
        "ja",
        ("〒100-0005", "東京都千代田区丸の内1-1", "日本"),
    ),
    (
        {"line1": "10 Downing St", "city": "London", "postal_code": "SW1A 2AA", "country": "GB", "state": None},
        "en",
        ("10 Downing St", "London SW1A 2AA", "United Kingdom"),
    ),
    ({"country": "KW"}, "de", ("Kuwait",)),
]  # fmt: skip


@pytest.mark.parametrize(("address", "locale", "lines"), ADDRESSES)
def test_addresses_are_written_as_their_country_does(
    address: Json, locale: str, lines: tuple[str, ...]
) -> None:
    rows = section(
        view(snapshot(customer=customer(address=address)), locale), "billing_information"
    ).rows
    assert [row.lines for row in rows if row.lines] == [lines]


def test_billing_information_leaves_out_what_is_not_known() -> None:
    rows = section(
        view(snapshot(customer=customer(phone=None, address=None))), "billing_information"
    ).rows
    assert [(row.title, row.value) for row in rows] == [
        ("Name", "Ada"),
        ("Email", "ada@example.com"),
    ]


def test_tax_ids_say_when_they_are_not_verified() -> None:
    tax_id = {
        "id": "txi_1",
        "type": "eu_vat",
        "value": "DE1",
        "verification": {"status": "unverified"},
    }
    row = section(view(snapshot(tax_ids=(tax_id,)), "de"), "billing_information").rows[-1]
    assert (row.title, row.value, row.badges[0].text) == (
        "Steuer-ID",
        "DE1 (EU VAT)",
        "Nicht verifiziert",
    )


@pytest.mark.parametrize(
    ("status", "badge", "payable"),
    [
        ("open", "Open", True),
        ("paid", "Paid", False),
        ("void", "Void", False),
        ("uncollectible", "Uncollectible", False),
    ],
)
def test_invoices_say_whether_they_are_paid(status: str, badge: str, payable: bool) -> None:
    row = section(view(snapshot(invoices=(invoice(status=status),))), "invoices").rows[0]
    assert [found.text for found in row.badges] == [badge]
    assert [button.label for button in row.buttons] == (["Pay invoice"] if payable else [])


def test_an_invoice_names_what_was_billed() -> None:
    parent = {"subscription_details": {"subscription": "sub_1"}}
    lines = {"data": [{"pricing": {"price_details": {"product": "prod_storage"}}}]}
    world = snapshot(invoices=(invoice(lines=lines), invoice(parent=parent), invoice()))
    rows = section(view(world), "invoices").rows
    assert [row.lines for row in rows] == [("Storage",), ("Team",), ("AB-0001",)]


def test_drafts_are_not_shown_and_long_histories_say_how_much_is_left() -> None:
    invoices = (invoice(status="draft"), *(invoice(id=f"in_{n}") for n in range(20)))
    found = section(view(snapshot(invoices=invoices), "de"), "invoices")
    assert (len(found.rows), found.more) == (12, "8 weitere anzeigen")
    assert section(view(), "invoices").more == ""


def test_amounts_are_in_the_invoices_currency() -> None:
    world = snapshot(
        invoices=(invoice(total=980, currency="jpy"), invoice(total=4500, currency="kwd"))
    )
    assert [plain(row.value) for row in section(view(world), "invoices").rows] == [
        "¥980",
        "KWD 4.500",
    ]


def test_the_language_is_the_customers_own_unless_the_session_says_otherwise() -> None:
    german = snapshot(customer=customer(preferred_locales=["de-AT"]))
    assert view(german, "auto").locale == "de"
    assert view(german, "ja").locale == "ja"


def test_a_sentence_takes_the_date_as_the_language_writes_it() -> None:
    def sentence(locale: str) -> str:
        return section(view(locale=locale), "subscriptions").rows[0].lines[1]

    assert sentence("fi") == "Seuraava laskutuspäivä on 28. marraskuuta 2026."
    assert sentence("lt") == "Kita mokėjimo data – 2026 m. lapkričio 28 d."


def test_the_frame_is_the_businesss_own() -> None:
    world = snapshot()
    configuration = {
        "business_profile": {
            "headline": "Hello",
            "terms_of_service_url": "https://n.example/terms",
        },
        "default_return_url": "https://n.example",
    }
    found = build_view(world, configuration, verdicts(world), locale="de", now=NOW)
    assert (found.headline, found.brand.name) == ("Hello", "Northwind")
    assert found.return_link is not None
    assert (found.return_link.label, found.return_link.href) == (
        "Zurück zu Northwind",
        "https://n.example",
    )
    assert [link.label for link in found.footer] == ["Nutzungsbedingungen"]
    assert view().return_link is None


@pytest.mark.parametrize(
    ("branding", "colors"),
    [
        ({"primary_color": "#0B3D2E", "secondary_color": "#ffb700"}, ("#0b3d2e", "#ffb700")),
        ({"primary_color": "#0b3d2e", "secondary_color": None}, ("#0b3d2e", "#0b3d2e")),
        (
            {"primary_color": "red; background: url(x)", "secondary_color": "#fff"},
            ("#635bff", "#635bff"),
        ),
        ({}, ("#635bff", "#635bff")),
    ],
)
def test_the_brands_colours_are_taken_only_where_they_are_colours(
    branding: Json, colors: tuple[str, str]
) -> None:
    brand = view(snapshot(account={"id": "acct_1", "settings": {"branding": branding}})).brand
    assert (brand.color, brand.accent) == colors


def test_the_agents_notes_come_with_the_view() -> None:
    world = snapshot()
    found = verdicts(world)
    note = Reason("R5", "a note")
    noted = type(found)(found.portal, found.subscriptions, (note,))
    assert build_view(world, {}, noted, locale="en", now=NOW).notes == (note,)
