"""Searches the cached customers as the agent types."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from portal_desk.models.account import FileKey
from portal_desk.models.search import PAGE, CustomerRow, SearchQuery, SearchResult
from portal_desk.services.folding import fold
from portal_desk.services.search_suggest import nearest
from portal_desk.services.search_terms import Condition, Document, Tagged, tag
from portal_desk.services.search_words import Word, chips, everything, parse, ranks
from portal_desk.services.sqlite.file import (
    DatabaseError,
    connect,
    identity,
    translated,
    was_interrupted,
)
from portal_desk.services.sqlite.search_ids import Found, look_up, named
from portal_desk.services.sqlite.search_reading import FEW, Keys, Reader, each_once, order_of
from portal_desk.services.sqlite.store_rows import customer_rows

_CACHE_KIB = 16_384


class Search:
    """Searches one cache over a connection of its own, which only reads.

    It may be made on any thread, and is used from one at a time. Each search sees one state of the
    cache, whatever the sync writes meanwhile. A cache that was deleted and made anew is opened anew.

    Args:
        cache: the cache's file; the store makes it.
        key: what it is encrypted with, None if it is plain.
    """

    def __init__(self, cache: Path, key: FileKey = None) -> None:
        self._path = cache
        self._key = key
        self._open: _Open | None = None

    def search(self, query: SearchQuery, most: int | None = PAGE) -> SearchResult:
        """The best of the customers who fit the query; none while there is no cache.

        How many there are is told where that is known, which is where they are all named.

        Args:
            query: what is asked.
            most: how many customers to name at most; None names all.

        Raises:
            CacheDamaged: the cache can't be read.
        """
        started = time.perf_counter()
        with translated(self._path):
            cache = self._opened()
            found = cache.search(query, most) if cache else array("q")
        count = len(found) if most is None or len(found) < most else None
        return SearchResult(query, found, count, time.perf_counter() - started)

    def count(self, query: SearchQuery) -> int | None:
        """How many customers fit the query; None where `stop` was called meanwhile.

        Of many, this takes far longer than to name the best.

        Raises:
            CacheDamaged: the cache can't be read.
        """
        with translated(self._path):
            cache = self._opened()
            try:
                return cache.count(query) if cache else 0
            except DatabaseError as error:
                if not was_interrupted(error):
                    raise
                return None

    def suggest(self, query: SearchQuery) -> str:
        """A text like the query's that finds somebody; empty if there is none.

        Raises:
            CacheDamaged: the cache can't be read.
        """
        with translated(self._path):
            cache = self._opened()
            return cache.suggest(query) if cache else ""

    def stop(self) -> None:
        """Give up a count that is under way; any thread may say so."""
        if opened := self._open:
            opened.stop()

    def rows(self, pks: Sequence[int]) -> list[CustomerRow]:
        """Lines of the customers table, in the order asked; what is gone is left out.

        Raises:
            CacheDamaged: the cache can't be read.
        """
        with translated(self._path):
            cache = self._opened()
            return cache.rows(pks) if cache else []

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
            self._open = _Open(self._path, self._key, found)
        return self._open


@dataclass(frozen=True)
class _Asked:
    """A query, after its words were looked up.

    Attributes:
        ranks: see `search_words.ranks`.
        exact: customers (`pk`) with an object whose id or number was typed in full.
        only_by_id: customers whom nothing but the beginning of an id fits.
    """

    ranks: tuple[Condition, ...]
    exact: Sequence[int]
    only_by_id: Sequence[int]

    @property
    def fitting(self) -> Condition:
        """Everyone who fits, but for `only_by_id`."""
        return self.ranks[-1]


class _Open:
    """One open cache file."""

    def __init__(self, path: Path, key: FileKey, found: tuple[int, int]) -> None:
        self.identity = found
        self._connection = connect(path, key, read_only=True)
        try:
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        except DatabaseError:  # reads the file, which may be damaged
            self._connection.close()
            raise
        self._version = -1
        self._reader = Reader(self._connection)
        self._products: list[tuple[str, str]] | None = None

    def close(self) -> None:
        self._connection.close()

    def stop(self) -> None:
        self._connection.interrupt()

    def search(self, query: SearchQuery, most: int | None) -> Sequence[int]:
        with self._one_state():
            return self._find(self._asked(query), query, most)

    def count(self, query: SearchQuery) -> int:
        with self._one_state():
            asked = self._asked(query)
            return self._reader.count(asked.fitting) + len(asked.only_by_id)

    def suggest(self, query: SearchQuery) -> str:
        with self._one_state():
            words = [self._finding(word.folded) for word in parse(query.text)]
            meant = replace(query, text=" ".join(filter(None, words)))
            return meant.text if all(words) and self._found(meant) else ""

    def rows(self, pks: Sequence[int]) -> list[CustomerRow]:
        with self._one_state():
            return customer_rows(self._connection.execute, pks)

    @contextmanager
    def _one_state(self) -> Iterator[None]:
        """One transaction; the products' names are forgotten when the cache changed."""
        self._connection.execute("BEGIN")
        try:
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                self._version, self._products = version, None
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def _asked(self, query: SearchQuery) -> _Asked:
        words, leads = self._looked_up(parse(query.text))
        filters = chips(query.filters)
        fitting = everything(words, filters)
        by_id = dict(self._by_id(words, leads, filters))
        return _Asked(
            ranks(words, filters),
            exact=[pk for pk in by_id if any(pk in lead.exact for lead in leads)],
            only_by_id=[pk for pk, known in by_id.items() if not fitting.fits(known)],
        )

    def _find(self, asked: _Asked, query: SearchQuery, most: int | None) -> Keys:
        if query.sort != "relevance":
            order = order_of(query.sort, descending=query.descending)
            return self._reader.arranged(asked.fitting, asked.only_by_id, most, order)
        found = each_once((asked.exact, *self._ranked(asked.ranks, most)))
        found.extend(pk for pk in asked.only_by_id if pk not in asked.exact)
        return found[:most]

    def _finding(self, word: str) -> str | None:
        """The word, or the nearest that finds somebody."""
        if self._found(SearchQuery(word)):
            return word
        products = chain.from_iterable(name.split() for _, name in self._product_names())
        return nearest(self._reader, word, products)

    def _found(self, query: SearchQuery) -> bool:
        return bool(self._find(self._asked(query), query, 1))

    def _looked_up(self, words: list[Word]) -> tuple[list[Word], list[Found]]:
        """The words with what else they may mean, and who each of them leads to by an id."""
        leads = [look_up(self._connection, word.typed) for word in words]
        known = [
            replace(word, facts=(*lead.owners, *self._facts(word)))
            for word, lead in zip(words, leads, strict=True)
        ]
        return known, leads

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

    def _by_id(
        self, words: list[Word], leads: list[Found], filters: tuple[Condition, ...]
    ) -> Iterator[tuple[int, Document]]:
        """Those whom a word leads to by an id and the other words and chips fit, newest first."""
        for pk, known in self._reader.documents(frozenset().union(*(lead.all for lead in leads))):
            fits = (
                pk in lead.all or word.anything.fits(known)
                for word, lead in zip(words, leads, strict=True)
            )
            if all(fits) and all(chip.fits(known) for chip in filters):
                yield pk, known

    def _ranked(
        self, conditions: tuple[Condition, ...], most: int | None
    ) -> Iterator[Sequence[int]]:
        """Those whom the last condition fits, by rank; of a lower rank only if more are wanted."""
        some = self._reader.newest(conditions[-1], FEW + 1)
        if len(some) <= FEW:
            yield from self._ranked_one_by_one(some, conditions)
            return
        found = 0
        for condition in conditions:
            if most is None or found < most:
                rank = self._reader.newest(condition, most)
                found = max(found, len(rank))
                yield rank

    def _ranked_one_by_one(
        self, pks: Sequence[int], conditions: tuple[Condition, ...]
    ) -> list[list[int]]:
        """These customers by rank."""
        groups: list[list[int]] = [[] for _ in conditions]
        for pk, known in self._reader.documents(pks):
            rank = next(rank for rank, one in enumerate(conditions) if one.fits(known))
            groups[rank].append(pk)
        return groups
