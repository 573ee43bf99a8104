"""Which portal configuration an entry is about; links that were issued before say it in their parameters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "journal_0002"
down_revision = "journal_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal", sa.Column("configuration", sa.String))
    op.execute("UPDATE journal SET configuration = json_extract(params, '$.configuration')")
