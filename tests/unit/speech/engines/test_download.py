import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from earwitness.speech.engines import download
from earwitness.speech.engines.download import DownloadError, fetch, fetch_text
from tests.support.model_mirror import Mirror, mirror

DATA = np.random.default_rng(1).bytes(1_000_000)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    monkeypatch.setattr(download, "_PAUSE_S", 0.0)
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "file").write_bytes(DATA)
    with mirror(tmp_path / "served") as server:
        yield server


def test_a_file_comes_whole_and_tells_how_far_it_is(server: Mirror, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    fetch(f"{server.url}/file", tmp_path / "got", sha256=SHA256, progress=lambda *way: told.append(way))
    assert (tmp_path / "got").read_bytes() == DATA
    assert told[-1] == (len(DATA), len(DATA))
    assert [there for there, _ in told] == sorted(there for there, _ in told)
    assert not (tmp_path / "got.part").exists()


def test_broken_connections_are_taken_up_where_they_broke(server: Mirror, tmp_path: Path) -> None:
    server.cuts = [300_000, 0, 200_000, 1]
    fetch(f"{server.url}/file", tmp_path / "got", sha256=SHA256)
    assert (tmp_path / "got").read_bytes() == DATA
    assert [asked for _, asked in server.asked] == [
        None,
        "bytes=300000-",
        "bytes=300000-",
        "bytes=500000-",
        "bytes=500001-",
    ]


def test_what_an_earlier_command_left_is_completed(server: Mirror, tmp_path: Path) -> None:
    server.cuts = [400_000, 0, 0, 0, 0]
    with pytest.raises(DownloadError, match="what has come is kept") as caught:
        fetch(f"{server.url}/file", tmp_path / "got", sha256=SHA256)
    assert caught.value.retryable
    assert not (tmp_path / "got").exists()
    server.asked.clear()
    fetch(f"{server.url}/file", tmp_path / "got", sha256=SHA256)
    assert server.asked == [("/file", "bytes=400000-")]
    assert (tmp_path / "got").read_bytes() == DATA


def test_a_server_without_ranges_starts_anew(server: Mirror, tmp_path: Path) -> None:
    server.knows_ranges = False
    server.cuts = [300_000]
    fetch(f"{server.url}/file", tmp_path / "got", sha256=SHA256)
    assert (tmp_path / "got").read_bytes() == DATA


def test_what_is_there_already_is_only_checked(server: Mirror, tmp_path: Path) -> None:
    (tmp_path / "got.part").write_bytes(DATA)
    fetch(f"{server.url}/file", tmp_path / "got", sha256=SHA256)
    assert (tmp_path / "got").read_bytes() == DATA


@pytest.mark.parametrize("wrong", [b"x" + DATA[1:], DATA + b"more"])
def test_a_file_that_is_another_is_removed(server: Mirror, tmp_path: Path, wrong: bytes) -> None:
    (tmp_path / "served" / "file").write_bytes(wrong)
    with pytest.raises(DownloadError, match=f"not the file that was expected.*{SHA256}; it was removed"):
        fetch(f"{server.url}/file", tmp_path / "got", sha256=SHA256.upper())
    assert not list(tmp_path.glob("got*"))


def test_a_busy_server_is_asked_again_and_a_refusal_is_told(server: Mirror, tmp_path: Path) -> None:
    server.statuses = [503, 500]
    fetch(f"{server.url}/file", tmp_path / "got", sha256=SHA256)
    server.statuses = [503] * 4
    with pytest.raises(DownloadError, match="status 503"):
        fetch(f"{server.url}/file", tmp_path / "again", sha256=SHA256)
    with pytest.raises(DownloadError, match=r"/nothing cannot be fetched: status 404") as caught:
        fetch(f"{server.url}/nothing", tmp_path / "nothing", sha256=None)
    assert not caught.value.retryable
    with pytest.raises(DownloadError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/file", tmp_path / "nothing", sha256=None)


def test_small_texts_are_read_or_missing(server: Mirror, tmp_path: Path) -> None:
    (tmp_path / "served" / "checksum.txt").write_text("a\tb\n")
    assert fetch_text(f"{server.url}/checksum.txt") == "a\tb\n"
    assert fetch_text(f"{server.url}/nothing") is None
    server.statuses = [500]
    with pytest.raises(DownloadError, match="status 500"):
        fetch_text(f"{server.url}/checksum.txt")
