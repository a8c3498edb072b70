"""Models of sherpa-onnx that take audio piece by piece, run on whole segments.

They could show text at every piece of audio and find the ends of sentences themselves. Here they decode
segments like any other model, because what is a segment must depend on audio and media time alone, because
the text of a pause becomes the final when the speech turns out to be over (so it must already hold the last
word, for which such a model needs to be told that the audio ends), and because one pool then orders the work
of all engines. The price: a partial is decoded from the start of its segment, as with every other engine.
"""

from pathlib import Path
from typing import Any

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples, as_floats
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.folder import ModelFolder
from earwitness.speech.engines.hot_words import hot_word_options
from earwitness.speech.engines.onnx_metadata import read_metadata
from earwitness.speech.engines.sherpa_offline import as_decoded

_TAIL = np.zeros(RATE_HZ * 66 // 100, np.float32)
"""Silence behind the audio: the model looks ahead so far before it writes the last word."""


_ASSUMED_SUBSAMPLING = 4
"""Frames that sherpa-onnx takes each token of a streaming CTC model for, whatever the model says."""


class SherpaOnlineEngine:
    """A model folder decoded by `sherpa_onnx.OnlineRecognizer`; one instance serves all threads."""

    def __init__(
        self, model: ModelFolder, hot_words: tuple[str, ...] = (), scratch: Path | None = None
    ) -> None:
        """Load the model; `scratch` holds the list of hot words.

        Raises:
            OSError: the scratch folder can't be written.
        """
        options = hot_word_options(model, hot_words, scratch)

        import sherpa_onnx  # slow to import

        self.capabilities = model.capabilities
        arguments: dict[str, Any] = {part: str(path) for part, path in model.files.items()}
        arguments |= dict(model.family.options) | options
        self._time_scale = _time_scale(model)
        factory = getattr(sherpa_onnx.OnlineRecognizer, model.family.factory)
        self._recognizer: Any = factory(**arguments, num_threads=1)

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio; the model knows its language."""
        recognizer = self._recognizer
        stream = recognizer.create_stream()
        stream.accept_waveform(RATE_HZ, as_floats(samples))
        stream.accept_waveform(RATE_HZ, _TAIL)
        stream.input_finished()
        while recognizer.is_ready(stream):
            recognizer.decode_stream(stream)
        return as_decoded(
            recognizer.get_result(stream),
            recognizer.tokens(stream),
            [at_s * self._time_scale for at_s in recognizer.timestamps(stream)],
            [],
            end_s=len(samples) / RATE_HZ,
        )


def _time_scale(model: ModelFolder) -> float:
    """Return what the library's times of tokens are to be multiplied by."""
    if model.family.name != "streaming-nemo-ctc":
        return 1.0
    subsampling = read_metadata(model.files["model"]).get("subsampling_factor", "")
    return int(subsampling) / _ASSUMED_SUBSAMPLING if subsampling.isdecimal() else 1.0
