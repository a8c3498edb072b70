"""How written words sound, roughly: enough to tell whether one may be a mishearing of another.

English spelling is read by a few rules into a string of sounds. All vowels are one sound, since they are what
recognisers get wrong first. This is no transcription: two words are compared, never one looked up.
"""

import functools
import re
import unicodedata

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^[kgp]n", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^x", "z"),
        (r"mb$", "m"),
        (r"tch|ch|cz", "C"),
        (r"sz", "S"),
        (r"(?:[cst]i|ssi)(?=on|ou|al|an)|sh", "S"),
        (r"ph", "f"),
        (r"gh", ""),
        (r"th", "T"),
        (r"(?:dg|g|j)(?=[eiy])|j", "J"),
        (r"s?c(?=[eiy])", "s"),
        (r"ck|c|q", "k"),
        (r"x", "ks"),
        (r"(?<=[^aeiouy])e$", ""),
        (r"(?<=[aeiou])[whr]+(?![aeiouywhr])", ""),
        (r"[aeiouy]+", "a"),
        (r"(.)\1+", r"\1"),
    )
)
_VOWEL = "a"
_NEAR = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.25, "bp dt gk fv sz SC SJ CJ zJ td"),
        (0.5, "mn Tf Tt Td sS sT kC rl wv bv ng gJ pf pt kt dn Tv zS zT wl Ts lw"),
    )
    for pair in pairs.split()
}
"""What it costs to take a sound for another, where that is less than 1."""
_WEAK = {_VOWEL: 0.3, "h": 0.4, "w": 0.5, "r": 0.6}
"""What it costs to hear or miss such a sound; any other costs 1."""


@functools.lru_cache(maxsize=16_384)
def sounds_of(text: str) -> str:
    """Return the sounds of a word, or of several that are spoken as one; empty where there is no letter."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    sounds = "".join(letter for letter in plain if "a" <= letter <= "z")
    for pattern, sound in _RULES:
        sounds = pattern.sub(sound, sounds)
    return sounds


def weight_of(sounds: str) -> float:
    """Return what it would cost to miss all of the sounds."""
    return sum(_WEAK.get(sound, 1.0) for sound in sounds)


def difference(heard: str, meant: str, most: float) -> float:
    """Return what it costs to hear one string of sounds for another, an edit distance; `inf` above `most`."""
    if abs(weight_of(heard) - weight_of(meant)) > most:
        return float("inf")
    row = [0.0]
    for sound in meant:
        row.append(row[-1] + _WEAK.get(sound, 1.0))
    for one in heard:
        missed = _WEAK.get(one, 1.0)
        last, row = row, [row[0] + missed]
        for place, other in enumerate(meant, 1):
            row.append(
                min(
                    last[place] + missed,
                    row[-1] + _WEAK.get(other, 1.0),
                    last[place - 1] + _exchange(one, other),
                )
            )
        if min(row) > most:
            return float("inf")
    return row[-1] if row[-1] <= most else float("inf")


def _exchange(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return _NEAR.get(frozenset((one, other)), 1.0)
