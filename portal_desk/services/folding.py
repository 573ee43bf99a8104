"""Makes text comparable: what people type and what Stripe has, both folded, match whatever the accents and case."""

from __future__ import annotations

import re
import unicodedata

MAX_QUERY = 500
"""Characters of a query that are looked at; nobody types more, and a paste of a file should not hurt."""

_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe",
        "þ": "th", "ð": "d", "ŋ": "n", "ƒ": "f", "ſ": "s",
    }
)  # fmt: skip
"""Letters that Unicode doesn't take apart into a base and an accent, but that people type without it."""

_OTHER_FORMS = str.maketrans(
    "髙﨑嵜邉邊齋齊澤濱濵廣國眞德惠櫻嶋嶌𠮷瀨曾龍冨槇條桒栁柗舘穗萬淸靜",
    "高崎崎辺辺斎斉沢浜浜広国真徳恵桜島島吉瀬曽竜富槙条桑柳松館穂万清静",
)
"""Older forms in Japanese names, and the plain ones that people type for them; Unicode keeps them apart."""

_KANA_MARKS = "\u3099\u309a"
"""The (semi-)voiced marks: が is another letter than か, not an accented one."""
_MARKED_KANA = re.compile(f".[{_KANA_MARKS}]")

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_QUOTES = re.compile("['\"`\u00b4\u02b9-\u02bd\u2018-\u201f\u2032\u2033\u05f3\u05f4]")
_ASCII_CONTROL = re.compile("[\x00-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_UNEVEN = re.compile("['\"`\x00-\x1f\x7f]|  |^ | $")
"""What ASCII text may have in it that folding changes besides the case."""
_DROPPED = frozenset({"Cf", "Co", "Cs"})  # invisible, private (our own marks are), half a character
_BETWEEN = re.compile(r"[\W_]+")
_LONGEST_NUMBER = 40
"""Characters of a tax ID, an order number and the like, with what stands between them."""
_NOT_DIGITS = re.compile(r"\D")


def fold(text: str) -> str:
    """`text` in lower case, without accents, quotes and invisible characters, spaces collapsed.

    Full-width and half-width forms become one (NFKD), ß becomes ss, ø o, ł l, ё е, and so on.
    Folding twice changes nothing.
    """
    is_ascii = text.isascii()
    if is_ascii and not _UNEVEN.search(text):
        return text.lower()
    folded = text.lower() if is_ascii else _fold_unicode(text)
    return _SPACES.sub(" ", _ASCII_CONTROL.sub(" ", _QUOTES.sub("", folded))).strip()


def words(text: str) -> list[str]:
    """The words of a query as they are typed, before folding."""
    return text[:MAX_QUERY].split()


def digits(text: str) -> str:
    """The digits of a telephone number, whatever the punctuation.

    `+49 (0)30 …` and `0049 30 …` give the same: the trunk zero in brackets and the international
    prefix are no part of the number.
    """
    plain = unicodedata.normalize("NFKC", text).replace("(0)", "")
    found = _NOT_DIGITS.sub("", plain)
    return found.removeprefix("00")


def joined_number(text: str) -> str:
    """A number's letters and digits without what stands between them: `CRM-77` gives `crm77`.

    Empty for what is no number (nothing but letters, or a long text), or has nothing between.
    """
    folded = fold(text)
    joined = _BETWEEN.sub("", folded)
    is_number = len(folded) <= _LONGEST_NUMBER and not joined.isalpha()
    return joined if is_number and joined != folded else ""


def _fold_unicode(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    lower = unicodedata.normalize(
        "NFKD", apart.casefold().translate(_LETTERS).translate(_OTHER_FORMS)
    )
    kept = "".join(char for char in lower if _is_kept(char))
    joined = _MARKED_KANA.sub(lambda kana: unicodedata.normalize("NFC", kana[0]), kept)
    return _DASHES.sub("-", joined)


def _is_kept(char: str) -> bool:
    if char.isascii():
        return True
    if unicodedata.combining(char):
        return char in _KANA_MARKS  # joined to its kana again
    return unicodedata.category(char) not in _DROPPED
