import asyncio
from pathlib import Path

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.speech import moonshine
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.seams import Heard


def test_it_decodes_a_sentence(engine: MoonshineEngine, two_sentences: Samples) -> None:
    decoded = engine.decode(two_sentences[8_000:56_000], "en-US")
    assert decoded.text.endswith("the meeting starts at nine.")
    assert decoded.words is None
    assert decoded.confidence is None


def test_silence_and_next_to_nothing_have_no_text(engine: MoonshineEngine) -> None:
    for count in (0, 1, 100, 16_000):
        assert engine.decode(np.zeros(count, np.int16), "en").text == ""


def test_noise_and_tones_have_no_text(engine: MoonshineEngine) -> None:
    noise = np.random.default_rng(0).normal(0, 1600, 8 * RATE_HZ)
    tone = 6500 * np.sin(2 * np.pi * 440 * np.arange(8 * RATE_HZ) / RATE_HZ)
    for sound in (noise, tone):
        assert engine.decode(sound.astype(np.int16), "en").text == ""


async def test_the_loaded_recogniser_hears(tmp_path: Path, two_sentences: Samples) -> None:
    recognizer = await asyncio.to_thread(moonshine.load, tmp_path, threads=1)
    assert recognizer.capabilities.partials
    stream = recognizer.open("in")
    stream.push(Pcm(two_sentences, 0.0))
    stream.end()
    heard = [event.utterance async for event in stream if isinstance(event, Heard)]
    await recognizer.aclose()
    first, second = [utterance.text for utterance in heard if utterance.is_final]
    assert first.lower().endswith("the meeting starts at nine.")
    assert second == "Please send the report to Anna by Friday."
