"""One thread that judges the voice activity of all streams, those with new audio side by side."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import as_recognizer_error
from earwitness.speech.vad import Probabilities, SileroVad, VoiceActivity

_MOST_SIDE_BY_SIDE = 32

_Answer = Future[Probabilities]
_Beside = Callable[[Probabilities], None]
_Asked = tuple[VoiceActivity, Samples, _Beside, _Answer]


class ActivityThread:
    """Runs the network off the event loop; whoever made it closes it.

    Bound: a stream awaits its probabilities before it asks again, so at most one piece of each waits.
    """

    def __init__(self, vad: SileroVad, *, inline: bool = False) -> None:
        """Start the thread; `inline` judges inside `submit` instead."""
        self._vad = vad
        self._condition = threading.Condition()
        self._waiting: deque[_Asked] = deque()
        self._closed = False
        self.audio_s = 0.0
        """How much was judged so far."""
        self._thread = None if inline else threading.Thread(target=self._work, name="vad", daemon=True)
        if self._thread is not None:
            self._thread.start()

    def submit(
        self, memory: VoiceActivity, samples: Samples, beside: _Beside = lambda probabilities: None
    ) -> "Future[Probabilities]":
        """Judge each window of a stream's next samples; see `SileroVad.run`. Cancelled once closed.

        `beside` is called with the probabilities on the same thread, before they are given.
        """
        answer = _Answer()
        with self._condition:
            if self._closed:
                answer.cancel()
                return answer
            self.audio_s += len(samples) / RATE_HZ
            if self._thread is not None:
                self._waiting.append((memory, samples, beside, answer))
                self._condition.notify()
                return answer
        self._judge([(memory, samples, beside, answer)])
        return answer

    async def aclose(self) -> None:
        """Cancel what waits and wait for what runs."""
        with self._condition:
            self._closed = True
            gone = list(self._waiting)
            self._waiting.clear()
            self._condition.notify()
        for *_, answer in gone:
            answer.cancel()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._closed or self._waiting)
                if self._closed:
                    return
                count = min(len(self._waiting), _MOST_SIDE_BY_SIDE)
                batch = [self._waiting.popleft() for _ in range(count)]
            self._judge(batch)

    def _judge(self, batch: list[_Asked]) -> None:
        try:
            judged = self._vad.run([(memory, samples) for memory, samples, *_ in batch])
        except Exception as error:  # noqa: BLE001  onnxruntime's own types; raised again where it is awaited
            if len(batch) == 1:
                _fail(batch[0], error)
            else:  # Whatever is wrong with one must not end the others.
                for asked in batch:
                    self._judge([asked])
            return
        for asked, probabilities in zip(batch, judged, strict=True):
            *_, beside, answer = asked
            try:
                beside(probabilities)
            except Exception as error:  # noqa: BLE001  as above
                _fail(asked, error)
            else:
                with suppress(InvalidStateError):  # cancelled meanwhile
                    answer.set_result(probabilities)


def _fail(asked: _Asked, error: Exception) -> None:
    with suppress(InvalidStateError):
        asked[-1].set_exception(as_recognizer_error(error, "voice activity detection failed"))
