"""An engine elsewhere: any server that speaks OpenAI's transcription API.

`POST {base}/v1/audio/transcriptions` with a WAV file as multipart form data (OpenAI API reference, Create
transcription). vLLM, speaches, LocalAI, whisper.cpp's server and others offer the same.
"""

import io
import math
import threading
import time
import wave
from dataclasses import dataclass
from typing import Any

import httpx

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.conversation.utterance import Word
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.languages import primary
from earwitness.speech.seams import Capabilities, RecognizerError
from earwitness.speech.transcript import clean

NAME = "endpoint"
"""What the engine is called where one is asked for."""

_ATTEMPTS = 3
_FIRST_PAUSE_S = 0.25
"""Before the second attempt; doubled before each further one, or as long as the server asks for."""

_SHORTEST_S = 0.1
"""Servers refuse shorter audio, and nobody says a word in it."""

_WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_REFUSES_FORMAT = frozenset({400, 415, 422})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how to ask."""

    base_url: str
    """With or without `/v1` at its end."""
    model: str
    key: str | None = None
    languages: tuple[str, ...] = ("*",)
    timeout_s: float = 15.0
    """For one segment, all attempts together."""

    @property
    def url(self) -> str:
        """The address that audio is posted to."""
        return f"{self.base_url.rstrip('/').removesuffix('/v1')}/v1/audio/transcriptions"


class EndpointEngine:
    """Sends segments to an endpoint; one instance serves all threads. The key goes nowhere else."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Connect with the first segment."""
        self.capabilities = Capabilities(
            name=NAME,
            languages=endpoint.languages,
            streaming=False,
            partials=False,
            word_times=True,
            confidence=True,
            punctuation=True,
        )
        self._endpoint = endpoint
        self._headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()
        self._plain = False
        """Whether the server gives text alone."""

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio.

        Raises:
            RecognizerError: the server can't be reached, refused, or took too long.
        """
        if len(samples) < _SHORTEST_S * RATE_HZ:
            return Decoded("")
        audio = _wav(samples)
        deadline_s = time.monotonic() + self._endpoint.timeout_s
        if not self._plain:
            try:
                return _decoded(self._ask(audio, language, "verbose_json", deadline_s))
            except _FormatRefusedError:
                self._plain = True  # some models give nothing but text
        return _decoded(self._ask(audio, language, "json", deadline_s))

    def close(self) -> None:
        """Close the connections; whatever is decoded later opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _ask(self, audio: bytes, language: str, form: str, deadline_s: float) -> dict[str, Any]:
        pause_s = _FIRST_PAUSE_S
        for attempt in range(1, _ATTEMPTS + 1):
            left_s = deadline_s - time.monotonic()
            try:
                if left_s <= 0:
                    raise self._failed(f"no answer within {self._endpoint.timeout_s:g} s", retryable=True)
                return self._post(audio, language, form, left_s)
            except _BusyError as error:
                pause_s = max(pause_s, error.retry_after_s)
                if attempt == _ATTEMPTS or time.monotonic() + pause_s >= deadline_s:
                    raise self._failed(str(error), retryable=True) from error
            time.sleep(pause_s)
            pause_s *= 2
        raise AssertionError("an attempt ends in an answer or an error")

    def _post(self, audio: bytes, language: str, form: str, timeout_s: float) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "model": self._endpoint.model,
            "language": primary(language),
            "response_format": form,
        }
        if form == "verbose_json":
            fields["timestamp_granularities[]"] = ["word", "segment"]
        try:
            answer = self._connection().post(
                self._endpoint.url,
                data=fields,
                files={"file": ("speech.wav", audio, "audio/wav")},
                headers=self._headers,
                timeout=timeout_s,
            )
        except httpx.TransportError as error:
            raise _BusyError(f"{type(error).__name__}: {error}") from error
        if answer.is_success:
            try:
                body = answer.json()
            except ValueError as error:
                raise self._failed("its answer is no JSON", retryable=False) from error
            if not isinstance(body, dict):
                raise self._failed("its answer is no JSON object", retryable=False)
            return body
        told = f"status {answer.status_code}: {_message(answer)}"
        if answer.status_code in _WORTH_ANOTHER_TRY:
            raise _BusyError(told, _seconds(answer.headers.get("retry-after")))
        if answer.status_code in _REFUSES_FORMAT and form == "verbose_json":
            raise _FormatRefusedError(told)
        if answer.status_code in (401, 403):
            told += "; set EARWITNESS_ENDPOINT_KEY to a key that it takes"
        raise self._failed(told, retryable=False)

    def _connection(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(follow_redirects=False)
            return self._client

    def _failed(self, why: str, *, retryable: bool) -> RecognizerError:
        return RecognizerError(
            f"the transcription endpoint {self._endpoint.url} failed: {why}", retryable=retryable
        )


class _BusyError(Exception):
    """Another attempt may work."""

    def __init__(self, message: str, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class _FormatRefusedError(Exception):
    """The server doesn't take the request as it is."""


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writing:
        writing.setnchannels(1)
        writing.setsampwidth(2)
        writing.setframerate(RATE_HZ)
        writing.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def _decoded(body: dict[str, Any]) -> Decoded:
    """Read an answer; what isn't as expected is left out, the text alone is needed."""
    text = clean(str(body.get("text") or ""))
    if not text:
        return Decoded("")
    try:
        words = tuple(
            Word(str(word["word"]).strip(), float(word["start"]), float(word["end"]))
            for word in body.get("words") or ()
        )
        odds = [float(segment["avg_logprob"]) for segment in body.get("segments") or ()]
    except (TypeError, KeyError, ValueError):
        words, odds = (), []
    confidence = min(1.0, math.exp(sum(odds) / len(odds))) if odds else None
    return Decoded(text, _spelled_as(text, words), confidence)


def _spelled_as(text: str, words: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Return the words as the text spells them: servers leave punctuation out of the words they time."""
    spelled = text.split()
    if len(spelled) != len(words):
        return None
    for shown, word in zip(spelled, words, strict=True):
        if _bare(shown) != _bare(word.text):
            return None
    return tuple(Word(shown, word.start_s, word.end_s) for shown, word in zip(spelled, words, strict=True))


def _bare(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum())


def _message(answer: httpx.Response) -> str:
    """Return what a server says of a refusal, in one line of at most 200 characters."""
    try:
        told = answer.json()
        error = told.get("error", told)
        text = error.get("message", error) if isinstance(error, dict) else error
    except (ValueError, AttributeError):
        text = answer.text
    return " ".join(str(text).split())[:200]


def _seconds(text: str | None) -> float:
    """Return a `Retry-After` in seconds; dates, which such servers don't send, count as none."""
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
