"""Estimating when the words of an utterance were said, where the engine doesn't tell."""

from collections.abc import Sequence

from earwitness.conversation.utterance import Word

_REACH_S = 1.0
"""How far from where its length puts it a word may be moved, to end at a pause."""
_AFTER_SENTENCE_S = 0.5
_AFTER_CLAUSE_S = 0.25
"""How much nearer a pause seems after punctuation: that is where people pause."""


def estimate_words(
    text: str, start_s: float, end_s: float, pauses: Sequence[tuple[float, float]] = ()
) -> tuple[Word, ...]:
    """Spread the words of `text` over a span, in proportion to their length in characters.

    Where the pauses in the span are known, in order, no word lies in one, and sentences end at them where
    that fits their lengths.
    """
    tokens = text.split()
    if not tokens:
        return ()
    known = [pause for pause in pauses if start_s < pause[0] < pause[1] < end_s]
    stretches: list[tuple[float, float]] = []
    at_s = start_s
    for pause_start_s, pause_end_s in known:
        if pause_start_s > at_s:
            stretches.append((at_s, pause_start_s))
            at_s = pause_end_s
    stretches.append((at_s, max(end_s, at_s)))
    counts = _counts(tokens, [stretch_end - stretch_start for stretch_start, stretch_end in stretches])
    words: list[Word] = []
    carried_s: float | None = None
    """Where a word begins that did not fit before the pause."""
    for (stretch_start_s, stretch_end_s), count in zip(stretches, counts, strict=True):
        part = tokens[len(words) : len(words) + count]
        begin_s = stretch_start_s if carried_s is None else carried_s
        if not part:
            carried_s = begin_s
            continue
        words += _spread(part, begin_s, stretch_end_s)
        carried_s = None
    return tuple(words)


def _counts(tokens: Sequence[str], lengths_s: Sequence[float]) -> list[int]:
    """Return how many words go into each stretch of speech."""
    ends_s = _ends_s(tokens, sum(lengths_s))
    counts = []
    placed = 0
    at_s = 0.0
    for length_s in lengths_s[:-1]:
        at_s += length_s
        options = range(placed, len(tokens))
        best = min(options, key=lambda count: _distance_s(tokens, ends_s, count, at_s), default=placed)
        if _distance_s(tokens, ends_s, best, at_s) > _REACH_S:
            best = placed
        counts.append(best - placed)
        placed = best
    counts.append(len(tokens) - placed)
    return counts


def _ends_s(tokens: Sequence[str], length_s: float) -> list[float]:
    """Return where each word ends if they are spread evenly; one more for the start."""
    total = sum(len(token) + 1 for token in tokens)
    ends = [0]
    for token in tokens:
        ends.append(ends[-1] + len(token) + 1)
    return [length_s * end / total for end in ends]


def _distance_s(tokens: Sequence[str], ends_s: Sequence[float], count: int, at_s: float) -> float:
    """Return how badly a pause at `at_s` fits after the first `count` words."""
    distance_s = abs(ends_s[count] - at_s)
    if count and tokens[count - 1][-1] in ".?!":
        distance_s -= _AFTER_SENTENCE_S
    elif count and tokens[count - 1][-1] in ",;:":
        distance_s -= _AFTER_CLAUSE_S
    return distance_s


def _spread(tokens: Sequence[str], start_s: float, end_s: float) -> list[Word]:
    ends_s = _ends_s(tokens, max(end_s - start_s, 0.0))
    return [
        Word(token, start_s + before, start_s + after)
        for token, before, after in zip(tokens, ends_s, ends_s[1:], strict=False)
    ]
