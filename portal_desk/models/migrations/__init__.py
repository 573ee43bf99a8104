"""Alembic's revisions: `cache/` for the cache, `journal/` for the journal."""
