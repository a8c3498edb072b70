"""A recording and the models, loaded once for all tests of this room."""

from pathlib import Path

import pytest

from earwitness.audio.files import read_audio
from earwitness.audio.pcm import Samples
from earwitness.speech import models
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.vad import SileroVad


@pytest.fixture(scope="session")
def two_sentences() -> Samples:
    """Two sentences by a synthetic voice (flite, `rms`), 7.9 s.

    "Good morning. The meeting starts at nine." from 0.77 to 3.2 s and "Please send the report to Anna by
    Friday." from 4.45 to 7.17 s.
    """
    return read_audio(Path(__file__).parent / "data" / "two_sentences.flac")


@pytest.fixture(scope="session")
def vad() -> SileroVad:
    return SileroVad(models.silero_model())


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> MoonshineEngine:
    return MoonshineEngine(tmp_path_factory.mktemp("cache"))
