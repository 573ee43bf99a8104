"""The cache's tables: each Stripe object whole, with what is searched, sorted or joined beside it.

No foreign keys between mirrored tables: Stripe answers in any order. Times are seconds UTC, amounts
minor units.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

cache_metadata = MetaData()
journal_metadata = MetaData()


def _mirror(name: str, *promoted: Column[Any]) -> Table:
    """A table that mirrors one kind of Stripe object.

    `as_of` is when the answer that `raw` came from was asked for; an older answer never replaces a
    newer one. `raw` is the object, packed by `services.sqlite.raw`. It comes last: SQLite reads a row from
    its start, and what follows a large value costs extra pages.
    """
    return Table(
        name,
        cache_metadata,
        Column("pk", Integer, primary_key=True),
        Column("id", String, nullable=False, unique=True),
        Column("created", Integer, nullable=False, index=True),
        Column("as_of", Integer, nullable=False),
        *promoted,
        Column("raw", LargeBinary, nullable=False),
    )


customer = _mirror(
    "customer",
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, index=True),
    Column("phone", String, nullable=False),
    Column("country", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("balance", Integer, nullable=False),
    Column("delinquent", Boolean, nullable=False),
    Column("default_payment_method", String),
)
"""A newer customer has a smaller `pk` (see `newest_first`), so that any list of keys in their own order,
such as what the search index gives, has the newest customer first."""

_LATEST = 2**32
_A_SECOND = 2**10
"""Keys for each second: Stripe takes a hundred writes (https://docs.stripe.com/rate-limits), and what doesn't fit goes
on into the second before, to whatever key is free there."""


def newest_first(created: int) -> int:
    """The first of the keys for customers who were created in one second (seconds UTC)."""
    return (_LATEST - created) * _A_SECOND


product = _mirror(
    "product", Column("name", String, nullable=False), Column("active", Boolean, nullable=False)
)
price = _mirror(
    "price",
    Column("product", String, nullable=False, index=True),
    Column("currency", String, nullable=False),
    Column("active", Boolean, nullable=False),
)
subscription = _mirror(
    "subscription",
    Column("customer", String, nullable=False, index=True),
    Column("status", String, nullable=False, index=True),
    Column("currency", String, nullable=False),
    Column("collection_method", String, nullable=False),
    Column("current_period_end", Integer),
    Column("ends_at", Integer),
    Column("schedule", String),
)
subscription_item = Table(
    "subscription_item",
    cache_metadata,
    Column("id", String, primary_key=True),
    Column("subscription", String, nullable=False, index=True),
    Column("customer", String, nullable=False, index=True),
    Column("product", String, nullable=False, index=True),
    Column("price", String, nullable=False),
    Column("quantity", Integer),
)
subscription_schedule = _mirror(
    "subscription_schedule",
    Column("customer", String, nullable=False, index=True),
    Column("subscription", String),
    Column("status", String, nullable=False),
)
invoice = _mirror(
    "invoice",
    Column("customer", String, nullable=False, index=True),
    Column("customer_name", String, nullable=False),
    Column("subscription", String),
    Column("number", String, index=True),
    Column("status", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("total", Integer, nullable=False),
    Column("amount_remaining", Integer, nullable=False),
    Column("due_date", Integer),
    Column("has_pdf", Boolean, nullable=False),
)
Index("invoice_by_status", invoice.c.status, invoice.c.customer)
payment_method = _mirror(
    "payment_method",
    Column("customer", String, index=True),
    Column("type", String, nullable=False),
    Column("brand", String, nullable=False),
    Column("last4", String, nullable=False),
)
tax_id = _mirror(
    "tax_id",
    Column("customer", String, index=True),
    Column("type", String, nullable=False),
    Column("value", String, nullable=False),
    Column("verification", String, nullable=False),
)
coupon = _mirror("coupon", Column("name", String, nullable=False))
promotion_code = _mirror(
    "promotion_code", Column("code", String, nullable=False), Column("coupon", String)
)
discount = _mirror(
    "discount",
    Column("customer", String, index=True),
    Column("subscription", String),
)
"""Discounts of subscriptions, which name them by id; a customer holds its own whole."""
portal_configuration = _mirror(
    "portal_configuration",
    Column("name", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("is_default", Boolean, nullable=False),
)
account = _mirror("account", Column("name", String, nullable=False))
event = _mirror(
    "event",
    Column("type", String, nullable=False),
    Column("object", String, nullable=False),
    Column("customer", String, index=True),
)
SESSION_CREATED = text("type = 'billing_portal.session.created'")
"""Which events tell of a portal session. In SQL: a query that says it in these very words finds them by their index."""
Index("event_of_session", event.c.created, sqlite_where=SESSION_CREATED)

tombstone = Table(
    "tombstone",
    cache_metadata,
    Column("id", String, primary_key=True),
    Column("as_of", Integer, nullable=False),
)
"""Objects that Stripe deleted, so that an older page doesn't bring them back."""

sync_state = Table(
    "sync_state",
    cache_metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Where each backfill and the event tail stand, as JSON by name."""

search_due = Table(
    "search_due",
    cache_metadata,
    Column("customer", String, primary_key=True),
    Column("text", Boolean, nullable=False),
)
"""Customers that the search index doesn't know yet as they are: it learns of many at once. `text` is whether their text
may have changed, not only what they have."""

journal = Table(
    "journal",
    journal_metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("customer", String, nullable=False, index=True),
    Column("subscription", String),
    Column("summary", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("idempotency_key", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("operator", String, nullable=False),
    Column("started", Integer, nullable=False, index=True),
    Column("finished", Integer),
    Column("error", Text, nullable=False),
    Column("expires", Integer),
    Column("configuration", String),
)

reads = Table(
    "reads",
    journal_metadata,
    Column("hour", Integer, primary_key=True),
    Column("purpose", String, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How many reads were asked of Stripe in an hour (hours UTC since 1970); it outlives the cache, which costs reads."""
