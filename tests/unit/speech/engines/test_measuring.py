import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.measuring import Recording, measure
from earwitness.speech.seams import Capabilities
from earwitness.speech.vad import SileroVad


class Repeating:
    """Says the same of every segment."""

    capabilities = Capabilities("repeating", ("en",), False, False, False, False, True)

    def __init__(self, text: str) -> None:
        self._text = text

    def decode(self, samples: Samples, language: str) -> Decoded:
        return Decoded(self._text)


@pytest.mark.parametrize(
    ("said", "heard", "wer"),
    [
        ("We had about thirty calls, Anna.", "we had about thirty calls anna", 0.0),
        ("We had about 30 calls, Anna.", "We had about thirty balls, Anna.", 1 / 6),
        ("Please send it.", "Please send it to me.", 2 / 3),
    ],
)
async def test_word_errors_do_not_depend_on_how_numbers_are_written(
    vad: SileroVad, report_to_anna: Samples, said: str, heard: str, wer: float
) -> None:
    recordings = [Recording(report_to_anna, said)] * 2
    measured = await measure(Repeating(heard), vad, recordings, "en")
    assert measured.wer == pytest.approx(wer)
    assert measured.audio_s == pytest.approx(2 * len(report_to_anna) / RATE_HZ)
    assert 0 < measured.cost < 1
