"""A PostgreSQL server of the tests' own, and stores on both kinds of database."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from earwitness.store.engine import open_engines
from earwitness.store.store import Store
from earwitness.store.tables import metadata


def _program(name: str) -> str | None:
    found = shutil.which(name)
    if found:
        return found
    candidates = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(candidates[-1]) if candidates else None


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root; its package brings a user for it."""
    return "postgres" if os.geteuid() == 0 else None


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database on a server that listens on a Unix socket only."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.fail("PostgreSQL (initdb, pg_ctl) is not installed; `make test` installs it")
    user = _server_user()
    # Not under pytest's own folder, which only its owner may enter; and a socket path has to be short.
    home = Path(tempfile.mkdtemp(prefix="earwitness-"))
    if user is not None:
        shutil.chown(home, user)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)

    data = str(home / "data")
    options = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off -c max_connections=60"
    try:
        run(initdb, "--pgdata", data, "--username", "earwitness", "--auth", "trust", "--no-sync")
        run(pg_ctl, "--pgdata", data, "--log", str(home / "log"), "-w", "-o", options, "start")
        try:
            yield f"postgresql://earwitness@/postgres?host={home}"
        finally:
            run(pg_ctl, "--pgdata", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield str(tmp_path / "earwitness.db")
        return
    url: str = request.getfixturevalue("postgresql_url")
    yield url
    engines = open_engines(url, readers=1)
    with engines.writing.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    engines.dispose()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on each kind of database."""
    async with await Store.open(database_url) as opened:
        yield opened
