"""How much live text changes under the reader's eyes, with and without stable partials.

Run as `python -m tests.bench.flicker [--seconds S]`. The recordings are heard as a call would be, by media
time: a partial about every second of open speech and at every pause. "Changed" are words that a partial
showed and a later one took back; "corrected" are words of the last partial that the final took back; "shown"
is how many words partials had shown, on average, when speech had gone on to where they were asked for.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence, Set
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.conversation.utterance import Utterance, Word
from earwitness.speech import models
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.seams import Heard
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.stability import Flicker, Stability
from earwitness.speech.vad import WINDOW_SAMPLES, SileroVad
from tests.bench.material import all_of_it
from tests.bench.rig import table


def hypotheses(samples: Samples) -> tuple[list[Utterance], set[tuple[str, ...]]]:
    """Return every text that the engine gave for the recording, and those whose audio ended in mid-speech."""
    cut: set[tuple[str, ...]] = set()

    def show(_: Stability, words: Sequence[Word], *, is_cut: bool = False) -> tuple[Word, ...]:
        if is_cut:
            cut.add(_texts(words))
        return tuple(words)

    async def hear() -> list[Utterance]:
        with tempfile.TemporaryDirectory() as cache:
            engine = MoonshineEngine(Path(cache))
        recognizer = SegmentedRecognizer(engine, SileroVad(models.silero_model()), inline=True)
        stream = recognizer.open("in")
        heard: list[Utterance] = []

        async def read() -> None:
            heard.extend([event.utterance async for event in stream if isinstance(event, Heard)])

        reading = asyncio.create_task(read())
        for at in range(0, len(samples), 4 * WINDOW_SAMPLES):
            stream.push(Pcm(samples[at : at + 4 * WINDOW_SAMPLES], at / RATE_HZ))
            while stream.waiting_s >= 4 * WINDOW_SAMPLES / RATE_HZ:  # noqa: ASYNC110 - never told
                await asyncio.sleep(0)
        stream.end()
        await reading
        await recognizer.aclose()
        return heard

    with patch.object(Stability, "show", show):
        return asyncio.run(hear()), cut


def _texts(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.text for word in words)


def measure(heard: Sequence[Utterance], cut: Set[tuple[str, ...]], *, stable: bool) -> tuple[Flicker, int]:
    """Return what readers would have seen change, and how many words partials showed in all."""
    flicker = Flicker()
    shown_words = 0
    for _, texts in groupby(heard, key=lambda utterance: utterance.id):
        stability = Stability()
        shown: tuple[Word, ...] = ()
        for utterance in texts:
            if utterance.is_final:
                flicker.final(shown, utterance.words)
            else:
                words = utterance.words
                if stable:
                    words = stability.show(words, is_cut=_texts(words) in cut)
                flicker.partial(shown, words)
                shown, shown_words = words, shown_words + len(words)
    return flicker, shown_words


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=300.0)
    heard, cut = hypotheses(all_of_it().samples[: int(parser.parse_args().seconds * RATE_HZ)])
    partials = max(sum(not utterance.is_final for utterance in heard), 1)
    rows = []
    for name, stable in (("as decoded", False), ("stable", True)):
        flicker, shown = measure(heard, cut, stable=stable)
        per_100 = 100 / max(flicker.final_words, 1)
        rows.append(
            [
                name,
                f"{flicker.changed * per_100:.1f}",
                f"{flicker.corrected * per_100:.1f}",
                f"{flicker.corrected_finals} of {flicker.finals}",
                f"{shown / partials:.2f}",
            ]
        )
    header = ["partials", "changed / 100 words", "corrected / 100 words", "finals that differ", "shown"]
    print(table(header, rows))


if __name__ == "__main__":
    main()
