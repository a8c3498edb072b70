"""The demo recording through baresip: every codec, live, with nothing lost on the way."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.cli.client import Client
from earwitness.speech import moonshine
from earwitness.testing.demo import Demo, load_demo
from tests.support.baresip import Codec, baresip
from tests.support.calls import Followed, collect, to
from tests.support.server import client_of, running_server
from tests.support.tap import TappedRecognizer, hear_at_once, tape_of

CODECS: tuple[Codec, ...] = ("opus", "G722", "PCMU", "PCMA")
RECORDING = Path(__file__).resolve().parents[3] / "src/earwitness/testing/demo/meeting.flac"
normal = EnglishTextNormalizer()


async def test_the_demo_recording_through_every_codec(tmp_path: Path) -> None:
    demo = load_demo()
    engine = TappedRecognizer(await asyncio.to_thread(moonshine.load, tmp_path / "cache", 0, 1.0))
    async with running_server(tmp_path / "home", engine) as server:
        client = await client_of(server)
        calls = await asyncio.gather(*(one_call(client, codec, tmp_path / codec) for codec in CODECS))
        bare = [await hear_at_once(engine.recognizer, tape_of(tape)) for tape in engine.tapes]
    wrong = [
        f"{codec}: {what}"
        for codec, (followed, resumed), heard_bare in zip(CODECS, calls, bare, strict=True)
        for what in what_is_wrong(demo, codec, followed, resumed, heard_bare)
    ]
    assert wrong == []


def what_is_wrong(
    demo: Demo, codec: Codec, followed: Followed, resumed: Followed, heard_bare: str
) -> Iterator[str]:
    """Compare a call with what it must be."""
    if followed.states[-2:] != ["answered", "ended"]:
        yield f"the states are {followed.states}"
    if followed.last_state["codec"].lower() != codec.lower():
        yield f"the codec is {followed.last_state['codec']}"
    floor = jiwer.wer(normal(demo.text), normal(heard_bare))
    errors = jiwer.wer(normal(demo.text), normal(followed.text))
    if errors > floor + 0.005:
        yield f"{errors:.2%} of words in error, {floor:.2%} bare: {followed.text}"
    if lost := lost_lines(demo, followed.text):
        yield f"lost {lost}"
    if (partials := changing_partials_before_first_final(followed)) < 3:
        yield f"{partials} partials before the first final"
    if (slowest := max(final_delays_s(followed))) > 1.5:
        yield f"a final took {slowest:.2f} s: {[round(delay, 2) for delay in final_delays_s(followed)]}"
    seen, seen_again = durable_numbers(followed), durable_numbers(resumed)
    if seen != list(range(1, len(seen) + 1)):
        yield f"a steady subscriber saw {seen}"
    if seen_again != seen:
        yield f"a subscriber that came back saw {seen_again}"


async def one_call(client: Client, codec: Codec, folder: Path) -> tuple[Followed, Followed]:
    """Call a baresip with one codec; return what a steady and what a wavering subscriber saw."""
    async with baresip(folder, wav=RECORDING, codec=codec) as peer:
        connection = await client.start(to(peer.uri, data={"session": {"name": codec}}))
        steady, wavering = Followed(connection), Followed(connection)
        async with asyncio.timeout(130):
            await asyncio.gather(collect(client, steady), collect_with_cuts(client, wavering))
    return steady, wavering


async def collect_with_cuts(client: Client, followed: Followed) -> None:
    """Collect the frames of a call over a socket that is cut after every ten frames."""
    seen = 0
    while not followed.wrapped("conversation_completed"):
        frames = client.frames(followed.connection, seen)
        try:
            for _ in range(10):
                frame = await anext(frames, None)
                if frame is None:
                    break
                followed.frames.append(frame)
                seen = max(seen, frame.get("sequenceNumber", 0))
        finally:
            await frames.aclose()


def durable_numbers(followed: Followed) -> list[int]:
    """The sequence numbers of durable frames, each once, in the order in which they came."""
    numbers = [
        frame["sequenceNumber"]
        for frame in followed.frames
        if "sequenceNumber" in frame and frame.get("isFinal", True) and not _is_partial(frame)
    ]
    return list(dict.fromkeys(numbers))


def _is_partial(frame: dict[str, Any]) -> bool:
    return frame["type"] == "message" and frame["message"].get("isFinal") is False


def lost_lines(demo: Demo, text: str) -> list[str]:
    """The lines of which less than half of the words were heard."""
    lines = [normal(line.text).split() for line in demo.lines]
    aligned = jiwer.process_words(" ".join(word for words in lines for word in words), normal(text))
    heard = {
        place
        for chunk in aligned.alignments[0]
        if chunk.type == "equal"
        for place in range(chunk.ref_start_idx, chunk.ref_end_idx)
    }
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    return [
        " ".join(words)
        for start, words in zip(starts, lines, strict=True)
        if sum(start + place in heard for place in range(len(words))) < len(words) / 2
    ]


def changing_partials_before_first_final(followed: Followed) -> int:
    """How many different partial texts came before the first final one."""
    texts = []
    for frame in followed.of("transcript_response"):
        if frame["isFinal"]:
            break
        texts.append(frame["payload"]["content"])
    return len(set(texts))


def final_delays_s(followed: Followed) -> list[float]:
    """From the end of speech to the final's frame at the client, for each final."""
    return [
        (arrived - datetime.fromisoformat(frame["duration"]["endTime"])).total_seconds()
        for frame, arrived in zip(followed.frames, followed.wall, strict=True)
        if frame["type"] == "transcript_response" and frame["isFinal"]
    ]
