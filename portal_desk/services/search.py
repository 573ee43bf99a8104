"""Searches the cached customers as the agent types."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

from portal_desk.models.search import SearchQuery, SearchResult
from portal_desk.services.database import translated
from portal_desk.services.folding import fold
from portal_desk.services.search_ids import Found, look_up, named
from portal_desk.services.search_order import Orders, selected
from portal_desk.services.search_terms import EVERYONE, tagged
from portal_desk.services.search_words import Word, chips, everything, parse, ranked

_CACHE_KIB = 16_384
_MATCHING = "SELECT rowid AS pk FROM search_index WHERE search_index MATCH ?"


class Search:
    """Searches one cache over a connection of its own, which only reads.

    It may be made on any thread, and is used from one at a time. Each search sees one state of the
    cache, whatever the sync writes meanwhile.

    Args:
        cache: the cache's file; the store made it.

    Raises:
        CacheDamaged: the file is no database, or a broken one.
        DiskFull: the file can't be opened.
    """

    def __init__(self, cache: Path) -> None:
        self._path = cache
        with translated(cache):
            self._connection = sqlite3.connect(
                f"{cache.resolve().as_uri()}?mode=ro",
                uri=True,
                check_same_thread=False,
                isolation_level=None,
            )
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._version = -1
        self._orders = Orders(self._connection)
        self._products: list[tuple[str, str]] | None = None

    def search(self, query: SearchQuery) -> SearchResult:
        """All customers that fit the query, best first.

        Raises:
            CacheDamaged: the cache can't be read.
        """
        started = time.perf_counter()
        with translated(self._path), self._one_state():
            found = tuple(self._find(query))
        return SearchResult(query, found, time.perf_counter() - started)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def _one_state(self) -> Iterator[None]:
        """One transaction; what is kept between searches is forgotten when the cache changed."""
        self._connection.execute("BEGIN")
        try:
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                self._version, self._products = version, None
                self._orders.forget()
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def _find(self, query: SearchQuery) -> Iterable[int]:
        words, ids = self._looked_up(parse(query.text))
        filters = chips(query.filters)
        if not (words or ids or filters):
            return self._orders.everyone(query.sort, descending=query.descending)
        allowed = self._allowed(ids)
        if query.sort == "relevance":
            exact = frozenset[int]().union(*(found.exact for found in ids.values()))
            groups = self._groups(ranked(words, filters), allowed)
            groups = _first(exact, groups) if exact else groups
        else:
            groups = self._groups([everything(words, filters)], allowed)
        return chain.from_iterable(
            self._orders.arrange(group, query.sort, descending=query.descending) for group in groups
        )

    def _looked_up(self, words: list[Word]) -> tuple[list[Word], dict[Word, Found]]:
        """The words to find in the index, and apart from them those that are also ids."""
        plain: list[Word] = []
        ids: dict[Word, Found] = {}
        for typed in words:
            found = look_up(self._connection, typed.typed)
            word = replace(typed, facts=(*found.owners, *self._facts(typed)))
            if found.all:
                ids[word] = found
            else:
                plain.append(word)
        return plain, ids

    def _facts(self, word: Word) -> Iterator[str]:
        """The products and prices that a word names, as expressions."""
        for kind in ("product", "price"):
            for object_id in named(self._connection, kind, word.typed):
                yield tagged(kind, object_id)
        if word.names_facts:
            for object_id, name in self._product_names():
                if word.folded in name:
                    yield tagged("product", object_id)

    def _product_names(self) -> list[tuple[str, str]]:
        if self._products is None:
            rows = self._connection.execute("SELECT id, name FROM product")
            self._products = [(object_id, fold(name)) for object_id, name in rows]
        return self._products

    def _allowed(self, ids: dict[Word, Found]) -> frozenset[int] | None:
        """The customers whom every word that is an id fits, as an id or in any other way."""
        fitting = [found.all.union(self._matching(word.anything)) for word, found in ids.items()]
        return frozenset.intersection(*fitting) if fitting else None

    def _groups(
        self, expressions: list[str], allowed: frozenset[int] | None
    ) -> Iterator[list[int]]:
        """Whom each expression matches, of those that are allowed (None: all are)."""
        if allowed is not None and expressions == [EVERYONE]:
            yield list(allowed)
            return
        for expression in expressions:
            matching = self._matching(expression)
            yield matching if allowed is None else [pk for pk in matching if pk in allowed]

    def _matching(self, expression: str) -> list[int]:
        return selected(self._connection, _MATCHING, expression)


def _first(chosen: frozenset[int], groups: Iterable[list[int]]) -> Iterator[list[int]]:
    """The same customers, the chosen ones in a group of their own before all others."""
    everyone = list(groups)
    yield [pk for group in everyone for pk in group if pk in chosen]
    yield from ([pk for pk in group if pk not in chosen] for group in everyone)
