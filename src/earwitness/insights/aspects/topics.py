"""Topics: live those of the latest messages, in the end those of all."""

from collections.abc import Sequence
from dataclasses import replace

from earwitness.conversation.events import Understood
from earwitness.conversation.insight import Topic
from earwitness.insights.seams import Found, Setting
from earwitness.insights.sentiment import sentiment_over_messages
from earwitness.insights.talk import Heard, Talk
from earwitness.insights.topics import rank_topics

_FIRST_RANKING = 8
_RANKING_STEP = 1.3
_WIDEST_STEP = 60
"""Topics are ranked live after 8 messages, then after 30 % more, at the latest after 60 more."""
_LIVE_MESSAGES = 120
"""Live topics are those of the latest messages, so that the cost does not grow with the call."""
_MOST_LIVE = 30
"""Topics that are held live; of more, those go that were ranked longest ago and lowest."""


class TopicAspect:
    """Ranks topics now and then; see `Aspect`."""

    def __init__(self, setting: Setting) -> None:
        """Begin with nothing heard."""
        self._next_ranking = _FIRST_RANKING
        self._topics: dict[str, Topic] = {}
        """By id, those of the latest ranking last."""
        self._found = Found()

    def follow(self, talk: Talk, fresh: Sequence[Heard]) -> Found:
        """See `Aspect.follow`."""
        count = len(talk.heard)
        if count >= self._next_ranking:
            self._next_ranking = min(round(count * _RANKING_STEP) + 4, count + _WIDEST_STEP)
            for topic in reversed(_topics(talk, talk.heard[-_LIVE_MESSAGES:])):
                self._topics.pop(topic.id, None)
                self._topics[topic.id] = topic
            for key in list(self._topics)[:-_MOST_LIVE]:
                del self._topics[key]
            self._found = Found(topics=tuple(self._topics.values()))
        return self._found

    def conclude(self, talk: Talk, so_far: Understood) -> Understood:
        """See `Aspect.conclude`."""
        return replace(so_far, topics=tuple(_topics(talk, talk.heard)))


def _topics(talk: Talk, heard: Sequence[Heard]) -> list[Topic]:
    said = [(one.message, sentence) for one in heard for sentence in one.sentences]
    topics = []
    for ranked in rank_topics([sentence for _, sentence in said], talk.people.names):
        messages = {message.id: message for message, _ in (said[index] for index in ranked.mentions)}
        polarity = sentiment_over_messages(messages.values()).polarity
        key = talk.id("topic", ranked.text.casefold())
        topics.append(
            Topic(key, ranked.text, ranked.score, tuple(messages), ranked.parents, polarity=polarity)
        )
    return topics
