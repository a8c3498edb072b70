"""Estimating when the words of an utterance were said, where the engine doesn't tell."""

from collections.abc import Mapping, Sequence

from earwitness.conversation.utterance import Word

_REACH_S = 1.5
"""How far from where its length puts it a word may be moved, to end at a pause."""
_AFTER_SENTENCE = 0.4
_AFTER_CLAUSE = 0.15
"""What a pause after punctuation is worth: that is where people pause."""


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
    """Return how many words go into each stretch of speech: the cheapest way to divide them."""
    ends_s = _ends_s(tokens, sum(lengths_s))
    ways: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    """By the number of words that are placed: what that costs, and how many are in each stretch."""
    at_s = 0.0
    for length_s in lengths_s[:-1]:
        at_s += length_s
        near = [count for count, end_s in enumerate(ends_s) if abs(end_s - at_s) <= _REACH_S]
        ways = {
            count: _cheapest(ways, count, length_s, ends_s, _bonus(tokens, count))
            for count in near
            if count >= min(ways)
        } or {count: (cost + length_s, [*before, 0]) for count, (cost, before) in ways.items()}
    return _cheapest(ways, len(tokens), lengths_s[-1], ends_s, 0.0)[1]


def _cheapest(
    ways: Mapping[int, tuple[float, list[int]]],
    count: int,
    length_s: float,
    ends_s: Sequence[float],
    bonus: float,
) -> tuple[float, list[int]]:
    """Return the cheapest way to have `count` words placed after a stretch of speech."""
    cost, placed = min(
        (cost + _misfit(ends_s[count] - ends_s[placed], length_s), placed)
        for placed, (cost, _) in ways.items()
        if placed <= count
    )
    return cost - bonus, [*ways[placed][1], count - placed]


def _misfit(expected_s: float, length_s: float) -> float:
    """Return how badly words that should take so long fit a stretch of speech."""
    return (expected_s - length_s) ** 2 / (length_s + 0.2)


def _bonus(tokens: Sequence[str], count: int) -> float:
    """Return how well a pause fits after so many words."""
    if not count:
        return 0.0
    return (
        _AFTER_SENTENCE
        if tokens[count - 1][-1] in ".?!"
        else _AFTER_CLAUSE
        if tokens[count - 1][-1] in ",;:"
        else 0.0
    )


def _ends_s(tokens: Sequence[str], length_s: float) -> list[float]:
    """Return where each word ends if they are spread evenly; one more for the start."""
    total = sum(len(token) + 1 for token in tokens)
    ends = [0]
    for token in tokens:
        ends.append(ends[-1] + len(token) + 1)
    return [length_s * end / total for end in ends]


def _spread(tokens: Sequence[str], start_s: float, end_s: float) -> list[Word]:
    ends_s = _ends_s(tokens, max(end_s - start_s, 0.0))
    return [
        Word(token, start_s + before, start_s + after)
        for token, before, after in zip(tokens, ends_s, ends_s[1:], strict=False)
    ]
