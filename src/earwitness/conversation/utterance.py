"""What the recogniser made of a segment of speech."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place on the leg's media clock."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None = None
    """0 to 1, only where the engine gives one."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """The text of one segment, as known so far (partial) or for good (final)."""

    id: str
    """The same for all partials and the final of a segment."""
    leg: str
    text: str
    start_s: float
    """Seconds since the media started."""
    end_s: float
    is_final: bool
    words: tuple[Word, ...] = ()
    words_estimated: bool = True
    """True where the word times were interpolated inside the segment, not measured by the engine."""
    confidence: float | None = None


def estimate_words(text: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    """Spread the words of `text` over a span in proportion to their length in characters."""
    tokens = text.split()
    total = sum(len(token) + 1 for token in tokens)
    if not total:
        return ()
    span = max(end_s - start_s, 0.0)
    words = []
    at = 0
    for token in tokens:
        after = at + len(token) + 1
        words.append(Word(token, start_s + span * at / total, start_s + span * after / total))
        at = after
    return tuple(words)
