"""One server at a time uses a database, of either kind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from earwitness.store import lock as rules
from earwitness.store.engine import database_url as url_of
from earwitness.store.lock import DatabaseLock, database_lock
from earwitness.store.seams import DatabaseInUseError, StoreUnavailableError
from earwitness.store.store import Store

_HOLD = """
import sys
from earwitness.store.lock import database_lock
lock = database_lock(sys.argv[1])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def lock_of(database_url: str | Path) -> DatabaseLock:
    lock = database_lock(database_url)
    assert lock is not None
    return lock


async def test_a_second_server_is_told_what_to_do(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_WAIT_S", 0.0)
    first, second = lock_of(database_url), lock_of(database_url)
    first.acquire()
    try:
        assert first.keep()
        with pytest.raises(
            DatabaseInUseError, match=r"uses the database .*twice\. .*--server URL.*EARWITNESS_DATABASE_URL"
        ):
            second.acquire()
        async with await Store.open(database_url) as store:  # commands look things up beside a server
            assert await store.apps.listing() == []
    finally:
        first.release()
    second.acquire()
    second.release()


def test_the_lock_of_a_killed_server_is_free(database_url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        lock = lock_of(database_url)
        lock.acquire()
        lock.release()


def test_a_broken_session_takes_the_lock_again_or_gives_way(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_WAIT_S", 0.0)
    first, second = lock_of(postgresql_url), lock_of(postgresql_url)
    engine = create_engine(url_of(postgresql_url))

    def end_sessions() -> None:
        query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = :name"
        with engine.connect() as connection:
            connection.execute(text(query), {"name": "earwitness lock"})

    try:
        first.acquire()
        end_sessions()
        assert first.keep()
        with pytest.raises(DatabaseInUseError):
            second.acquire()
        end_sessions()
        second.acquire()
        assert not first.keep()
        second.release()
        assert first.keep()
    finally:
        first.release()
        second.release()
        engine.dispose()


def test_a_file_has_one_lock_whatever_leads_to_it(tmp_path: Path) -> None:
    (tmp_path / "there").symlink_to(tmp_path)
    first = lock_of(tmp_path / "earwitness.db")
    first.acquire()
    with pytest.raises(DatabaseInUseError):
        lock_of(f"sqlite:///{tmp_path}/there/earwitness.db").acquire()
    first.release()
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match=r"cannot be opened"):
        lock_of(tmp_path / "file" / "earwitness.db").acquire()
    assert database_lock(":memory:") is None
