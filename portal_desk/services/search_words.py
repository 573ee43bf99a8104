"""What a query asks: its words and its chips as conditions, and its ranks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from portal_desk.models.search import SearchFilters
from portal_desk.services.folding import digits, fold, words
from portal_desk.services.search_terms import (
    EVERYONE,
    All,
    Any,
    Condition,
    Contains,
    Tagged,
    begins_name,
    begins_word,
    is_email,
    is_value,
    tag,
)

_SHORTEST = 3
"""Characters from which a word may also mean a status, a card's brand or a product."""

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
_BRANDS = {
    "visa": "visa",
    "mastercard": "mastercard",
    "amex": "amex",
    "american_express": "amex",
    "discover": "discover",
    "diners_club": "diners",
    "jcb": "jcb",
    "unionpay": "unionpay",
    "cartes_bancaires": "cartes_bancaires",
    "eftpos": "eftpos_au",
}
"""https://docs.stripe.com/api/payment_methods/object#payment_method_object-card-brand"""


@dataclass(frozen=True)
class Word:
    """One word of a query.

    Attributes:
        typed: as it was typed: ids are compared like this.
        folded: as it is looked up in text.
        facts: what else the word may mean: products, prices, owners of a kind of object.
    """

    typed: str
    folded: str
    facts: tuple[Condition, ...] = ()

    @cached_property
    def anything(self) -> Condition:
        """The word fits in any way."""
        return Any((self.text, *self.tags))

    @cached_property
    def text(self) -> Condition:
        """The customer's text contains the word, or a telephone number its digits."""
        number = self.number.lstrip("0")
        if self.is_number and number not in {"", self.folded}:
            return Any((Contains(self.folded), Contains(number)))
        return Contains(self.folded)

    @cached_property
    def tags(self) -> tuple[Condition, ...]:
        """What the word means besides text."""
        return (
            *self.facts,
            *self._known("status", _STATUSES),
            *self._known("brand", _BRANDS),
            *self._last4(),
        )

    @cached_property
    def exact(self) -> Condition:
        """The word is a whole e-mail address, number or other value."""
        whole = is_email(self.folded) if "@" in self.folded else is_value(self.folded)
        number = (is_value(self.number),) if self.is_number else ()
        return Any((whole, *number, *self._last4()))

    @property
    def number(self) -> str:
        """The word's digits."""
        return digits(self.folded)

    @property
    def is_number(self) -> bool:
        """Whether the word is digits and punctuation alone."""
        return bool(self.number) and not any(char.isalpha() for char in self.folded)

    @property
    def may_name_product(self) -> bool:
        """Whether the word is long enough; in scripts like CJK any is."""
        return len(self.folded) >= _SHORTEST or not self.folded.isascii()

    def _known(self, kind: str, names: Mapping[str, str]) -> Iterator[Condition]:
        """What is named by words that begin like this one."""
        if len(self.folded) >= _SHORTEST:
            looked_up = self.folded.replace("-", "_")
            for name, value in names.items():
                if any(part.startswith(looked_up) for part in (name, *name.split("_"))):
                    yield Tagged(tag(kind, value))

    def _last4(self) -> Iterator[Condition]:
        if len(self.folded) == _LAST4 and self.is_number:
            yield Tagged(tag("last4", self.folded))


def parse(text: str) -> list[Word]:
    """The words of a query; none where nothing can be looked up."""
    return [Word(typed, folded) for typed in words(text) for folded in fold(typed).split()]


def chips(filters: SearchFilters) -> tuple[Condition, ...]:
    """What the chips ask for: any of a kind, all of the kinds."""
    several: Mapping[str, frozenset[str]] = {
        "status": filters.statuses,
        "product": filters.products,
        "currency": filters.currencies,
    }
    asked = [
        Any(tuple(Tagged(tag(kind, value)) for value in sorted(values)))
        for kind, values in several.items()
        if values
    ]
    flags = {"delinquent": filters.delinquent, "open_invoice": filters.open_invoice}
    return (*asked, *(Tagged(tag(flag)) for flag, wanted in flags.items() if wanted))


def everything(asked: Sequence[Word], filters: tuple[Condition, ...]) -> Condition:
    """All words and all chips fit."""
    if not asked:
        return All(filters) if filters else EVERYONE
    fits: Condition = All(tuple(word.anything for word in asked))
    if number := _whole_number(asked):
        fits = Any((fits, Contains(number.lstrip("0"))))
    return All((fits, *filters)) if filters else fits


def ranks(asked: Sequence[Word], filters: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The ranks of those whom `everything` fits, best first; a customer is of the first that fits.

    A word is a whole address or number; all words begin words, one of them the name; all begin
    words; all are in the text; the rest, whom only a status or a product fits.
    """
    if not asked:
        return (everything(asked, filters),)
    whole = _whole_number(asked)
    exact = (*(word.exact for word in asked), *([is_value(whole)] if whole else []))
    all_begin = tuple(begins_word(word.folded) for word in asked)
    one_begins_name = Any(tuple(begins_name(word.folded) for word in asked))
    fitting = everything(asked, filters)
    narrowed: list[Condition] = [
        All((Any(exact), fitting)),
        All((*(all_begin if len(asked) > 1 else ()), one_begins_name, *filters)),
        All((*all_begin, *filters)),
    ]
    if any(word.tags for word in asked):
        narrowed.append(All((*(word.text for word in asked), *filters)))
    return (*narrowed, fitting)


def _whole_number(asked: Sequence[Word]) -> str:
    """The digits of a telephone number that was typed with spaces, or an empty string."""
    if len(asked) <= 1 or not all(word.is_number or word.folded == "+" for word in asked):
        return ""
    number = digits("".join(word.folded for word in asked))
    return number if len(number.lstrip("0")) >= _SHORTEST else ""
