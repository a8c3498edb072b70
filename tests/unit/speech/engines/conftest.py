"""The bundled model as a folder, as downloads leave it."""

from pathlib import Path

import pytest

from earwitness.audio.files import read_audio
from earwitness.audio.pcm import Samples
from tests.support.models import moonshine_folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return moonshine_folder(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def report_to_anna() -> Samples:
    """ "Please send the report to Anna by Friday." """
    return read_audio(Path(__file__).parents[1] / "data" / "two_sentences.flac")[70_000:116_000]
