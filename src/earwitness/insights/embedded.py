"""The analyst that ships with the system: rules and statistics, no network, no model to load."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from earwitness.conversation.events import Understood
from earwitness.conversation.ids import new_id
from earwitness.conversation.insight import Insight, SummaryItem, Topic
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.action_items import ActionItem, find_action_item
from earwitness.insights.common_words import common_words
from earwitness.insights.questions import as_question, question_score
from earwitness.insights.reporting import report
from earwitness.insights.seams import Found, Setting
from earwitness.insights.sentences import cleaned_sentences
from earwitness.insights.sentiment import sentiment_of
from earwitness.insights.summary import Spoken, choose
from earwitness.insights.topics import rank_topics

_logger = logging.getLogger(__name__)

_FIRST_RANKING = 8
_RANKING_STEP = 1.3
_WIDEST_STEP = 60
"""Topics are ranked live after 8 messages, then after 30 % more, at the latest after 60 more."""
_LIVE_MESSAGES = 120
"""Live topics are those of the latest messages, so that the cost does not grow with the call."""
_TOPIC_CHANGE = 0.1


class EmbeddedAnalyst:
    """An `Analyst` that works everywhere."""

    def open(self, setting: Setting) -> "EmbeddedAnalysis":
        """Start to follow a conversation."""
        return EmbeddedAnalysis(setting)


def preload() -> None:
    """Load the libraries of all methods, about half a second once in a process: before calls come."""
    rank_topics(["The budget of the pilot grows."])
    sentiment_of("Good.")


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message and its clean sentences."""

    message: Message
    sentences: tuple[str, ...]


class EmbeddedAnalysis:
    """One conversation being followed; keeps all its messages in memory."""

    def __init__(self, setting: Setting) -> None:
        self._people = _People(setting)
        self._heard: list[_Heard] = []
        self._places: dict[str, int] = {}
        """Where the message of an id is in that list."""
        self._ids: dict[tuple[str, ...], str] = {}
        self._shown_topics: dict[str, float] = {}
        self._next_ranking = _FIRST_RANKING

    def follow(self, messages: Sequence[Message]) -> Found:
        """Take the next messages; at some of them the topics of the latest ones are ranked anew."""
        insights: list[Insight] = []
        for message in messages:
            # Word times are of no use here, and most of what a message takes in memory.
            heard = _Heard(replace(message, words=()), tuple(cleaned_sentences(message.text)))
            place = self._places.setdefault(message.id, len(self._heard))
            self._heard[place : place + 1] = [heard]
            self._people.heard(message)
            insights.extend(self._insights_of(heard, self._people))
        topics: tuple[Topic, ...] = ()
        count = len(self._heard)
        if count >= self._next_ranking:
            self._next_ranking = min(round(count * _RANKING_STEP) + 4, count + _WIDEST_STEP)
            latest = self._topics(self._heard[-_LIVE_MESSAGES:], self._people)
            topics = tuple(topic for topic in latest if self._is_news(topic))
        return Found(tuple(insights), topics)

    def conclude(self, setting: Setting) -> Understood:
        """Return the final insights; what was found live keeps its id, members have their present names."""
        # Legs are heard side by side, so their messages come a little out of order.
        self._heard.sort(key=lambda heard: heard.message.start_s)
        people = _People(setting)
        for heard in self._heard:
            people.heard(heard.message)
        insights = [insight for heard in self._heard for insight in self._insights_of(heard, people)]
        to_do = {
            key: insight for insight in insights if insight.kind != "question" for key in insight.message_ids
        }
        return Understood(
            tuple(_without_repeats(insights)),
            tuple(self._topics(self._heard, people)),
            self._summary(people, to_do),
        )

    def _insights_of(self, heard: _Heard, people: "_People") -> list[Insight]:
        message = heard.message
        speaker = people.now(message.speaker)
        said_at = people.local_time(message)
        insights = []
        for number, sentence in enumerate(heard.sentences):
            item = find_action_item(sentence, speaker, people.members, said_at)
            if item is not None and item.score >= people.threshold:
                insights.append(self._action(item, message, number, speaker))
                continue
            score = question_score(sentence)
            if score > 0 and score >= people.threshold:
                key = self._id("question", message.id, str(number))
                text = as_question(sentence)
                insights.append(Insight(key, "question", text, score, (message.id,), speaker))
        return insights

    def _action(self, item: ActionItem, message: Message, number: int, speaker: Member | None) -> Insight:
        return Insight(
            id=self._id("action", message.id, str(number)),
            kind="follow_up" if item.follow_up else "action_item",
            text=item.text,
            score=item.score,
            message_ids=(message.id,),
            speaker=speaker,
            assignee=item.assignee,
            due_by=item.due_by,
            spans=item.spans,
            phrases=(item.phrase,),
        )

    def _topics(self, heard: Sequence[_Heard], people: "_People") -> list[Topic]:
        said = [(one.message.id, sentence) for one in heard for sentence in one.sentences]
        topics = []
        for ranked in rank_topics([sentence for _, sentence in said], people.names):
            message_ids = tuple(dict.fromkeys(said[index][0] for index in ranked.mentions))
            key = self._id("topic", ranked.text.casefold())
            topics.append(Topic(key, ranked.text, ranked.score, message_ids, ranked.parents))
        return topics

    def _is_news(self, topic: Topic) -> bool:
        shown = self._shown_topics.get(topic.id)
        if shown is not None and abs(shown - topic.score) < _TOPIC_CHANGE:
            return False
        self._shown_topics[topic.id] = topic.score
        return True

    def _summary(self, people: "_People", to_do: Mapping[str, Insight]) -> tuple[SummaryItem, ...]:
        """Choose and word the summary; `to_do` holds the action items by the ids of their messages."""
        spoken: list[Spoken] = []
        for heard in self._heard:
            speaker = people.now(heard.message.speaker)
            name = speaker.name if speaker else None
            key = heard.message.id
            spoken.extend(Spoken(sentence, name, key, key in to_do) for sentence in heard.sentences)
        lowered = common_words().union(*(one.text.split()[1:] for one in spoken))
        items = []
        last_speaker = None
        for one in choose(spoken):
            again = one.speaker is not None and one.speaker == last_speaker
            text = _asked(to_do.get(one.message_id)) or report(one.text, one.speaker, lowered, again)
            items.append(SummaryItem(self._id("summary", one.message_id, one.text), text, (one.message_id,)))
            last_speaker = one.speaker
        return tuple(items)

    def _id(self, *key: str) -> str:
        return self._ids.setdefault(key, new_id())


