"""How a sentence reads: as something that was said to its end, or as what false starts have left.

A trigram model over grammar words and word classes (Witten and Bell's interpolation, IEEE Trans. Inf. Theory
37(4), 1991), counted over written sentences. Where talk breaks off and begins anew, small words stand beside
each other that never do so in writing; docs/models/fluency.md tells the rest.
"""

import functools
import math
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import NamedTuple

import numpy as np

from earwitness.insights.english.inflection import base_form
from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.english.ngrams import GRAMMAR_WORDS
from earwitness.insights.english.sentences import words_of
from earwitness.insights.shipped import shipped
from earwitness.insights.short_keys import kept_for_short

ORDER = 3
_WORST = 3
_USUAL_BITS, _LONGER_BITS = 6.5, 1.2
_SURE = 0.6
"""Part of a word's uses from which it counts as of one class alone."""
_ENDINGS = ("ing", "ed", "ly", "'s", "s")


class Ngram(NamedTuple):
    """What is known of a run of grammar words and classes."""

    probability: float
    """That its last one follows the others."""
    rest: float
    """What is left after it for what was never seen to follow."""


@kept_for_short(4096, longest=300)
def roughness(sentence: str) -> float:
    """Return by how many bits its three least likely places are more surprising than is usual in talk.

    Below -1 for what might be written, above 3 for what is garbled. The longer a sentence is the less likely
    its least likely places are; that is allowed for by half, as longer ones are broken more often too.
    """
    model = _model()
    shape = ["<"] * (ORDER - 1) + shape_of(sentence) + [">"]
    bits = sorted(
        -math.log2(_probability(model, shape[at - ORDER + 1 : at + 1])) for at in range(ORDER - 1, len(shape))
    )[-_WORST:]
    return sum(bits) / len(bits) - _USUAL_BITS - _LONGER_BITS * math.log(len(sentence.split()) or 1)


def shape_of(sentence: str) -> list[str]:
    """Return the words of a sentence, with their classes in place of what is no grammar word."""
    shape: list[str] = []
    for part in sentence.replace("’", "'").split():
        words = words_of(part)
        shape += [word if word in GRAMMAR_WORDS else _class_of(word) for word in words]
        if words and part[-1] in ",;:":
            shape.append(",")
    return shape


def ngram_key(ngram: Sequence[str]) -> int:
    """Return the number of a run in the model's arrays."""
    return zlib.crc32(" ".join(ngram).encode())


def _probability(model: Mapping[int, Ngram], ngram: Sequence[str]) -> float:
    """Return the probability of the last of a run after the others."""
    rest = 1.0
    for length in range(len(ngram), 0, -1):
        known = model.get(ngram_key(ngram[-length:]))
        if known is not None and known.probability > 0:
            return rest * known.probability
        context = model.get(ngram_key(ngram[-length:-1]))
        rest *= context.rest if context is not None else 1.0
    return rest * model[_UNSEEN].probability


_UNSEEN = ngram_key(())


@functools.cache
def _model() -> Mapping[int, Ngram]:
    packed = shipped("fluency.npz").read_bytes()
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        columns = (arrays[name].tolist() for name in ("keys", "probabilities", "rests"))
        return {key: Ngram(probability, rest) for key, probability, rest in zip(*columns, strict=True)}


def _class_of(word: str) -> str:
    if word.isdigit():
        return "0"
    known = lexicon().get(word) or lexicon().get(base_form(word))
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) > 4), "")
    if known is None or known.noun + known.verb + known.adjective == 0:
        return "?" + ending
    shares = {"n": known.noun, "v": known.verb, "a": known.adjective}
    best = max(shares, key=lambda kind: shares[kind])
    return (best if shares[best] >= _SURE else "m") + ending
