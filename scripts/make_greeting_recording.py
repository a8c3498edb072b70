"""Make the greeting of an answering machine that the tests play.

A free voice speaks it (flite, a Debian package), a beep follows, and it is written as Opus. The result is the
same on each run with the same versions of flite and libopus.
"""

import subprocess
import tempfile
from pathlib import Path

import av
import numpy as np
import soxr
from numpy.typing import NDArray

TARGET = Path(__file__).resolve().parents[1] / "tests/unit/speech/data/greeting.opus"
RATE_HZ = 16_000
VOICE = "rms"
SENTENCES = (
    "Hello.",
    "You have reached the office of Anna Berg.",
    "I am not available right now. Please leave a message after the tone.",
)
PAUSE_S = 0.7
BEEP_HZ = 1000
BEEP_S = 0.4


def main() -> None:
    """Make the recording."""
    pause = np.zeros(round(PAUSE_S * RATE_HZ))
    pieces = [pause]
    for sentence in SENTENCES:
        pieces += [spoken(sentence), pause]
    at_s = np.arange(round(BEEP_S * RATE_HZ)) / RATE_HZ
    pieces += [0.2 * np.sin(2 * np.pi * BEEP_HZ * at_s), np.zeros(2 * RATE_HZ)]
    write(np.concatenate(pieces))


def spoken(text: str) -> NDArray[np.float64]:
    """Return a sentence, its peak at half of full scale."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "speech.wav")
        subprocess.run(["flite", "-voice", VOICE, "-t", text, "-o", str(path)], check=True)
        with av.open(path) as container:
            frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
            rate_hz = container.streams.audio[0].rate
    signal: NDArray[np.float64] = soxr.resample(np.concatenate(frames) / 32768, rate_hz, RATE_HZ)
    return signal * (0.5 / float(np.abs(signal).max()))


def write(signal: NDArray[np.float64]) -> None:
    """Write the recording."""
    samples = np.rint(signal * 32767).astype(np.int16)
    with av.open(TARGET, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono")
        stream.bit_rate = 24_000
        for at in range(0, len(samples), 320):
            piece = np.ascontiguousarray(samples[np.newaxis, at : at + 320])
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    main()
