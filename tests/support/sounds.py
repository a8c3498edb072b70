"""Sounds that are not speech, made from numbers: call progress tones, keys, music, noise.

Levels are in dB of full scale of a sine wave; everything is 16 kHz mono and the same on each run.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.pcm import RATE_HZ, Samples

Signal = NDArray[np.float64]

TONE_DBFS = -13.0
MUSIC_DBFS = -16.0

CADENCES: dict[str, tuple[str, tuple[float, ...], tuple[float, ...]]] = {
    "ringing, North America": ("ringing", (440, 480), (2.0, 4.0)),
    "ringing, United Kingdom": ("ringing", (400, 450), (0.4, 0.2, 0.4, 2.0)),
    "ringing, Germany": ("ringing", (425,), (1.0, 4.0)),
    "ringing, France": ("ringing", (440,), (1.5, 3.5)),
    "ringing, Japan": ("ringing", (384, 416), (1.0, 2.0)),
    "busy, North America": ("busy", (480, 620), (0.5, 0.5)),
    "busy, United Kingdom": ("busy", (400,), (0.375, 0.375)),
    "busy, Germany": ("busy", (425,), (0.48, 0.48)),
    "busy, France": ("busy", (440,), (0.5, 0.5)),
    "busy, Japan": ("busy", (400,), (0.5, 0.5)),
    "congestion, North America": ("congestion", (480, 620), (0.25, 0.25)),
    "congestion, United Kingdom": ("congestion", (400,), (0.4, 0.35, 0.225, 0.525)),
    "congestion, Germany": ("congestion", (425,), (0.24, 0.24)),
    "congestion, France": ("congestion", (440,), (0.25, 0.25)),
    "dial tone, North America": ("dial_tone", (350, 440), (600.0, 0.0)),
    "dial tone, United Kingdom": ("dial_tone", (350, 450), (600.0, 0.0)),
    "dial tone, Germany": ("dial_tone", (425,), (600.0, 0.0)),
    "dial tone, France": ("dial_tone", (440,), (600.0, 0.0)),
}
"""ITU-T E.180 Supplement 2: what it is, its frequencies in Hz, and how long it is on and off in turn."""

KEYS = {
    key: (low, high)
    for low, row in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
    for high, key in zip((1209, 1336, 1477, 1633), row, strict=True)
}
"""ITU-T Q.23."""


def level(signal: Signal, dbfs: float) -> Signal:
    """Bring the loudest 50 ms to the level of a sine wave of so many dB of full scale."""
    frames = signal[: len(signal) // 800 * 800].reshape(-1, 800)
    loudest = float(np.sqrt(np.square(frames).mean(axis=1).max())) if len(frames) else 1.0
    gain = 10 ** (dbfs / 20) / 2**0.5 / max(loudest, 1e-9)
    return signal * gain


def pcm(signal: Signal) -> Samples:
    """Return samples of a signal between −1 and 1."""
    return np.clip(np.rint(signal * 32767), -32768, 32767).astype(np.int16)


def silence(seconds: float) -> Samples:
    """Return digital silence."""
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def tone(hertz: Sequence[float], seconds: float, dbfs: float = TONE_DBFS) -> Samples:
    """Return sine waves of equal level together, with edges of 2 ms."""
    return pcm(level(_tone(hertz, seconds), dbfs))


def cadence(name: str, seconds: float, dbfs: float = TONE_DBFS) -> Samples:
    """Return a tone of `CADENCES`."""
    _, hertz, times = CADENCES[name]
    pieces: list[Samples] = []
    length = turn = 0
    while length < seconds * RATE_HZ:
        time_s = min(times[turn % len(times)], seconds)
        pieces.append(silence(time_s) if turn % 2 else tone(hertz, time_s, dbfs))
        length += len(pieces[-1])
        turn += 1
    return np.concatenate(pieces)[: round(seconds * RATE_HZ)]


def special_information(dbfs: float = TONE_DBFS) -> Samples:
    """Return the three tones of ITU-T E.180 that go before an announcement."""
    return np.concatenate([tone((hertz,), 0.33, dbfs) for hertz in (950, 1400, 1800)])


def keys(pressed: str, on_s: float = 0.1, off_s: float = 0.1, dbfs: float = TONE_DBFS) -> Samples:
    """Return keys pressed one after the other."""
    pieces = [np.concatenate([tone(KEYS[key], on_s, dbfs), silence(off_s)]) for key in pressed]
    return np.concatenate(pieces)


def noise(seconds: float, dbfs: float, *, pink: bool = False, seed: int = 1) -> Samples:
    """Return white or pink noise of a mean level."""
    return pcm(_rms(_noise(round(seconds * RATE_HZ), pink=pink, seed=seed), dbfs))


def clicks(seconds: float, dbfs: float = -20.0, seed: int = 2) -> Samples:
    """Return someone who types: bursts of 3 to 12 ms, five to eight a second, in room noise."""
    random = np.random.default_rng(seed)
    signal = _rms(_noise(round(seconds * RATE_HZ), pink=True, seed=seed), -62.0)
    at = 0.1
    while at < seconds - 0.1:
        length = int(random.uniform(0.003, 0.012) * RATE_HZ)
        decay = np.exp(-np.arange(length) / (length / 4))
        ring = np.sin(2 * np.pi * random.uniform(1500, 4000) * np.arange(length) / RATE_HZ)
        burst = decay * (random.standard_normal(length) + ring)
        start = int(at * RATE_HZ)
        signal[start : start + length] += burst * 10 ** (dbfs / 20) * random.uniform(0.3, 1.0)
        at += random.uniform(0.08, 0.25) + (random.uniform(0.3, 2.0) if random.random() < 0.05 else 0.0)
    return pcm(signal)


def music(kind: str, seconds: float, dbfs: float = MUSIC_DBFS) -> Samples:
    """Return music of one of the kinds of `MUSIC`."""
    return pcm(level(MUSIC[kind](seconds), dbfs))


# The instruments. Notes are MIDI numbers; 69 is 440 Hz.

_PROGRESSIONS = ((57, 60, 64), (53, 57, 60), (60, 64, 67), (55, 59, 62))
"""A minor, F, C, G."""


def _hertz(note: float) -> float:
    return 440.0 * float(2.0 ** ((note - 69) / 12))


def _time(seconds: float) -> Signal:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def _tone(hertz: Sequence[float], seconds: float) -> Signal:
    time = _time(seconds)
    signal = sum((np.sin(2 * np.pi * one * time) for one in hertz), np.zeros_like(time))
    return _edged(signal, 0.002)


def _edged(signal: Signal, seconds: float) -> Signal:
    edge = min(round(seconds * RATE_HZ), len(signal) // 2)
    if edge:
        signal[:edge] *= np.linspace(0, 1, edge)
        signal[-edge:] *= np.linspace(1, 0, edge)
    return signal


def _noise(count: int, *, pink: bool, seed: int) -> Signal:
    white = np.random.default_rng(seed).standard_normal(count)
    if not pink:
        return white
    spectrum = np.fft.rfft(white)
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1.0))
    return np.fft.irfft(spectrum, count)


def _rms(signal: Signal, dbfs: float) -> Signal:
    return signal * (10 ** (dbfs / 20) / max(float(np.sqrt(np.square(signal).mean())), 1e-9))


def _put(onto: Signal, what: Signal, at_s: float, gain: float = 1.0) -> None:
    start = round(at_s * RATE_HZ)
    end = min(start + len(what), len(onto))
    if end > start:
        onto[start:end] += gain * what[: end - start]


def _harmonics(hertz: float, seconds: float, weights: Sequence[float], vibrato: float = 0.0) -> Signal:
    time = _time(seconds)
    phase = 2 * np.pi * hertz * (time + vibrato / (2 * np.pi * 5.5) * np.sin(2 * np.pi * 5.5 * time))
    signal = np.zeros_like(time)
    for number, weight in enumerate(weights, 1):
        if number * hertz < RATE_HZ / 2:
            signal += weight * np.sin(number * phase)
    return signal


def _plucked(hertz: float, seconds: float, brightness: float = 0.5) -> Signal:
    """A string after Karplus and Strong: noise in a delay line that loses its highs."""
    period = max(round(RATE_HZ / hertz), 2)
    line = np.random.default_rng(round(hertz)).uniform(-1, 1, period)
    turns = -(-round(seconds * RATE_HZ) // period)
    out = np.empty((turns, period))
    for turn in range(turns):
        out[turn] = line
        line = 0.996 * ((1 - brightness / 2) * line + brightness / 2 * np.roll(line, 1))
    return out.reshape(-1)[: round(seconds * RATE_HZ)]


def _struck(hertz: float, seconds: float, partials: Sequence[tuple[float, float, float]]) -> Signal:
    """A bell or bar: partials as ratio, weight and seconds to a third."""
    time = _time(seconds)
    signal = np.zeros_like(time)
    for ratio, weight, decay_s in partials:
        if ratio * hertz < RATE_HZ / 2:
            signal += weight * np.sin(2 * np.pi * ratio * hertz * time) * np.exp(-time / decay_s)
    return _edged(signal, 0.003)


def _drums(seconds: float, beat_s: float, seed: int = 3) -> Signal:
    """Bass drum, snare and hi-hat in four-four time."""
    random = np.random.default_rng(seed)
    out = np.zeros(round(seconds * RATE_HZ))
    time = _time(0.25)
    bass = np.sin(2 * np.pi * (50 * time + 12 * (1 - np.exp(-time * 25)))) * np.exp(-time * 14)
    at, count = 0.0, 0
    while at < seconds:
        if count % 4 == 0:
            _put(out, bass, at, 1.2)
        if count % 4 == 2:
            _put(out, random.standard_normal(len(time)) * np.exp(-time * 22), at, 0.35)
        hat = np.diff(random.standard_normal(801), 1) * np.exp(-np.arange(800) / 180)
        _put(out, hat, at, 0.08)
        at, count = at + beat_s / 2, count + 1
    return out


def _each_chord(seconds: float, chord_s: float) -> list[tuple[float, tuple[int, ...]]]:
    count = -(-round(seconds * 1000) // round(chord_s * 1000))
    return [(number * chord_s, _PROGRESSIONS[number % 4]) for number in range(count)]


def _pad(seconds: float) -> Signal:
    out = np.zeros(round(seconds * RATE_HZ))
    for at, chord in _each_chord(seconds, 3.0):
        for note in chord:
            for detuned in (-0.06, 0.05):
                saw = _harmonics(_hertz(note + detuned), 3.2, [1 / n for n in range(1, 12)])
                _put(out, _edged(saw, 0.3), at)
    return out


def _arpeggio(seconds: float) -> Signal:
    out = np.zeros(round(seconds * RATE_HZ))
    for at, chord in _each_chord(seconds, 2.0):
        for step in range(8):
            note = chord[step % 3] + 12 * (step % 2) + 12
            sound = _harmonics(_hertz(note), 0.24, [1, 0.5, 0.33, 0.2, 0.15, 0.1])
            _put(out, _edged(sound * np.exp(-_time(0.24) * 6), 0.005), at + step * 0.25)
        _put(out, _edged(_harmonics(_hertz(chord[0] - 12), 1.9, [1, 0.6, 0.3]), 0.02), at, 0.8)
    return out + 1.5 * _drums(seconds, 0.5)


def _piano(seconds: float) -> Signal:
    random = np.random.default_rng(4)
    out = np.zeros(round(seconds * RATE_HZ))
    for at, chord in _each_chord(seconds, 2.4):
        for note in chord:
            _put(out, _struck_string(note - 12), at, 0.5)
        for step in range(4):
            melody = chord[int(random.integers(3))] + 12 + int(random.choice((0, 0, 2, 12)))
            _put(out, _struck_string(melody), at + step * 0.6 + float(random.uniform(0, 0.03)))
    return out


def _struck_string(note: float) -> Signal:
    hertz = _hertz(note)
    stretched = [(n * np.sqrt(1 + 0.0004 * n * n), 1 / n**1.3, 1.2 / (1 + 0.35 * n)) for n in range(1, 14)]
    return _struck(hertz, 1.8, stretched)


def _guitar(seconds: float) -> Signal:
    out = np.zeros(round(seconds * RATE_HZ))
    for at, chord in _each_chord(seconds, 2.0):
        for step, place in enumerate((0, 1, 2, 1, 0, 2, 1, 2)):
            _put(out, _plucked(_hertz(chord[place] - (0 if step % 4 else 12)), 0.9), at + step * 0.25)
    return out


def _strings(seconds: float) -> Signal:
    out = np.zeros(round(seconds * RATE_HZ))
    for at, chord in _each_chord(seconds, 2.5):
        for place, note in enumerate((chord[0] - 12, *chord, chord[1] + 12)):
            weights = [1 / n**0.9 for n in range(1, 16)]
            bowed = _harmonics(_hertz(note + 0.03 * place), 2.7, weights, vibrato=0.006 + 0.001 * place)
            _put(out, _edged(bowed, 0.25), at)
    return out


def _bells(seconds: float) -> Signal:
    random = np.random.default_rng(5)
    bell = (
        (0.5, 0.4, 2.0),
        (1.0, 1.0, 1.6),
        (1.183, 0.6, 1.2),
        (1.506, 0.5, 1.0),
        (2.0, 0.7, 0.8),
        (2.74, 0.4, 0.5),
    )
    out = np.zeros(round(seconds * RATE_HZ))
    for at, chord in _each_chord(seconds, 1.6):
        for step in range(4):
            note = chord[int(random.integers(3))] + 12 * int(random.integers(1, 3))
            _put(out, _struck(_hertz(note), 2.5, bell), at + step * 0.4)
    return out


def _eight_bit(seconds: float) -> Signal:
    """Square waves: arpeggios of 60 ms, a bass, noise for drums."""
    random = np.random.default_rng(6)
    out = np.zeros(round(seconds * RATE_HZ))
    for at, chord in _each_chord(seconds, 1.92):
        for step in range(32):
            square = np.sign(_harmonics(_hertz(chord[step % 3] + 12), 0.06, [1]))
            _put(out, _edged(square, 0.001), at + step * 0.06, 0.5)
        for step in range(8):
            _put(
                out,
                _edged(np.sign(_harmonics(_hertz(chord[0] - 12), 0.2, [1])), 0.002),
                at + step * 0.24,
                0.6,
            )
            if step % 2:
                burst = random.standard_normal(1600) * np.exp(-np.arange(1600) / 400)
                _put(out, burst, at + step * 0.24, 0.3)
    return out


def _flute(seconds: float) -> Signal:
    """A slow tune of one voice with vibrato and breath: what is most like a voice."""
    random = np.random.default_rng(7)
    out = np.zeros(round(seconds * RATE_HZ))
    at, scale = 0.0, (60, 62, 64, 67, 69, 72)
    while at < seconds:
        length = float(random.choice((0.3, 0.6, 0.9, 1.2)))
        sound = _harmonics(
            _hertz(int(random.choice(scale)) + 12), length, [1, 0.35, 0.15, 0.06], vibrato=0.008
        )
        breath = 0.02 * random.standard_normal(len(sound))
        _put(out, _edged(sound + breath, 0.05), at)
        at += length
    return out


def _beat(seconds: float) -> Signal:
    return _drums(seconds, 0.55, seed=8)


MUSIC: dict[str, Callable[[float], Signal]] = {
    "pad": _pad,
    "arpeggio and drums": _arpeggio,
    "piano": _piano,
    "guitar": _guitar,
    "strings": _strings,
    "bells": _bells,
    "8-bit": _eight_bit,
    "flute": _flute,
    "drums alone": _beat,
}
