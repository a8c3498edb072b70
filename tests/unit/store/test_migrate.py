"""Bringing a database up to date."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from earwitness.store.migrate import migrate
from earwitness.store.migrations import HEAD
from earwitness.store.seams import StoreError


def test_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", "earwitness.store:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_an_up_to_date_database_needs_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'earwitness.db'}"
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()
    code = (
        "import sys; from sqlalchemy import create_engine; from earwitness.store.migrate import migrate; "
        f"migrate(create_engine({url!r})); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'earwitness.db'}")
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"schema '9999'.*Install the version"):
        migrate(engine)
    engine.dispose()
