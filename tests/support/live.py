"""A server with a call going on in the background, which must not notice what is done to the others."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from earwitness.cli.client import Client
from earwitness.sdp import DEFAULT_CODECS
from earwitness.server import Server
from earwitness.testing.callee import Callee
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.calls import Followed, collect, to
from tests.support.server import client_of, running_server

SCRIPT = tuple(Line(second + 0.2, second + 0.7, f"Sentence {second} was said.") for second in range(300))
"""What is heard in every call, by media time."""
PCMU = tuple(codec for codec in DEFAULT_CODECS if codec.name.upper() == "PCMU")
WITHIN_S = 20.0


async def until(condition: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 (there is no one event for it)
            await asyncio.sleep(0.01)


@dataclass(slots=True)
class LiveCall:
    """A call that was placed, and what its results socket told."""

    client: Client
    followed: Followed
    collecting: "asyncio.Task[None]"

    @property
    def id(self) -> str:
        """The connectionId."""
        return str(self.followed.connection["connectionId"])

    @property
    def texts(self) -> list[str]:
        """The messages so far."""
        return [
            message["payload"]["content"]
            for frame in self.followed.of("message_response")
            for message in frame["messages"]
        ]

    async def reaches(self, state: str) -> None:
        """Wait until the call is in a state, or was."""
        await until(lambda: state in self.followed.states)

    async def hears(self, count: int) -> None:
        """Wait for the first sentences of the script, and for no others."""
        await until(lambda: len(self.texts) >= count)
        assert self.texts[:count] == [line.text for line in SCRIPT[:count]]

    async def status(self) -> dict[str, Any]:
        """Return how it stands."""
        status: dict[str, Any] = await self.client.get(f"/v1/calls/{self.id}")
        return status

    async def stop(self) -> dict[str, Any]:
        """Stop it and wait until its conversation is complete."""
        reply: dict[str, Any] = await self.client.stop(self.id)
        await self.ends()
        return reply

    async def ends(self) -> None:
        """Wait until its conversation is complete, and see that no number is missing or comes twice."""
        await asyncio.wait_for(asyncio.shield(self.collecting), WITHIN_S)
        assert self.followed.frames[-1]["message"]["type"] == "conversation_completed"
        assert_complete(self.followed.frames)


def assert_complete(frames: list[dict[str, Any]], after: int = 0) -> None:
    """Every durable number from `after` on is there; the frames of one event stand together."""
    numbers = [frame["sequenceNumber"] for frame in frames if _is_durable(frame)]
    in_order = [number for at, number in enumerate(numbers) if at == 0 or number != numbers[at - 1]]
    assert in_order == list(range(after + 1, after + 1 + len(in_order)))


def _is_durable(frame: dict[str, Any]) -> bool:
    if "sequenceNumber" not in frame:
        return False
    told = frame.get("message", frame)
    return bool(told.get("isFinal", True))


@asynccontextmanager
async def placed(client: Client, uri: str, **fields: Any) -> AsyncIterator[LiveCall]:
    """Place a call and follow it."""
    followed = Followed(await client.start(to(uri, **fields)))
    collecting = asyncio.create_task(collect(client, followed))
    try:
        yield LiveCall(client, followed, collecting)
    except BaseException as error:
        error.add_note(f"--- states ---\n{followed.states}")
        raise
    finally:
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)


class ErrorLog(logging.Handler):
    """Keeps what our own code and asyncio log as errors: whatever comes from outside is none."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        if record.name.startswith(("earwitness", "asyncio")):
            self.lines.append(logging.Formatter("%(name)s: %(message)s").format(record))

    def take(self, words: str) -> int:
        """Take out the expected ones that hold these words; returns how many there were."""
        others = [line for line in self.lines if words not in line]
        count = len(self.lines) - len(others)
        self.lines[:] = others
        return count


@contextmanager
def error_log() -> Iterator[ErrorLog]:
    """Listen to all loggers until the block ends."""
    log = ErrorLog()
    logging.getLogger().addHandler(log)
    try:
        yield log
    finally:
        logging.getLogger().removeHandler(log)


@dataclass(slots=True)
class Busy:
    """A running server, a client of it, and the call in the background."""

    server: Server
    client: Client
    recognizer: ScriptedRecognizer
    background: LiveCall
    errors: "ErrorLog"
    began: float = field(default_factory=time.monotonic)

    async def finish(self) -> None:
        """End the call in the background: it has all its words, and lost no packet."""
        heard_for = time.monotonic() - self.began
        status = await self.background.status()
        await self.background.stop()
        stream = self.recognizer.streams[0]
        said = [line.text for line in SCRIPT if line.end_s <= stream.heard_s]
        assert self.background.texts[: len(said)] == said
        assert len(self.background.texts) <= len(said) + 1, "only the sentence that was cut off may be more"
        assert stream.heard_s > heard_for - 1.0
        assert (status["media"]["packetsLost"], status["media"]["packetsFromStrangers"]) == (0, 0)
        assert self.errors.lines == []


@asynccontextmanager
async def busy_server(folder: Path, **settings: Any) -> AsyncIterator[Busy]:
    """Run a server with a call in the background, which is checked at the end."""
    recognizer = ScriptedRecognizer({"in": SCRIPT})
    settings = {"max_calls": 64, **settings}
    silence = np.zeros(len(SCRIPT) * 16_000, np.int16)
    with error_log() as errors:
        async with (
            Callee(silence, codecs=PCMU) as far_end,
            running_server(folder / "home", recognizer, **settings) as server,
        ):
            client = await client_of(server)
            async with placed(client, far_end.uri) as background:
                await background.reaches("answered")
                busy = Busy(server, client, recognizer, background, errors)
                yield busy
                await busy.finish()
