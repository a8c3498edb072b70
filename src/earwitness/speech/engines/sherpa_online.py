"""Models of sherpa-onnx that take audio piece by piece, run on whole segments.

They could show text at every piece of audio and find the ends of sentences themselves. Here they decode
segments like any other model, because what is a segment must depend on audio and media time alone, because
the text of a pause becomes the final when the speech turns out to be over (so it must already hold the last
word, for which such a model needs to be told that the audio ends), and because one pool then orders the work
of all engines. The price: a partial is decoded from the start of its segment, as with every other engine.
"""

import threading
from pathlib import Path
from typing import Any

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples, as_floats
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.folder import ModelFolder
from earwitness.speech.engines.hot_words import hot_word_options, listening_options, spelled_for
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
        self.capabilities = model.capabilities
        self._model = model
        self._options = hot_word_options(model, hot_words, scratch)
        self._time_scale = _time_scale(model)
        self._recognizer = self._load({})
        self._listening: Any = None
        self._lock = threading.Lock()

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio; the model knows its language."""
        return self._decode(self._recognizer, self._recognizer.create_stream(), samples)

    def decode_with(self, samples: Samples, language: str, words: tuple[str, ...]) -> Decoded:
        """Decode, and rather hear these words; the first time the model is loaded once more for that."""
        if not words or not self._model.hears_hot_words:
            return self.decode(samples, language)
        with self._lock:
            if self._listening is None:
                self._listening = self._load(listening_options(self._model))
        stream = self._listening.create_stream(hotwords="/".join(spelled_for(self._model, words)))
        return self._decode(self._listening, stream, samples)

    def _load(self, options: dict[str, Any]) -> Any:
        import sherpa_onnx  # slow to import

        arguments: dict[str, Any] = {part: str(path) for part, path in self._model.files.items()}
        arguments |= dict(self._model.family.options) | options | self._options
        factory = getattr(sherpa_onnx.OnlineRecognizer, self._model.family.factory)
        return factory(**arguments, num_threads=1)

    def _decode(self, recognizer: Any, stream: Any, samples: Samples) -> Decoded:
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
