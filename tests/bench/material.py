"""What the generator says: recordings in a row with pauses, and where their speech ends."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.testing.demo import load_demo

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
_FLOOR = 0.01
"""Of the peak; what is quieter at the end of a recording is not speech."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One recording within the material."""

    text: str
    start_s: float
    end_s: float
    """Of its last speech."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What one call says."""

    samples: Samples
    spoken: tuple[Spoken, ...]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / RATE_HZ

    @property
    def text(self) -> str:
        """The reference."""
        return " ".join(one.text for one in self.spoken)


def recordings() -> list[tuple[str, Samples]]:
    """Return the shared read speech with its references, or the demo's sentences where it is absent."""
    table = SHARED / "speech" / "references.tsv"
    if not table.exists():
        demo = load_demo()
        return [
            (line.text, demo.samples[int(line.start_s * RATE_HZ) : int(line.end_s * RATE_HZ)])
            for line in demo.lines
        ]
    with table.open(encoding="utf-8") as file:
        return [
            (row["reference"], read_audio(table.parent / row["file"]))
            for row in csv.DictReader(file, delimiter="\t")
        ]


def all_of_it(seed: int = 1) -> Material:
    """Return every recording once, with pauses of 0.6 to 2.0 s."""
    return _in_a_row(iter(recordings()), random.Random(seed), float("inf"))


def materials(calls: int, seconds: float) -> list[Material]:
    """Return what each of so many calls says for about so long; every call says something else."""
    known = recordings()

    def from_(first: int) -> Iterator[tuple[str, Samples]]:
        while True:
            yield known[first % len(known)]
            first += 1

    return [_in_a_row(from_(7 * call), random.Random(call), seconds) for call in range(calls)]


def _in_a_row(parts: Iterator[tuple[str, Samples]], pauses: random.Random, seconds: float) -> Material:
    pieces: list[Samples] = [np.zeros(RATE_HZ // 2, np.int16)]
    spoken = []
    at = len(pieces[0])
    for text, samples in parts:
        spoken.append(Spoken(text, at / RATE_HZ, (at + _last_speech(samples)) / RATE_HZ))
        silence = np.zeros(int(pauses.uniform(0.6, 2.0) * RATE_HZ), np.int16)
        pieces += [samples, silence]
        at += len(samples) + len(silence)
        if at / RATE_HZ >= seconds:
            break
    return Material(np.concatenate(pieces), tuple(spoken))


def _last_speech(samples: Samples) -> int:
    loud = np.flatnonzero(np.abs(samples) > _FLOOR * np.abs(samples).max())
    return int(loud[-1]) + 1
