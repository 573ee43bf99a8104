"""The catalogues are whole, and each language writes numbers, money and days its own way."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from portal_desk.portal import view
from portal_desk.portal.locales import LOCALES, cldr_name
from portal_desk.portal.words import Words, catalogue_path
from portal_desk.resources_path import resource

TRANSLATED = [tag for tag in LOCALES if catalogue_path(tag).is_file()]
RELATIVES = {"en-GB": "en", "es-419": "es", "fr-CA": "fr", "zh-HK": "zh-TW"}
"""The languages that have words only for what a relative says otherwise."""
PARTIAL = [tag for tag in TRANSLATED if tag in RELATIVES]
WHOLE = [tag for tag in TRANSLATED if tag not in RELATIVES]
SAME_AS_ENGLISH = {
    "": {"Powered by {name}"},
    "de": {"Name", "Status"},
    "fr": {"Date", "Description", "Type"},
    "it": {"Privacy"},
    "ro": {"Card"},
    "fil": {"Card", "Default", "Email", "Postal code", "Privacy", "Security code", "Tax ID"},
    "id": {"Email", "Status"},
    "vi": {"Email"},
    "nl": {"Privacy", "Status", "Type", "{count} week", "{price} per week"},
    "da": {"Send", "Status", "Type"},
    "nb": {"Send", "Status", "Type"},
    "et": {"Number"},
    "hr": {"Status"},
    "ms": {"Status"},
    "mt": {"Status"},
    "pl": {"Status"},
    "pt-BR": {"Status"},
    "sv": {"Status"},
}
"""What Stripe leaves in English everywhere, and what a language spells alike."""


def catalogue(tag: str) -> Catalog:
    with catalogue_path(tag).open("rb") as source:
        return read_po(source, locale=cldr_name(tag), abort_invalid=True)


def messages(found: Catalog) -> dict[tuple[str | None, str], Message]:
    return {(each.context, forms(each.id)[0]): each for each in found if each.id}


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{\w+}", text))


@pytest.fixture(scope="module")
def spoken() -> set[tuple[str | None, str]]:
    """Every message in the code, with its context."""
    keywords = {"gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    package = view.__file__.rpartition("/")[0]
    found = extract_from_dir(package, keywords=keywords)  # type: ignore[arg-type] - as its own defaults
    return {(context, forms(message)[0]) for _, _, message, _, context in found}


def test_every_language_of_the_portal_has_words() -> None:
    assert {tag for tag in LOCALES if not tag.startswith("en")} <= set(TRANSLATED)


@pytest.mark.parametrize("tag", WHOLE)
def test_a_catalogue_has_every_message_and_no_other(
    tag: str, spoken: set[tuple[str | None, str]]
) -> None:
    assert set(messages(catalogue(tag))) == spoken


@pytest.mark.parametrize("tag", PARTIAL)
def test_a_partial_catalogue_has_only_what_its_relative_says_otherwise(
    tag: str, spoken: set[tuple[str | None, str]]
) -> None:
    own = messages(catalogue(tag))
    relative = RELATIVES[tag]
    others = {} if relative == "en" else messages(catalogue(relative))
    assert own.keys() <= spoken
    for key, message in own.items():
        other = others[key].string if others else message.id
        assert forms(message.string) != forms(other), message.id


def test_the_template_for_translators_is_up_to_date(spoken: set[tuple[str | None, str]]) -> None:
    with resource("locales", "portal.pot").open("rb") as source:
        assert set(messages(read_po(source))) == spoken


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_message_is_translated_with_the_same_placeholders(tag: str) -> None:
    for message in messages(catalogue(tag)).values():
        assert not message.fuzzy
        for translation in forms(message.string):
            assert translation.strip(), message.id
            assert placeholders(translation) == placeholders(forms(message.id)[-1]), message.id


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_plural_form_of_the_language_is_there(tag: str) -> None:
    found = catalogue(tag)
    plurals = {len(message.string) for message in messages(found).values() if message.pluralizable}
    assert plurals <= {found.num_plurals}
    assert found.num_plurals == len({Words(tag).babel.plural_form(count) for count in range(200)})


@pytest.mark.parametrize("tag", WHOLE)
def test_no_english_is_left(tag: str) -> None:
    same = {
        forms(message.id)[0]
        for message in messages(catalogue(tag)).values()
        if forms(message.id)[0] in forms(message.string)
    }
    assert same <= SAME_AS_ENGLISH[""] | SAME_AS_ENGLISH.get(tag, set())


def test_japanese_is_written_in_japanese() -> None:
    for message in messages(catalogue("ja")).values():
        if message.id not in SAME_AS_ENGLISH[""]:
            assert re.search(r"[ぁ-んァ-ヶ一-龠]", forms(message.string)[0]), message.id


@pytest.mark.parametrize(
    ("tag", "count", "expected"),
    [
        ("en", 1, "{price} every 1 month"),
        ("en", 3, "{price} every 3 months"),
        ("de", 1200, "{price} alle 1.200 Monate"),
        ("ja", 3, "3 か月ごとに {price}"),
        ("lt", 21, "{price} kas 21 mėnesį"),
        ("lt", 11, "{price} kas 11 mėnesių"),
        ("lv", 21, "{price} ik pēc 21 mēneša"),
        ("mt", 3, "{price} kull 3 xhur"),
        ("mt", 11, "{price} kull 11-il xahar"),
    ],
)
def test_a_count_takes_the_form_and_the_digits_of_the_language(
    tag: str, count: int, expected: str
) -> None:
    found = Words(tag).ngettext(
        "{price} every {count} month", "{price} every {count} months", count
    )
    assert found == expected


def test_relatives_lend_their_words() -> None:
    message = "Your subscription will be canceled on {date}."
    assert "cancelled" in Words("en-AU").gettext(message)
    assert "canceled" in Words("en").gettext(message)
    assert Words("en-AU").gettext("Add payment method") == "Add payment method"


@pytest.mark.parametrize("tag", LOCALES)
def test_every_language_can_be_written(tag: str) -> None:
    words = Words(tag)
    assert words.gettext("Cancel subscription")
    assert re.search(r"\d", words.money(123456, "usd"))
    assert words.date(1_795_000_000)
    assert words.direction == "ltr"


@pytest.mark.parametrize(
    ("tag", "currency", "amount", "expected"),
    [
        ("de", "eur", 123456, "1.234,56 €"),
        ("ja", "jpy", 1200, "￥1,200"),
        ("en", "jpy", 1200, "¥1,200"),
        ("en", "kwd", 1234500, "KWD 1,234.500"),
        ("de", "kwd", 1234500, "1.234,500 KWD"),
        ("pt-BR", "brl", 123456, "R$ 1.234,56"),
        ("zh-HK", "hkd", 123456, "HK$1,234.56"),
    ],
)
def test_money_has_the_currencys_digits_and_the_languages_signs(
    tag: str, currency: str, amount: int, expected: str
) -> None:
    assert Words(tag).money(amount, currency).replace("\xa0", " ") == expected


@pytest.mark.parametrize(
    ("tag", "long", "medium"),
    [
        ("en", "November 18, 2026", "Nov 18, 2026"),
        ("en-GB", "18 November 2026", "18 Nov 2026"),
        ("de", "18. November 2026", "18.11.2026"),
        ("ja", "2026年11月18日", "2026/11/18"),
    ],
)
def test_days_are_written_as_the_language_does(tag: str, long: str, medium: str) -> None:
    words = Words(tag)
    assert (words.date(1_795_000_000), words.date(1_795_000_000, "medium")) == (long, medium)


def test_percentages_keep_their_fraction() -> None:
    assert Words("de").percent(Decimal("12.5")).replace("\xa0", " ") == "12,5 %"
