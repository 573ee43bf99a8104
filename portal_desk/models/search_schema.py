"""The search tables: plain SQL, because SQLAlchemy has no words for FTS5.

`search_index` is one full-text table without content of its own. Its tokens are made by
`services.search_terms`: every three characters in a row of a customer's text, and tags such as a
subscription's status. Four properties make each search a single expression over sorted lists:

- consecutive tokens overlap, so whoever has all of a text's is likely to have the text: the few who
  don't are sorted out by what `search_document` says, which is cheaper than to keep each token's
  places (`detail=none`), several times the size, and to compare them;
- prefix lists of one and two characters make substrings of one and two characters as cheap;
- tags and text are tokens of one table, so filters and words are intersected inside SQLite;
- row ids are customers' keys, which are in order of age, so the first page is read without the rest.

`search_document` keeps what was indexed, also because a table without content can only forget a row
when it is given the row's old tokens.
"""

from __future__ import annotations

TOKEN_PUNCTUATION = "!#$%&()*+,-./:;<=>?@[\\]^_{|}~"  # noqa: S105 - a token of text
"""ASCII that may stand in a token beside letters and digits; anything beyond ASCII may as well."""

SEARCH_DDL = [
    """
    CREATE TABLE search_document (
        pk INTEGER PRIMARY KEY,
        customer TEXT NOT NULL UNIQUE,
        sort_name TEXT NOT NULL,
        balance INTEGER NOT NULL,
        body TEXT NOT NULL,
        tags TEXT NOT NULL
    )
    """,
    "CREATE INDEX search_document_by_name ON search_document (sort_name)",
    "CREATE INDEX search_document_by_balance ON search_document (balance)",
    f"""
    CREATE VIRTUAL TABLE search_index USING fts5(
        tokens, content='', columnsize=0, detail=none, prefix='1 2',
        tokenize="ascii tokenchars '{TOKEN_PUNCTUATION}'"
    )
    """,
]
