import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.conversation.joining import JOINS_WITHIN_S
from earwitness.conversation.utterance import Utterance, Word
from earwitness.speech.engine import Decoded, OfflineEngine
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.partials import Pace
from earwitness.speech.seams import (
    Capabilities,
    Heard,
    RecognizerError,
    SoundHeard,
    SpeechEnded,
    SpeechEvent,
    SpeechPaused,
    SpeechStarted,
)
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.segmented_stream import SegmentedStream
from earwitness.speech.vad import SileroVad

FIRST = "good morning the meeting starts at nine"
SECOND = "please send the report to anna by friday"


class AnsweringEngine:
    """Answers with a function of the audio."""

    def __init__(self, answer: Callable[[Samples], Decoded]) -> None:
        self.capabilities = Capabilities(
            name="answering",
            languages=("en",),
            streaming=False,
            partials=False,
            word_times=True,
            confidence=True,
            punctuation=False,
        )
        self._answer = answer

    def decode(self, samples: Samples, language: str) -> Decoded:
        return self._answer(samples)


@asynccontextmanager
async def _recognizer(
    engine: OfflineEngine, vad: SileroVad, *, inline: bool = False, pace: Pace | None = None
) -> AsyncIterator[SegmentedRecognizer]:
    recognizer = SegmentedRecognizer(engine, vad, threads=2, inline=inline, pace=pace)
    try:
        yield recognizer
    finally:
        await recognizer.aclose()


def _push(stream: SegmentedStream, samples: Samples, sizes: Sequence[int] = (320,), start: int = 0) -> None:
    at = index = 0
    while at < len(samples):
        size = sizes[index % len(sizes)]
        stream.push(Pcm(samples[at : at + size], (start + at) / RATE_HZ))
        at += size
        index += 1


async def _events(stream: SegmentedStream) -> list[SpeechEvent]:
    async with asyncio.timeout(60):
        return [event async for event in stream]


def _words(utterance: Utterance) -> str:
    """Return the text without case and punctuation, which hang on the last bit of the audio."""
    return "".join(
        character for character in utterance.text.lower() if character.isalpha() or character == " "
    )


def _finals(events: Sequence[SpeechEvent]) -> list[Utterance]:
    return [event.utterance for event in events if isinstance(event, Heard) and event.utterance.is_final]


async def test_two_sentences_become_two_utterances(
    engine: MoonshineEngine, vad: SileroVad, two_sentences: Samples
) -> None:
    async with _recognizer(engine, vad) as recognizer:
        stream = recognizer.open("in")
        _push(stream, two_sentences)
        stream.end()
        events = await _events(stream)
    first, second = _finals(events)
    assert (_words(first), _words(second)) == (FIRST, SECOND)
    assert first.start_s == pytest.approx(0.77, abs=0.1)
    assert first.end_s == pytest.approx(3.2, abs=0.1)
    assert second.start_s == pytest.approx(4.45, abs=0.1)
    assert second.end_s == pytest.approx(7.17, abs=0.1)
    assert first.id != second.id
    assert first.words_estimated
    assert first.words[0].start_s == first.start_s
    assert first.words[-1].end_s == pytest.approx(first.end_s)
    started = [event.at_s for event in events if isinstance(event, SpeechStarted)]
    ended = [event.at_s for event in events if isinstance(event, SpeechEnded)]
    assert started == [first.start_s, second.start_s]
    assert ended == [first.end_s, second.end_s]


