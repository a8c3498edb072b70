import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from earwitness.audio.pcm import Pcm, Samples
from earwitness.settings import Settings, SettingsError
from earwitness.speech.engines.engine_set import EngineSet
from earwitness.speech.engines.folder import write_notes
from earwitness.speech.engines.opening import open_engines
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.recognizers import open_recognizer
from earwitness.speech.seams import Heard, RecognizerError
from tests.support.models import moonshine_folder
from tests.support.transcription_server import transcription_server


@contextmanager
def _engines(home: Path, **values: Any) -> Iterator[EngineSet]:
    engines = open_engines(Settings(home=home, **values))
    try:
        yield engines
    finally:
        engines.close()


def _names(engines: EngineSet) -> list[str]:
    return [model.name for model in engines.capabilities.models]


def test_without_any_model_there_is_the_bundled_one(tmp_path: Path, report_to_anna: Samples) -> None:
    with _engines(tmp_path) as engines:
        assert engines.capabilities.languages == ("en",)
        assert _names(engines) == ["moonshine-tiny-en"]
        assert engines.decode(report_to_anna, "en-US").text == "Please send the report to Anna by Friday."


def test_a_better_model_on_disk_is_chosen_by_itself(tmp_path: Path, report_to_anna: Samples) -> None:
    folder = moonshine_folder(tmp_path / "models", "sherpa-onnx-moonshine-better-en")
    write_notes(folder, wer_percent=6.0, cost=0.04)
    with _engines(tmp_path) as engines:
        assert engines.capabilities.name == "moonshine-better-en"
        assert engines.choose("en").decode(report_to_anna, "en").text.startswith("Please send")
        assert engines.choose("en", "moonshine-tiny-en").capabilities.name == "moonshine-tiny-en"


def test_a_model_that_breaks_is_stood_in_for(
    tmp_path: Path, report_to_anna: Samples, caplog: pytest.LogCaptureFixture
) -> None:
    folder = moonshine_folder(tmp_path / "models", "sherpa-onnx-moonshine-better-en")
    write_notes(folder, wer_percent=6.0, cost=0.04)
    (folder / "tokens.txt").write_text("not base64\n")
    with _engines(tmp_path) as engines, caplog.at_level(logging.WARNING):
        engines.load()
        assert engines.decode(report_to_anna, "en").text.startswith("Please send")
        assert "moonshine-better-en failed" in caplog.text
        assert engines.standings[1].state == "resting"


def test_what_is_no_model_is_passed_over_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "models" / "notes").mkdir(parents=True)
    moonshine_folder(tmp_path / "models", "of-unknown-tongue")
    with _engines(tmp_path) as engines:
        assert _names(engines) == ["moonshine-tiny-en"]
    assert "notes holds no model" in caplog.text
    assert "of-unknown-tongue is passed over: its languages are unknown" in caplog.text
    (tmp_path / "models" / "of-unknown-tongue" / "earwitness.json").write_text(
        json.dumps({"languages": ["eo"]})
    )
    with _engines(tmp_path) as engines:
        assert engines.capabilities.languages == ("en", "eo")


def test_settings_name_models_by_name_and_by_place(folder: Path, tmp_path: Path) -> None:
    elsewhere = moonshine_folder(tmp_path / "elsewhere", "mine-en")
    values = {"models_dir": folder.parent, "live_model": str(elsewhere), "refine_model": folder.name}
    with _engines(tmp_path, **values) as engines:
        assert engines.choose("en").capabilities.name == "mine-en"
        assert engines.choose("en", role="refine").capabilities.name == "moonshine-tiny-en"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"live_model": "parakeet"}, "there is no model 'parakeet'; there is moonshine-tiny-en"),
        ({"live_model": "/nowhere/at/all"}, "EARWITNESS_LIVE_MODEL: there is no model folder"),
        ({"refine_model": "en="}, "EARWITNESS_REFINE_MODEL: 'en=' names no model"),
        ({"live_model": "de=moonshine-tiny-en"}, "doesn't know the language 'de'"),
        ({"live_model": "endpoint"}, "there is no model 'endpoint'"),
    ],
)
def test_a_setting_that_names_no_model_is_named(tmp_path: Path, values: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        open_engines(Settings.model_validate({"home": tmp_path, **values}))


def test_whisper_from_the_hub_needs_its_extra(tmp_path: Path) -> None:
    with _engines(tmp_path, live_model="zh=faster-whisper:tiny") as engines:
        assert engines.choose("zh").capabilities.name == "faster-whisper:tiny"
        assert engines.choose("en").capabilities.name == "moonshine-tiny-en"


def test_an_endpoint_hears_what_nothing_here_knows(
    engine: MoonshineEngine, tmp_path: Path, report_to_anna: Samples
) -> None:
    with transcription_server(engine) as server:
        values: dict[str, Any] = {"endpoint_url": server.url, "endpoint_languages": "de, en"}
        with _engines(tmp_path, **values) as engines:
            assert engines.choose("en").capabilities.name == "moonshine-tiny-en"
            assert engines.decode(report_to_anna, "de").text.startswith("Please send")
            assert server.asked[-1]["language"] == [b"de"]
        with _engines(tmp_path, **values, live_model="endpoint") as engines:
            assert engines.decode(report_to_anna, "en").text.startswith("Please send")
            assert len(server.asked) == 2
            server.failures = [(400, {})] * 2
            assert engines.decode(report_to_anna, "en").text.startswith("Please send")
            assert engines.standings[-1].state == "resting"


async def test_a_recogniser_over_all_engines_hears(tmp_path: Path, two_sentences: Samples) -> None:
    recognizer = await asyncio.to_thread(open_recognizer, Settings(home=tmp_path, decoding_threads=1))
    assert recognizer.capabilities.partials
    stream = recognizer.open("in")
    stream.push(Pcm(two_sentences, 0.0))
    stream.end()
    texts = [e.utterance.text async for e in stream if isinstance(e, Heard) and e.utterance.is_final]
    assert texts[-1] == "Please send the report to Anna by Friday."
    with pytest.raises(RecognizerError, match="language 'de'"):
        recognizer.open("in", "de")
    await recognizer.aclose()


def test_an_unknown_recogniser_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no 'vosk'; there is engines, moonshine"):
        open_recognizer(Settings(home=tmp_path, recognizer="vosk"))
