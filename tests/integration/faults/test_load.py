"""Many calls at once."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.conversation.ids import new_id
from earwitness.conversation.utterance import Utterance
from earwitness.speech.seams import Capabilities, Heard, SpeechEvent
from earwitness.testing.callee import Callee
from tests.support.calls import to
from tests.support.live import PCMU, LiveCall, placed
from tests.support.server import client_of, running_server

CALLS = 16
SECONDS = 3


class ToneRecognizer:
    """Hears which tone there is in each second."""

    capabilities = Capabilities("tones", ("*",), True, False, False, False, True)

    def open(
        self,
        leg: str,
        language: str = "en-US",
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
    ) -> "ToneStream":
        """Begin to hear."""
        return ToneStream(leg)

    async def aclose(self) -> None:
        """There is nothing to free."""


class ToneStream:
    """See `RecognizerStream`."""

    def __init__(self, leg: str) -> None:
        self._leg = leg
        self._samples: Samples = np.zeros(0, np.int16)
        self._heard_s = 0
        self._events: asyncio.Queue[SpeechEvent | None] = asyncio.Queue()

    @property
    def waiting_s(self) -> float:
        """Nothing waits for long."""
        return len(self._samples) / RATE_HZ

    def push(self, audio: Pcm) -> None:
        """Take audio."""
        self._samples = np.concatenate([self._samples, audio.samples])
        while len(self._samples) >= RATE_HZ:
            second, self._samples = self._samples[:RATE_HZ], self._samples[RATE_HZ:]
            loudest = int(np.argmax(np.abs(np.fft.rfft(second))))
            words = f"There is a tone of {loudest} hertz."
            at_s, self._heard_s = float(self._heard_s), self._heard_s + 1
            utterance = Utterance(new_id(), self._leg, words, at_s, at_s + 0.9, is_final=True)
            self._events.put_nowait(Heard(utterance))

    def flush(self) -> None:
        """Nothing is left open."""

    def end(self) -> None:
        """No more audio comes."""
        self._events.put_nowait(None)

    def __aiter__(self) -> AsyncIterator[SpeechEvent]:
        """Iterate over what is heard."""
        return self

    async def __anext__(self) -> SpeechEvent:
        """Return the next event."""
        event = await self._events.get()
        if event is None:
            raise StopAsyncIteration
        return event

    async def aclose(self) -> None:
        """There is nothing to free."""


def tone(hertz: int) -> Samples:
    """Return a sine; a whole number of periods a second."""
    times = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    return (8000 * np.sin(2 * math.pi * hertz * times)).astype(np.int16)


async def test_every_call_hears_its_own_far_end_alone(tmp_path: Path) -> None:
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(
            running_server(tmp_path / "home", ToneRecognizer(), max_calls=CALLS)
        )
        client = await client_of(server)
        calls: dict[int, LiveCall] = {}
        for hertz in range(300, 300 + CALLS * 100, 100):
            far_end = await closing.enter_async_context(Callee(tone(hertz), codecs=PCMU))
            user = {"user": {"userId": f"{hertz}@example.com", "name": f"Line {hertz}"}}
            data = {"session": {"name": f"Call {hertz}", "users": [user]}}
            calls[hertz] = await closing.enter_async_context(placed(client, far_end.uri, data=data))
        for call in calls.values():
            await call.ends()
        for hertz, call in calls.items():
            assert set(call.texts) == {f"There is a tone of {hertz} hertz."}
            # On a busy machine the far end may be late in mid-tone, and silence then takes the time.
            assert len(call.texts) in (SECONDS, SECONDS + 1)
            conversation = await client.get(call.followed.conversation)
            assert conversation["name"] == f"Call {hertz}"
            assert [member["name"] for member in conversation["members"]] == [f"Line {hertz}"]
            stored = (await client.get(f"{call.followed.conversation}/messages"))["messages"]
            assert [message["text"] for message in stored] == call.texts
            assert (await call.status())["media"]["packetsLost"] == 0


async def test_a_crowd_that_comes_at_once_is_served_or_told_to_wait(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path / "home", ToneRecognizer(), max_calls=CALLS) as server,
        Callee(tone(500), codecs=PCMU, stays=True) as far_end,
    ):
        client = await client_of(server)
        replies = await asyncio.gather(
            *(client.start(to(far_end.uri)) for _ in range(3 * CALLS)), return_exceptions=True
        )
        started = [reply for reply in replies if isinstance(reply, dict)]
        refused = [str(reply) for reply in replies if isinstance(reply, Exception)]
        assert len(started) == CALLS
        assert all("HTTP 429" in message for message in refused)
        await asyncio.gather(*(client.stop(connection["connectionId"]) for connection in started))
        assert server.calls.count == 0
