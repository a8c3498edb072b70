"""What decoding a call again brings: live segments against the merged ones of refinement, same engine.

Run as `python -m tests.bench.refinement [--calls]`. The recordings are heard as they are and by someone who
hesitates: silence of 0.5 to 1.6 s put into quiet moments, every 1 to 3 s. `--calls` prints the legs of the
shared call as both write them, instead of counting.
"""

import argparse
import asyncio
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.audio.codec import PCMU
from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech import models
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.segmenter import PATIENT, Segmentation
from earwitness.speech.vad import SileroVad
from tests.bench.bare_recognizer import NO_PARTIALS, through
from tests.bench.material import SHARED, all_of_it
from tests.bench.rig import table
from tests.support.tap import hear_at_once

SEGMENTATIONS = {"live": Segmentation(), "merged": PATIENT}

_STEP = RATE_HZ // 100
_AROUND = 8
"""Steps that must be quiet: 80 ms."""

normal = EnglishTextNormalizer()


@dataclass(frozen=True, slots=True)
class Case:
    """One recording."""

    name: str
    samples: Samples


def hesitating(samples: Samples, seed: int = 1) -> Samples:
    """Return the audio with pauses at its quietest moments, one every 1 to 3 s."""
    chance = random.Random(seed)
    energy = np.square(samples[: len(samples) // _STEP * _STEP].astype(float)).reshape(-1, _STEP).mean(axis=1)
    around = np.convolve(energy, np.ones(_AROUND), "same")
    hiss = np.random.default_rng(seed).normal(0, 3, 2 * RATE_HZ).astype(np.int16)
    pieces, at = [], 0
    while at < len(samples):
        first = at // _STEP + round(chance.uniform(1.0, 3.0) * 100)
        window = around[first : first + 60]
        if len(window) < 60:
            break
        cut = (first + int(np.argmin(window))) * _STEP
        pieces += [samples[at:cut], hiss[: round(chance.uniform(0.5, 1.6) * RATE_HZ)]]
        at = cut
    return np.concatenate([*pieces, samples[at:]])


async def hear(engine: MoonshineEngine, vad: SileroVad, samples: Samples, segments: Segmentation) -> str:
    """Return the text."""
    recognizer = SegmentedRecognizer(engine, vad, pace=NO_PARTIALS, segmentation=segments)
    try:
        return await hear_at_once(recognizer, samples)
    finally:
        await recognizer.aclose()


def main() -> None:
    """Print the table, or the texts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", action="store_true")
    with tempfile.TemporaryDirectory() as cache:
        engine = MoonshineEngine(Path(cache))
    vad = SileroVad(models.silero_model())
    if parser.parse_args().calls:
        for path in sorted((SHARED / "calls").glob("*.wav")):
            for name, segments in SEGMENTATIONS.items():
                print(f"\n{path.stem}, {name}:\n{asyncio.run(hear(engine, vad, read_audio(path), segments))}")
        return
    said = all_of_it()
    slow = hesitating(said.samples)
    cases = [
        Case("as it is", said.samples),
        Case("hesitating", slow),
        Case("hesitating, µ-law", through(PCMU, slow)),
    ]
    rows = []
    for case in cases:
        for name, segments in SEGMENTATIONS.items():
            heard = asyncio.run(hear(engine, vad, case.samples, segments))
            score = jiwer.process_words(normal(said.text), normal(heard))
            counts = (score.deletions, score.insertions, score.substitutions)
            rows.append([case.name, name, f"{score.wer:.2%}", *map(str, counts)])
    print(table(["speech", "segments", "WER", "deleted", "inserted", "substituted"], rows))


if __name__ == "__main__":
    main()
