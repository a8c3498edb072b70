"""The history of the schema leads to the schema."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from earwitness.store.engine import open_engines
from earwitness.store.migrate import migrate
from earwitness.store.tables import metadata


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engines = open_engines(database_url, readers=1)
    yield engines.writing
    engines.dispose()


def _describe(engine: Engine) -> dict[str, object]:
    """All that the database itself says of its tables."""
    found = inspect(engine)
    return {
        name: {
            "columns": [{**column, "type": repr(column["type"])} for column in found.get_columns(name)],
            "primary key": found.get_pk_constraint(name),
            "foreign keys": found.get_foreign_keys(name),
            "unique": sorted(map(repr, found.get_unique_constraints(name))),
            "indexes": sorted(map(repr, found.get_indexes(name))),
            "options": found.get_table_options(name),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def test_a_migrated_database_equals_a_fresh_one(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    migrated = _describe(engine)
    metadata.drop_all(engine)
    metadata.create_all(engine)

    assert set(migrated) == set(metadata.tables)
    assert migrated == _describe(engine)


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    before = _describe(engine)
    migrate(engine)

    assert _describe(engine) == before


def test_what_was_delivered_before_the_turns_is_forgotten(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", "earwitness.store:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        connection.execute(text("INSERT INTO logs (conversation_id, epoch, last_seq) VALUES ('1', 1, 1)"))
        for state in ("waiting", "done", "given_up"):
            connection.execute(
                text(
                    "INSERT INTO outbox"
                    " (conversation_id, key, kind, payload, state, attempts, created_at, due_at)"
                    " VALUES ('1', :state, 'webhook', :payload, :state, 1, :now, :now)"
                ),
                {"state": state, "payload": '{"said":"Hello"}', "now": datetime(2026, 11, 22, tzinfo=UTC)},
            )
    migrate(engine)

    with engine.connect() as connection:
        kept = connection.execute(text("SELECT state, payload FROM outbox ORDER BY id")).all()
    assert list(map(tuple, kept)) == [("waiting", '{"said":"Hello"}'), ("done", "{}"), ("given_up", "{}")]
