"""Who said what in the mix of a real call, by speaker events made from the energy of its two legs.

Truth is what each leg gives by itself: a word of the mix is said by whoever's own leg has that word at about
that time. Words that both legs have there, or neither, count for nothing.
"""

import argparse
import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.speaker_event import SpeakerEvent, SpeakerEventKind
from earwitness.conversation.timeline import Timeline
from earwitness.conversation.utterance import Utterance
from earwitness.speech import moonshine
from earwitness.speech.seams import Heard, Recognizer
from tests.bench.material import SHARED
from tests.bench.rig import table

AGENT, CALLER = Member("agent", "Agent"), Member("caller", "Caller")
_FRAME = RATE_HZ // 50
_HANGOVER_S = 0.4
_LEAST_S = 0.2
_NEAR_S = 1.0
_FINAL_S = 0.7
_MOST_WAITING_S = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call with its legs apart."""

    agent: Samples
    caller: Samples

    @property
    def mix(self) -> Samples:
        """What a conference bridge would send."""
        total = self.agent.astype(np.int32) + self.caller
        return np.asarray(np.clip(total, -32768, 32767), np.int16)


@dataclass(frozen=True, slots=True)
class Told:
    """A speaker event and when it arrives."""

    event: SpeakerEvent
    arrives_s: float


async def measure() -> str:
    """Return the table."""
    if not (SHARED / "calls").exists():
        return "The shared recording of a call is absent; nothing was measured."
    call = real_call()
    with TemporaryDirectory() as cache:
        recognizer = await asyncio.to_thread(moonshine.load, Path(cache), 0, 60.0)
        legs = [await heard(recognizer, samples) for samples in (call.agent, call.caller)]
        mix = await heard(recognizer, call.mix)
        await recognizer.aclose()
    rows = []
    for name, jitter_s, late, missing in (
        ("exact", 0.0, 0.0, 0.0),
        ("150 ms of jitter", 0.15, 0.0, 0.0),
        ("a third of them up to 4 s late", 0.15, 0.33, 0.0),
        ("5 % missing", 0.15, 0.1, 0.05),
    ):
        messages = attributed(mix, events_of(call, jitter_s, late, missing))
        rows.append([name, *agreement(messages, *legs)])
    return table(["events", "words with one truth", "right", "wrong", "unknown"], rows)


def real_call() -> Call:
    """Read the two legs."""
    legs = (read_audio(SHARED / "calls" / f"auto_repairs_40_{leg}.wav") for leg in ("agent", "caller"))
    agent, caller = legs
    count = min(len(agent), len(caller))
    return Call(agent[:count], caller[:count])


async def heard(recognizer: Recognizer, samples: Samples) -> list[Utterance]:
    """Return the final utterances of a recording, fed as fast as it is heard."""
    stream = recognizer.open("in")

    async def feed() -> None:
        for at in range(0, len(samples), RATE_HZ):
            stream.push(Pcm(samples[at : at + RATE_HZ], at / RATE_HZ))
            while stream.waiting_s > _MOST_WAITING_S:  # noqa: ASYNC110 - a live source is never told
                await asyncio.sleep(0.005)
        stream.end()

    feeding = asyncio.create_task(feed())
    try:
        finals = [event.utterance async for event in stream if isinstance(event, Heard)]
        await feeding
    finally:
        feeding.cancel()
        await stream.aclose()
    return [utterance for utterance in finals if utterance.is_final]


def events_of(call: Call, jitter_s: float, late: float, missing: float) -> list[Told]:
    """Return what a client that watches the legs' energy would tell, in the order of arrival."""
    chance = random.Random(1)
    told = []
    for member, own, other in ((AGENT, call.agent, call.caller), (CALLER, call.caller, call.agent)):
        for start_s, end_s in _active(own, other):
            changes: list[tuple[SpeakerEventKind, float]] = [
                ("started_speaking", start_s),
                ("stopped_speaking", end_s),
            ]
            for kind, at_s in changes:
                if chance.random() < missing:
                    continue
                said_s = at_s + chance.gauss(0.0, jitter_s) if jitter_s else at_s
                arrives_s = said_s + 0.1 + (chance.uniform(1.0, 4.0) if chance.random() < late else 0.0)
                told.append(Told(SpeakerEvent(kind, said_s, member, said_s, arrives_s), arrives_s))
    return sorted(told, key=lambda one: one.arrives_s)


