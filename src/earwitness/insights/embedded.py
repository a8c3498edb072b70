"""The analyst that ships with the system: rules and statistics, no network."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from earwitness.conversation.events import Understood
from earwitness.conversation.message import Message
from earwitness.conversation.places import gathered
from earwitness.insights.aspects.aspect import Aspect
from earwitness.insights.aspects.entities import EntityAspect
from earwitness.insights.aspects.insights import InsightAspect
from earwitness.insights.aspects.summary import SummaryAspect
from earwitness.insights.aspects.topics import TopicAspect
from earwitness.insights.aspects.trackers import TrackerAspect
from earwitness.insights.english.sentence_vectors import sentence_vectors
from earwitness.insights.linear import load_model
from earwitness.insights.seams import Found, Setting
from earwitness.insights.sentiment import sentiment_of
from earwitness.insights.talk import Talk
from earwitness.insights.topics.ranking import rank_topics

_logger = logging.getLogger(__name__)

ASPECTS: tuple[Callable[[Setting], Aspect], ...] = (
    InsightAspect,
    TopicAspect,
    SummaryAspect,
    EntityAspect,
    TrackerAspect,
)
"""What is looked at, in the order in which it is concluded: one may use what those before it found."""


class EmbeddedAnalyst:
    """An `Analyst` that works everywhere."""

    def open(self, setting: Setting) -> "EmbeddedAnalysis":
        """Start to follow a conversation."""
        return EmbeddedAnalysis(setting)


class EmbeddedAnalysis:
    """One conversation being followed; keeps all its messages in memory.

    A defect on one side costs the conversation that side alone, and only the messages that it shows at.
    """

    def __init__(self, setting: Setting, aspects: Sequence[Callable[[Setting], Aspect]] = ASPECTS) -> None:
        """Begin with nothing heard."""
        self._talk = Talk(setting)
        self._aspects = [make(setting) for make in aspects]
        self._found = [Found() for _ in self._aspects]

    def follow(self, messages: Sequence[Message], setting: Setting | None = None) -> Found:
        """See `Analysis.follow`."""
        if setting is not None:
            self._talk.know(setting)
        fresh = [self._talk.hear(message) for message in messages]
        whole = Found()
        for place, aspect in enumerate(self._aspects):
            try:
                self._found[place] = aspect.follow(self._talk, fresh)
            except Exception:
                _logger.exception("%s failed on %d messages", type(aspect).__name__, len(messages))
            whole |= self._found[place]
        return whole

    def conclude(self, setting: Setting) -> Understood:
        """See `Analysis.conclude`; what was found live keeps its id, members have their present names."""
        self._talk.know(setting)
        self._talk.sort()
        understood = Understood()
        for aspect, found in zip(self._aspects, self._found, strict=True):
            try:
                understood = aspect.conclude(self._talk, understood)
            except Exception:
                _logger.exception("%s failed at the end; what it found before stays", type(aspect).__name__)
                understood = _with(understood, found)
        return understood


def _with(understood: Understood, found: Found) -> Understood:
    return replace(
        understood,
        insights=understood.insights + found.insights,
        topics=understood.topics + found.topics,
        entities=gathered(understood.entities + found.entities),
        trackers=gathered(understood.trackers + found.trackers),
    )


def preload() -> None:
    """Load the libraries of all methods, about half a second once in a process: before calls come."""
    rank_topics(["The budget of the pilot grows."])
    for name in ("questions", "actions"):
        load_model(name)
    sentiment_of("Good.")
    sentence_vectors()
    from earwitness.insights.entities.detection import find_spans

    find_spans("Anna met Bo in Paris, his number is 212 555 0143.", date(2000, 1, 1))
