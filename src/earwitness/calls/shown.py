"""What was shown of the insights of a conversation, and what is news against it.

Whoever finds something gives it an id. What was found before the conversation was taken up again, by another
analyst, or in other words of the same message, keeps the id that it was shown with.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from earwitness.conversation.events import (
    Body,
    EntitiesFound,
    InsightsFound,
    ReadingEnded,
    TopicsFound,
    TrackersFound,
    Understood,
)
from earwitness.conversation.insight import Entity, Insight, SummaryItem, Topic, TrackerMatch
from earwitness.conversation.places import by_message, identity
from earwitness.insights.seams import Found
from earwitness.store.seams import Content

T = TypeVar("T")
Named = TypeVar("Named", Insight, Topic, Entity)

TOPIC_CHANGE = 0.1
"""A topic whose score changed by less is not shown again while the conversation goes on."""


class Shown:
    """What was shown of one conversation: bounded by what is found in it."""

    def __init__(self) -> None:
        """Nothing was shown yet."""
        self._insights = _Ledger[Insight](lambda one: one.id)
        self._topics = _Ledger[Topic](lambda one: one.id)
        self._entities = _Ledger[tuple[str, Entity]](lambda one: (one[0], *identity(one[1])))
        self._trackers = _Ledger[tuple[str, TrackerMatch]](lambda one: (one[0], *identity(one[1])))
        self._aliases: dict[str, str] = {}
        """By the id that something was found with: the id that it was shown with."""
        self._summary: tuple[SummaryItem, ...] = ()
        self._seen = Found()
        """What was found last; most messages bring nothing, and then it is the same objects."""

    @classmethod
    def of(cls, content: Content) -> "Shown":
        """Return what is stored of a conversation as what was shown.

        It stays until it is found again, or the last look does not find it: what is found live of a
        conversation that is taken up again need not be all that was.
        """
        shown = cls()
        stored = Found(content.insights, content.topics, content.entities, content.trackers)
        shown._take(stored, 0.0)
        for ledger in (shown._insights, shown._topics, shown._entities, shown._trackers):
            ledger.keep()
        shown._seen, shown._summary = stored, content.summary
        return shown

    def news(self, found: Found) -> list[Body]:
        """Return the events that make what was shown equal to what is found."""
        bodies = self._take(found, TOPIC_CHANGE, self._seen)
        self._seen = found
        return bodies

    def last(self, understood: Understood) -> tuple[list[Body], Understood]:
        """Return the events that lead to what is understood in the end, and that, under the ids shown."""
        found = Found(
            tuple(self._named_insights(understood.insights)),
            tuple(self._named_topics(understood.topics)),
            tuple(self._named_entities(understood.entities)),
            understood.trackers,
        )
        for ledger in (self._insights, self._topics, self._entities, self._trackers):
            ledger.release()
        bodies = self._take(found, 0.0)
        named = replace(understood, insights=found.insights, topics=found.topics, entities=found.entities)
        return bodies, named

    def named(self, found: Sequence[Insight]) -> list[Insight]:
        """Return insights under the ids of those shown that they stand for."""
        return self._named_insights(found)

    def reread(self, ended: ReadingEnded) -> tuple[list[Body], ReadingEnded]:
        """The same for what a language model found; what it was not asked for, or failed at, stays."""
        seen = found = self._seen
        if ended.insights is not None:
            found = replace(found, insights=tuple(self._named_insights(ended.insights)))
            self._insights.release()
        if ended.topics is not None:
            found = replace(found, topics=tuple(self._named_topics(ended.topics)))
            self._topics.release()
        bodies = self._take(found, 0.0, seen)
        return bodies, replace(
            ended,
            insights=None if ended.insights is None else found.insights,
            topics=None if ended.topics is None else found.topics,
            summary=None if ended.summary is None else tuple(self._named_items(ended.summary)),
        )

    def _take(self, found: Found, least_change: float, seen: Found | None = None) -> list[Body]:
        """Take what stands as shown; topics that changed by less than `least_change` stay as they were.

        What is the same object as in `seen` is not looked at.
        """
        bodies: list[Body] = []
        if seen is None or found.insights is not seen.insights:
            insights = self._insights.take(self._named_insights(found.insights))
            bodies += [InsightsFound(*insights)] if any(insights) else []
        if seen is None or found.topics is not seen.topics:
            topics = self._topics.take(
                self._named_topics(found.topics),
                lambda before, now: round(abs(before.score - now.score), 4) >= least_change and before != now,
            )
            bodies += [TopicsFound(*topics)] if any(topics) else []
        if seen is None or found.entities is not seen.entities:
            entities = self._entities.take(by_message(self._named_entities(found.entities)))
            bodies += [EntitiesFound(*map(_without_keys, entities))] if any(entities) else []
        if seen is None or found.trackers is not seen.trackers:
            trackers = self._trackers.take(by_message(found.trackers))
            bodies += [TrackersFound(*map(_without_keys, trackers))] if any(trackers) else []
        return bodies

    def _named_topics(self, found: Sequence[Topic]) -> list[Topic]:
        return self._named(found, self._topics.values(), _topic_key)

    def _named_entities(self, found: Sequence[Entity]) -> list[Entity]:
        return self._named(found, [one for _, one in self._entities.values()], _entity_key)

    def _named_insights(self, found: Sequence[Insight]) -> list[Insight]:
        """Give new insights the ids of shown ones that nothing stands for any more and that they replace."""
        own = {self._aliases.get(one.id, one.id) for one in found}
        if all(key in self._insights for key in own):
            return [self._renamed(one) for one in found]
        free = [one for one in self._insights.values() if one.id not in own]
        for one in found:
            if one.id in self._aliases or one.id in self._insights:
                continue
            before = max(free, key=lambda shown: _likeness(shown, one), default=None)
            if before is not None and _likeness(before, one) > 0:
                free.remove(before)
                self._aliases[one.id] = before.id
        return [self._renamed(one) for one in found]

    def _named(
        self, found: Sequence[Named], shown: Collection[Named], key_of: Callable[[Named], Hashable]
    ) -> list[Named]:
        """The same for what its text alone tells apart."""
        ids = {one.id for one in shown}
        unknown = [one for one in found if one.id not in ids and one.id not in self._aliases]
        if unknown:
            by_key = {key_of(one): one.id for one in shown}
            for one in unknown:
                if (known := by_key.get(key_of(one))) is not None:
                    self._aliases[one.id] = known
        return [self._renamed(one) for one in found]

    def _named_items(self, found: Sequence[SummaryItem]) -> Iterator[SummaryItem]:
        """Yield sentences of the summary under the ids of those that rested on the same messages."""
        ids = {item.message_ids: item.id for item in self._summary}
        for item in found:
            known = ids.pop(item.message_ids, None)
            yield item if known is None else replace(item, id=known)

    def _renamed(self, one: Named) -> Named:
        known = self._aliases.get(one.id)
        return one if known is None else replace(one, id=known)


class _Ledger(Generic[T]):
    """Values by their keys, as they were shown last."""

    def __init__(self, key_of: Callable[[T], Hashable]) -> None:
        self._key_of = key_of
        self._shown: dict[Hashable, T] = {}
        self._kept: set[Hashable] = set()
        """Keys of what stays though it is not found."""

    def __contains__(self, key: Hashable) -> bool:
        return key in self._shown

    def values(self) -> Collection[T]:
        return self._shown.values()

    def keep(self) -> None:
        """Let what was shown so far stay until it is found once."""
        self._kept.update(self._shown)

    def release(self) -> None:
        """Let nothing stay that is not found."""
        self._kept.clear()

    def take(
        self, standing: Iterable[T], is_news: Callable[[T, T], bool] | None = None
    ) -> tuple[tuple[T, ...], tuple[T, ...]]:
        """Return what is new or changed, and what is gone; from now on `standing` counts as shown."""
        news: list[T] = []
        present: set[Hashable] = set()
        for one in standing:
            key = self._key_of(one)
            present.add(key)
            before = self._shown.get(key)
            if before is not None and (before is one or not (is_news or _differs)(before, one)):
                continue
            self._shown[key] = one
            news.append(one)
        self._kept -= present
        if len(present) + len(self._kept) == len(self._shown):
            return tuple(news), ()
        gone = [key for key in self._shown if key not in present and key not in self._kept]
        return tuple(news), tuple(self._shown.pop(key) for key in gone)


def _differs(before: T, now: T) -> bool:
    return before != now


def _without_keys(placed: Iterable[tuple[str, T]]) -> tuple[T, ...]:
    return tuple(one for _, one in placed)


def _topic_key(topic: Topic) -> Hashable:
    return topic.text.casefold()


def _entity_key(entity: Entity) -> Hashable:
    return entity.kind, entity.custom_kind, entity.custom_subtype, entity.value.casefold()


def _likeness(shown: Insight, found: Insight) -> float:
    """Return how surely one takes the place of the other; 0: it doesn't."""
    if (shown.kind == "question") != (found.kind == "question"):
        return 0.0
    shared = set(shown.message_ids) & set(found.message_ids)
    if not shared:
        return 0.0
    return (
        1
        + (shown.text == found.text)
        + (shown.kind == found.kind) / 2
        + (shown.message_ids[0] == found.message_ids[0]) / 4
    )
