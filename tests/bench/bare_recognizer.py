"""What the embedded recogniser gets right, costs and takes, fed from PCM in memory: the floor for live calls.

Run as `python tests/bench/bare_recognizer.py [--streams N …] [--seconds S] [--skip accuracy|cost|latency …]`.
The material is read speech with references in ../shared/speech, its files in a row with pauses of 0.6 to 2 s.

accuracy: words in error of the stream as it is against decoding each file whole, over codecs and levels.
cost:     CPU seconds for each second of audio, on one thread.
latency:  on the real clock: "final" counts from the end of speech as the segmenter finds it, cuts in the
          midst of speech left out; "first partial" from its start; "word shown" from the estimated end of
          each word to the first text that covers it.
"""

import argparse
import asyncio
import csv
import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.audio.codec import G722, OPUS, PCMU, CodecSpec, open_decoder, open_encoder
from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.conversation.utterance import Utterance
from earwitness.speech import models
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.partials import Pace
from earwitness.speech.readable import ReadableEngine
from earwitness.speech.seams import Heard, SpeechStarted
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.segmenter import SegmentClosed, Segmenter
from earwitness.speech.vad import SileroVad, VoiceActivity

SPEECH = Path(__file__).resolve().parents[2].parent / "shared" / "speech"
PACKET_SAMPLES = RATE_HZ // 50
NO_PARTIALS = Pace(first_s=1e9, interval_s=1e9, most_s=1e9)
SURVIVES = re.compile(r"\bask? not\b")
"""Of `whisper_jfk.wav`: a quiet phrase, alone between pauses, that voice activity detection likes to lose."""

normalized: Callable[[str], str] = EnglishTextNormalizer()


@dataclass(frozen=True)
class Material:
    """Files in a row."""

    samples: Samples
    spans: tuple[tuple[int, int], ...]
    """Of each file, in samples."""
    reference: str


