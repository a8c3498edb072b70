from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from earwitness.audio.codec import OPUS, PCMU, CodecSpec, open_decoder, open_encoder
from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.conversation.sound import Sound
from earwitness.speech.sounds import Noticed, SoundDetector
from earwitness.speech.vad import WINDOW_SAMPLES, SileroVad, VoiceActivity
from earwitness.testing.demo import load_demo
from tests.support import sounds

SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def through(codec: CodecSpec, samples: Samples) -> Samples:
    encoder, decoder = open_encoder(codec), open_decoder(codec)
    packets = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    return np.concatenate([decoder.decode(encoder.encode(packet)) for packet in packets])


def in_noise(samples: Samples) -> Samples:
    return samples + sounds.noise(len(samples) / RATE_HZ, -62.0, pink=True)[: len(samples)]


CHANNELS: dict[str, tuple[float, Callable[[Samples], Samples]]] = {
    "clean": (sounds.TONE_DBFS, lambda samples: samples),
    "quiet, in noise, µ-law": (sounds.TONE_DBFS - 30, lambda samples: through(PCMU, in_noise(samples))),
    "Opus": (sounds.TONE_DBFS, lambda samples: through(OPUS, samples)),
}


def noticed_in(vad: SileroVad, samples: Samples, piece: int = 4 * WINDOW_SAMPLES) -> list[Noticed]:
    (probabilities,) = vad.run([(VoiceActivity(), samples)])
    detector = SoundDetector("in")
    noticed = []
    for at in range(0, len(samples), piece):
        part = samples[at : at + piece]
        first = at // WINDOW_SAMPLES
        windows = probabilities[first : first - (-len(part) // WINDOW_SAMPLES)]
        noticed += detector.take(at, part, windows)
    return noticed + detector.close()


def sounds_in(vad: SileroVad, samples: Samples) -> list[Sound]:
    """Those that are over."""
    return [one.sound for one in noticed_in(vad, samples) if one.sound.end_s is not None]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", sounds.CADENCES)
def test_call_progress_tones(name: str, channel: str, vad: SileroVad) -> None:
    kind, _, times = sounds.CADENCES[name]
    dbfs, pass_on = CHANNELS[channel]
    samples = pass_on(sounds.cadence(name, 13.0, dbfs))
    begun, over = (one.sound for one in noticed_in(vad, samples))
    assert (begun.kind, begun.end_s) == (kind, None)
    assert begun.start_s == pytest.approx(0.0, abs=0.1)
    assert over.kind == kind
    assert over.start_s == begun.start_s
    assert over.end_s == pytest.approx(13.0, abs=times[1] + times[-1] + 0.1)


@pytest.mark.parametrize("channel", CHANNELS)
def test_keys(channel: str, vad: SileroVad) -> None:
    dbfs, pass_on = CHANNELS[channel]
    found = sounds_in(vad, pass_on(sounds.keys("0123456789*#ABCD", 0.07, 0.07, dbfs)))
    assert {sound.kind for sound in found} == {"dtmf"}
    assert "".join(sound.key or "" for sound in found) == "0123456789*#ABCD"
    assert found[5].start_s == pytest.approx(0.7, abs=0.04)


@pytest.mark.parametrize("hertz", [440, 800, 1000, 1400, 2000])
@pytest.mark.parametrize("length_s", [0.15, 0.4, 1.0])
def test_a_beep_after_a_greeting(
    hertz: float, length_s: float, vad: SileroVad, two_sentences: Samples
) -> None:
    beep = sounds.tone((hertz,), length_s)
    samples = np.concatenate([two_sentences, beep, two_sentences])
    (sound,) = sounds_in(vad, samples)
    assert sound.kind == "beep"
    assert sound.start_s == pytest.approx(len(two_sentences) / RATE_HZ, abs=0.05)
    assert sound.end_s == pytest.approx(sound.start_s + length_s, abs=0.07)


def test_special_information_and_fax(vad: SileroVad) -> None:
    quiet = sounds.silence(2.5)
    announced = np.concatenate([quiet, sounds.special_information(), quiet])
    calling = np.concatenate([quiet, sounds.tone((1100,), 0.5), quiet])
    called = np.concatenate([quiet, sounds.tone((2100,), 3.0), quiet])
    assert [sound.kind for sound in sounds_in(vad, announced)] == ["special_information"]
    assert [sound.kind for sound in sounds_in(vad, calling)] == ["fax"]
    assert [sound.kind for sound in sounds_in(vad, called)] == ["fax"]


@pytest.mark.parametrize("kind", [kind for kind in sounds.MUSIC if kind != "drums alone"])
def test_music(kind: str, vad: SileroVad) -> None:
    (sound,) = sounds_in(vad, through(PCMU, sounds.music(kind, 12.0)))
    assert (sound.kind, sound.end_s) == ("music", pytest.approx(12.0, abs=0.3))
    assert sound.start_s < 1.0


def test_music_ends_where_somebody_speaks(vad: SileroVad, two_sentences: Samples) -> None:
    samples = np.concatenate([sounds.music("piano", 10.0), two_sentences, two_sentences])
    (sound,) = sounds_in(vad, samples)
    assert (sound.kind, sound.end_s) == ("music", pytest.approx(10.0, abs=1.0))


def test_noise_hum_and_silence(vad: SileroVad) -> None:
    at_s = np.arange(12 * RATE_HZ) / RATE_HZ
    hum = sum((np.sin(2 * np.pi * 100 * n * at_s + n) / n for n in range(1, 12)), np.zeros(len(at_s)))
    noise = sounds.noise(12.0, -30.0)
    assert [one.kind for one in sounds_in(vad, noise)] == ["noise"]
    assert [one.kind for one in sounds_in(vad, sounds.pcm(sounds.level(hum, -30.0)))] == ["noise"]
    assert [one.kind for one in sounds_in(vad, sounds.silence(12.0))] == ["silence"]
    assert sounds_in(vad, sounds.clicks(12.0)) == []


def test_it_depends_on_the_audio_alone(vad: SileroVad, two_sentences: Samples) -> None:
    samples = np.concatenate(
        [
            sounds.cadence("ringing, Germany", 6.0),
            two_sentences,
            sounds.keys("12"),
            sounds.music("guitar", 8.0),
        ]
    )
    at_once, piecemeal = (noticed_in(vad, samples, size * WINDOW_SAMPLES) for size in (62, 1))
    assert [one.sound.kind for one in at_once] == ["ringing", "ringing", "dtmf", "dtmf", "music", "music"]
    assert at_once == piecemeal


def test_speech_after_a_gap_is_placed_on_the_clock(vad: SileroVad) -> None:
    detector = SoundDetector("in")
    keys = sounds.keys("1")
    silent = np.zeros(-(-len(keys) // WINDOW_SAMPLES), np.float32)
    detector.take(0, keys, silent)
    first = detector.close()
    detector.take(100_000, keys, silent)
    second = detector.close()
    assert [one.sound.key for one in (*first, *second)] == ["1", "1"]
    assert second[0].sound.start_s == pytest.approx(first[0].sound.start_s + 6.25)


def test_there_is_none_in_speech(vad: SileroVad, two_sentences: Samples) -> None:
    for samples in (load_demo().samples, two_sentences, through(PCMU, two_sentences)):
        assert sounds_in(vad, samples) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs recordings that are not part of the repository")
def test_there_is_only_silence_in_real_calls(vad: SileroVad) -> None:
    for path in sorted((SHARED / "calls").glob("*.wav")):
        assert {sound.kind for sound in sounds_in(vad, read_audio(path))} <= {"silence"}
