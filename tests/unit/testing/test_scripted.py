import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Pcm
from earwitness.speech.seams import (
    Heard,
    Recognizer,
    RecognizerError,
    RecognizerStream,
    SpeechEnded,
    SpeechEvent,
    SpeechStarted,
)
from earwitness.testing.scripted import Line, ScriptedRecognizer

SCRIPT = {"in": [Line(1.0, 3.5, "one two three four five"), Line(4.0, 4.5, "six")]}


def _push(stream: RecognizerStream, start_s: float, end_s: float, piece_s: float = 0.02) -> None:
    for index in range(round((end_s - start_s) / piece_s)):
        stream.push(Pcm(np.zeros(round(piece_s * RATE_HZ), np.int16), start_s + index * piece_s))


def _told(events: list[SpeechEvent]) -> list[tuple[str, float, str]]:
    told = []
    for event in events:
        match event:
            case SpeechStarted(at_s=at_s):
                told.append(("started", at_s, ""))
            case SpeechEnded(at_s=at_s):
                told.append(("ended", at_s, ""))
            case Heard(utterance=utterance):
                kind = "final" if utterance.is_final else "partial"
                told.append((kind, utterance.end_s, utterance.text))
    return told


@pytest.mark.parametrize("piece_s", [0.02, 0.5, 5.0])
async def test_the_lines_are_heard_as_media_time_passes(piece_s: float) -> None:
    recognizer: Recognizer = ScriptedRecognizer(SCRIPT)
    stream = recognizer.open("in")
    _push(stream, 0.0, 5.0, piece_s)
    stream.end()
    events = [event async for event in stream]
    assert _told(events) == [
        ("started", 1.0, ""),
        ("partial", 2.0, "one two"),
        ("partial", 3.0, "one two three four"),
        ("ended", 3.5, ""),
        ("final", 3.5, "one two three four five"),
        ("started", 4.0, ""),
        ("ended", 4.5, ""),
        ("final", 4.5, "six"),
    ]
    ids = [event.utterance.id for event in events if isinstance(event, Heard)]
    assert ids[0] == ids[1] == ids[2] != ids[3]


async def test_a_flush_ends_the_line_with_the_words_so_far() -> None:
    recognizer = ScriptedRecognizer(SCRIPT)
    stream = recognizer.open("in")
    stream.flush()
    _push(stream, 0.0, 2.0)
    stream.flush()
    _push(stream, 2.0, 4.2)
    stream.end()
    stream.end()
    _push(stream, 4.2, 6.0)
    assert _told([event async for event in stream])[-4:] == [
        ("ended", pytest.approx(2.0), ""),
        ("final", pytest.approx(2.0), "one two"),
        ("started", 4.0, ""),
        ("ended", pytest.approx(4.2), ""),
    ]
    assert stream.heard_s == pytest.approx(4.2)
    assert stream.pushed_s == pytest.approx(4.2)


async def test_a_leg_without_lines_is_silent_and_is_recorded() -> None:
    recognizer = ScriptedRecognizer(SCRIPT)
    stream = recognizer.open("out", "de-DE")
    _push(stream, 0.0, 5.0)
    stream.end()
    assert [event async for event in stream] == []
    assert [event async for event in stream] == []
    assert [(opened.leg, opened.language) for opened in recognizer.streams] == [("out", "de-DE")]


async def test_closing_drops_what_is_left() -> None:
    recognizer = ScriptedRecognizer(SCRIPT)
    stream = recognizer.open("in")
    _push(stream, 0.0, 5.0)
    await recognizer.aclose()
    await stream.aclose()
    assert [event async for event in stream] == []


async def test_a_failure_comes_after_the_last_line() -> None:
    failure = RecognizerError("broken", retryable=False)
    stream = ScriptedRecognizer({"in": [Line(0.0, 1.0, "one")]}, failure=failure).open("in")
    _push(stream, 0.0, 2.0)
    heard = [await anext(stream) for _ in range(3)]
    assert _told(heard)[-1] == ("final", 1.0, "one")
    with pytest.raises(RecognizerError, match="broken"):
        await anext(stream)
    assert [event async for event in stream] == []


def test_overlapping_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="'two' starts before 'one' ends"):
        ScriptedRecognizer({"in": [Line(0.0, 2.0, "one"), Line(1.0, 3.0, "two")]})
