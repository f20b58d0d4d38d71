"""Alembic's environment: the connection is handed in by assistant.ledger.migrate."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
with context.begin_transaction():
    context.run_migrations()
