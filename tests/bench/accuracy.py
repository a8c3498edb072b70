"""Words in error through each codec in real calls, beside the bare recogniser on the same audio."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.audio.codec import CODECS
from earwitness.speech import moonshine
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
        rows = [await _row(recognizer, said, name, text) for name, text in zip(CODECS, heard, strict=True)]
        clean = await hear_at_once(recognizer, said.samples)
        rows.append(["clean, bare", "–", f"{_wer(said, clean):.2%}", "–", str(len(_lost(said, clean)))])
        await recognizer.aclose()
    return table(["codec", "call WER", "bare WER", "points more", "phrases lost"], rows)


async def _call(server: Subject, codec: str) -> str:
    async with generator(Load(codec=codec, whole=True)) as sent:
        body = {"endpoint": {"type": "sip", "uri": sent.uri, "audioConfig": {"encoding": codec}}}
        followed = await follow(server.client, body, timeout_s=900)
        return followed.text


async def _row(recognizer: Recognizer, said: Material, codec: object, text: str) -> list[str]:
    spec = next(one for one in CODECS if one is codec)
    bare = await hear_at_once(recognizer, await asyncio.to_thread(through, spec, said.samples))
    more = 100 * (_wer(said, text) - _wer(said, bare))
    return [
        spec.name,
        f"{_wer(said, text):.2%}",
        f"{_wer(said, bare):.2%}",
        f"{more:+.2f}",
        str(len(_lost(said, text))),
    ]


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
