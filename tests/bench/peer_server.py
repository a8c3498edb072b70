"""What else one could run: plain transcription servers around the same model, over a WebSocket.

Run as `python -m tests.bench.peer_server plain|moonshine`; prints its URL as JSON. A client sends 16 kHz
16-bit audio in binary messages, and the text `eof` at the end, and gets partial and final results.

plain:     built like vosk-server: one pool of threads, each connection's audio handled piece by piece in the
           order in which it comes, voice activity, a decoding for each second of open speech and one at its
           end. Nothing is scheduled, shared or dropped.
moonshine: the streams of the `moonshine-voice` package itself, with its updates every half second.
"""

import asyncio
import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np
import websockets
from numpy.typing import NDArray

from earwitness.audio.pcm import RATE_HZ
from earwitness.speech import models

_WINDOW = 512
_PARTIAL_S = 1.0
_LEAD_S = 0.3
"""Audio before the first window of speech that is decoded, too."""

Result = dict[str, Any]
Floats = NDArray[np.float32]


class Ear(Protocol):
    """One connection's recogniser."""

    def hear(self, audio: Floats) -> list[Result]:
        """Take the next audio (−1 to 1); blocks."""

    def end(self) -> list[Result]:
        """Take the end."""


class PlainEar:
    """Voice activity and decoding, one after the other."""

    def __init__(self, recognizer: Any) -> None:
        import sherpa_onnx

        config = sherpa_onnx.VadModelConfig()
        config.silero_vad.model = str(models.silero_model())
        config.silero_vad.threshold = 0.3
        config.silero_vad.min_silence_duration = 0.5
        config.silero_vad.min_speech_duration = 0.1
        config.silero_vad.max_speech_duration = 14
        config.sample_rate = RATE_HZ
        self._vad = sherpa_onnx.VoiceActivityDetector(config, buffer_size_in_seconds=60)
        self._recognizer = recognizer
        self._audio: Floats = np.zeros(0, np.float32)
        """What is not judged yet."""
        self._open: Floats = np.zeros(0, np.float32)
        """The speech so far, with a lead."""
        self._heard = 0
        self._speaking = False
        self._partial_due = 0

    def hear(self, audio: Floats) -> list[Result]:
        """Judge whole windows, decode what is due."""
        self._audio = np.concatenate((self._audio, audio))
        results: list[Result] = []
        while len(self._audio) >= _WINDOW:
            window, self._audio = self._audio[:_WINDOW], self._audio[_WINDOW:]
            self._vad.accept_waveform(window)
            self._heard += _WINDOW
            self._open = np.concatenate((self._open, window))
            speaking = self._vad.is_speech_detected()
            if speaking and not self._speaking:
                self._partial_due = self._heard + round(_PARTIAL_S * RATE_HZ)
            self._speaking = speaking
            if not speaking:
                self._open = self._open[-round(_LEAD_S * RATE_HZ) :]
            results += self._finals()
        if self._speaking and self._heard >= self._partial_due:
            self._partial_due = self._heard + round(_PARTIAL_S * RATE_HZ)
            results.append(_result(self._decode(self._open), self._heard, is_final=False))
        return results

    def end(self) -> list[Result]:
        """Decode what is left."""
        self._vad.flush()
        return self._finals()

    def _finals(self) -> list[Result]:
        results = []
        while not self._vad.empty():
            segment = self._vad.front
            samples = np.array(segment.samples, np.float32)
            end = segment.start + len(samples)
            self._vad.pop()
            results.append(_result(self._decode(samples), end, is_final=True))
        return results

    def _decode(self, samples: Floats) -> str:
        stream = self._recognizer.create_stream()
        stream.accept_waveform(RATE_HZ, samples)
        self._recognizer.decode_stream(stream)
        return str(stream.result.text)


class MoonshineEar:
    """A stream of the package."""

    def __init__(self, transcriber: Any) -> None:
        self._results: list[Result] = []
        self._stream = transcriber.create_stream()
        self._stream.add_listener(self._take)
        self._stream.start()

    def hear(self, audio: Floats) -> list[Result]:
        """Give the audio; the package decides when to decode."""
        self._stream.add_audio(audio.tolist(), RATE_HZ)
        return self._fetch()

    def end(self) -> list[Result]:
        """Stop the stream."""
        self._stream.stop()
        results = self._fetch()
        self._stream.close()
        return results

    def _fetch(self) -> list[Result]:
        results, self._results = self._results, []
        return results

    def _take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind in ("LineTextChanged", "LineCompleted"):
            end = round((event.line.start_time + event.line.duration) * RATE_HZ)
            self._results.append(_result(event.line.text, end, is_final=kind == "LineCompleted"))


def _result(text: str, end: int, *, is_final: bool) -> Result:
    return {"text": text, "end_s": end / RATE_HZ, "final": is_final}


def plain_recognizer(cache: Path) -> Any:
    """Load the model that the product has."""
    import sherpa_onnx

    files = models.moonshine_files()
    tokens = models.write_tokens(files.tokenizer, cache)
    return sherpa_onnx.OfflineRecognizer.from_moonshine_v2(
        encoder=str(files.encoder), decoder=str(files.decoder), tokens=str(tokens), num_threads=1
    )


def moonshine_transcriber() -> Any:
    """Load the same model through its own package."""
    from moonshine_voice.moonshine_api import ModelArch
    from moonshine_voice.transcriber import Transcriber

    spec = find_spec("moonshine_voice")
    assert spec is not None
    assert spec.origin is not None
    return Transcriber(Path(spec.origin).parent / "assets" / "tiny-en", ModelArch.TINY)


async def main(kind: str) -> None:
    """Serve until SIGTERM."""
    with TemporaryDirectory() as cache:
        model = plain_recognizer(Path(cache)) if kind == "plain" else moonshine_transcriber()
    loop = asyncio.get_running_loop()
    threads = ThreadPoolExecutor(os.cpu_count())

    async def serve(socket: websockets.ServerConnection) -> None:
        ear: Ear = PlainEar(model) if kind == "plain" else MoonshineEar(model)
        async for message in socket:
            if isinstance(message, bytes):
                audio: Floats = np.frombuffer(message, np.int16).astype(np.float32) / np.float32(32768)
                results = await loop.run_in_executor(threads, ear.hear, audio)
            else:
                results = await loop.run_in_executor(threads, ear.end)
            for result in results:
                await socket.send(json.dumps(result))
            if not isinstance(message, bytes):
                return

    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    async with websockets.serve(serve, "127.0.0.1", 0, max_queue=None) as server:
        port = server.sockets[0].getsockname()[1]
        print(json.dumps({"url": f"ws://127.0.0.1:{port}"}), flush=True)
        await stopped.wait()
    threads.shutdown(cancel_futures=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
