"""What a server does once it has loaded everything."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from earwitness.cli.serve import settle
from earwitness.speech.loading import LoadingRecognizer
from earwitness.speech.seams import Recognizer, RecognizerError
from earwitness.testing.scripted import ScriptedRecognizer


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


async def test_what_is_loaded_is_kept_out_of_garbage_collections() -> None:
    recognizer = LoadingRecognizer(lambda: ScriptedRecognizer({}))
    recognizer.start()
    await settle(recognizer)
    assert recognizer.state is None
    assert gc.get_freeze_count() > 10_000
    await recognizer.aclose()


async def test_a_server_whose_recogniser_cannot_be_loaded_goes_on() -> None:
    def load() -> Recognizer:
        raise RecognizerError("there is no model", retryable=False)

    recognizer = LoadingRecognizer(load)
    recognizer.start()
    await asyncio.wait_for(settle(recognizer), 5)
    assert recognizer.state == "the recogniser could not be loaded: there is no model"
    assert gc.get_freeze_count() == 0
    await recognizer.aclose()
