"""Keys that are pressed: two tones at once, one of each group (DTMF, ITU-T Q.23 and Q.24)."""

from earwitness.speech.tones import Tone

_LOW_HZ = (697, 770, 852, 941)
_HIGH_HZ = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")
_TOLERANCE = 0.02
_PURITY = 0.88
_TWIST = 0.12
"""A weaker tone 9 dB under the other."""


def key_of(tone: Tone) -> str | None:
    """Return the key of a tone that is a key's."""
    if len(tone.hertz) != 2 or tone.purity < _PURITY or tone.twist < _TWIST:
        return None
    row, column = (_nearest(one, known) for one, known in zip(tone.hertz, (_LOW_HZ, _HIGH_HZ), strict=True))
    return None if row is None or column is None else _KEYS[row][column]


def _nearest(hertz: float, known: tuple[int, ...]) -> int | None:
    place = min(range(len(known)), key=lambda number: abs(known[number] - hertz))
    return place if abs(known[place] - hertz) <= _TOLERANCE * known[place] else None
