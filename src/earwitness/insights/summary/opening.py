"""The first sentence of a summary: who talked, and what about."""

from collections.abc import Sequence

from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.topics.phrases import stem
from earwitness.insights.topics.ranking import Ranked

_MOST_NAMES = 4
_MOST_TOPICS = 3
_EMPTY = frozenset(
    """
    account address birth birthday call code date day detail email e-mail evening file hour id item key letter
    line link list mail message minute moment month morning name note number page part password person piece
    question result today tomorrow tone update week weekend word year
    """.split()
)
"""Nouns that tell nothing alone: what date, whose account?"""


def opening(names: Sequence[str], topics: Sequence[Ranked]) -> tuple[str, tuple[int, ...]] | None:
    """Return the sentence and the indexes of the texts that it rests on; None where there are no topics.

    Args:
        names: of the speakers, in order of speech.
        topics: of the whole conversation, best first.
    """
    named = [topic for topic in topics if not topic.is_theme]
    roots = [topic for topic in named if not any(parent in _texts(named) for parent in topic.parents)]
    roots = [topic for topic in roots if stem(topic.text.lower()) not in _EMPTY][:_MOST_TOPICS]
    if not roots:
        return None
    roots.sort(key=lambda topic: topic.mentions[0])
    about = listed([f"the {topic.text}" if _takes_article(topic) else topic.text for topic in roots])
    first = tuple(dict.fromkeys(topic.mentions[0] for topic in roots))
    if not names:
        return f"The conversation was about {about}.", first
    who = listed(names) if len(names) <= _MOST_NAMES else f"{_number(len(names))} people"
    return f"{who} talked about {about}.", first


def _takes_article(topic: Ranked) -> bool:
    """Say whether "the" belongs before a topic: not where it is a name, as in "the Safari bug"."""
    *others, last = topic.text.split()
    is_name = last[:1].isupper() and last[1:].islower() and not last.endswith("s")
    return topic.has_article and not (is_name and (not others or last.lower() not in lexicon()))


def _texts(topics: Sequence[Ranked]) -> set[str]:
    return {topic.text for topic in topics}


def _number(count: int) -> str:
    words = ("Five", "Six", "Seven", "Eight", "Nine", "Ten")
    return words[count - 5] if 5 <= count <= 10 else str(count)


def listed(parts: Sequence[str]) -> str:
    """Join parts as in a sentence: "a, b and c"."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
