from dataclasses import replace
from datetime import UTC, datetime

from earwitness.calls.shown import Shown
from earwitness.conversation.events import (
    EntitiesFound,
    InsightsFound,
    TopicsFound,
    TrackersFound,
    Understood,
)
from earwitness.conversation.insight import Entity, EntityMatch, Insight, Topic, TrackerMatch
from earwitness.insights.seams import Found
from earwitness.store.seams import Content, ConversationRecord

TASK = Insight("i1", "action_item", "Anna will send the plan.", 0.9, ("m1",))
QUESTION = Insight("i2", "question", "When?", 0.9, ("m2",))
TOPIC = Topic("t1", "plan", 0.5, ("m1",))


def _place(message_id: str) -> EntityMatch:
    return EntityMatch(message_id, "On Friday.", 3)


def _friday(*message_ids: str, key: str = "e1") -> Entity:
    return Entity(key, "date", "Friday", "2026-11-27", tuple(map(_place, message_ids)))


def _tracked(*message_ids: str) -> TrackerMatch:
    return TrackerMatch("k1", "Deadlines", "Friday", tuple(map(_place, message_ids)))


def _content(found: Found) -> Content:
    record = ConversationRecord("1", "app", "name", "meeting", datetime(2026, 1, 1, tzinfo=UTC))
    return Content(
        record,
        insights=found.insights,
        topics=found.topics,
        entities=found.entities,
        trackers=found.trackers,
    )


def test_what_stands_as_it_was_is_no_news() -> None:
    shown = Shown()
    found = Found((TASK,), (TOPIC,), (_friday("m1"),), (_tracked("m1"),))
    assert shown.news(found) == [
        InsightsFound((TASK,)),
        TopicsFound((TOPIC,)),
        EntitiesFound((_friday("m1"),)),
        TrackersFound((_tracked("m1"),)),
    ]
    assert shown.news(found) == []
    assert shown.news(Found((replace(TASK),), (replace(TOPIC),), (_friday("m1"),), (_tracked("m1"),))) == []


def test_what_changed_comes_again_and_what_is_gone_is_withdrawn() -> None:
    shown = Shown()
    shown.news(Found((TASK, QUESTION)))
    changed = replace(TASK, text="Mark will send the plan.")
    assert shown.news(Found((changed,))) == [InsightsFound((changed,), (QUESTION,))]
    assert shown.news(Found()) == [InsightsFound((), (changed,))]


def test_only_new_places_are_news() -> None:
    shown = Shown()
    shown.news(Found(entities=(_friday("m1"),), trackers=(_tracked("m1"),)))
    both = Found(entities=(_friday("m1"), _friday("m2")), trackers=(_tracked("m1"), _tracked("m2")))
    assert shown.news(both) == [EntitiesFound((_friday("m2"),)), TrackersFound((_tracked("m2"),))]
    second = Found(entities=(_friday("m2"),), trackers=(_tracked("m2"),))
    assert shown.news(second) == [
        EntitiesFound((), (_friday("m1"),)),
        TrackersFound((), (_tracked("m1"),)),
    ]


def test_a_topic_comes_again_when_its_score_changed() -> None:
    shown = Shown()
    shown.news(Found(topics=(TOPIC,)))
    assert shown.news(Found(topics=(replace(TOPIC, score=0.55),))) == []
    higher = replace(TOPIC, score=0.6)
    assert shown.news(Found(topics=(higher,))) == [TopicsFound((higher,))]
    last = replace(higher, message_ids=("m1", "m2"))
    assert shown.last(Understood(topics=(last,))) == ([TopicsFound((last,))], Understood(topics=(last,)))


def test_the_last_look_withdraws_what_did_not_survive_and_keeps_ids() -> None:
    shown = Shown()
    shown.news(Found((TASK, QUESTION), (TOPIC,), (_friday("m1"), _friday("m2"))))
    other = replace(TASK, id="x1", text="Anna is to send the plan.")
    understood = Understood((other,), (replace(TOPIC, id="x2"),), entities=(_friday("m1", "m2", key="x3"),))
    bodies, last = shown.last(understood)
    kept = replace(other, id="i1")
    assert bodies == [InsightsFound((kept,), (QUESTION,))]
    assert last == Understood((kept,), (TOPIC,), entities=(_friday("m1", "m2"),))


def test_a_conversation_that_is_taken_up_again_keeps_its_ids() -> None:
    stored = Found((TASK, QUESTION), (TOPIC,), (_friday("m1", "m2"),), (_tracked("m1"),))
    shown = Shown.of(_content(stored))
    found = Found(
        (replace(TASK, id="y1"), replace(QUESTION, id="y2")),
        (replace(TOPIC, id="y3"),),
        (_friday("m1", key="y4"), _friday("m2", key="y4")),
        (_tracked("m1"),),
    )
    assert shown.news(found) == []
    more = replace(TASK, id="y5", message_ids=("m7",))
    more_entities = (*found.entities, _friday("m7", key="y4"))
    news = shown.news(replace(found, insights=(*found.insights, more), entities=more_entities))
    assert news == [InsightsFound((more,)), EntitiesFound((_friday("m7"),))]


def test_of_two_in_one_message_each_keeps_its_own() -> None:
    first, second = replace(QUESTION, id="a"), replace(QUESTION, id="b", text="And where?")
    shown = Shown.of(_content(Found((first, second))))
    found = Found((replace(second, id="y"), replace(first, id="x")))
    assert shown.news(found) == []


def test_what_was_stored_stays_until_the_last_look_does_not_find_it() -> None:
    shown = Shown.of(_content(Found((TASK, QUESTION), (TOPIC,))))
    assert shown.news(Found()) == []
    assert shown.news(Found((TASK,))) == []
    assert shown.news(Found()) == [InsightsFound((), (TASK,))], "it was found meanwhile"
    bodies, _ = shown.last(Understood())
    assert bodies == [InsightsFound((), (QUESTION,)), TopicsFound((), (TOPIC,))]
