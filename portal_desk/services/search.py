"""Searches the cached customers as the agent types."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

from portal_desk.models.search import SearchQuery, SearchResult
from portal_desk.services.database import identity, translated
from portal_desk.services.folding import fold
from portal_desk.services.search_ids import Found, look_up, named
from portal_desk.services.search_order import FEW, Orders, selected
from portal_desk.services.search_terms import EVERYONE, Condition, Tagged, tag
from portal_desk.services.search_words import Word, chips, everything, parse, ranks

_CACHE_KIB = 16_384
_MATCHING = "SELECT rowid AS pk FROM search_index WHERE search_index MATCH ?"


class Search:
    """Searches one cache over a connection of its own, which only reads.

    It may be made on any thread, and is used from one at a time. Each search sees one state of the
    cache, whatever the sync writes meanwhile. A cache that was deleted and made anew is opened anew.

    Args:
        cache: the cache's file; the store makes it.
    """

    def __init__(self, cache: Path) -> None:
        self._path = cache
        self._open: _Open | None = None

    def search(self, query: SearchQuery) -> SearchResult:
        """All customers that fit the query, best first; none while there is no cache.

        Raises:
            CacheDamaged: the cache can't be read.
        """
        started = time.perf_counter()
        with translated(self._path):
            cache = self._opened()
            found = cache.search(query) if cache else ()
        return SearchResult(query, found, time.perf_counter() - started)

    def close(self) -> None:
        """Close the file; a later search opens it again."""
        if self._open:
            self._open.close()
            self._open = None

    def _opened(self) -> _Open | None:
        found = identity(self._path)
        if self._open and self._open.identity != found:
            self.close()
        if found and not self._open:
            self._open = _Open(self._path, found)
        return self._open


class _Open:
    """One open cache file."""

    def __init__(self, path: Path, found: tuple[int, int]) -> None:
        self.identity = found
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro",
            uri=True,
            check_same_thread=False,
            isolation_level=None,
        )
        try:
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        except sqlite3.DatabaseError:  # reads the file, which may be damaged
            self._connection.close()
            raise
        self._version = -1
        self._orders = Orders(self._connection)
        self._products: list[tuple[str, str]] | None = None

    def close(self) -> None:
        self._connection.close()

    def search(self, query: SearchQuery) -> tuple[int, ...]:
        with self._one_state():
            return tuple(self._find(query))

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
        if query.sort == "relevance" and words and not ids:
            return self._ranked(words, filters)
        fitting = self._fitting(everything(words, filters), ids)
        if query.sort == "relevance" and ids:
            exact = frozenset[int]().union(*(found.exact for found in ids.values()))
            return self._ranked_one_by_one(fitting, ranks(words, filters), exact)
        return self._orders.arrange(fitting, query.sort, descending=query.descending)

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

    def _facts(self, word: Word) -> Iterator[Condition]:
        """The products and prices that a word names."""
        for kind in ("product", "price"):
            for object_id in named(self._connection, kind, word.typed):
                yield Tagged(tag(kind, object_id))
        if word.may_name_product:
            for object_id, name in self._product_names():
                if word.folded in name:
                    yield Tagged(tag("product", object_id))

    def _product_names(self) -> list[tuple[str, str]]:
        if self._products is None:
            rows = self._connection.execute("SELECT id, name FROM product")
            self._products = [(object_id, fold(name)) for object_id, name in rows]
        return self._products

    def _fitting(self, condition: Condition, ids: dict[Word, Found]) -> Collection[int]:
        """Whom the condition fits, and each word that is an id, as an id or in any other way."""
        by_id = [
            found.all.union(self._matching(word.anything.match)) for word, found in ids.items()
        ]
        if not by_id:
            return self._matching(condition.match)
        allowed = frozenset.intersection(*by_id)
        return (
            allowed
            if condition is EVERYONE
            else allowed.intersection(self._matching(condition.match))
        )

    def _ranked(self, words: list[Word], filters: tuple[Condition, ...]) -> Iterable[int]:
        """Whom all words and chips fit, best first."""
        conditions = ranks(words, filters)
        some = self._matching(everything(words, filters).match, limit=FEW + 1)
        if len(some) <= FEW:
            return self._ranked_one_by_one(some, conditions)
        return self._orders.ranked([self._matching(one.match) for one in conditions])

    def _ranked_one_by_one(
        self,
        pks: Collection[int],
        conditions: tuple[Condition, ...],
        exact: Collection[int] = frozenset(),
    ) -> Iterable[int]:
        """These customers, best first; `exact` before all others. The last condition fits them all."""
        groups: list[list[int]] = [[] for _ in range(len(conditions) + 1)]
        for pk, known in self._orders.documents(pks):
            fitting = (rank for rank, one in enumerate(conditions, 1) if one.fits(known))
            groups[0 if pk in exact else next(fitting, -1)].append(pk)
        return chain.from_iterable(groups)

    def _matching(self, match: str, *, limit: int | None = None) -> list[int]:
        if limit is None:
            return selected(self._connection, _MATCHING, match)
        return selected(self._connection, f"{_MATCHING} LIMIT ?", match, limit)
