import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from earwitness.audio.pcm import Samples
from earwitness.speech.activity import ActivityThread
from earwitness.speech.seams import RecognizerError
from earwitness.speech.vad import WINDOW_SAMPLES, Probabilities, SileroVad, VoiceActivity


class GatedVad(SileroVad):
    """Finds speech everywhere; while the gate is closed, every run waits."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.batches: list[int] = []

    def run(self, batch: Sequence[tuple[VoiceActivity, Samples]]) -> list[Probabilities]:
        self.batches.append(len(batch))
        self.begun.set()
        assert self.gate.wait(timeout=30)
        if not all(len(samples) for _, samples in batch):
            raise ZeroDivisionError
        return [np.ones(len(samples) // WINDOW_SAMPLES, np.float32) for _, samples in batch]


async def test_it_gives_what_the_network_gives(vad: SileroVad, two_sentences: Samples) -> None:
    thread = ActivityThread(vad)
    answers = [thread.submit(VoiceActivity(), two_sentences[at:]) for at in (0, 1000)]
    given = [await asyncio.wrap_future(answer) for answer in answers]
    await thread.aclose()
    alone = vad.run([(VoiceActivity(), two_sentences)])[0]
    assert np.array_equal(given[0], alone)
    assert thread.audio_s == pytest.approx((2 * len(two_sentences) - 1000) / 16_000)


async def test_streams_that_wait_are_judged_side_by_side() -> None:
    vad = GatedVad()
    thread = ActivityThread(vad)
    answers = [thread.submit(VoiceActivity(), np.zeros(512, np.int16))]
    assert await asyncio.to_thread(vad.begun.wait, 30)
    answers += [thread.submit(VoiceActivity(), np.zeros(512 * count, np.int16)) for count in (1, 2, 3)]
    vad.gate.set()
    judged = [await asyncio.wrap_future(answer) for answer in answers]
    await thread.aclose()
    assert [len(probabilities) for probabilities in judged] == [1, 1, 2, 3]
    assert vad.batches == [1, 3]


async def test_an_error_reaches_who_waits() -> None:
    vad = GatedVad()
    vad.gate.set()
    thread = ActivityThread(vad)
    with pytest.raises(RecognizerError, match="voice activity detection failed: ZeroDivisionError"):
        await asyncio.wrap_future(thread.submit(VoiceActivity(), np.zeros(0, np.int16)))
    after = await asyncio.wrap_future(thread.submit(VoiceActivity(), np.zeros(512, np.int16)))
    assert after.tolist() == [1.0]
    await thread.aclose()


async def test_what_is_wrong_with_one_stream_ends_no_other() -> None:
    vad = GatedVad()
    thread = ActivityThread(vad)
    first = thread.submit(VoiceActivity(), np.zeros(512, np.int16))
    assert await asyncio.to_thread(vad.begun.wait, 30)

    def fails(_: Probabilities) -> None:
        raise ValueError("a defect")

    good = [thread.submit(VoiceActivity(), np.zeros(512, np.int16)) for _ in range(2)]
    deaf = thread.submit(VoiceActivity(), np.zeros(512, np.int16), fails)
    empty = thread.submit(VoiceActivity(), np.zeros(0, np.int16))
    good.append(thread.submit(VoiceActivity(), np.zeros(512, np.int16)))
    vad.gate.set()
    judged = [await asyncio.wrap_future(answer) for answer in (first, *good)]
    assert [len(probabilities) for probabilities in judged] == [1, 1, 1, 1]
    with pytest.raises(RecognizerError, match="a defect"):
        await asyncio.wrap_future(deaf)
    with pytest.raises(RecognizerError, match="ZeroDivisionError"):
        await asyncio.wrap_future(empty)
    await thread.aclose()


async def test_closing_cancels_what_waits() -> None:
    vad = GatedVad()
    thread = ActivityThread(vad)
    running = thread.submit(VoiceActivity(), np.zeros(512, np.int16))
    assert await asyncio.to_thread(vad.begun.wait, 30)
    waiting = thread.submit(VoiceActivity(), np.zeros(512, np.int16))
    closing = asyncio.create_task(thread.aclose())
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wrap_future(waiting)
    vad.gate.set()
    await closing
    assert len(running.result()) == 1
    assert thread.submit(VoiceActivity(), np.zeros(512, np.int16)).cancelled()


async def test_inline_judges_at_once(vad: SileroVad) -> None:
    thread = ActivityThread(vad, inline=True)
    assert len(thread.submit(VoiceActivity(), np.zeros(1024, np.int16)).result()) == 2
    await thread.aclose()