@pytest.mark.parametrize("size", [320, 12_345])
async def test_a_pause_is_told_once_and_only_when_it_is_long(
    vad: SileroVad, two_sentences: Samples, size: int
) -> None:
    samples = np.concatenate((two_sentences, np.zeros(8 * RATE_HZ, np.int16), two_sentences))
    async with _recognizer(AnsweringEngine(lambda _: Decoded("Yes.")), vad) as recognizer:
        stream = recognizer.open("in")
        _push(stream, samples, (size,))
        stream.end()
        events = await _events(stream)
    kinds = [type(event) for event in events if not isinstance(event, Heard)]
    spoken = [SpeechStarted, SpeechEnded] * 2
    assert kinds == [*spoken, SpeechPaused, *spoken]
    (paused,) = (event for event in events if isinstance(event, SpeechPaused))
    assert paused.at_s == _finals(events)[1].end_s + JOINS_WITHIN_S


async def test_partials_come_first_and_share_the_id_of_their_final(
    engine: MoonshineEngine, vad: SileroVad, two_sentences: Samples
) -> None:
    async with _recognizer(engine, vad, inline=True) as recognizer:
        stream = recognizer.open("in")
        heard: list[SpeechEvent] = []
        reading = asyncio.create_task(_events(stream))
        for at in range(0, len(two_sentences), 2048):
            _push(stream, two_sentences[at : at + 2048], start=at)
            for _ in range(20):
                await asyncio.sleep(0)
        stream.end()
        heard = await reading
    kinds = [
        ("final" if event.utterance.is_final else "partial")
        if isinstance(event, Heard)
        else type(event).__name__
        for event in heard
    ]
    assert [kind for kind in kinds if kind != "partial"] == ["SpeechStarted", "SpeechEnded", "final"] * 2
    end_of_first = kinds.index("SpeechEnded")
    assert set(kinds[1:end_of_first]) == {"partial"}
    assert end_of_first >= 3
    utterances = [event.utterance for event in heard if isinstance(event, Heard)]
    assert len({utterance.id for utterance in utterances}) == 2
    partials = [utterance.text for utterance in utterances if not utterance.is_final]
    assert len(set(partials)) == len(partials)
    assert partials[0].startswith("Good")
    assert utterances[0].end_s - utterances[0].start_s < 1.0


async def test_the_final_after_a_pause_is_not_decoded_twice(
    engine: MoonshineEngine, vad: SileroVad, two_sentences: Samples
) -> None:
    lengths: list[int] = []

    def answer(samples: Samples) -> Decoded:
        lengths.append(len(samples))
        return engine.decode(samples, "en")

    pace = Pace(first_s=60.0, interval_s=60.0)
    async with _recognizer(AnsweringEngine(answer), vad, inline=True, pace=pace) as recognizer:
        stream = recognizer.open("in")
        reading = asyncio.create_task(_events(stream))
        for at in range(0, len(two_sentences), 512):
            stream.push(Pcm(two_sentences[at : at + 512], at / RATE_HZ))
            for _ in range(20):
                await asyncio.sleep(0)
        stream.end()
        events = await reading
    assert [_words(final) for final in _finals(events)] == [FIRST, SECOND]
    assert len(lengths) == len(set(lengths))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=5))
def test_the_size_of_the_pieces_changes_neither_segments_nor_finals(
    engine: MoonshineEngine, vad: SileroVad, two_sentences: Samples, sizes: list[int]
) -> None:
    async def hear(sizes: list[int]) -> list[tuple[str, float, float]]:
        async with _recognizer(engine, vad) as recognizer:
            stream = recognizer.open("in")
            _push(stream, two_sentences, sizes)
            stream.end()
            finals = _finals(await _events(stream))
            return [(final.text, final.start_s, final.end_s) for final in finals]

    in_pieces = asyncio.run(hear(sizes if sum(sizes) > 100 else [*sizes, 320]))
    assert len(in_pieces) == 2
    assert in_pieces == asyncio.run(hear([len(two_sentences)]))


async def test_a_flush_ends_the_open_segment(
    engine: MoonshineEngine, vad: SileroVad, two_sentences: Samples
) -> None:
    async with _recognizer(engine, vad) as recognizer:
        stream = recognizer.open("in")
        _push(stream, two_sentences[: 2 * RATE_HZ])
        stream.flush()
        events = []
        async with asyncio.timeout(60):
            async for event in stream:
                events.append(event)
                if _finals(events):
                    break
        assert _finals(events)[0].text.startswith("Good morning")
        assert _finals(events)[0].end_s <= 2.0
        stream.end()
        assert await _events(stream) == [SpeechPaused("in", 2.0)]


