"""What somebody probably meant whose search finds nobody: the nearest word in customers' names and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from portal_desk.services.search_terms import All, Condition, grams_of
from portal_desk.services.sqlite.search_reading import Reader

_SHORTEST = 4
"""Characters; a shorter word is near to everything."""

_LONG = 7
"""Characters from which a word may have two mistakes."""

_EACH = 200
"""Customers who are looked at for each piece of the word, the newest."""


def nearest(reader: Reader, word: str, others: Iterable[str] = ()) -> str | None:
    """The word, folded, that is a mistake or two away from this one; None if there is none.

    Args:
        word: as it was typed, folded.
        others: words that it may be, besides those of customers' names and addresses.
    """
    from rapidfuzz import process  # noqa: PLC0415 - not needed to search
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - see above

    if len(word) < _SHORTEST:
        return None
    known = {*others, *_words_of_the_like(reader, word)}
    mistakes = 2 if len(word) >= _LONG else 1
    found = process.extractOne(word, sorted(known), scorer=OSA.distance, score_cutoff=mistakes)
    return found[0] if found else None


def _words_of_the_like(reader: Reader, word: str) -> Iterator[str]:
    """The words of customers who share a piece of the word."""
    for piece in _pieces(word):
        for _, known in reader.documents(reader.newest(piece, _EACH)):
            yield from known.words


def _pieces(word: str) -> Iterator[Condition]:
    """What remains of the word whatever the mistake was: two of its runs of three characters, or one."""
    grams = grams_of(word)
    for pair in combinations(grams, 2):
        yield All(pair)
    yield from grams
