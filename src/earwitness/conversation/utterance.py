"""What the recogniser made of a segment of speech."""

from dataclasses import dataclass, replace


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
    pauses: tuple[tuple[float, float], ...] = ()
    """Start and end of the pauses inside, in order, where they were looked for."""


def moved(word: Word, by_s: float) -> Word:
    """Return a word so much later."""
    return replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s)
