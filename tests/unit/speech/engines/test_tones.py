"""Models of NeMo's form, run for real: tiny ones that write which tones they hear.

`scripts/make_tone_models.py` made them.
"""

from pathlib import Path

import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engines.folder import read_folder, write_notes
from earwitness.speech.engines.load import build, load_folder
from earwitness.speech.engines.onnx_metadata import read_metadata
from earwitness.speech.engines.probe import probe
from earwitness.speech.seams import RecognizerError

DATA = Path(__file__).parent / "data"
FRAME_S = 0.08


def _tone(hz: float, seconds: float) -> Samples:
    return (8000 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.int16)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.int16)


LOW_HIGH_LOW = np.concatenate(
    [_silence(0.5), _tone(300, 0.5), _silence(0.5), _tone(5000, 0.5), _silence(0.3), _tone(300, 0.25)]
)
STARTS_S = (0.5, 1.5, 2.3)


@pytest.mark.parametrize(
    ("name", "family"), [("tones-offline", "nemo-ctc"), ("tones-streaming", "streaming-nemo-ctc")]
)
def test_words_come_with_the_times_at_which_they_are_heard(tmp_path: Path, name: str, family: str) -> None:
    model = read_folder(DATA / name)
    assert model.family.name == family
    engine = build(model, tmp_path)
    assert engine.capabilities.word_times
    assert engine.capabilities.streaming == model.family.is_online
    decoded = engine.decode(LOW_HIGH_LOW, "en")
    assert decoded.text == "low high low"
    assert decoded.words is not None
    for word, start_s in zip(decoded.words, STARTS_S, strict=True):
        assert word.start_s == pytest.approx(start_s, abs=FRAME_S)
        assert word.start_s < word.end_s <= len(LOW_HIGH_LOW) / RATE_HZ
    assert engine.decode(_silence(1.0), "en").text == ""


def test_the_last_word_is_written_though_the_audio_ends_with_it(tmp_path: Path) -> None:
    """A streaming model looks ahead; the silence behind the audio lets it write the end."""
    engine = build(read_folder(DATA / "tones-streaming"), tmp_path)
    assert engine.decode(_tone(5000, 0.2), "en").text == "high"


def test_times_are_those_of_the_model_not_those_that_the_library_assumes() -> None:
    metadata = read_metadata(DATA / "tones-streaming" / "model.onnx")
    assert (metadata["subsampling_factor"], metadata["chunk_shift"]) == ("8", "16")


def test_such_models_are_tried_in_a_process_of_their_own(tmp_path: Path) -> None:
    report = probe(DATA / "tones-streaming")
    assert (report.family, report.languages, report.is_speech) == ("streaming-nemo-ctc", (), False)
    folder = tmp_path / "mine"
    folder.mkdir()
    for file in (DATA / "tones-offline").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    write_notes(folder, family="streaming-nemo-ctc", languages=["en"])
    with pytest.raises(RecognizerError, match=r"cannot be loaded: .*window_size"):
        load_folder(folder, tmp_path / "cache")
