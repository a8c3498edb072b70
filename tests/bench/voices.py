"""Who speaks when by voice alone: meetings made of recordings of several people, and the mix of a real call.

The share of speech time that gets the right voice, voices matched with people so that most of it is right.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from earwitness.audio.codec import OPUS, PCMU
from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.conversation.by_voice import VoiceTurn, stretches_of
from earwitness.speech import moonshine
from earwitness.speech.voice_encoder import VoiceEncoder
from earwitness.speech.voices import tell_apart
from tests.bench.attribution import attributed, events_of, heard, real_call
from tests.bench.bare_recognizer import through
from tests.bench.material import SHARED
from tests.bench.rig import table

_PEOPLE = (
    "azure_testing_audio",
    "moonshine_two_cities_16k",
    "TTS_LJ001-0001 TTS_LJ001-0003 TTS_LJ001-0005 TTS_LJ001-0010 TTS_LJ001-0014",
    "whisper_jfk",
    "pocketsphinx_sense_and_sensibility_01_austen_64kb-0870",
)
"""Recordings in `../shared/speech`, those of one person together."""
_TURN_S = (1.5, 6.0)
_PAUSE_S = (0.3, 0.9)
_MOST_VOICES = 6


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """Speech, and whose it is."""

    samples: Samples
    spans: tuple[tuple[int, float, float], ...]
    """Person, start and end in seconds."""


async def measure() -> str:
    """Return the table."""
    if not SHARED.exists():
        return "The shared recordings are absent; nothing was measured."
    rows = []
    encoder = VoiceEncoder()
    for people in (2, 3, 4, 5):
        made = [meeting(people, seed) for seed in range(4)]
        for codec in (OPUS, PCMU):
            rows.append(await asyncio.to_thread(_row, encoder, made, people, codec.name))
    call = await _call()
    rows.append(_row(encoder, [call], 2, "PCMU"))
    heads = ["people", "through", "right, number known", "right, number not known", "voices found", "CPU"]
    return table(heads, rows)


def meeting(people: int, seed: int, turns: int = 30) -> Meeting:
    """Let so many people take turns, one after the other."""
    chance = random.Random(seed)
    chosen = chance.sample(range(len(_PEOPLE)), people)
    voices = {who: _speech(_PEOPLE[who]) for who in chosen}
    at = dict.fromkeys(chosen, 0)
    pieces, spans = [], []
    now_s = 0.0
    who = chosen[0]
    for _ in range(turns):
        who = chance.choice([one for one in chosen if one != who])
        length = round(chance.uniform(*_TURN_S) * RATE_HZ)
        speech = np.take(voices[who], range(at[who], at[who] + length), mode="wrap")
        at[who] += length
        pause_s = chance.uniform(*_PAUSE_S)
        pieces += [speech, np.zeros(round(pause_s * RATE_HZ), np.int16)]
        spans.append((who, now_s, now_s + length / RATE_HZ))
        now_s += (len(pieces[-1]) + length) / RATE_HZ
    return Meeting(np.concatenate(pieces), tuple(spans))


def _speech(names: str) -> Samples:
    parts = [read_audio(SHARED / "speech" / f"{name}.wav") for name in names.split()]
    speech = np.concatenate(parts)
    level = np.sqrt(np.mean(np.square(speech.astype(np.float64))))
    return np.asarray(np.clip(speech * (2000 / level), -32768, 32767), np.int16)


async def _call() -> Meeting:
    """Return the mix of the real call, with who speaks by the energy of its legs where just one does."""
    call = real_call()
    with TemporaryDirectory() as cache:
        recognizer = await asyncio.to_thread(moonshine.load, Path(cache), 0, 60.0)
        utterances = await heard(recognizer, call.mix)
        await recognizer.aclose()
    messages = attributed(utterances, events_of(call, 0.0, 0.0, 0.0))
    people = sorted({message.speaker.id for message in messages if message.speaker is not None})
    spans = [
        (people.index(message.speaker.id), start_s, end_s)
        for message in messages
        if message.speaker is not None
        for start_s, end_s in stretches_of([message])
    ]
    return Meeting(call.mix, tuple(spans))


def _row(encoder: VoiceEncoder, meetings: Sequence[Meeting], people: int, codec: str) -> list[str]:
    known: list[float] = []
    unknown: list[float] = []
    found: list[int] = []
    began, speech_s = time.thread_time(), 0.0
    for one in meetings:
        samples = through(OPUS if codec == OPUS.name else PCMU, one.samples)
        for count, shares in ((people, known), (None, unknown)):
            turns = _heard(encoder, samples, one, count)
            shares.append(_right(one, turns))
        found.append(len({turn.voice for turn in turns}))
        speech_s += 2 * sum(end_s - start_s for _, start_s, end_s in one.spans)
    cpu = (time.thread_time() - began) / speech_s
    return [
        str(people),
        codec if len(meetings) > 1 else "real call",
        f"{np.mean(known):.1%}",
        f"{np.mean(unknown):.1%}",
        " ".join(map(str, found)),
        f"{cpu:.2%}",
    ]


def _heard(encoder: VoiceEncoder, samples: Samples, one: Meeting, count: int | None) -> list[VoiceTurn]:
    def read(start_s: float, seconds: float) -> Samples:
        start = round(start_s * RATE_HZ)
        return samples[start : start + round(seconds * RATE_HZ)]

    return tell_apart(read, [(start_s, end_s) for _, start_s, end_s in one.spans], encoder, count)


def _right(one: Meeting, turns: Sequence[VoiceTurn]) -> float:
    people = sorted({who for who, _, _ in one.spans})
    voices = sorted({turn.voice for turn in turns})
    common = np.zeros((len(people), max(len(voices), len(people))))
    for who, start_s, end_s in one.spans:
        for turn in turns:
            shared_s = min(end_s, turn.end_s) - max(start_s, turn.start_s)
            if shared_s > 0:
                common[people.index(who), voices.index(turn.voice)] += shared_s
    total_s = sum(end_s - start_s for _, start_s, end_s in one.spans)
    columns = list(np.argsort(-common.sum(axis=0))[:_MOST_VOICES])
    best = max(
        sum(common[row, column] for row, column in enumerate(some))
        for some in permutations(columns, len(people))
    )
    return float(best / total_s)


if __name__ == "__main__":
    print(asyncio.run(measure()))
