"""What a sentence means, as a vector: the sum of the vectors of its pieces of words.

The table ships with the package (`data/sentence_vectors.npz`, made by `scripts/train/sentence_vectors.py`;
see docs/models/sentence-vectors.md). It is loaded when the first sentence asks for it.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from earwitness.insights.shipped import shipped
from earwitness.insights.short_keys import kept_for_short

Vectors = npt.NDArray[np.float32]

_WORD = re.compile(r"[^\W_]+|[^\s\w]|_")
_LONGEST_WORD = 40
_MOST_WORDS = 256
"""Of a text; more change its vector no more."""
_CACHED_WORDS = 50_000


class SentenceVectors:
    """A table of vectors for pieces of words, and how words are cut into them (WordPiece)."""

    def __init__(
        self,
        pieces: Sequence[str],
        vectors: npt.NDArray[np.int8],
        scales: Vectors,
        background: npt.NDArray[np.int8],
    ) -> None:
        """Take a piece, a row of `vectors` (pieces × dimensions) and its scale for each of the pieces.

        A piece that is not at the beginning of its word is written with "##" before it.
        """
        self.background: Vectors = background.astype(np.float32) / np.float32(127)
        """Vectors of ordinary sentences (sentences × dimensions), to compare others with."""
        self.general: Vectors = self.background.mean(axis=0)
        """What talk in general is about."""
        self._places = {piece: place for place, piece in enumerate(pieces)}
        self._vectors = vectors
        self._scales = scales
        self._cut = kept_for_short(_CACHED_WORDS, longest=_LONGEST_WORD)(self._pieces_of)

    @property
    def dimensions(self) -> int:
        """The length of the vectors."""
        return int(self._vectors.shape[1])

    def of(self, texts: Sequence[str]) -> Vectors:
        """Return the unit vectors of texts (texts × dimensions); of one without known words it is zero."""
        found = self.sums_of(texts)
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        np.divide(found, norms, out=found, where=norms > 0)
        return found

    def sums_of(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts before they are made of length 1: they add up to that of all texts."""
        found = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            if places := self._places_of(text):
                scaled = self._vectors[places] * self._scales[places, None]
                found[row] = scaled.sum(axis=0)
        return found

    def _places_of(self, text: str) -> list[int]:
        return [place for word in words_of(text)[:_MOST_WORDS] for place in self._cut(word)]

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        """Cut a word into the longest pieces that there are, from its beginning; none where that fails."""
        places: list[int] = []
        start = 0
        while start < len(word):
            for end in range(min(len(word), start + _LONGEST_WORD), start, -1):
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if (place := self._places.get(piece)) is not None:
                    places.append(place)
                    start = end
                    break
            else:
                return ()
        return tuple(places)


def words_of(text: str) -> list[str]:
    """Return the words and marks of a text, in small letters without accents, as BERT's tokeniser does."""
    plain = unicodedata.normalize("NFD", text.replace("’", "'").lower())
    return _WORD.findall("".join(mark for mark in plain if not unicodedata.combining(mark)))


@functools.cache
def sentence_vectors() -> SentenceVectors:
    """Return the table that ships with the package; the first call reads it, in about 20 ms."""
    path = shipped("sentence_vectors.npz")
    with path.open("rb") as file, np.load(file) as stored:
        pieces = bytes(stored["pieces"]).decode().split("\n")
        return SentenceVectors(pieces, stored["vectors"], stored["scales"], stored["background"])
