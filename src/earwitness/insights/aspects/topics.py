"""Topics: live those of the latest messages, in the end those of all."""

from collections.abc import Sequence
from dataclasses import replace

from earwitness.conversation.events import Understood
from earwitness.conversation.insight import Topic
from earwitness.insights.seams import Found, Setting
from earwitness.insights.sentiment import sentiment_over_messages
from earwitness.insights.talk import Heard, Talk
from earwitness.insights.topics.phrases import stem
from earwitness.insights.topics.ranking import Noted, note, rank_noted

_FIRST_RANKING = 4
"""Messages from which on topics are ranked."""
_LIVE_MESSAGES = 40
"""Live topics are those of the latest messages, so that the cost does not grow with the call."""
_MOST_LIVE = 30
"""Topics that are held live; of more, those go that were ranked longest ago and lowest."""


class TopicAspect:
    """Ranks topics whenever something is mentioned again; see `Aspect`. Live, a topic needs two messages."""

    def __init__(self, setting: Setting) -> None:
        """Begin with nothing heard."""
        self._topics: dict[str, Topic] = {}
        """By id, those of the latest ranking last."""
        self._noted: dict[str, Noted] = {}
        """Of each sentence that was looked at."""
        self._mentioned: set[tuple[str, ...]] = set()
        self._found = Found()

    def follow(self, talk: Talk, fresh: Sequence[Heard]) -> Found:
        """See `Aspect.follow`."""
        if self._mention_again(fresh) and len(talk.heard) >= _FIRST_RANKING:
            for topic in reversed(self._ranked(talk, talk.heard[-_LIVE_MESSAGES:])):
                if len(topic.message_ids) > 1:
                    self._topics.pop(topic.id, None)
                    self._topics[topic.id] = topic
            for key in list(self._topics)[:-_MOST_LIVE]:
                del self._topics[key]
            self._found = Found(topics=tuple(self._topics.values()))
        return self._found

    def conclude(self, talk: Talk, so_far: Understood) -> Understood:
        """See `Aspect.conclude`."""
        return replace(so_far, topics=tuple(self._ranked(talk, talk.heard)))

    def _mention_again(self, fresh: Sequence[Heard]) -> bool:
        """Say whether messages mention what was mentioned before."""
        again = False
        for one in fresh:
            stems = {phrase.stems for text in one.sentences for phrase in self._note(text).phrases}
            again |= not self._mentioned.isdisjoint(stems)
            self._mentioned |= stems
        return again

    def _ranked(self, talk: Talk, heard: Sequence[Heard]) -> list[Topic]:
        said = [(one.message, sentence) for one in heard for sentence in one.sentences]
        topics = []
        for ranked in rank_noted([self._note(text) for _, text in said], talk.people.names):
            messages = {message.id: message for message, _ in (said[index] for index in ranked.mentions)}
            polarity = sentiment_over_messages(messages.values()).polarity
            key = talk.id("topic", *map(stem, ranked.text.casefold().split()))
            topics.append(
                Topic(key, ranked.text, ranked.score, tuple(messages), ranked.parents, polarity=polarity)
            )
        return topics

    def _note(self, sentence: str) -> Noted:
        noted = self._noted.get(sentence)
        if noted is None:
            noted = self._noted[sentence] = note(sentence)
        return noted
