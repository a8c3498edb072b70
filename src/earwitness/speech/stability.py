"""Partials that don't flicker: what two successive hypotheses agree on stays as it is.

An offline engine decodes an open segment again and again, and each time may change its mind about words
that it wrote before. Local agreement (LocalAgreement-2 of Liu, Spanakis and Niehues, "Low-Latency
Sequence-to-Sequence Speech Recognition and Translation by Partial Hypothesis Selection", 2020, as in
Macháček, Dabre and Bojar, "Turning Whisper into Real-Time Transcription System", 2023) fixes the words that
two hypotheses in a row begin with. Unlike there, the words behind them are shown too, at once: they are the
tail that may still change, so that no word comes later than without agreement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.utterance import Word

_MARKS = ".,;:!?…\"'“”‘’()[]-–—"


def key_of(word: str) -> str:
    """Return a word without case and the marks around it; two words of the same key are the same."""
    return word.strip(_MARKS).casefold() or word


class Stability:
    """The words shown of one utterance while it is spoken."""

    def __init__(self) -> None:
        self._fixed: list[Word] = []
        self._tail: list[Word] = []
        """What the last hypothesis has behind the fixed words."""

    @property
    def fixed(self) -> int:
        """How many words won't change any more."""
        return len(self._fixed)

    def show(self, words: Sequence[Word], *, is_cut: bool = False) -> tuple[Word, ...]:
        """Return what to show for the next hypothesis: the fixed words, then its own remaining ones.

        The fixed words keep their spelling and take the times of the hypothesis where it has them too.
        `is_cut` says that the audio ended in mid-speech: the last word is likely a piece of one then, and is
        left out unless it is the only one or was there before. The next hypothesis comes no later than for a
        word that ends just after this one, so the slowest words get no slower.
        """
        count, found = _matched(self._fixed, words)
        self._fixed = [_timed(word, at, words) for word, at in zip(self._fixed, found, strict=True)]
        tail = list(words[count:])
        agreed = _agreed(self._tail, tail)
        self._fixed += tail[:agreed]
        self._tail = tail[agreed:]
        shown = (*self._fixed, *self._tail)
        return shown[:-1] if is_cut and self._tail and len(shown) > 1 else shown


@dataclass(slots=True)
class Flicker:
    """How much readers see change, in words, over many utterances."""

    changed: int = 0
    """Words that a partial showed and a later partial took back."""
    corrected: int = 0
    """Words that the last partial showed and the final took back."""
    corrected_finals: int = 0
    """Finals that took words back."""
    finals: int = 0
    final_words: int = 0

    def partial(self, before: Sequence[Word], after: Sequence[Word]) -> None:
        """A partial took the place of another."""
        self.changed += changed(before, after)

    def final(self, before: Sequence[Word], after: Sequence[Word]) -> None:
        """A final took the place of the last partial."""
        corrected = changed(before, after)
        self.corrected += corrected
        self.corrected_finals += corrected > 0
        self.finals += 1
        self.final_words += len(after)

    def add(self, other: "Flicker") -> None:
        """Count what another one counted."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def changed(before: Sequence[Word], after: Sequence[Word]) -> int:
    """Return how many words of a text another one doesn't have in their order; case and marks don't count."""
    theirs = [key_of(word.text) for word in after]
    longest = [0] * (len(theirs) + 1)
    for word in before:
        own = key_of(word.text)
        diagonal = 0
        for at, their in enumerate(theirs, 1):
            above = longest[at]
            longest[at] = diagonal + 1 if own == their else max(above, longest[at - 1])
            diagonal = above
    return len(before) - longest[-1]


def _agreed(before: Sequence[Word], after: Sequence[Word]) -> int:
    """Return how many words of a hypothesis lead up to the last one that the hypothesis before it has too.

    What the two write differently before that word is as the newer one has it: it knows more.
    """
    count, found = _matched(before, after)
    for word, at in zip(reversed(before), reversed(found), strict=True):
        if at is not None and at < count and key_of(word.text) == key_of(after[at].text):
            return at + 1
    return 0


def _matched(ours: Sequence[Word], theirs: Sequence[Word]) -> tuple[int, list[int | None]]:
    """Return how many words of a hypothesis stand for ours, and where it has each of them.

    They are those that ours change into with the fewest edits; among equals, those that end with the same
    word, then those that are as many, or nearly so.
    """
    own = [key_of(word.text) for word in ours]
    their = [key_of(word.text) for word in theirs]
    if their[: len(own)] == own:
        return len(own), list(range(len(own)))
    # cost[i][j]: edits between the first i of ours and the first j of theirs (Levenshtein).
    cost = [list(range(len(their) + 1))]
    for i, word in enumerate(own, 1):
        row = [i]
        for j, other in enumerate(their, 1):
            row.append(min(cost[-1][j] + 1, row[-1] + 1, cost[-1][j - 1] + (word != other)))
        cost.append(row)
    count = min(
        range(len(their) + 1),
        key=lambda j: (cost[-1][j], not j or their[j - 1] != own[-1], abs(j - len(own)), j),
    )
    found: list[int | None] = [None] * len(own)
    i, j = len(own), count
    while i and j:
        if cost[i][j] == cost[i - 1][j - 1] + (own[i - 1] != their[j - 1]):
            i, j = i - 1, j - 1
            found[i] = j
        elif cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return count, found


def _timed(word: Word, at: int | None, words: Sequence[Word]) -> Word:
    """Return a fixed word at the place where the newest hypothesis has it."""
    return word if at is None else replace(word, start_s=words[at].start_s, end_s=words[at].end_s)
