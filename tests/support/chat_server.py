"""An OpenAI-compatible server as a process of its own, told by each test how to behave."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class ChatProcess:
    """The process, from outside."""

    url: str
    """Base of its API."""

    def follow(self, script: str | list[str]) -> None:
        """Tell it how to behave: always, or in its next answers."""
        self._http("POST", "/script", json=script)

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Return all requests so far."""
        asked: list[dict[str, Any]] = self._http("GET", "/asked").json()
        return asked

    def _http(self, method: str, path: str, **options: Any) -> httpx.Response:
        with httpx.Client(trust_env=False) as client:
            reply = client.request(method, self.url.removesuffix("/v1") + path, **options)
        reply.raise_for_status()
        return reply


@contextmanager
def chat_process() -> Iterator[ChatProcess]:
    """Run a server until the block ends."""
    command = [sys.executable, "-m", "earwitness.testing.chat_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield ChatProcess(process.stdout.readline().strip())
        finally:
            process.kill()
