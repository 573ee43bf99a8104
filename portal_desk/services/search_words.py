"""What a query asks of the index: its words as expressions, its chips as expressions, its ranks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from portal_desk.models.search import SearchFilters
from portal_desk.services.folding import digits, fold, words
from portal_desk.services.search_terms import (
    EVERYONE,
    all_of,
    any_of,
    begins_name,
    begins_word,
    contains,
    is_value,
    none_of,
    tagged,
)

_SHORTEST = 3
"""Characters from which a word may also mean a status, a product or a telephone number."""

_LAST4 = 4

_STATUSES = {
    "active": "active",
    "canceled": "canceled",
    "cancelled": "canceled",
    "incomplete": "incomplete",
    "incomplete_expired": "incomplete_expired",
    "past_due": "past_due",
    "paused": "paused",
    "trialing": "trialing",
    "unpaid": "unpaid",
}


@dataclass(frozen=True)
class Word:
    """One word of a query.

    Attributes:
        typed: as it was typed: ids are compared like this.
        folded: as it is looked up in text.
        facts: expressions for what else the word may mean: products, prices, kinds of object.
    """

    typed: str
    folded: str
    facts: tuple[str, ...] = ()

    @cached_property
    def anything(self) -> str:
        """Matches customers that the word fits in any way."""
        return any_of([self.text, *self.tags])

    @cached_property
    def text(self) -> str:
        """Matches customers whose text contains the word."""
        number = self.number.lstrip("0")
        if self.is_number and number not in {"", self.folded}:
            return any_of([contains(self.folded), contains(number)])
        return contains(self.folded)

    @cached_property
    def tags(self) -> list[str]:
        """What else the word may mean."""
        return [*self.facts, *self._statuses(), *self._last4()]

    @property
    def exact(self) -> str:
        """Matches customers of whom the word is a whole e-mail address, number or other value."""
        values = [is_value(self.folded), *self._last4()]
        return any_of([*values, is_value(self.number)] if self.is_number else values)

    @property
    def number(self) -> str:
        """The word's digits."""
        return digits(self.folded)

    @property
    def is_number(self) -> bool:
        """Whether the word is digits and punctuation alone."""
        return bool(self.number) and not any(char.isalpha() for char in self.folded)

    @property
    def names_facts(self) -> bool:
        """Whether the word is long enough to mean a product or a status (in scripts like CJK: always)."""
        return len(self.folded) >= _SHORTEST or not self.folded.isascii()

    def _statuses(self) -> Iterator[str]:
        if len(self.folded) >= _SHORTEST:
            looked_up = self.folded.replace("-", "_")
            for name, status in _STATUSES.items():
                if any(part.startswith(looked_up) for part in (name, *name.split("_"))):
                    yield tagged("status", status)

    def _last4(self) -> Iterator[str]:
        if len(self.folded) == _LAST4 and self.is_number:
            yield tagged("last4", self.folded)


def parse(text: str) -> list[Word]:
    """The words of a query; none where nothing can be looked up."""
    return [Word(typed, folded) for typed in words(text) for folded in fold(typed).split()]


def chips(filters: SearchFilters) -> list[str]:
    """What the chips ask for: any of a kind, all of the kinds."""
    several: Mapping[str, frozenset[str]] = {
        "status": filters.statuses,
        "product": filters.products,
        "currency": filters.currencies,
    }
    asked = [
        any_of([tagged(kind, value) for value in sorted(values)])
        for kind, values in several.items()
        if values
    ]
    flags = {"delinquent": filters.delinquent, "open_invoice": filters.open_invoice}
    return asked + [tagged(flag) for flag, wanted in flags.items() if wanted]


def everything(asked: list[Word], filters: list[str]) -> str:
    """Matches every customer that fits the words and the chips."""
    fits = [all_of([word.anything for word in asked])] if asked else []
    if fits and (number := _whole_number(asked)):
        fits = [any_of([*fits, contains(number.lstrip("0"))])]
    return all_of(fits + filters) if fits or filters else EVERYONE


def ranked(asked: list[Word], filters: list[str]) -> list[str]:
    """The same customers as `everything`, best rank first, each customer in one rank.

    A word that is a whole address or number; all words begin words, one of them the name; all begin
    words; all are in the text; the rest, whom only a status or a product matches.
    """
    fitting = everything(asked, filters)
    if not asked:
        return [fitting]
    ranks = list(_ranks(asked))
    narrowed = [none_of(all_of([fitting, rank]), ranks[:n]) for n, rank in enumerate(ranks)]
    return [*narrowed, none_of(fitting, ranks)]


def _ranks(asked: list[Word]) -> Iterator[str]:
    whole = _whole_number(asked)
    exact = [word.exact for word in asked]
    yield any_of([*exact, is_value(whole)] if whole else exact)
    all_begin = all_of([begins_word(word.folded) for word in asked])
    yield all_of([all_begin, any_of([begins_name(word.folded) for word in asked])])
    yield all_begin
    if any(word.tags for word in asked):
        yield all_of([word.text for word in asked])


def _whole_number(asked: list[Word]) -> str:
    """The digits of a telephone number that was typed with spaces, or an empty string."""
    if len(asked) == 1 or not all(word.is_number or word.folded == "+" for word in asked):
        return ""
    number = digits("".join(word.folded for word in asked))
    return number if len(number.lstrip("0")) >= _SHORTEST else ""
