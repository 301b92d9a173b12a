"""Alembic's entry: the database hands over its open connection."""

from alembic import context

from footnote.store.schema import metadata

given = context.config.attributes
context.configure(
    connection=given["connection"], target_metadata=metadata, version_table=given["version_table"]
)
with context.begin_transaction():
    context.run_migrations()
