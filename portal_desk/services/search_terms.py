"""The tokens that search looks up, and the conditions that are asked of them.

Text is indexed as every three characters in a row, so that a run of three or more characters is a
phrase, and one or two characters are the beginning of a token. Marks around the text tell where a
name, a word and a whole value begin and end; they are private characters, which folding drops, so
that nobody can type one.

A condition is asked in two ways that agree: `match` asks the index for everyone at once, `fits`
asks one customer's document, which is cheaper for a few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

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
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
"""Korean letters taken apart, Japanese kana, and Chinese characters."""


class Document(NamedTuple):
    """What search knows of one customer.

    Attributes:
        body: the text, folded and marked.
        tags: the facts that are looked up whole, each between spaces.
    """

    body: str
    tags: str

    @property
    def tokens(self) -> str:
        """What goes into the index."""
        return (
            " ".join(gram for text in self.body.split(_SEGMENT) for gram in _grams(text))
            + self.tags
        )


def document(name: str, email: str, others: Iterable[str], tags: Iterable[str]) -> Document:
    """What is known of a customer.

    Args:
        name: as Stripe has it.
        email: as Stripe has it.
        others: what else can be found, such as metadata values and telephone digits.
        tags: see `tag`.
    """
    folded = filter(None, map(fold, others))
    segments = [*_names(fold(name).split()), _WORD + fold(email)]
    segments += [_OTHER + _OTHER.join(other.split()) for other in folded]
    body = _SEGMENT.join(segment + _END for segment in segments)
    return Document(body, " ".join(["", *sorted(tags), EVERYONE.token, ""]))


def tag(kind: str, value: str = "") -> str:
    """The token of a fact that is looked up whole, such as `tag("status", "active")`."""
    return f"{_TAG}{kind}:{_NOT_IN_TAGS.sub('_', value)}" if value else f"{_TAG}{kind}"


class Condition(Protocol):
    """Something that a customer fits or doesn't."""

    @property
    def match(self) -> str:
        """As an expression for the index (https://www.sqlite.org/fts5.html#full_text_query_syntax)."""
        ...

    def fits(self, known: Document) -> bool:
        """Whether the customer with this document fits."""
        ...


@dataclass(frozen=True)
class Contains:
    """The customer's text contains `text`, which is folded and may begin or end with marks."""

    text: str

    @property
    def match(self) -> str:
        if len(self.text) < _GRAM:
            return f'"{self.text}" *'
        return f'"{" ".join(_grams(self.text))}"'

    def fits(self, known: Document) -> bool:
        return self.text in known.body


@dataclass(frozen=True)
class Tagged:
    """The customer has a tag."""

    token: str

    @property
    def match(self) -> str:
        return f'"{self.token}"'

    def fits(self, known: Document) -> bool:
        return f" {self.token} " in known.tags


@dataclass(frozen=True)
class All:
    """Every one of the conditions; there is at least one."""

    of: tuple[Condition, ...]

    @cached_property
    def match(self) -> str:
        return " AND ".join(f"({condition.match})" for condition in self.of)

    def fits(self, known: Document) -> bool:
        return all(condition.fits(known) for condition in self.of)


@dataclass(frozen=True)
class Any:
    """At least one of the conditions; there is at least one."""

    of: tuple[Condition, ...]

    @cached_property
    def match(self) -> str:
        return " OR ".join(f"({condition.match})" for condition in self.of)

    def fits(self, known: Document) -> bool:
        return any(condition.fits(known) for condition in self.of)


EVERYONE = Tagged(tag("all"))
"""Every customer fits."""


def begins_name(word: str) -> Condition:
    """The name begins with `word`."""
    return Contains(_NAME + word)


def begins_word(word: str) -> Condition:
    """A word of the name, or the e-mail address, begins with `word`."""
    return Any((begins_name(word), Contains(_WORD + word)))


def is_email(word: str) -> Condition:
    """The e-mail address is `word`."""
    return Contains(_WORD + word + _END)


def is_value(word: str) -> Condition:
    """A word at the end of another value, such as a telephone number or metadata, is `word`."""
    return Contains(_OTHER + word + _END)


def _names(words: list[str]) -> Iterator[str]:
    """A name's segments: one by words, and one whole for East Asian names, which many write so."""
    yield _NAME + _WORD.join(words)
    if len(words) > 1 and any(map(_EAST_ASIAN.search, words)):
        yield _NAME + "".join(words)


def _grams(text: str) -> list[str]:
    return [text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)]
