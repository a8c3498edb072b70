"""Words in error through bad networks, at low level and in babble, beside the bare recogniser on clean files.

Every recording, in a row with pauses, goes as RTP packets in virtual time through a network model and then
the way of a call: leg, jitter buffer, concealment, decoder, recogniser. One seed draws
what is lost, and there are some 700 words, so rows differ by chance by up to a point. Takes five minutes.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import jiwer
import numpy as np
from numpy.typing import NDArray
from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.audio.codec import OPUS, PCMU, CodecSpec
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.rtp.leg import Leg
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.plan import MediaPlan
from earwitness.speech import models
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.seams import Heard, Recognizer
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.vad import SileroVad
from tests.bench.bare_recognizer import NO_PARTIALS
from tests.bench.material import Material, all_of_it, recordings
from tests.bench.packets import PACKET_S, encoded
from tests.bench.rig import table
from tests.support.network import Network
from tests.support.tap import hear_at_once

_LOOK_S = 0.06
_PAYLOAD_TYPES = {0: PCMU, 96: OPUS}
_PEER = ("192.0.2.2", 5000)
_BABBLE_DB = 10.0
_TALKERS = 6
_WAITING_S = 10.0

_GOOD = Network()
normal = EnglishTextNormalizer()


@dataclass(frozen=True, slots=True)
class Condition:
    """What happens to the speech."""

    name: str
    network: Network = _GOOD
    level_db: float = 0.0
    babble: bool = False


CONDITIONS = (
    Condition("good network"),
    Condition("5 % lost", Network(loss=0.05)),
    Condition("10 % lost", Network(loss=0.10)),
    Condition("20 % lost", Network(loss=0.20)),
    Condition("5 % lost in bursts", Network(loss=0.05, bursty=True)),
    Condition("10 % lost in bursts", Network(loss=0.10, bursty=True)),
    Condition("20 % lost in bursts", Network(loss=0.20, bursty=True)),
    Condition("60 ms jitter", Network(jitter_s=0.06)),
    Condition("60 ms jitter, 10 % lost", Network(loss=0.10, jitter_s=0.06)),
    Condition("−20 dB", level_db=-20.0),
    Condition("babble, 10 dB below", babble=True),
)


@dataclass(frozen=True, slots=True)
class Score:
    """Errors in parts of the words said."""

    wer: float
    deletions: float
    concealed: float
    """Part of the audio that stands in for lost packets."""


async def measure() -> str:
    """Return the table."""
    said = all_of_it()
    with TemporaryDirectory() as cache:
        engine = await asyncio.to_thread(MoonshineEngine, Path(cache))
    recognizer = SegmentedRecognizer(engine, SileroVad(models.silero_model()), pace=NO_PARTIALS)
    rows = []
    try:
        bare = score(said, await hear_at_once(recognizer, said.samples))
        rows.append(["clean files, bare recogniser", *_shown(bare), *_shown(bare)])
        for condition in CONDITIONS:
            scores = [await through_call(recognizer, said, codec, condition) for codec in (OPUS, PCMU)]
            rows.append([condition.name, *(cell for one in scores for cell in _shown(one))])
    finally:
        await recognizer.aclose()
    heads = ["condition"]
    for codec in ("Opus", "µ-law"):
        heads += [f"{codec} WER", f"{codec} deletions", f"{codec} concealed"]
    return table(heads, rows)


async def through_call(
    recognizer: Recognizer, said: Material, codec: CodecSpec, condition: Condition
) -> Score:
    """Hear the material as a call under a condition."""
    samples = await asyncio.to_thread(_impaired, said, condition)
    packets = await asyncio.to_thread(_packets, codec, samples)
    leg = Leg(MediaPlan(*_PEER, _PAYLOAD_TYPES, 0), 0.0)
    stream = recognizer.open("in")
    finals = []

    async def feed() -> None:
        now = _LOOK_S
        for packet, at in condition.network.carry(packets):
            while at > now:
                for piece in leg.pull(now):
                    stream.push(piece)
                now += _LOOK_S
                while stream.waiting_s > _WAITING_S:  # noqa: ASYNC110 - a live source is never told
                    await asyncio.sleep(0.005)
            leg.receive_rtp(bytes(packet), _PEER, at)
        for piece in leg.receiver.finish():
            stream.push(piece)
        stream.end()

    feeding = asyncio.create_task(feed())
    async for event in stream:
        if isinstance(event, Heard) and event.utterance.is_final:
            finals.append(event.utterance.text)
    await feeding
    await stream.aclose()
    return score(said, " ".join(finals), leg.stats.concealed_s / leg.stats.media_s)


def score(said: Material, heard: str, concealed: float = 0.0) -> Score:
    """Compare what was heard with what was said."""
    counted = jiwer.process_words(normal(said.text), normal(heard))
    words = counted.hits + counted.substitutions + counted.deletions
    return Score(float(counted.wer), counted.deletions / words, concealed)


def _shown(one: Score) -> list[str]:
    return [f"{one.wer:.1%}", f"{one.deletions:.1%}", f"{one.concealed:.1%}"]


def _impaired(said: Material, condition: Condition) -> Samples:
    samples = said.samples * 10 ** (condition.level_db / 20)
    if condition.babble:
        spans = [samples[round(one.start_s * RATE_HZ) : round(one.end_s * RATE_HZ)] for one in said.spoken]
        voices = babble(len(samples))
        samples += voices * _level(np.concatenate(spans)) / _level(voices) / 10 ** (_BABBLE_DB / 20)
    return np.asarray(np.clip(np.rint(samples), -32768, 32767), np.int16)


def babble(length: int) -> NDArray[np.float64]:
    """Several recordings at once, over and over, each at the same level."""
    voices = [samples / _level(samples) for _, samples in recordings()]
    mixed = np.zeros(length)
    for talker in range(_TALKERS):
        line = np.concatenate(voices[talker::_TALKERS])
        mixed += np.resize(np.roll(line, talker * RATE_HZ), length)
    return mixed


def _level(samples: NDArray[np.int16] | NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def _packets(codec: CodecSpec, samples: Samples) -> list[tuple[RtpPacket, float]]:
    ticks = codec.clock_rate_hz // 50
    payload_type = next(number for number, one in _PAYLOAD_TYPES.items() if one is codec)
    return [
        (RtpPacket(payload_type, n & 0xFFFF, n * ticks & 0xFFFF_FFFF, 1, payload), n * PACKET_S)
        for n, payload in enumerate(encoded(codec, samples))
    ]


if __name__ == "__main__":
    print(asyncio.run(measure()))