async def test_silence_noise_and_ringing_have_no_text(engine: MoonshineEngine, vad: SileroVad) -> None:
    noise = np.random.default_rng(1).normal(0, 800, 5 * RATE_HZ).astype(np.int16)
    at = np.arange(2 * RATE_HZ) / RATE_HZ
    ringing = (6000 * (np.sin(2 * np.pi * 440 * at) + np.sin(2 * np.pi * 480 * at))).astype(np.int16)
    silence = np.zeros(4 * RATE_HZ, np.int16)
    async with _recognizer(engine, vad) as recognizer:
        stream = recognizer.open("in")
        _push(stream, np.concatenate([silence, ringing, silence, ringing, noise, silence]))
        stream.end()
        events = await _events(stream)
    found = [event.sound for event in events if isinstance(event, SoundHeard)]
    assert len(found) == len(events)
    assert [(sound.kind, sound.end_s is None) for sound in found] == [("ringing", True), ("ringing", False)]
    assert found[0].start_s == pytest.approx(4.0, abs=0.05)


async def test_a_stream_without_audio_ends(engine: MoonshineEngine, vad: SileroVad) -> None:
    async with _recognizer(engine, vad) as recognizer:
        stream = recognizer.open("in")
        stream.end()
        assert await _events(stream) == []
        assert await _events(stream) == []
        assert recognizer.stats.streams == 0


async def test_word_times_and_confidence_of_the_engine_are_kept(
    vad: SileroVad, two_sentences: Samples
) -> None:
    word = Word("hello", 0.25, 0.5, 0.75)
    engine = AnsweringEngine(lambda samples: Decoded("hello", (word,), 0.5))
    async with _recognizer(engine, vad) as recognizer:
        stream = recognizer.open("in")
        _push(stream, two_sentences[: 4 * RATE_HZ])
        stream.end()
        (final,) = _finals(await _events(stream))
    assert not final.words_estimated
    assert final.confidence == 0.5
    (moved,) = final.words
    assert moved.start_s - final.start_s == pytest.approx(0.25 - 0.2)
    assert moved.end_s - moved.start_s == pytest.approx(0.25)
    assert moved.confidence == 0.75


async def test_speech_without_words_only_starts_and_ends(vad: SileroVad, two_sentences: Samples) -> None:
    async with _recognizer(AnsweringEngine(lambda samples: Decoded("")), vad) as recognizer:
        stream = recognizer.open("in")
        _push(stream, two_sentences)
        stream.end()
        kinds = [type(event) for event in await _events(stream)]
    assert kinds == [SpeechStarted, SpeechEnded] * 2


async def test_a_segment_that_fails_does_not_end_the_stream(vad: SileroVad, two_sentences: Samples) -> None:
    calls = 0

    def answer(samples: Samples) -> Decoded:
        nonlocal calls
        calls += 1
        if calls <= 2:  # at the pause, and again at the end
            raise OSError("out of memory")
        return Decoded("words")

    pace = Pace(first_s=60.0, interval_s=60.0, most_s=60.0)
    async with _recognizer(AnsweringEngine(answer), vad, pace=pace) as recognizer:
        stream = recognizer.open("in")
        _push(stream, two_sentences)
        stream.end()
        events = await _events(stream)
    assert [type(event) for event in events] == [
        SpeechStarted,
        SpeechEnded,
        SpeechStarted,
        Heard,  # at the pause
        SpeechEnded,
        Heard,
    ]


