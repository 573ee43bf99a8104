"""Each language is set as its readers are used to: marks, quotes, and the spaces around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from portal_desk.portal.locales import LOCALES, cldr_name
from portal_desk.portal.words import catalogue_path

TRANSLATED = [tag for tag in LOCALES if catalogue_path(tag).is_file()]
CJK = ("ja", "zh", "zh-HK", "zh-TW")
WITHOUT_FULL_STOP = ("th",)
"""Thai ends a sentence with a space."""

Pair = tuple[str, str]


def pairs(tag: str) -> Iterator[Pair]:
    """Every message in English and in the language, each plural form with the English plural."""
    with catalogue_path(tag).open("rb") as source:
        found: list[Message] = [
            message for message in read_po(source, locale=cldr_name(tag)) if message.id
        ]
    for message in found:
        english = message.id if isinstance(message.id, str) else message.id[-1]
        strings = [message.string] if isinstance(message.string, str) else message.string
        yield from ((english, string) for string in strings)


def wrong(tag: str, pattern: str) -> list[str]:
    """The translations in which `pattern` is found."""
    return [string for _, string in pairs(tag) if re.search(pattern, string)]


@pytest.mark.parametrize("tag", TRANSLATED)
def test_quotes_apostrophes_and_ellipses_are_typographic(tag: str) -> None:
    assert wrong(tag, r"""['"]|\.\.\.""") == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_no_space_is_doubled_or_left_at_an_end(tag: str) -> None:
    assert wrong(tag, r"^\s|\s$|\s{2}") == []


@pytest.mark.parametrize("tag", sorted(set(TRANSLATED) - set(CJK) - {"fr", "fr-CA"}))
def test_no_space_stands_before_a_mark(tag: str) -> None:
    assert wrong(tag, r"\s[.,;:?!]") == []


def test_french_sets_a_narrow_space_before_high_marks() -> None:
    assert wrong("fr", r"[^\u00a0\u202f][:;?!]") == []


def test_canadian_french_sets_a_space_before_colons_alone() -> None:
    assert wrong("fr-CA", r"[^\u00a0]:|\s[;?!]") == []


@pytest.mark.parametrize("tag", ["es", "es-419"])
def test_spanish_opens_what_it_closes(tag: str) -> None:
    assert wrong(tag, r"^[^¿]*\?|^[^¡]*!") == []


def test_greek_asks_with_its_own_mark() -> None:
    assert wrong("el", r"\?") == []
    asking = [greek for english, greek in pairs("el") if english.endswith("?")]
    assert asking
    assert all(greek.endswith((";", "\u037e")) for greek in asking)


@pytest.mark.parametrize("tag", CJK)
def test_chinese_and_japanese_use_full_width_marks(tag: str) -> None:
    assert wrong(tag, r"[぀-ヿ一-鿿] ?[,.;:?!()]|[,;:?!()] ?[぀-ヿ一-鿿]") == []


@pytest.mark.parametrize("tag", sorted(set(TRANSLATED) - set(WITHOUT_FULL_STOP)))
def test_a_sentence_ends_as_one_and_a_label_does_not(tag: str) -> None:
    ends = (".", "。", "?", "？", ";", "{date}")  # some languages' dates end with a full stop
    for english, string in pairs(tag):
        if english.endswith("."):
            assert string.endswith(ends), string
        elif not english.endswith("?"):
            assert not string.endswith((".", "。")), string


def test_thai_leaves_the_full_stop_out() -> None:
    assert wrong("th", r"\.$") == []
