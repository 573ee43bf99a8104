"""The journal of what was done from this desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "journal_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("customer", sa.String, nullable=False, index=True),
        sa.Column("subscription", sa.String),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("started", sa.Integer, nullable=False, index=True),
        sa.Column("finished", sa.Integer),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("expires", sa.Integer),
    )
