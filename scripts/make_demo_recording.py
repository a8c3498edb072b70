"""Make the demo recording from its script.

Reads the sentences of `src/earwitness/testing/demo/meeting.json`, speaks them with two free voices, writes
`meeting.flac` beside it and puts each sentence's times back into the JSON file. The result is the same on
each run with the same versions of the voices.

Needs festival with the voice festvox-us-slt-hts, and flite (Debian packages `festival festvox-us-slt-hts
flite`), besides the packages of earwitness itself.
"""

import io
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import soxr
from numpy.typing import NDArray

DEMO_FOLDER = Path(__file__).resolve().parents[1] / "src/earwitness/testing/demo"
RATE_HZ = 16_000

LEVEL_DBFS = -23.0
"""Root mean square of each sentence over its frames with speech."""
PEAK_DBFS = -1.5
NOISE_DBFS = -65.0
"""Room noise under the whole recording, since no real call is digitally silent."""
SEED = 11

LEAD_IN_S = 0.6
TAIL_S = 1.5
TURN_PAUSE_S = (0.6, 0.9)
SENTENCE_PAUSE_S = (0.6, 0.8)

FRAME = RATE_HZ // 100
EDGE_DB = -42.0
"""Frames this far under the loudest one, at either end of a sentence, are not speech."""
MARGIN_S = 0.04
"""Kept, faded, on either side of the speech."""

Signal = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A spoken sentence: its samples, and where in them the speech starts and ends, in samples."""

    signal: Signal
    start: int
    end: int


def main() -> None:
    """Make the recording and fill in the times."""
    path = DEMO_FOLDER / "meeting.json"
    meeting = json.loads(path.read_text(encoding="utf-8"))
    random = np.random.default_rng(SEED)
    voices = {speaker["name"]: speaker["voice"] for speaker in meeting["speakers"]}

    pieces: list[tuple[int, Signal]] = []
    position = round(LEAD_IN_S * RATE_HZ)
    previous: dict[str, Any] | None = None
    for line in meeting["lines"]:
        sentence = trimmed(level(speak(line["text"], voices[line["speaker"]])))
        if previous is not None:
            same = previous["speaker"] == line["speaker"]
            position += round(random.uniform(*(SENTENCE_PAUSE_S if same else TURN_PAUSE_S)) * RATE_HZ)
        position = whole_milliseconds(position)
        end = whole_milliseconds(position + sentence.end - sentence.start)
        pieces.append((position - sentence.start, sentence.signal))
        line["start_s"], line["end_s"] = position / RATE_HZ, end / RATE_HZ
        position, previous = end, line

    signal = room_noise(position + round(TAIL_S * RATE_HZ), random)
    for start, piece in pieces:
        signal[start : start + len(piece)] += piece
    samples = np.round(signal * 32768).astype(np.int16)

    (DEMO_FOLDER / "meeting.flac").write_bytes(flac(samples))
    path.write_text(json.dumps(meeting, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(pieces)} sentences, {len(samples) / RATE_HZ:.1f} s\n")


def speak(text: str, voice: str) -> Signal:
    """Synthesise a sentence; `voice` is `festival:NAME` or `flite:NAME`."""
    program, name = voice.split(":")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "text"), Path(folder, "speech.wav")
        source.write_text(text, encoding="utf-8")
        command = {
            "festival": ["text2wave", "-eval", f"(voice_{name})", str(source), "-o", str(target)],
            "flite": ["flite", "-voice", name, "-f", str(source), "-o", str(target)],
        }[program]
        subprocess.run(command, check=True)
        with av.open(target) as container:
            frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
            rate_hz = container.streams.audio[0].rate
    signal: Signal = soxr.resample(np.concatenate(frames) / 32768, rate_hz, RATE_HZ, quality="VHQ")
    return signal


def frame_levels_db(signal: Signal) -> Signal:
    """Level of each 10 ms frame in dBFS."""
    frames = signal[: len(signal) // FRAME * FRAME].reshape(-1, FRAME)
    levels: Signal = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)
    return levels


def level(signal: Signal) -> Signal:
    """Bring the frames with speech to the common loudness, and no sample above the peak."""
    levels = frame_levels_db(signal)
    active = np.mean(10 ** (levels[levels > levels.max() - 30] / 10))
    gain = float(10 ** (LEVEL_DBFS / 20) / np.sqrt(active))
    return signal * min(gain, float(10 ** (PEAK_DBFS / 20) / np.abs(signal).max()))


def trimmed(signal: Signal) -> Sentence:
    """Cut the silence off both ends, but for a faded margin."""
    levels = frame_levels_db(signal)
    speech = np.flatnonzero(levels > levels.max() + EDGE_DB)
    start, end = int(speech[0]) * FRAME, (int(speech[-1]) + 1) * FRAME
    margin = round(MARGIN_S * RATE_HZ)
    cut = np.pad(signal, margin)[start : end + 2 * margin]
    fade = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, margin))
    cut[:margin] *= fade
    cut[-margin:] *= fade[::-1]
    return Sentence(cut, margin, len(cut) - margin)


def whole_milliseconds(samples: int) -> int:
    """Round up, so that the times in the file are exact."""
    per_millisecond = RATE_HZ // 1000
    return -(-samples // per_millisecond) * per_millisecond


def room_noise(length: int, random: np.random.Generator) -> Signal:
    """Pink noise above 100 Hz."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    frequencies_hz = np.fft.rfftfreq(length, 1 / RATE_HZ)
    spectrum /= np.sqrt(np.maximum(frequencies_hz, 100.0))
    spectrum[frequencies_hz < 50] = 0
    noise: Signal = np.fft.irfft(spectrum, length)
    noise *= 10 ** (NOISE_DBFS / 20) / np.sqrt(np.mean(noise**2))
    return noise


def flac(samples: NDArray[np.int16]) -> bytes:
    """Encode mono samples as a FLAC file."""
    target = io.BytesIO()
    with av.open(target, "w", format="flac") as container:
        stream = container.add_stream(
            "flac", rate=RATE_HZ, layout="mono", options={"compression_level": "12"}
        )
        stream.format = "s16"
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


if __name__ == "__main__":
    main()
