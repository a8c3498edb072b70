import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.vad import WINDOW_SAMPLES, Probabilities, SileroVad, VoiceActivity


def _in_pieces(vad: SileroVad, samples: Samples, windows: int) -> Probabilities:
    memory = VoiceActivity()
    size = windows * WINDOW_SAMPLES
    pieces = [samples[at : at + size] for at in range(0, len(samples), size)]
    return np.concatenate([vad.run([(memory, piece)])[0] for piece in pieces])


def test_speech_is_probable_where_someone_speaks(vad: SileroVad, two_sentences: Samples) -> None:
    (probabilities,) = vad.run([(VoiceActivity(), two_sentences)])
    assert len(probabilities) == -(-len(two_sentences) // WINDOW_SAMPLES)

    def around(start_s: float, end_s: float) -> Probabilities:
        return probabilities[int(start_s * RATE_HZ / WINDOW_SAMPLES) : int(end_s * RATE_HZ / WINDOW_SAMPLES)]

    assert np.median(around(1.0, 3.0)) > 0.9
    assert np.median(around(4.6, 7.0)) > 0.9
    assert around(0, 0.6).max() < 0.1
    assert around(3.6, 4.2).max() < 0.1


@pytest.mark.parametrize("windows", [1, 3, 40])
def test_the_size_of_the_pieces_makes_no_difference(
    vad: SileroVad, two_sentences: Samples, windows: int
) -> None:
    whole = _in_pieces(vad, two_sentences, 10_000)
    assert np.array_equal(_in_pieces(vad, two_sentences, windows), whole)


def test_streams_side_by_side_get_what_they_get_alone(vad: SileroVad, two_sentences: Samples) -> None:
    streams = [two_sentences[at:] for at in (0, 5000, 60_000)]
    together = vad.run([(VoiceActivity(), samples) for samples in streams])
    for samples, probabilities in zip(streams, together, strict=True):
        assert np.array_equal(probabilities, vad.run([(VoiceActivity(), samples)])[0])


def test_silence_is_no_speech_and_does_not_hide_what_follows(vad: SileroVad, two_sentences: Samples) -> None:
    memory = VoiceActivity()
    (silent,) = vad.run([(memory, np.full(RATE_HZ // WINDOW_SAMPLES * WINDOW_SAMPLES, 5, np.int16))])
    assert not silent.any()
    (after,) = vad.run([(memory, two_sentences)])
    (alone,) = vad.run([(VoiceActivity(), two_sentences)])
    assert np.abs(after - alone).max() < 0.05


def test_quiet_speech_is_speech(vad: SileroVad, two_sentences: Samples) -> None:
    quiet = (two_sentences * 0.02).astype(np.int16)
    (probabilities,) = vad.run([(VoiceActivity(), quiet)])
    (loud,) = vad.run([(VoiceActivity(), two_sentences)])
    assert np.mean((probabilities > 0.3) == (loud > 0.3)) > 0.9


def test_no_samples_give_no_probabilities(vad: SileroVad) -> None:
    assert vad.run([]) == []
    assert len(vad.run([(VoiceActivity(), np.zeros(0, np.int16))])[0]) == 0
