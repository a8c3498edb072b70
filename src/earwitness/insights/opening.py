"""The first sentence of a summary: who talked, and what about."""

from collections.abc import Sequence

from earwitness.insights.topics import Ranked

_MOST_NAMES = 4
_MOST_TOPICS = 3


def opening(names: Sequence[str], topics: Sequence[Ranked]) -> tuple[str, tuple[int, ...]] | None:
    """Return the sentence and the indexes of the texts that it rests on; None where there are no topics.

    Args:
        names: of the speakers, in order of speech.
        topics: of the whole conversation, best first.
    """
    named = [topic for topic in topics if not topic.is_theme]
    roots = [topic for topic in named if not any(parent in _texts(named) for parent in topic.parents)]
    roots = roots[:_MOST_TOPICS]
    if not roots:
        return None
    roots.sort(key=lambda topic: topic.mentions[0])
    about = listed([f"the {topic.text}" if topic.has_article else topic.text for topic in roots])
    first = tuple(dict.fromkeys(topic.mentions[0] for topic in roots))
    if not names:
        return f"The conversation was about {about}.", first
    who = listed(names) if len(names) <= _MOST_NAMES else f"{_number(len(names))} people"
    return f"{who} talked about {about}.", first


def _texts(topics: Sequence[Ranked]) -> set[str]:
    return {topic.text for topic in topics}


def _number(count: int) -> str:
    words = ("Five", "Six", "Seven", "Eight", "Nine", "Ten")
    return words[count - 5] if 5 <= count <= 10 else str(count)


def listed(parts: Sequence[str]) -> str:
    """Join parts as in a sentence: "a, b and c"."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
