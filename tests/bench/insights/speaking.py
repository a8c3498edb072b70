"""Speaking sentences with a free voice (Debian package `flite`, voices inside), digits one by one."""

import re
import shutil
import subprocess
import tempfile
import wave
from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.conversation.number_words import DIGITS

VOICE = "rms"
"""Of flite's voices the recogniser hears this one best: 8 % words in error; slt 10, awb 11, kal 18."""
LEAD_S = 0.6
GAP_S = 3.0
"""Longer than a pause that a sentence goes on over."""
ANCHOR = "Hello and welcome to this recording."
"""Said first: it tells where times count from."""
_DIGITS = tuple(DIGITS)
_LONG_NUMBER = re.compile(r"\+?\(?\d[\d\s().-]{5,}\d")
_ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording, and from when to when each sentence is said in it."""

    samples: Samples
    spans: tuple[tuple[float, float], ...]
    """Without the anchor's; counted from the anchor's start."""


def can_speak() -> bool:
    """Tell whether the voice is installed."""
    return shutil.which("flite") is not None


def as_said(text: str) -> str:
    """Return a text with long numbers as single digits, and addresses and dates as they are read out."""
    text = _ADDRESS.sub(lambda found: _read_out(found[0]), text)
    text = _DATE.sub(lambda found: f"{month_name[int(found[1])]} {found[2]}, {found[3]}", text)
    return _LONG_NUMBER.sub(lambda found: _digit_by_digit(found[0]), text)


def _read_out(address: str) -> str:
    return _INNER_CAPITAL.sub(" ", address).replace("@", " at ").replace(".", " dot ")


def _digit_by_digit(number: str) -> str:
    groups = [group for group in re.split(r"\D+", number) if group]
    if len(groups) == 1:
        groups = [number[at : at + 4] for at in range(0, len(number), 4)]
    said = ", ".join(" ".join(_DIGITS[int(digit)] for digit in group) for group in groups)
    return f"plus {said}" if number.startswith("+") else said


def recording(sentences: Sequence[str], voice: str = VOICE) -> Spoken:
    """Speak sentences, one after the other."""
    anchor = speak(ANCHOR, voice)
    parts = [_silence(LEAD_S), anchor]
    at_s = len(anchor) / RATE_HZ
    spans = []
    for sentence in sentences:
        samples = speak(sentence, voice)
        parts += [_silence(GAP_S), samples]
        start_s = at_s + GAP_S
        at_s = start_s + len(samples) / RATE_HZ
        spans.append((start_s, at_s))
    return Spoken(np.concatenate([*parts, _silence(GAP_S)]), tuple(spans))


@cache
def speak(sentence: str, voice: str = VOICE) -> Samples:
    """Speak a sentence; silence at its ends is cut off."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["flite", "-voice", voice, "-t", as_said(sentence), "-o", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        with wave.open(str(path), "rb") as file:
            rate_hz = file.getframerate()
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    if rate_hz != RATE_HZ:
        raise RuntimeError(f"the voice {voice} speaks at {rate_hz} Hz")
    loud = np.flatnonzero(np.abs(samples) > 300)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.int16)