def _active(own: Samples, other: Samples) -> list[tuple[float, float]]:
    """Return where a leg's voice is heard: well above its own noise and not below the other leg."""
    level, beside = _levels_db(own), _levels_db(other)
    floor_db, loud_db = np.percentile(level, (20, 97))
    active = (level > floor_db + 0.4 * (loud_db - floor_db)) & (level > beside - 3)
    stretches: list[tuple[float, float]] = []
    for frame in np.flatnonzero(active):
        at_s = int(frame) * _FRAME / RATE_HZ
        if stretches and at_s - stretches[-1][1] <= _HANGOVER_S:
            stretches[-1] = stretches[-1][0], at_s + _FRAME / RATE_HZ
        else:
            stretches.append((at_s, at_s + _FRAME / RATE_HZ))
    return [stretch for stretch in stretches if stretch[1] - stretch[0] >= _LEAST_S]


def _levels_db(samples: Samples) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    count = len(samples) // _FRAME
    frames = samples[: count * _FRAME].reshape(count, _FRAME).astype(np.float64)
    return np.asarray(10 * np.log10(np.square(frames).mean(axis=1) + 1.0))


def attributed(utterances: Sequence[Utterance], told: Sequence[Told]) -> list[Message]:
    """Run the mix and the events through a timeline, as they would come in a call."""
    timeline = Timeline()
    messages: dict[str, Message] = {}
    waiting = list(told)

    def mark_until(now_s: float) -> None:
        while waiting and waiting[0].arrives_s <= now_s:
            timeline.mark(waiting.pop(0).event)
        messages.update((message.id, message) for message in timeline.revise())

    for utterance in utterances:
        mark_until(utterance.end_s + _FINAL_S)
        given = (*timeline.begin("in", utterance.start_s), *timeline.hear(utterance).messages)
        messages.update((message.id, message) for message in given)
    messages.update((message.id, message) for message in timeline.flush())
    mark_until(float("inf"))
    return sorted(messages.values(), key=lambda message: message.start_s)


def agreement(messages: Sequence[Message], agent: list[Utterance], caller: list[Utterance]) -> list[str]:
    """Return how many words have one truth, and the shares of them named right, wrong, not at all."""
    said = {AGENT.id: _words(agent), CALLER.id: _words(caller)}
    right = wrong = unknown = 0
    for message in messages:
        for word in message.words:
            key, at_s = _key(word.text), (word.start_s + word.end_s) / 2
            truth = [
                member_id
                for member_id, words in said.items()
                if any(key == other and abs(at_s - other_s) <= _NEAR_S for other, other_s in words)
            ]
            if len(truth) != 1:
                continue
            name = message.speaker.id if message.speaker else None
            right += name == truth[0]
            unknown += name is None
            wrong += name not in (truth[0], None)
    total = right + wrong + unknown
    return [str(total), *(f"{count / total:.1%}" for count in (right, wrong, unknown))]


def _words(utterances: Sequence[Utterance]) -> list[tuple[str, float]]:
    return [
        (_key(word.text), (word.start_s + word.end_s) / 2)
        for utterance in utterances
        for word in utterance.words
    ]


def _key(text: str) -> str:
    return text.strip(".,;:!?…\"'“”").casefold()


async def _show() -> None:
    call = real_call()
    with TemporaryDirectory() as cache:
        recognizer = await asyncio.to_thread(moonshine.load, Path(cache), 0, 60.0)
        for message in attributed(await heard(recognizer, call.mix), events_of(call, 0.15, 0.33, 0.0)):
            name = message.speaker.name if message.speaker else "?"
            print(f"{message.start_s:6.1f}  {name:7} {message.text}")
        await recognizer.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print the transcript instead of the table")
    if parser.parse_args().show:
        asyncio.run(_show())
    else:
        print(asyncio.run(measure()))
