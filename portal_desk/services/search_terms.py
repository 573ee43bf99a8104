"""The tokens that search looks up: how a customer's text and tags become tokens, and a word a phrase of them.

Text is indexed as every three characters in a row, so that a run of three or more characters is a
phrase, and one or two characters are the beginning of a token. Marks around the text tell where a
name, a word and a whole value begin and end; they are private characters, which folding drops, so
that nobody can type one.
"""

from __future__ import annotations

import re

from portal_desk.services.folding import fold

_TAG = "\ue000"
_NAME = "\ue001\ue001"
_WORD = "\ue002\ue002"
_OTHER = "\ue003\ue003"
_END = "\ue004\ue004"
"""Marks are doubled, so that a mark and one single character fill a token."""

_GRAM = 3
_NOT_IN_TAGS = re.compile(r"[\s'\"`]")
_SEGMENT = "\n"

EVERYONE = f'"{_TAG}all"'
"""Matches every customer."""


def body(name: str, email: str, others: list[str]) -> str:
    """A customer's text, folded and marked: pass it to `tokens`.

    Args:
        name: as Stripe has it.
        email: as Stripe has it.
        others: what else can be found, such as metadata values and telephone digits.
    """
    segments = [_NAME + _WORD.join(fold(name).split()), _WORD + fold(email)]
    segments += [
        _OTHER + _OTHER.join(folded.split()) for other in others if (folded := fold(other))
    ]
    return _SEGMENT.join(segment + _END for segment in segments)


def tag(kind: str, value: str = "") -> str:
    """The token of a fact that is looked up whole, such as `tag("status", "active")`."""
    return f"{_TAG}{kind}:{_NOT_IN_TAGS.sub('_', value)}" if value else f"{_TAG}{kind}"


def tokens(marked_body: str, tags: str) -> str:
    """What goes into the index for a customer with this body and these tags (joined by spaces)."""
    grams = (gram for text in marked_body.split(_SEGMENT) for gram in _grams(text))
    return f"{' '.join(grams)} {tags} {_TAG}all"


def tagged(kind: str, value: str = "") -> str:
    """Matches customers with this tag."""
    return f'"{tag(kind, value)}"'


def contains(word: str) -> str:
    """Matches customers whose text contains `word`, which is folded and has no space."""
    return _phrase(word)


def begins_name(word: str) -> str:
    """Matches customers whose name begins with `word`."""
    return _phrase(_NAME + word)


def begins_word(word: str) -> str:
    """Matches customers with a word in the name, or an e-mail address, that begins with `word`."""
    return any_of([_phrase(_NAME + word), _phrase(_WORD + word)])


def is_value(word: str) -> str:
    """Matches customers whose e-mail address, or another single value, is `word` from end to end."""
    return any_of([_phrase(_WORD + word + _END), _phrase(_OTHER + word + _END)])


def all_of(expressions: list[str]) -> str:
    """Matches what every one of them matches."""
    return " AND ".join(f"({expression})" for expression in expressions)


def any_of(expressions: list[str]) -> str:
    """Matches what at least one of them matches."""
    return " OR ".join(f"({expression})" for expression in expressions)


def none_of(expression: str, excluded: list[str]) -> str:
    """Matches what `expression` matches, without what any of `excluded` does."""
    return f"({expression}) NOT ({any_of(excluded)})" if excluded else expression


def _grams(text: str) -> list[str]:
    return [text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)]


def _phrase(text: str) -> str:
    return f'"{" ".join(_grams(text))}"' if len(text) >= _GRAM else f'"{text}" *'