def _asked(item: Insight | None) -> str | None:
    """Tell a request as one: Anna's "Vikram to send the deck." → "Anna asked Vikram to send the deck."."""
    if item is None or item.speaker is None or item.assignee is None or item.speaker == item.assignee:
        return None
    request = f"{item.assignee.name} to "
    return f"{item.speaker.name} asked {item.text}" if item.text.startswith(request) else None


def _without_repeats(insights: Sequence[Insight]) -> list[Insight]:
    """Fold insights of the same wording into the first, which then cites all their messages."""
    kept: dict[tuple[str, str], Insight] = {}
    for insight in insights:
        key = insight.kind, insight.text.casefold()
        first = kept.setdefault(key, insight)
        if first is not insight:
            kept[key] = replace(first, message_ids=first.message_ids + insight.message_ids)
    return list(kept.values())


class _People:
    """The members as now known, and the conversation's clock."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._members = {member.id: member for member in setting.members}
        self._merged = dict(setting.merged)
        self._zone = _zone(setting.timezone)
        self.threshold = setting.confidence_threshold

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody announced or heard."""
        return tuple(self._members.values())

    @property
    def names(self) -> list[str]:
        """The members' names."""
        return [member.name for member in self._members.values()]

    def heard(self, message: Message) -> None:
        """Note the speaker of a message."""
        if message.speaker is not None and message.speaker.id not in self._merged:
            self._members.setdefault(message.speaker.id, message.speaker)

    def now(self, member: Member | None) -> Member | None:
        """Return a member under the present name."""
        if member is None:
            return None
        return self._members.get(self._merged.get(member.id, member.id), member)

    def local_time(self, message: Message) -> datetime:
        """Return when a message was said, in the conversation's time zone."""
        return (self._setting.zero_at + timedelta(seconds=message.start_s)).astimezone(self._zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        _logger.debug("time zone %r is unknown, due dates are resolved in UTC", name)
        return ZoneInfo("UTC")
