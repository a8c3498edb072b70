"""The embedded recogniser: Moonshine tiny-en (27 M parameters), decoded by sherpa-onnx."""

from pathlib import Path
from typing import Any

from earwitness.audio.pcm import RATE_HZ, Samples, as_floats
from earwitness.speech import models
from earwitness.speech.engine import Decoded
from earwitness.speech.partials import Pace
from earwitness.speech.seams import Capabilities, Recognizer
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.vad import SileroVad

_NO_SPEECH = "you"
"""What this model writes for sounds without speech: tones, noise, a cough. Nobody says just that."""


def load(cache_dir: Path, threads: int = 0, partial_interval_s: float = 1.0) -> Recognizer:
    """Load the embedded recogniser; blocks for about half a second, so call it in a thread.

    `threads` decode (0: one for each core). A small derived file is kept in `cache_dir`.

    Raises:
        ModelMissingError: the model's package isn't installed or has another version.
        OSError: the cache folder can't be written.
    """
    engine = MoonshineEngine(cache_dir)
    vad = SileroVad(models.silero_model())
    return SegmentedRecognizer(engine, vad, threads=threads, pace=Pace(interval_s=partial_interval_s))


class MoonshineEngine:
    """Moonshine tiny-en; one instance serves all threads."""

    capabilities = Capabilities(
        name="moonshine-tiny-en",
        languages=("en",),
        streaming=False,
        partials=False,
        word_times=False,
        confidence=False,
        punctuation=True,
    )

    def __init__(self, cache_dir: Path) -> None:
        """Load the model.

        Raises:
            ModelMissingError: the model's package isn't installed or has another version.
            OSError: the cache folder can't be written.
        """
        files = models.moonshine_files()
        tokens = models.write_tokens(files.tokenizer, cache_dir)

        import sherpa_onnx  # slow to import

        self._recognizer: Any = sherpa_onnx.OfflineRecognizer.from_moonshine_v2(
            encoder=str(files.encoder), decoder=str(files.decoder), tokens=str(tokens), num_threads=1
        )

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio; `language` can only be English."""
        stream = self._recognizer.create_stream()
        stream.accept_waveform(RATE_HZ, as_floats(samples))
        self._recognizer.decode_stream(stream)
        text = stream.result.text.strip()
        return Decoded("" if text.strip(".").casefold() == _NO_SPEECH else text)
