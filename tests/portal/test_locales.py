"""The portal's languages: which there are, and which one a customer gets."""

from __future__ import annotations

import pytest
from babel import Locale
from stripe.params.billing_portal import SessionCreateParams

from portal_desk.portal.locales import LOCALES, babel_locale, match, resolve


def test_the_languages_are_those_of_the_pinned_api_version() -> None:
    annotation = str(SessionCreateParams.__annotations__["locale"])
    tags = (
        annotation[annotation.index("'auto'") : annotation.index("]")].replace("'", "").split(", ")
    )
    assert ["auto", *LOCALES] == tags
    assert len(LOCALES) == 46


@pytest.mark.parametrize("tag", LOCALES)
def test_every_language_has_its_own_formats(tag: str) -> None:
    assert babel_locale(tag).language == tag.partition("-")[0]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("zh", "zh_Hans"),
        ("zh-HK", "zh_Hant_HK"),
        ("zh-TW", "zh_Hant_TW"),
        ("pt", "pt_PT"),
        ("pt-BR", "pt_BR"),
    ],
)
def test_regions_and_scripts_are_told_apart(tag: str, name: str) -> None:
    assert babel_locale(tag) == Locale.parse(name)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_de", "de"),
        ("en-US", "en"),
        ("en-gb", "en-GB"),
        ("es-MX", "es-419"),
        ("es-ES", "es"),
        ("nb-NO", "nb"),
        ("no", "nb"),
        ("pt-PT", "pt"),
        ("zh-CN", "zh"),
        ("zh-Hant", "zh-TW"),
        ("zh-Hant-HK", "zh-HK"),
        ("zh-Hant-TW", "zh-TW"),
        ("xx", None),
        ("", None),
    ],
)
def test_any_tag_finds_the_closest_language(tag: str, expected: str | None) -> None:
    assert match(tag) == expected


@pytest.mark.parametrize(
    ("requested", "preferred", "expected"),
    [
        ("ja", ["de"], "ja"),
        ("auto", ["de"], "de"),
        (None, ["xx", "fr-BE", "de"], "fr"),
        ("", [], "en"),
        ("auto", [None, 7], "en"),
        ("tlh", ["de"], "en"),
    ],
)
def test_the_session_decides_then_the_customer_then_english(
    requested: str | None, preferred: list[object], expected: str
) -> None:
    assert resolve(requested, preferred) == expected