def in_a_row(seed: int) -> Material:
    """Join all files with pauses of a fixed pseudo-random length."""
    pauses = random.Random(seed)
    with (SPEECH / "references.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    pieces: list[Samples] = [np.zeros(RATE_HZ // 2, np.int16)]
    spans = []
    at = len(pieces[0])
    for row in rows:
        samples = read_audio(SPEECH / row["file"])
        silence = np.zeros(int(pauses.uniform(0.6, 2.0) * RATE_HZ), np.int16)
        spans.append((at, at + len(samples)))
        pieces += [samples, silence]
        at += len(samples) + len(silence)
    reference = " ".join(normalized(row["reference"]) for row in rows)
    return Material(np.concatenate(pieces), tuple(spans), reference)


def through(codec: CodecSpec, samples: Samples) -> Samples:
    """Encode and decode packet by packet."""
    encoder, decoder = open_encoder(codec), open_decoder(codec)
    whole = samples[: len(samples) // PACKET_SAMPLES * PACKET_SAMPLES].reshape(-1, PACKET_SAMPLES)
    return np.concatenate([decoder.decode(encoder.encode(packet)) for packet in whole])


def quieter(samples: Samples, by_db: float) -> Samples:
    return (samples * 10 ** (-by_db / 20)).astype(np.int16)


CHANNELS: dict[str, Callable[[Samples], Samples]] = {
    "clean": lambda samples: samples,
    "Opus": lambda samples: through(OPUS, samples),
    "G.722": lambda samples: through(G722, samples),
    "µ-law": lambda samples: through(PCMU, samples),
    "clean −20 dB": lambda samples: quieter(samples, 20),
    "µ-law −20 dB": lambda samples: through(PCMU, quieter(samples, 20)),
    "µ-law −30 dB": lambda samples: through(PCMU, quieter(samples, 30)),
}


def print_errors(name: str, reference: str, text: str, segments: int) -> None:
    heard = normalized(text)
    score = jiwer.process_words(reference, heard)
    counts = (score.deletions, score.insertions, score.substitutions, segments)
    columns = " ".join(f"{count:5d}" for count in counts)
    print(
        f"{name:26s} {100 * score.wer:5.2f} {columns}  {'kept' if SURVIVES.search(heard) else 'LOST'}",
        flush=True,
    )


async def hear(recognizer: SegmentedRecognizer, samples: Samples) -> list[Utterance]:
    """Give all audio as fast as it is heard and return the finals."""
    stream = recognizer.open("in")

    async def feed() -> None:
        for at in range(0, len(samples), RATE_HZ):
            stream.push(Pcm(samples[at : at + RATE_HZ], at / RATE_HZ))
            while stream.waiting_s > 10:  # noqa: ASYNC110  a live source never needs to be told
                await asyncio.sleep(0.005)
        stream.end()

    feeding = asyncio.create_task(feed())
    finals = [
        event.utterance async for event in stream if isinstance(event, Heard) and event.utterance.is_final
    ]
    await feeding
    return finals


async def accuracy(engine: MoonshineEngine, vad: SileroVad, material: Material) -> None:
    print(f"\n{'words in error':26s} WER %   del   ins   sub pieces 'ask not'")
    recognizer = SegmentedRecognizer(engine, vad, pace=NO_PARTIALS)
    for name, channel in CHANNELS.items():
        samples = await asyncio.to_thread(channel, material.samples)
        decode = ReadableEngine(engine).decode
        whole = await asyncio.gather(
            *(asyncio.to_thread(decode, samples[start:end], "en") for start, end in material.spans)
        )
        text = " ".join(decoded.text for decoded in whole)
        print_errors(f"{name}, files whole", material.reference, text, len(whole))
        finals = await hear(recognizer, samples)
        text = " ".join(final.text for final in finals)
        print_errors(f"{name}, stream", material.reference, text, len(finals))
    await recognizer.aclose()


def cost(engine: MoonshineEngine, vad: SileroVad, material: Material) -> None:
    audio_s = len(material.samples) / RATE_HZ
    print(f"\n{'CPU s per audio s':24s}")
    started = time.process_time()
    (probabilities,) = vad.run([(VoiceActivity(), material.samples)])
    print(f"{'voice activity':24s} {(time.process_time() - started) / audio_s:.4f}")
    batch = [(VoiceActivity(), material.samples[: 60 * RATE_HZ]) for _ in range(8)]
    started = time.process_time()
    vad.run(batch)
    print(f"{'… 8 streams together':24s} {(time.process_time() - started) / (8 * 60):.4f}")
    segmenter = Segmenter()
    started = time.process_time()
    events = [*segmenter.push(0, material.samples, probabilities), *segmenter.close()]
    print(f"{'segments':24s} {(time.process_time() - started) / audio_s:.4f}")
    started = time.process_time()
    for event in events:
        if isinstance(event, SegmentClosed):
            engine.decode(event.segment.samples, "en")
    print(f"{'finals':24s} {(time.process_time() - started) / audio_s:.4f}")


@dataclass(frozen=True)
class Measured:
    """Delays of one stream, in seconds."""

    finals: list[float]
    first_partials: list[float]
    words: list[float]


async def listen(recognizer: SegmentedRecognizer, samples: Samples, leg: str) -> Measured:
    """Give the audio in packets on the real clock and note when what is heard."""
    stream = recognizer.open(leg)
    measured = Measured([], [], [])
    shown_to_s = 0.0
    seen: set[str] = set()
    last_final: tuple[float, float] | None = None
    """End of its speech and delay; it counts once silence is known to follow."""
    began = time.perf_counter()

    async def feed() -> None:
        for at in range(0, len(samples), PACKET_SAMPLES):
            await asyncio.sleep(began + (at + PACKET_SAMPLES) / RATE_HZ - time.perf_counter())
            stream.push(Pcm(samples[at : at + PACKET_SAMPLES], at / RATE_HZ))
        stream.end()

    feeding = asyncio.create_task(feed())
    async for event in stream:
        if isinstance(event, SpeechStarted) and last_final is not None:
            if event.at_s - last_final[0] > 0.1:
                measured.finals.append(last_final[1])
            last_final = None
        if not isinstance(event, Heard):
            continue
        now_s = time.perf_counter() - began
        utterance = event.utterance
        if utterance.is_final:
            last_final = utterance.end_s, now_s - utterance.end_s
        elif utterance.id not in seen:
            measured.first_partials.append(now_s - utterance.start_s)
        seen.add(utterance.id)
        measured.words.extend(now_s - word.end_s for word in utterance.words if word.end_s > shown_to_s)
        shown_to_s = max(shown_to_s, utterance.end_s)
    await feeding
    return measured


def spread(values: Sequence[float]) -> str:
    if not values:
        return "    –     –"
    return " ".join(f"{1000 * np.percentile(values, percent):5.0f}" for percent in (50, 95))


async def latency(
    engine: MoonshineEngine, vad: SileroVad, material: Material, streams: Sequence[int], seconds: float
) -> None:
    print(
        "\non the real clock          CPU/s each  final p50 p95  first partial   word shown  dropped partials"
    )
    for count in streams:
        for name, pace in (("1 s partials", Pace()), ("no partials", NO_PARTIALS)):
            recognizer = SegmentedRecognizer(engine, vad, pace=pace)
            length = int(seconds * RATE_HZ)
            starts = [number * len(material.samples) // count for number in range(count)]
            started = time.process_time()
            measured = await asyncio.gather(
                *(
                    listen(recognizer, np.roll(material.samples, -start)[:length], f"leg {number}")
                    for number, start in enumerate(starts)
                )
            )
            cpu = (time.process_time() - started) / (count * seconds)
            print(
                f"{count:3d} streams, {name:12s} {cpu:11.4f}      "
                f"{spread([delay for one in measured for delay in one.finals])}     "
                f"{spread([delay for one in measured for delay in one.first_partials])}  "
                f"{spread([delay for one in measured for delay in one.words])}"
                f"{recognizer.stats.pool.dropped_partials:19d}",
                flush=True,
            )
            await recognizer.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1, help="of the pauses")
    parser.add_argument("--skip", nargs="*", choices=["accuracy", "cost", "latency"], default=[])
    arguments = parser.parse_args()
    if not SPEECH.is_dir():
        parser.exit(1, f"no recordings in {SPEECH}: they are not part of the repository\n")
    material = in_a_row(arguments.seed)
    print(f"{len(material.samples) / RATE_HZ:.0f} s of audio, {len(material.reference.split())} words")
    with tempfile.TemporaryDirectory() as cache:
        engine = MoonshineEngine(Path(cache))
    vad = SileroVad(models.silero_model())
    if "accuracy" not in arguments.skip:
        asyncio.run(accuracy(engine, vad, material))
    if "cost" not in arguments.skip:
        cost(engine, vad, material)
    if "latency" not in arguments.skip:
        asyncio.run(latency(engine, vad, material, arguments.streams, arguments.seconds))


if __name__ == "__main__":
    main()
