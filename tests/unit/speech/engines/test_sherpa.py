import logging
from pathlib import Path

import pytest

from earwitness.audio.files import write_wav
from earwitness.audio.pcm import Samples
from earwitness.speech.engines.folder import read_folder
from earwitness.speech.engines.hot_words import hot_word_options
from earwitness.speech.engines.load import build, load_folder
from earwitness.speech.engines.probe import probe, probe_once
from earwitness.speech.engines.sherpa_offline import as_decoded
from earwitness.speech.seams import RecognizerError
from tests.support.models import moonshine_folder


def test_a_folder_is_loaded_and_decodes(folder: Path, tmp_path: Path, report_to_anna: Samples) -> None:
    engine = load_folder(folder, tmp_path)
    assert engine.capabilities.name == "moonshine-tiny-en"
    assert engine.capabilities.languages == ("en",)
    assert engine.decode(report_to_anna, "en-US").text == "Please send the report to Anna by Friday."
    assert engine.decode(report_to_anna[:0], "en-US").text == ""


def test_a_model_is_tried_in_a_process_of_its_own_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe_once(folder, tmp_path)
    monkeypatch.setattr("earwitness.speech.engines.probe.probe", lambda folder: pytest.fail("probed again"))
    probe_once(folder, tmp_path)


def test_a_probe_measures(tmp_path: Path, report_to_anna: Samples) -> None:
    folder = moonshine_folder(tmp_path)
    (folder / "test_wavs").mkdir()
    write_wav(folder / "test_wavs" / "0.wav", report_to_anna)
    report = probe(folder)
    assert (report.family, report.languages, report.is_speech) == ("moonshine-v2", ("en",), True)
    assert 0 < report.load_s < 60
    assert 50 < report.memory_mb < 2000
    assert 0 < report.cost < 2


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("tokens.txt", b"not base64 at all\n" * 10),
        ("tokens.txt", b""),
        ("tokens.txt", b"broken\n"),
        ("encoder_model.ort", b"this is no model"),
        ("decoder_model_merged.ort", b""),
    ],
)
def test_a_damaged_model_ends_its_own_process_only(tmp_path: Path, part: str, content: bytes) -> None:
    folder = moonshine_folder(tmp_path)
    (folder / part).unlink()
    (folder / part).write_bytes(content)
    with pytest.raises(RecognizerError, match=r"the model cannot be loaded: .+") as caught:
        load_folder(folder, tmp_path / "cache")
    assert not caught.value.retryable


def test_capitals_throughout_become_small_letters() -> None:
    decoded = as_decoded("HELLO THERE", [" HELLO", " THE", "RE"], [0.0, 0.5, 0.7], [], end_s=2.0)
    assert decoded.text == "hello there"
    assert decoded.words is not None
    assert [word.text for word in decoded.words] == ["hello", "there"]
    assert as_decoded("A U.S. company", [], [], [], end_s=1.0).text == "A U.S. company"


def _transducer(parent: Path, name: str, *more: str) -> Path:
    folder = parent / name
    folder.mkdir()
    for file in ("encoder.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt", *more):
        (folder / file).write_bytes(b"")
    return folder


def test_hot_words_go_where_the_family_takes_them(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = ("Anna Karenina", "SIP")
    assert hot_word_options(read_folder(folder), words, tmp_path) == {}
    model = read_folder(_transducer(tmp_path, "zipformer-en", "bpe.vocab"))
    assert hot_word_options(model, (), tmp_path) == {}
    options = hot_word_options(model, words, tmp_path / "cache")
    assert Path(options["hotwords_file"]).read_text() == "Anna Karenina\nSIP\n"
    assert options["decoding_method"] == "modified_beam_search"
    assert options["modeling_unit"] == "bpe"
    chinese = read_folder(_transducer(tmp_path, "zipformer-zh"))
    assert hot_word_options(chinese, words, tmp_path)["modeling_unit"] == "cjkchar"
    with caplog.at_level(logging.WARNING):
        assert hot_word_options(read_folder(_transducer(tmp_path, "other-en")), words, tmp_path) == {}
    assert "other-en listens for no hot words: there is no bpe.vocab" in caplog.text


def test_what_only_an_extra_runs_names_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "faster-whisper-tiny.en"
    folder.mkdir()
    for file in ("model.bin", "config.json"):
        (folder / file).write_bytes(b"{}")
    caplog.set_level(logging.ERROR)
    with pytest.raises(RecognizerError, match=r"earwitness\[whisper\]|cannot be loaded"):
        build(read_folder(folder), tmp_path)
