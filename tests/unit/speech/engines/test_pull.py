import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from earwitness.audio.pcm import Samples
from earwitness.speech.engines import download
from earwitness.speech.engines.catalogue import Entry
from earwitness.speech.engines.folder import NOTES
from earwitness.speech.engines.load import load_folder
from earwitness.speech.engines.pull import pull
from earwitness.speech.seams import RecognizerError
from tests.support.model_mirror import Mirror, mirror
from tests.support.models import moonshine_archive, moonshine_folder

ENTRY = Entry(
    name="moonshine-tiny-en",
    about="the bundled model once more",
    family="moonshine-v2",
    licence="MIT",
    languages=("en",),
    size_mb=44.0,
    wer_percent=12.7,
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    folder = tmp_path_factory.mktemp("mirror")
    with mirror(folder) as server:
        server.publish(moonshine_archive(folder))
        yield server


@pytest.fixture
def server(served: Mirror, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    monkeypatch.setattr(download, "_PAUSE_S", 0.0)
    served.asked, served.cuts = [], []
    return served


def test_a_model_comes_through_a_broken_connection_and_decodes(
    server: Mirror, tmp_path: Path, report_to_anna: Samples
) -> None:
    server.cuts = [20_000_000]
    steps: list[str] = []
    folder, report = pull(ENTRY, tmp_path / "models", server.url, told=steps.append)
    assert steps == ["fetching", "unpacking", "trying"]
    assert [asked for _, asked in server.asked] == [None, None, "bytes=20000000-"]
    assert report.family == "moonshine-v2"
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["sherpa-onnx-moonshine-tiny-en"]
    assert 0 < report.cost < 2
    assert json.loads((folder / NOTES).read_text()) == {
        "cost": report.cost,
        "family": "moonshine-v2",
        "languages": ["en"],
        "licence": "MIT",
        "wer_percent": 12.7,
    }
    engine = load_folder(folder, tmp_path / "cache")
    assert engine.decode(report_to_anna, "en").text == "Please send the report to Anna by Friday."
    server.asked.clear()
    pull(ENTRY, tmp_path / "models", server.url)
    assert server.asked == []


def test_what_cannot_be_verified_is_not_fetched_unasked(server: Mirror, tmp_path: Path) -> None:
    checksums = server.folder / "checksum.txt"
    aside = checksums.rename(checksums.with_suffix(".aside"))
    try:
        with pytest.raises(RecognizerError, match=r"no checksum of .* is known.*--unverified"):
            pull(ENTRY, tmp_path, server.url)
        assert [path for path, _ in server.asked] == ["/checksum.txt"]
    finally:
        aside.rename(checksums)


def test_an_archive_that_is_another_leaves_nothing(server: Mirror, tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="not the file that was expected"):
        pull(replace(ENTRY, sha256="0" * 64), tmp_path, server.url)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_does_not_load_is_removed(server: Mirror, tmp_path: Path) -> None:
    folder = moonshine_folder(tmp_path / "models")
    (folder / "tokens.txt").write_text("not base64\n" * 10)
    with pytest.raises(RecognizerError, match="cannot be loaded"):
        pull(ENTRY, tmp_path / "models", server.url)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_full_disk_is_said_before_anything_is_fetched(
    server: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=50_000_000))
    with pytest.raises(RecognizerError, match=r"50 MB free, and moonshine-tiny-en needs about 101 MB"):
        pull(ENTRY, tmp_path, server.url)
    assert server.asked == []
