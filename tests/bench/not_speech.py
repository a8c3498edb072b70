"""What is not speech: thirty minutes of it give not one word, and cost little.

Run as `python tests/bench/not_speech.py [--minutes M] [--music FOLDER]`. Tones, music, noise, typing and
silence are synthesised and go through µ-law or Opus; FOLDER adds recordings of music, such as those of
Debian's package asterisk-moh-opsound-wav. All is heard faster than real time, on one thread.

"of speech" compares the CPU time of a second with that of read speech with one-second partials in the same
run. False alarms are the sounds found in recordings of speech, where there are none but silence.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from earwitness.audio.codec import OPUS, PCMU
from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.speech import models
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.seams import Heard, SoundHeard, SpeechStarted
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.vad import SileroVad
from earwitness.testing.demo import load_demo
from tests.bench.bare_recognizer import through
from tests.bench.material import SHARED, all_of_it
from tests.bench.rig import table
from tests.support import sounds

_PIECE_SAMPLES = RATE_HZ // 50
_CHANNELS: tuple[tuple[str, Callable[[Samples], Samples]], ...] = (
    ("µ-law", lambda samples: through(PCMU, samples)),
    ("Opus", lambda samples: through(OPUS, samples)),
)


@dataclass(slots=True)
class Result:
    """What was heard in some audio."""

    audio_s: float = 0.0
    cpu_s: float = 0.0
    opened: int = 0
    words: list[str] = field(default_factory=list)
    """Of finals and of partials."""
    sounds: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Result") -> None:
        self.audio_s += other.audio_s
        self.cpu_s += other.cpu_s
        self.opened += other.opened
        self.words += other.words
        self.sounds += other.sounds


async def hear(recognizer: SegmentedRecognizer, samples: Samples) -> Result:
    """Give the audio in packets as fast as it is heard."""
    result = Result(audio_s=len(samples) / RATE_HZ)
    stream = recognizer.open("in")
    started = time.process_time()

    async def feed() -> None:
        for at in range(0, len(samples), _PIECE_SAMPLES):
            stream.push(Pcm(samples[at : at + _PIECE_SAMPLES], at / RATE_HZ))
            while stream.waiting_s > 0.2:  # noqa: ASYNC110  a live source never needs to be told
                await asyncio.sleep(0)
        stream.end()

    feeding = asyncio.create_task(feed())
    async for event in stream:
        if isinstance(event, Heard):
            result.words += event.utterance.text.split()
        elif isinstance(event, SoundHeard) and event.sound.end_s is not None:
            result.sounds[event.sound.kind] += 1
        elif isinstance(event, SpeechStarted):
            result.opened += 1
    await feeding
    result.cpu_s = time.process_time() - started
    return result


def material(minutes: float, folder: Path | None) -> Iterator[tuple[str, Samples]]:
    """Give what is not speech, by name; about so many minutes together besides what is in the folder."""
    groups: dict[str, list[Callable[[float], Samples]]] = {
        "call progress tones": [partial(sounds.cadence, name) for name in sounds.CADENCES],
        "music": [partial(sounds.music, kind) for kind in sounds.MUSIC],
        "noise": [
            partial(sounds.noise, dbfs=-25.0),
            partial(sounds.noise, dbfs=-35.0),
            partial(sounds.noise, dbfs=-25.0, pink=True),
            partial(sounds.noise, dbfs=-45.0, pink=True),
        ],
        "typing": [sounds.clicks, partial(sounds.clicks, dbfs=-8.0, seed=5)],
        "silence": [sounds.silence],
    }
    shares = {"call progress tones": 0.25, "music": 0.35, "noise": 0.15, "typing": 0.15, "silence": 0.1}
    for group, makers in groups.items():
        each_s = shares[group] * minutes * 60 / (len(makers) * len(_CHANNELS))
        for make in makers:
            for channel, through_it in _CHANNELS:
                yield f"{group}, {channel}", through_it(make(each_s))
    if folder is None:
        return
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".wav", ".ogg", ".mp3", ".flac"):
            for channel, through_it in _CHANNELS:
                yield f"{folder.name}, {channel}", through_it(read_audio(path)[: 300 * RATE_HZ])


def speech() -> Iterator[tuple[str, Samples]]:
    """Give recordings of speech."""
    yield "read speech", all_of_it().samples
    yield "meeting", load_demo().samples
    for path in sorted((SHARED / "calls").glob("*.wav")):
        yield path.stem, read_audio(path)


async def measure(minutes: float = 30.0, folder: Path | None = None) -> str:
    """Return the tables."""
    with tempfile.TemporaryDirectory() as cache:
        engine = MoonshineEngine(Path(cache))
    recognizer = SegmentedRecognizer(engine, SileroVad(models.silero_model()), inline=True)
    await hear(recognizer, np.zeros(RATE_HZ, np.int16))
    spoken = [(name, await hear(recognizer, samples)) for name, samples in speech()]
    reference = spoken[0][1].cpu_s / spoken[0][1].audio_s
    found: dict[str, Result] = {}
    for name, samples in material(minutes, folder):
        found.setdefault(name, Result()).add(await hear(recognizer, samples))
    whole = Result()
    for result in found.values():
        whole.add(result)
    await recognizer.aclose()
    rows = [_row(name, result, reference) for name, result in {**found, "all": whole}.items()]
    false = [
        [name, f"{result.audio_s / 60:.1f}", _counts(result.sounds), f"{result.cpu_s / result.audio_s:.4f}"]
        for name, result in spoken
    ]
    return "\n\n".join(
        (
            table(
                ["not speech", "minutes", "words", "segments opened", "sounds", "CPU/s", "of speech"], rows
            ),
            table(["speech", "minutes", "sounds found", "CPU/s"], false),
        )
    )


def _row(name: str, result: Result, reference: float) -> list[str]:
    each = result.cpu_s / result.audio_s
    return [
        name,
        f"{result.audio_s / 60:.1f}",
        " ".join([str(len(result.words)), *(f"“{word}”" for word in result.words[:5])]),
        str(result.opened),
        _counts(result.sounds),
        f"{each:.4f}",
        f"{each / reference:.0%}",
    ]


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.most_common()) or "–"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--music", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    print(asyncio.run(measure(arguments.minutes, arguments.music)))


if __name__ == "__main__":
    main()
