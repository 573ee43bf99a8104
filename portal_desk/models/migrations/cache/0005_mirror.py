"""The mirror of Stripe, its search index, and where the sync stands. Older caches are read anew from Stripe."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal_desk.models.search_schema import SEARCH_DDL

revision = "cache_0005"
down_revision = None
branch_labels = None
depends_on = None

Columns = tuple[sa.Column[object], ...]


def text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String, nullable=False)


def maybe_text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String)


def number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer, nullable=False)


def maybe_number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer)


def flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean, nullable=False)


MIRRORS: dict[str, Columns] = {
    "customer": (
        text("name"),
        text("email"),
        text("phone"),
        text("country"),
        text("currency"),
        number("balance"),
        flag("delinquent"),
        maybe_text("default_payment_method"),
    ),
    "product": (text("name"), flag("active")),
    "price": (text("product"), text("currency"), flag("active")),
    "subscription": (
        text("customer"),
        text("status"),
        text("currency"),
        text("collection_method"),
        maybe_number("current_period_end"),
        maybe_number("ends_at"),
        maybe_text("schedule"),
    ),
    "subscription_schedule": (text("customer"), maybe_text("subscription"), text("status")),
    "invoice": (
        text("customer"),
        text("customer_name"),
        maybe_text("subscription"),
        maybe_text("number"),
        text("status"),
        text("currency"),
        number("total"),
        number("amount_remaining"),
        maybe_number("due_date"),
        flag("has_pdf"),
    ),
    "payment_method": (maybe_text("customer"), text("type"), text("brand"), text("last4")),
    "tax_id": (maybe_text("customer"), text("type"), text("value"), text("verification")),
    "coupon": (text("name"),),
    "promotion_code": (text("code"), maybe_text("coupon")),
    "discount": (maybe_text("customer"), maybe_text("subscription")),
    "portal_configuration": (text("name"), flag("active"), flag("is_default")),
    "account": (text("name"),),
    "event": (text("type"), text("object"), maybe_text("customer")),
}

INDEXES = {
    "customer": ("email",),
    "price": ("product",),
    "subscription": ("customer", "status"),
    "subscription_schedule": ("customer",),
    "invoice": ("customer", "number"),
    "payment_method": ("customer",),
    "tax_id": ("customer",),
    "discount": ("customer",),
    "event": ("customer",),
}


def upgrade() -> None:
    for name, promoted in MIRRORS.items():
        create_mirror(name, promoted)
    op.create_index("invoice_by_status", "invoice", ["status", "customer"])
    sessions = sa.text("type = 'billing_portal.session.created'")
    op.create_index("event_of_session", "event", ["created"], sqlite_where=sessions)
    create_items()
    op.create_table("tombstone", sa.Column("id", sa.String, primary_key=True), number("as_of"))
    op.create_table(
        "sync_state",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table("search_due", sa.Column("customer", sa.String, primary_key=True), flag("text"))
    for statement in SEARCH_DDL:
        op.execute(statement)


def create_mirror(name: str, promoted: Columns) -> None:
    op.create_table(
        name,
        sa.Column("pk", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        number("created"),
        number("as_of"),
        *promoted,
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    for column in ("created", *INDEXES.get(name, ())):
        op.create_index(f"ix_{name}_{column}", name, [column])


def create_items() -> None:
    op.create_table(
        "subscription_item",
        sa.Column("id", sa.String, primary_key=True),
        text("subscription"),
        text("customer"),
        text("product"),
        text("price"),
        maybe_number("quantity"),
    )
    for column in ("subscription", "customer", "product"):
        op.create_index(f"ix_subscription_item_{column}", "subscription_item", [column])
