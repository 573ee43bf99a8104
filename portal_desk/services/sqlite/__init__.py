"""All that is particular to SQLite: opening and encrypting files, WAL, FTS5, upserts, packed objects.

`Store`, `Search`, `Journal`, the ledger and the accounts' keys come in here; nobody else does.
"""
