"""`earwitness models`, as people type it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from earwitness.audio.files import write_wav
from earwitness.cli.app import run
from earwitness.testing.demo import load_demo
from tests.support.meeting import part_of
from tests.support.model_mirror import Mirror, mirror
from tests.support.models import moonshine_archive, moonshine_folder

NAME = "moonshine-base-en-quantized-2026-02-27"
"""In the catalogue, of the bundled model's family; what the mirror has under this name is that model."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    folder = tmp_path_factory.mktemp("mirror")
    with mirror(folder) as server:
        server.publish(moonshine_archive(folder, f"sherpa-onnx-{NAME}"))
        yield server


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EARWITNESS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_list_says_what_there_is_and_what_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("moonshine-tiny-en  [here, used for live and refine]\n")
    assert "\nnemo-parakeet-tdt-0.6b-v2-int8\n" in shown
    assert run(["models", "list", "--language", "de-AT", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all("de" in row["languages"] for row in rows)
    assert run(["models", "list", "--language", "tlh"]) == 1
    assert "no model of the catalogue knows 'tlh'" in capsys.readouterr().err


def test_a_model_is_pulled_and_then_used(
    server: Mirror, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", "pull", NAME, "--url", server.url]) == 0
    said = capsys.readouterr()
    assert f"{NAME} is in {home / 'models'}" in said.out
    assert "It is used by itself: live and refine." in said.out
    assert [line.split()[0] for line in said.err.splitlines()] == ["fetching", "unpacking", "trying"]
    assert run(["models", "list", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows[NAME]["onDisk"], rows[NAME]["usedFor"]) == (True, ["live", "refine"])
    assert rows["moonshine-tiny-en"]["usedFor"] == []
    assert run(["models", "pull", NAME, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["family"] == "moonshine-v2"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["pull", "whisper"], "the catalogue has no model 'whisper'; did you mean whisper-"),
        (["pull", "whisper-tiny", "--url", "http://127.0.0.1:9"], "cannot be fetched: "),
        (["pull", NAME, "--url", "http://127.0.0.1:9"], "checksum.txt cannot be fetched: "),
        (["check", "nowhere"], "there is no folder nowhere"),
        (["bench", "nowhere"], "there is no model 'nowhere'; there is moonshine-tiny-en"),
        (["bench", "--language", "de"], "no model on this machine knows the language 'de'"),
        (["bench", "--references", "nowhere.tsv"], "--references nowhere.tsv: cannot be read"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earwitness.speech.engines.download._PAUSE_S", 0.0)
    assert run(["models", *words]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    told = [line for line in said.err.splitlines() if not line.startswith("fetching ")]
    assert len(told) == 1
    assert told[0].startswith("error: ")
    assert why in told[0]


def test_a_folder_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = moonshine_folder(tmp_path)
    assert run(["models", "check", str(folder)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("moonshine-tiny-en works: moonshine-v2, en\n  gives  punctuation\n  loads  in ")
    assert run(["models", "check", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["languages"] == ["en"]
    nameless = folder.rename(tmp_path / "mine")
    assert run(["models", "check", str(nameless)]) == 1
    assert 'write {"languages": ["en"]}' in capsys.readouterr().err
    (nameless / "decoder_model_merged.ort").unlink()
    assert run(["models", "check", str(nameless)]) == 1
    assert "decoder of a moonshine-v2 model is missing" in capsys.readouterr().err


def test_models_are_measured_on_recordings_of_ones_own(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = part_of(load_demo(), 0, 1)
    write_wav(tmp_path / "part.wav", part.samples)
    (tmp_path / "said.tsv").write_text(f"file\treference\tsource\npart.wav\t{part.text}\tdemo\n")
    folder = moonshine_folder(home / "models", "sherpa-onnx-moonshine-mine-en")
    arguments = ["models", "bench", "--references", str(tmp_path / "said.tsv")]
    assert run([*arguments, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == ["moonshine-tiny-en", "moonshine-mine-en"]
    for row in rows:
        assert row["wer"] < 0.2
        assert row["audio_s"] == pytest.approx(part.duration_s, abs=0.1)
    assert json.loads((folder / "earwitness.json").read_text())["cost"] == round(rows[1]["cost"], 4)
    assert run([*arguments, "moonshine-mine-en"]) == 0
    assert "CPU s per second" in capsys.readouterr().out
