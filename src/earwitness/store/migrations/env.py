"""Alembic's entry point; `earwitness.store.migrate` hands it the connection to work on."""

from alembic import context

from earwitness.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
