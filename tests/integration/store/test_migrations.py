"""The history of the schema leads to the schema."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text

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


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "earwitness.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _insert_delivery(
    connection: Connection,
    conversation_id: str,
    key: str,
    kind: str,
    state: str,
    payload: str = '{"said":"Hello"}',
) -> None:
    connection.execute(
        text(
            "INSERT INTO outbox (conversation_id, key, kind, payload, state, attempts, created_at, due_at)"
            " VALUES (:id, :key, :kind, :payload, :state, 1, :now, :now)"
        ),
        {
            "id": conversation_id,
            "key": key,
            "kind": kind,
            "payload": payload,
            "state": state,
            "now": datetime(2026, 11, 22, tzinfo=UTC),
        },
    )


def _insert_log(connection: Connection, conversation_id: str) -> None:
    connection.execute(
        text("INSERT INTO logs (conversation_id, epoch, last_seq) VALUES (:id, 1, 1)"),
        {"id": conversation_id},
    )


def test_what_was_delivered_before_the_turns_is_forgotten(engine: Engine) -> None:
    with engine.begin() as connection:
        _upgrade(connection, "0008")
        _insert_log(connection, "1")
        for state in ("waiting", "done", "given_up"):
            _insert_delivery(connection, "1", state, "webhook", state)
    migrate(engine)

    with engine.connect() as connection:
        kept = connection.execute(text("SELECT state, payload FROM outbox ORDER BY id")).all()
    assert list(map(tuple, kept)) == [("waiting", '{"said":"Hello"}'), ("done", "{}"), ("given_up", "{}")]


def test_webhooks_that_waited_behind_others_are_queued(engine: Engine) -> None:
    with engine.begin() as connection:
        _upgrade(connection, "0009")
        for conversation_id in "12":
            _insert_log(connection, conversation_id)
            _insert_delivery(connection, conversation_id, "hook:0", "webhook", "done")
            for key in ("mail:1", "mail:2"):
                _insert_delivery(connection, conversation_id, key, "email", "waiting")
            for key in ("hook:1", "hook:2", "hook:3"):
                _insert_delivery(connection, conversation_id, key, "webhook", "waiting")
    migrate(engine)

    with engine.connect() as connection:
        query = text("SELECT key, state FROM outbox WHERE conversation_id = :id ORDER BY id")
        for conversation_id in "12":
            kept = connection.execute(query, {"id": conversation_id}).all()
            assert list(map(tuple, kept)) == [
                ("hook:0", "done"),
                ("mail:1", "waiting"),
                ("mail:2", "waiting"),
                ("hook:1", "waiting"),
                ("hook:2", "queued"),
                ("hook:3", "queued"),
            ]


def test_webhooks_that_waited_behind_those_to_another_receiver_have_their_turn(engine: Engine) -> None:
    with engine.begin() as connection:
        _upgrade(connection, "0010")
        _insert_log(connection, "1")
        _insert_delivery(connection, "1", "mail", "email", "waiting", "{}")
        for number, state in enumerate(("done", "waiting", "queued")):
            for receiver in ("dead", "good"):
                payload = "{}" if state == "done" else f'{{"url":"https://{receiver}.example/","body":{{}}}}'
                now = "queued" if receiver == "good" and state == "waiting" else state
                _insert_delivery(connection, "1", f"{receiver}:{number}", "webhook", now, payload)
    migrate(engine)

    with engine.connect() as connection:
        kept = connection.execute(text("SELECT key, state, receiver FROM outbox ORDER BY id")).all()
    assert [(key, state) for key, state, _ in kept] == [
        ("mail", "waiting"),
        ("dead:0", "done"),
        ("good:0", "done"),
        ("dead:1", "waiting"),
        ("good:1", "waiting"),
        ("dead:2", "queued"),
        ("good:2", "queued"),
    ]
    assert len({receiver for _, _, receiver in kept[3:]}) == 2
