"""The schema's history: one Alembic revision per change, applied by `earwitness.store.migrate`."""

HEAD = "0011"
"""The newest revision, so that an up-to-date database is recognised without importing Alembic."""
