"""The tokens that search looks up, and the conditions that are asked of them.

Text is indexed as every three characters in a row, so that whoever has a longer run has all of its
tokens, and one or two characters are the beginning of a token. Marks around the text tell where a
name, a word and a whole value begin and end; they are private characters, which folding drops, so
that nobody can type one. What people type first is how a name or a word begins, so the first few
characters of each are a token too.

A condition is asked in three ways. `match` asks the index for everyone at once: all who fit are found,
and others with them where that is cheaper than to look up every token. `check` sorts those others out
inside SQLite. `fits` asks one customer's document, and agrees with `check`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from portal_desk.services.folding import fold

_TAG = "\ue000"
_NAME = "\ue001\ue001"
_WORD = "\ue002\ue002"
_OTHER = "\ue003\ue003"
_END = "\ue004\ue004"
"""Marks are doubled, so that a mark and one single character fill a token."""

_GRAM = 3
_LONGEST_BEGINNING = 5
_ASKED = 3
"""Tokens of a text that the index is asked for at most: the rarest few leave hardly anybody to sort out."""

_DEARER = 100
"""A list so many times as long takes longer to read than the customers in the short one to be checked."""
_BEGUN = re.compile(f"(?:{_NAME}|{_WORD})([^{_NAME}{_WORD}{_END}\n]{{1,{_LONGEST_BEGINNING}}})")
_WHOLE = re.compile(f"(?:{_NAME}|{_WORD})([^{_NAME}{_WORD}{_END}\n]+)")
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
        found = _beginnings(self.body)
        for text in self.body.split(_SEGMENT):
            found += _grams(text)
        return " ".join(found) + self.tags

    @property
    def words(self) -> list[str]:
        """The words of the name, and the e-mail address."""
        return _WHOLE.findall(self.body)


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
    return Document(body, tagged(tags))


def tagged(tags: Iterable[str]) -> str:
    """The tags of a document."""
    return " ".join(["", *sorted(tags), EVERYONE.token, ""])


def tag(kind: str, value: str = "") -> str:
    """The token of a fact that is looked up whole, such as `tag("status", "active")`."""
    return f"{_TAG}{kind}:{_NOT_IN_TAGS.sub('_', value)}" if value else f"{_TAG}{kind}"


SAMPLE = 400
"""Customers whose tokens are counted to guess how common a token is."""

Common = Mapping[str, int]
"""How many of the sample have a token, or one that begins with these one or two characters; others are rare."""


def counted(sample: Iterable[Document]) -> Common:
    """How common tokens are in a sample of `SAMPLE` documents."""
    return Counter(
        piece
        for known in sample
        for piece in {token[:end] for token in known.tokens.split() for end in (1, 2, None)}
    )


class Match(NamedTuple):
    """A question to the index.

    Attributes:
        expression: see https://www.sqlite.org/fts5.html#full_text_query_syntax.
        exact: whether nobody else is found than who fits.
        share: how many of the sample are found, as a guess.
    """

    expression: str
    exact: bool
    share: int


class Sql(NamedTuple):
    """A piece of SQL.

    Attributes:
        text: the expression or statement.
        parameters: for its question marks, in order.
    """

    text: str
    parameters: tuple[str, ...] = ()


class Condition(Protocol):
    """Something that a customer fits or doesn't."""

    def match(self, common: Common) -> Match:
        """As a question to the index that finds everyone who fits."""
        ...

    @property
    def check(self) -> Sql:
        """The same question to a row of `search_document`, as an expression."""
        ...

    def fits(self, known: Document) -> bool:
        """Whether the customer with this document fits."""
        ...


@dataclass(frozen=True)
class Contains:
    """The customer's text contains `text`, which is folded and may begin or end with marks."""

    text: str

    def match(self, common: Common) -> Match:
        if len(self.text) < _GRAM:
            return Match(f'"{self.text}" *', exact=True, share=common.get(self.text, 0))
        beginnings = _beginnings(self.text)[-1:]
        if beginnings and self.text.endswith(beginnings[0]):
            return self._asking(beginnings, common, exact=True)
        tokens = [*beginnings, *_grams(self.text)]
        return self._asking(tokens, common, exact=len(tokens) == 1)

    def _asking(self, tokens: Iterable[str], common: Common, *, exact: bool) -> Match:
        """A question for the rarest of these tokens."""
        counted = sorted((common.get(token, 0), token) for token in set(tokens))
        least = counted[0][0]
        asked = [token for count, token in counted[:_ASKED] if count <= _DEARER * max(least, 1)]
        return Match(" AND ".join(f'"{token}"' for token in asked), exact, share=least)

    @property
    def check(self) -> Sql:
        return Sql("instr(body, ?)", (self.text,))

    def fits(self, known: Document) -> bool:
        return self.text in known.body


@dataclass(frozen=True)
class Tagged:
    """The customer has a tag."""

    token: str

    def match(self, common: Common) -> Match:
        return Match(f'"{self.token}"', exact=True, share=common.get(self.token, 0))

    @property
    def check(self) -> Sql:
        return Sql("instr(tags, ?)", (f" {self.token} ",))

    def fits(self, known: Document) -> bool:
        return f" {self.token} " in known.tags


@dataclass(frozen=True)
class _Several:
    """Conditions of which some must fit; there is at least one."""

    of: tuple[Condition, ...]

    def _checks(self, operator: str) -> Sql:
        checks = [condition.check for condition in self.of]
        return Sql(
            operator.join(f"({check.text})" for check in checks),
            tuple(parameter for check in checks for parameter in check.parameters),
        )


class All(_Several):
    """Every one of the conditions."""

    def match(self, common: Common) -> Match:
        every = sorted((one.match(common) for one in self.of), key=lambda match: match.share)
        least = every[0].share
        asked = [match for match in every if match.share <= _DEARER * max(least, 1)]
        exact = all(match.exact for match in asked) and len(asked) == len(every)
        return Match(" AND ".join(f"({match.expression})" for match in asked), exact, least)

    @property
    def check(self) -> Sql:
        return self._checks(" AND ")

    def fits(self, known: Document) -> bool:
        return all(condition.fits(known) for condition in self.of)


class Any(_Several):
    """At least one of the conditions."""

    def match(self, common: Common) -> Match:
        every = [one.match(common) for one in self.of]
        return Match(
            " OR ".join(f"({match.expression})" for match in every),
            all(match.exact for match in every),
            min(sum(match.share for match in every), SAMPLE),
        )

    @property
    def check(self) -> Sql:
        return self._checks(" OR ")

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


def grams_of(word: str) -> list[Contains]:
    """The runs of three characters of a word."""
    return [Contains(gram) for gram in dict.fromkeys(_grams(word))]


def _names(words: list[str]) -> Iterator[str]:
    """A name's segments: one by words, and one whole for East Asian names, which many write so."""
    yield _NAME + _WORD.join(words)
    whole = "".join(words)
    if len(words) > 1 and not whole.isascii() and _EAST_ASIAN.search(whole):
        yield _NAME + whole


def _grams(text: str) -> list[str]:
    return [text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)]


def _beginnings(text: str) -> list[str]:
    """The marked beginnings of names and words; that of one character is a run of three, with its two marks."""
    return [
        begun[0][1 : 2 + length]
        for begun in _BEGUN.finditer(text)
        for length in range(_GRAM - 1, len(begun[1]) + 1)
    ]
