import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.phantoms import is_phantom, voiced_s
from earwitness.speech.readable import ReadableEngine

FAVOURITES = ["you", "Thank you.", "Thanks for watching!", "Okay."]


def _sounds(seconds: float) -> dict[str, Samples]:
    rng = np.random.default_rng(0)
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    breath = np.convolve(
        rng.normal(0, 2000, len(at)) * np.sin(np.pi * at / seconds) ** 2, np.ones(8) / 8, "same"
    )
    clicks = np.zeros(len(at))
    for start in rng.integers(0, len(at) - 60, int(seconds * 6)):
        clicks[start : start + 50] += 20_000 * np.exp(-np.arange(50) / 10)
    sounds = {
        "noise": rng.normal(0, 1600, len(at)),
        "quiet noise": rng.normal(0, 60, len(at)),
        "breath": breath,
        "clicks": clicks,
    }
    return {name: sound.astype(np.int16) for name, sound in sounds.items()}


@pytest.mark.parametrize("seconds", [0.3, 1.0, 4.0])
def test_noise_clicks_and_breath_hold_no_voice(engine: MoonshineEngine, seconds: float) -> None:
    readable = ReadableEngine(engine)
    for name, sound in _sounds(seconds).items():
        assert voiced_s(sound) < 0.1, name
        assert all(is_phantom(text, sound) for text in FAVOURITES), name
        assert readable.decode(sound, "en").text == "", name


def test_what_a_voice_says_is_kept(two_sentences: Samples) -> None:
    for start_s in (0.8, 1.5, 2.3, 4.6, 5.5, 6.3):
        piece = two_sentences[int(start_s * RATE_HZ) : int((start_s + 0.5) * RATE_HZ)]
        for by_db in (0, 20, 30):
            quiet = (piece * 10 ** (-by_db / 20)).astype(np.int16)
            assert not any(is_phantom(text, quiet) for text in FAVOURITES)


def test_nothing_said_is_no_phantom() -> None:
    assert not is_phantom("", np.zeros(RATE_HZ, np.int16))
    assert is_phantom("Thank you.", np.zeros(0, np.int16))