async def test_an_engine_that_keeps_failing_ends_the_stream(vad: SileroVad, two_sentences: Samples) -> None:
    def answer(samples: Samples) -> Decoded:
        raise RecognizerError("the graphics card is gone", retryable=False)

    async with _recognizer(AnsweringEngine(answer), vad) as recognizer:
        stream = recognizer.open("in")
        _push(stream, np.tile(two_sentences, 3))
        stream.end()
        with pytest.raises(RecognizerError, match="graphics card"):
            await _events(stream)
        assert await _events(stream) == []


async def test_a_reader_that_is_cancelled_loses_nothing(vad: SileroVad, two_sentences: Samples) -> None:
    gate = threading.Event()

    def answer(samples: Samples) -> Decoded:
        assert gate.wait(timeout=30)
        return Decoded("words")

    pace = Pace(first_s=60.0, interval_s=60.0, most_s=60.0)
    async with _recognizer(AnsweringEngine(answer), vad, pace=pace) as recognizer:
        stream = recognizer.open("in")
        _push(stream, two_sentences)
        stream.end()
        assert isinstance(await anext(stream), SpeechStarted)
        assert isinstance(await anext(stream), SpeechEnded)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(stream), 0.05)
        gate.set()
        assert len(_finals(await _events(stream))) == 2


async def test_a_reader_that_sleeps_loses_no_final(vad: SileroVad, two_sentences: Samples) -> None:
    pace = Pace(first_s=60.0, interval_s=60.0, most_s=60.0)
    sentence = two_sentences[: 4 * RATE_HZ]
    async with _recognizer(AnsweringEngine(lambda samples: Decoded("words")), vad, pace=pace) as recognizer:
        stream = recognizer.open("in")
        for turn in range(45):
            _push(stream, sentence, [len(sentence)], turn * len(sentence))
            await asyncio.sleep(0.03 if stream.waiting_s > 30 else 0)
        waiting_s = stream.waiting_s
        stream.end()
        events = await _events(stream)
        assert recognizer.stats.dropped_s == stream.dropped_s
    finals = _finals(events)
    assert 30 < waiting_s <= 60
    assert stream.dropped_s > 0
    assert len(finals) == pytest.approx(45 - stream.dropped_s / 4, abs=1)
    assert [final.start_s for final in finals] == sorted(final.start_s for final in finals)


async def test_an_unknown_language_is_refused(engine: MoonshineEngine, vad: SileroVad) -> None:
    async with _recognizer(engine, vad) as recognizer:
        with pytest.raises(RecognizerError, match="doesn't know the language 'de-DE', only en; ask for"):
            recognizer.open("in", "de-DE")
        await recognizer.open("in", "EN").aclose()


async def test_closing_the_recogniser_ends_open_streams(
    engine: MoonshineEngine, vad: SileroVad, two_sentences: Samples
) -> None:
    async with _recognizer(engine, vad) as recognizer:
        stream = recognizer.open("in")
        _push(stream, two_sentences)
        reading = asyncio.create_task(_events(stream))
        await asyncio.sleep(0)
        await recognizer.aclose()
        await reading
        await stream.aclose()
    names = {thread.name for thread in threading.enumerate()}
    assert not [name for name in names if name == "vad" or name.startswith("decoder-")]


async def test_many_streams_are_heard_at_once(
    engine: MoonshineEngine, vad: SileroVad, two_sentences: Samples
) -> None:
    async with _recognizer(engine, vad) as recognizer:
        streams = [recognizer.open(f"leg {number}") for number in range(5)]
        for stream in streams:
            _push(stream, two_sentences)
            stream.end()
        heard = await asyncio.gather(*(_events(stream) for stream in streams))
        stats = recognizer.stats
    for events in heard:
        assert [_words(final) for final in _finals(events)] == [FIRST, SECOND]
    assert stats.judged_s == pytest.approx(5 * len(two_sentences) / RATE_HZ, rel=0.01)
    assert stats.pool.decode_s > 0
    assert stats.dropped_s == 0
