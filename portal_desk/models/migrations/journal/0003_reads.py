"""The ledger of reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "journal_0003"
down_revision = "journal_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reads",
        sa.Column("hour", sa.Integer, primary_key=True),
        sa.Column("purpose", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
