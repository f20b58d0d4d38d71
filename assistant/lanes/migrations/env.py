"""Alembic's environment: the connection is handed in by assistant.database."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.get_main_option("version_table"),
    transactional_ddl=False,
)
with context.begin_transaction():
    context.run_migrations()
