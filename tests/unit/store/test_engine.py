"""Which database a user means, and how it is opened."""

import stat
from pathlib import Path

import pytest

from earwitness.store.engine import database_url, open_engines


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/var/lib/earwitness.db", "sqlite+pysqlite:////var/lib/earwitness.db"),
        (Path("/var/lib/earwitness.db"), "sqlite+pysqlite:////var/lib/earwitness.db"),
        ("sqlite:////var/lib/earwitness.db", "sqlite+pysqlite:////var/lib/earwitness.db"),
        (":memory:", "sqlite+pysqlite://"),
        ("postgres://ann:p%40ss@db/ear", "postgresql+psycopg://ann:p%40ss@db/ear"),
        ("postgresql://db:5433/ear", "postgresql+psycopg://db:5433/ear"),
        ("postgresql+psycopg://db/ear", "postgresql+psycopg://db/ear"),
    ],
)
def test_what_a_user_writes_becomes_a_url(given: str | Path, expected: str) -> None:
    assert database_url(given).render_as_string(hide_password=False) == expected


def test_other_databases_are_refused_with_a_way_out() -> None:
    with pytest.raises(ValueError, match=r"'mysql' are not supported\. Use postgresql://"):
        database_url("mysql://db/ear")


def test_an_unreadable_url_is_refused_without_showing_its_password() -> None:
    with pytest.raises(ValueError, match="cannot be read") as caught:
        database_url("postgresql://ann:secret@db:port/ear")
    assert "secret" not in str(caught.value)


def test_sqlite_is_durable_checks_references_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "earwitness.db"
    engines = open_engines(path, readers=1)
    pragmas = {}
    with engines.writing.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a)")
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            pragmas[name] = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    engines.dispose()

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert modes
    assert set(modes.values()) == {0o600}


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    engines = open_engines(tmp_path / "earwitness.db", readers=1)
    with (
        engines.reading.connect() as connection,
        pytest.raises(Exception, match="readonly"),
    ):
        connection.exec_driver_sql("CREATE TABLE t (a)")
    engines.dispose()
