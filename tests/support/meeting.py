"""Parts of the demo recording, and how well a conversation shows who said what in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.testing.demo import Demo

_MARGIN_S = 0.4
"""What is kept of the pauses before the first and after the last line of a part."""


def part_of(demo: Demo, first: int, last: int) -> Demo:
    """Return the lines from `first` to `last` (inclusive) as a recording of its own."""
    start_s = demo.lines[first].start_s - _MARGIN_S
    end_s = demo.lines[last].end_s + _MARGIN_S
    return replace(
        demo,
        samples=demo.samples[round(start_s * demo.rate_hz) : round(end_s * demo.rate_hz)],
        lines=tuple(
            replace(line, start_s=line.start_s - start_s, end_s=line.end_s - start_s)
            for line in demo.lines[first : last + 1]
        ),
    )


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares of words, 0 to 1."""

    heard: float
    """Of the words that were said: found among the messages."""
    named: float
    """Of the words that were found: in a message of the person who said them."""


def accuracy(demo: Demo, messages: Sequence[dict[str, Any]]) -> Accuracy:
    """Compare messages of the Conversation API with what was said."""
    said = _words((line.text, line.speaker.user_id) for line in demo.lines)
    found = _words((message["text"], message["from"].get("userId")) for message in messages)
    matcher = SequenceMatcher(None, [word for word, _ in said], [word for word, _ in found], autojunk=False)
    pairs = [
        (said[block.a + step][1], found[block.b + step][1])
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]
    right = sum(speaker == named for speaker, named in pairs)
    return Accuracy(len(pairs) / len(said), right / max(len(pairs), 1))


def _words(texts: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    normal = EnglishTextNormalizer()
    return [(word, speaker) for text, speaker in texts for word in normal(text).split()]
