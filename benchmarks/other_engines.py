"""The same question to other search engines, for comparison: the newest customers with a text in name or address.

DuckDB scans its columns; tantivy has every three characters in a row, as the desk's own index does, and knows
neither ids nor tags, folds no accents and ranks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import tantivy

from portal_desk.models.search import PAGE
from portal_desk.services.sqlite.file import Connection

_TRIGRAMS = "trigrams"
_HEAP = 256 * 1024 * 1024
"""Bytes that tantivy may use while it indexes."""


class Person(NamedTuple):
    pk: int
    text: str


def people(direct: Connection) -> list[Person]:
    """Every customer's key with name and address, in small letters."""
    rows = direct.execute("SELECT pk, name || ' ' || email FROM customer ORDER BY pk")
    return [Person(pk, text.lower()) for pk, text in rows]


def duckdb_finder(everyone: Sequence[Person], folder: Path) -> Callable[[str], object]:
    """A database in a file, as the cache is; answers with the newest who have a text."""
    connection = duckdb.connect(folder / "people.duckdb")
    connection.execute("CREATE TABLE person (pk BIGINT, text VARCHAR)")
    source = folder / "people.csv"
    source.write_text("".join(f'{one.pk},"{one.text}"\n' for one in everyone), encoding="utf-8")
    connection.execute("COPY person FROM ? (FORMAT csv)", [str(source)])
    select = f"SELECT pk FROM person WHERE contains(text, ?) ORDER BY pk LIMIT {PAGE}"  # noqa: S608 - a constant
    return lambda text: connection.execute(select, [text]).fetchall()


def tantivy_finder(everyone: Sequence[Person], folder: Path) -> Callable[[str], object]:
    """An index in a folder; answers with the newest who have a text."""
    schema = (
        tantivy.SchemaBuilder()
        .add_integer_field("pk", stored=True, fast=True)
        .add_text_field("text", tokenizer_name=_TRIGRAMS)
        .build()
    )
    (folder / "tantivy").mkdir()
    index = tantivy.Index(schema, path=str(folder / "tantivy"))
    trigrams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(3, 3, False)).build()
    index.register_tokenizer(_TRIGRAMS, trigrams)
    writer = index.writer(_HEAP)
    for one in everyone:
        writer.add_document(tantivy.Document(pk=one.pk, text=one.text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(text: str) -> object:
        grams = [text[at : at + 3] for at in range(len(text) - 2)]
        terms = [tantivy.Query.term_query(schema, "text", gram) for gram in grams]
        every = tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])
        return searcher.search(
            every, PAGE, count=False, order_by_field="pk", order=tantivy.Order.Asc
        )

    return find
