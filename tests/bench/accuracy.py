"""Words in error through each codec in real calls, beside the bare recogniser on the same audio.

"Whole" decodes each recording in one piece, which no live transcript can: it shows what cutting costs.
"""

import asyncio
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.audio.codec import CODECS, CodecSpec
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech import moonshine
from earwitness.speech.engine import OfflineEngine
from earwitness.speech.readable import ReadableEngine
from earwitness.speech.seams import Recognizer
from tests.bench.bare_recognizer import through
from tests.bench.generator import Load
from tests.bench.material import Material, Spoken, all_of_it
from tests.bench.rig import Subject, generator, subject, table
from tests.support.calls import follow
from tests.support.tap import hear_at_once

normal = EnglishTextNormalizer()


async def measure() -> str:
    """Return the table."""
    said = all_of_it()
    async with subject() as server:
        heard = await asyncio.gather(*(_call(server, codec.name) for codec in CODECS))
    with TemporaryDirectory() as cache:
        recognizer = await asyncio.to_thread(moonshine.load, Path(cache), 0, 1.0)
        engine = ReadableEngine(moonshine.MoonshineEngine(Path(cache)))
        rows = [
            await _row(recognizer, engine, said, codec, text)
            for codec, text in zip(CODECS, heard, strict=True)
        ]
        clean = await hear_at_once(recognizer, said.samples)
        whole = await asyncio.to_thread(_whole, engine, said, said.samples)
        rows.append(
            ["clean", "–", _errors(said, clean), _errors(said, whole), "–", str(len(_lost(said, clean)))]
        )
        await recognizer.aclose()
    heads = [
        "codec",
        "call WER (deleted)",
        "bare WER (deleted)",
        "whole WER (deleted)",
        "points over bare",
        "phrases lost",
    ]
    return table(heads, rows)


async def _call(server: Subject, codec: str) -> str:
    async with generator(Load(codec=codec, whole=True)) as sent:
        body = {"endpoint": {"type": "sip", "uri": sent.uri, "audioConfig": {"encoding": codec}}}
        followed = await follow(server.client, body, timeout_s=900)
        return followed.text


async def _row(
    recognizer: Recognizer, engine: OfflineEngine, said: Material, codec: CodecSpec, text: str
) -> list[str]:
    samples = await asyncio.to_thread(through, codec, said.samples)
    bare = await hear_at_once(recognizer, samples)
    whole = await asyncio.to_thread(_whole, engine, said, samples)
    more = 100 * (_wer(said, text) - _wer(said, bare))
    return [
        codec.name,
        _errors(said, text),
        _errors(said, bare),
        _errors(said, whole),
        f"{more:+.2f}",
        str(len(_lost(said, text))),
    ]


def _whole(engine: OfflineEngine, said: Material, samples: Samples) -> str:
    starts = [round(one.start_s * RATE_HZ) for one in said.spoken] + [len(samples)]
    pieces = [samples[start:end] for start, end in pairwise(starts)]
    return " ".join(engine.decode(piece, "en").text for piece in pieces)


def _errors(said: Material, heard: str) -> str:
    score = jiwer.process_words(normal(said.text), normal(heard))
    return f"{score.wer:.2%} ({score.deletions})"


def _wer(said: Material, heard: str) -> float:
    return float(jiwer.wer(normal(said.text), normal(heard)))


def _lost(said: Material, heard: str) -> list[Spoken]:
    """The recordings of which less than half of the words were heard."""
    lines = [normal(one.text).split() for one in said.spoken]
    aligned = jiwer.process_words(" ".join(word for line in lines for word in line), normal(heard))
    found = {
        place
        for chunk in aligned.alignments[0]
        if chunk.type == "equal"
        for place in range(chunk.ref_start_idx, chunk.ref_end_idx)
    }
    lost, at = [], 0
    for one, line in zip(said.spoken, lines, strict=True):
        if sum(at + place in found for place in range(len(line))) < len(line) / 2:
            lost.append(one)
        at += len(line)
    return lost


if __name__ == "__main__":
    print(asyncio.run(measure()))
