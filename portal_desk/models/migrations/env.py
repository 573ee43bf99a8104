"""What Alembic runs to migrate one open database: `services.sqlite.engine` hands the connection over."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
