"""A server of OpenAI's transcription API that really decodes, and fails as it is told to."""

import email.policy
import io
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import OfflineEngine


@dataclass
class TranscriptionServer:
    """What was asked of it, and how it answers."""

    engine: OfflineEngine
    url: str = ""
    key: str | None = None
    """Asked for where it is set."""
    only_text: bool = False
    """Whether it refuses `verbose_json`, as some models do."""
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Statuses and headers of the next answers."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """The fields of each request."""
    delay: threading.Event | None = None
    """Waited for before each answer."""

    def answer(self, request: Request, body: bytes) -> JSONResponse:
        """Decode a request."""
        fields = _fields(request.headers["content-type"], body)
        self.asked.append({name: values for name, values in fields.items() if name != "file"})
        if self.delay is not None:
            self.delay.wait(10)
        if self.failures:
            status, headers = self.failures.pop(0)
            return JSONResponse({"error": {"message": f"told to fail with {status}"}}, status, headers)
        if self.key is not None and request.headers.get("authorization") != f"Bearer {self.key}":
            return JSONResponse({"error": {"message": "Incorrect API key provided"}}, 401)
        form = fields["response_format"][0].decode()
        if self.only_text and form != "json":
            return JSONResponse({"error": {"message": "response_format is not compatible"}}, 400)
        samples = _samples(fields["file"][0])
        text = self.engine.decode(samples, fields["language"][0].decode()).text
        if form == "json":
            return JSONResponse({"text": text})
        duration_s = len(samples) / RATE_HZ
        spoken = text.split()
        step_s = duration_s / max(len(spoken), 1)
        words = [
            {"word": word.strip(".,?"), "start": index * step_s, "end": (index + 1) * step_s}
            for index, word in enumerate(spoken)
        ]
        segments = [{"id": 0, "start": 0.0, "end": duration_s, "text": text, "avg_logprob": -0.25}]
        return JSONResponse(
            {
                "text": text,
                "duration": duration_s,
                "language": "english",
                "words": words,
                "segments": segments,
            }
        )


@contextmanager
def transcription_server(engine: OfflineEngine) -> Iterator[TranscriptionServer]:
    """Serve on a free port of this machine, from a thread."""
    state = TranscriptionServer(engine)
    app = FastAPI()

    @app.post("/v1/audio/transcriptions")
    async def transcribe(request: Request) -> JSONResponse:
        return await run_in_threadpool(state.answer, request, await request.body())

    with serving(app) as url:
        state.url = url
        yield state


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application from a thread and give its address."""
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def _fields(content_type: str, body: bytes) -> dict[str, list[bytes]]:
    whole = f"Content-Type: {content_type}\r\n\r\n".encode() + body
    message = BytesParser(policy=email.policy.HTTP).parsebytes(whole)
    fields: dict[str, list[bytes]] = {}
    for part in message.walk():
        if part.is_multipart():
            continue
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        assert isinstance(content, bytes)
        fields.setdefault(str(name), []).append(content)
    return fields


def _samples(wav: bytes) -> Samples:
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
