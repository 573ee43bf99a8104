"""The search tables: plain SQL, because SQLAlchemy has no words for FTS5 and `WITHOUT ROWID` keys."""

from __future__ import annotations

SEARCH_DDL = [
    """
    CREATE TABLE search_document (
        pk INTEGER PRIMARY KEY,
        customer TEXT NOT NULL UNIQUE,
        created INTEGER NOT NULL,
        body TEXT NOT NULL
    )
    """,
    """
    CREATE VIRTUAL TABLE search_text USING fts5(
        body, content='search_document', content_rowid='pk', tokenize='trigram case_sensitive 1'
    )
    """,
    """
    CREATE TABLE search_key (
        key TEXT NOT NULL,
        pk INTEGER NOT NULL,
        PRIMARY KEY (key, pk)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX search_key_by_customer ON search_key (pk)",
]
