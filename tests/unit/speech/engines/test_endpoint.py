import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engines.endpoint import Endpoint, EndpointEngine
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.seams import RecognizerError
from tests.support.transcription_server import TranscriptionServer, transcription_server

KEY = "sk-very-secret"


@pytest.fixture(scope="module")
def serving(engine: MoonshineEngine) -> Iterator[TranscriptionServer]:
    with transcription_server(engine) as server:
        yield server


@pytest.fixture
def server(serving: TranscriptionServer) -> TranscriptionServer:
    serving.key, serving.only_text, serving.delay = KEY, False, None
    serving.failures, serving.asked = [], []
    return serving


Opening = Callable[..., EndpointEngine]


@pytest.fixture
def opening(server: TranscriptionServer) -> Iterator[Opening]:
    """Make engines that ask the server, and close them in the end."""
    with ExitStack() as closing:

        def opened(**values: Any) -> EndpointEngine:
            endpoint = Endpoint(server.url, "whisper-1", KEY, ("en", "de"), timeout_s=10.0)
            return closing.enter_context(contextlib.closing(EndpointEngine(replace(endpoint, **values))))

        yield opened


def test_speech_comes_back_as_text_with_words(
    server: TranscriptionServer, opening: Opening, report_to_anna: Samples
) -> None:
    engine = opening()
    decoded = engine.decode(report_to_anna, "en-US")
    assert decoded.text == "Please send the report to Anna by Friday."
    assert decoded.words is not None
    assert [word.text for word in decoded.words] == decoded.text.split()
    assert decoded.words[-1].end_s == pytest.approx(len(report_to_anna) / RATE_HZ)
    assert decoded.confidence == pytest.approx(np.exp(-0.25))
    assert server.asked == [
        {
            "model": [b"whisper-1"],
            "language": [b"en"],
            "response_format": [b"verbose_json"],
            "timestamp_granularities[]": [b"word", b"segment"],
        }
    ]
    assert engine.capabilities.languages == ("en", "de")


def test_a_base_with_version_is_the_same(server: TranscriptionServer) -> None:
    assert Endpoint(f"{server.url}/v1/", "m").url == f"{server.url}/v1/audio/transcriptions"


def test_a_model_that_gives_only_text_is_asked_for_it(
    server: TranscriptionServer, opening: Opening, report_to_anna: Samples
) -> None:
    server.only_text = True
    engine = opening()
    for _ in range(2):
        decoded = engine.decode(report_to_anna, "en")
        assert decoded.text == "Please send the report to Anna by Friday."
        assert decoded.words is None
        assert decoded.confidence is None
    assert [asked["response_format"] for asked in server.asked] == [[b"verbose_json"], [b"json"], [b"json"]]


def test_a_busy_server_is_asked_again(
    server: TranscriptionServer, opening: Opening, report_to_anna: Samples
) -> None:
    server.failures = [(503, {}), (429, {"Retry-After": "0.1"})]
    assert opening().decode(report_to_anna, "en").text.startswith("Please")
    assert len(server.asked) == 3


def test_a_server_that_stays_busy_may_work_later(
    server: TranscriptionServer, opening: Opening, report_to_anna: Samples
) -> None:
    server.failures = [(500, {})] * 3
    with pytest.raises(RecognizerError, match="status 500: told to fail with 500") as caught:
        opening().decode(report_to_anna, "en")
    assert caught.value.retryable
    server.failures = [(429, {"Retry-After": "60"})]
    with pytest.raises(RecognizerError, match="status 429"):
        opening().decode(report_to_anna, "en")
    assert len(server.asked) == 4


def test_a_refused_key_is_our_fault_and_is_never_told(
    server: TranscriptionServer, opening: Opening, report_to_anna: Samples, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(RecognizerError, match=r"Incorrect API key.*EARWITNESS_ENDPOINT_KEY") as caught:
        opening(key=f"{KEY}-wrong").decode(report_to_anna, "en")
    assert not caught.value.retryable
    assert len(server.asked) == 1
    assert KEY not in str(caught.value)
    assert KEY not in caplog.text


def test_a_server_that_does_not_answer_in_time_fails(
    server: TranscriptionServer, opening: Opening, report_to_anna: Samples
) -> None:
    server.delay = threading.Event()
    try:
        with pytest.raises(RecognizerError, match="ReadTimeout") as caught:
            opening(timeout_s=0.3).decode(report_to_anna, "en")
    finally:
        server.delay.set()
    assert caught.value.retryable


def test_a_server_that_is_not_there_fails(opening: Opening, report_to_anna: Samples) -> None:
    engine = opening(base_url="http://127.0.0.1:9", timeout_s=0.2)
    with pytest.raises(RecognizerError, match=r"http://127\.0\.0\.1:9/v1/audio.* failed: ConnectError"):
        engine.decode(report_to_anna, "en")


def test_next_to_nothing_is_not_sent(server: TranscriptionServer, opening: Opening) -> None:
    assert opening().decode(np.zeros(800, np.int16), "en").text == ""
    assert server.asked == []
