from datetime import UTC, datetime
from typing import Any

import pytest

from earwitness.conversation import events
from earwitness.conversation.bookmark import Author, Bookmark
from earwitness.conversation.events import KINDS, decode_body, encode_body, kind_of
from earwitness.conversation.ids import new_id
from earwitness.conversation.insight import (
    Entity,
    EntityMatch,
    Insight,
    SummaryItem,
    TextSpan,
    Topic,
    TrackerMatch,
)
from earwitness.conversation.intent import Intent
from earwitness.conversation.member import new_member
from earwitness.conversation.message import Assignment, Message
from earwitness.conversation.reading import Prompt, PromptAnswer
from earwitness.conversation.sound import Sound
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.utterance import Utterance, Word

NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
ANNA = new_member("Anna", "anna@example.com")
PLACE = EntityMatch("1", "Hi.", 0, 0.0, 1.0)
BODIES: list[events.Body] = [
    events.Opened("app", "name", NOW, members=(ANNA,), actions=({"invokeOn": "stop"},), request={"a": [1]}),
    events.CallProgressed("answered", 200, codec="opus", media={"received": 3}),
    events.MediaStarted(NOW),
    events.MemberJoined(ANNA),
    events.MemberChanged(ANNA),
    events.MembersMerged(ANNA, "m"),
    events.SpeakerMarked(SpeakerEvent("started_speaking", -0.5, ANNA)),
    events.SoundNoticed(Sound("in", "dtmf", 1.5, 1.6, "5")),
    events.UtteranceHeard(Utterance("u", "in", "Hi.", 0.0, 1.0, True, (Word("Hi.", 0.0, 1.0),)), ANNA),
    events.MessagesAdded((Message("1", "Hi.", 0.0, 1.0, speaker=ANNA),)),
    events.MessagesRevised((Message("1", "Hi!", 0.0, 1.0),), ("2",)),
    events.SpeakersAssigned((Assignment("1", ANNA, "event"), Assignment("2", None, "unknown"))),
    events.InsightsFound((Insight("2", "action_item", "x", 0.9, ("1",), spans=(TextSpan("date", "x", 0),)),)),
    events.IntentFound(Intent("3", "answering_machine", 0.9, "Hello?", "answered_by_human", 1.5)),
    events.TopicsFound((), (Topic("4", "pilot", 0.5, ("1",)),)),
    events.EntitiesFound((Entity("5", "date", "Friday", "2026-01-02", (PLACE,)),)),
    events.TrackersFound((TrackerMatch("6", "Greeting", "hi", (PLACE,)),), ()),
    events.Understood(),
    events.SummaryRenewed((SummaryItem("4", "x", ("1",)),)),
    events.BookmarkKept(Bookmark("5", "x", 0.5, 1.0, author=Author("Eve"), message_ids=("1",))),
    events.BookmarkRemoved("5"),
    events.OptionsChanged({"trackers": [{"name": "Price"}]}),
    events.ReadingRequested("m", (Prompt("Risks", "Which?"),)),
    events.ReadingEnded(
        "partial",
        "m",
        "too slow",
        insights=(Insight("2", "question", "x?", 0.8, ("1",), source="m"),),
        answers=(PromptAnswer(Prompt("Risks", "Which?"), (SummaryItem("3", "None.", ("1",), "m"),)),),
        tokens=7,
    ),
    events.MetadataChanged({"k": "v"}),
    events.Closed(NOW, "failed"),
]


def test_every_kind_is_listed() -> None:
    assert {type(body) for body in BODIES} == set(KINDS.values())


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_bodies_are_read_back_as_they_were(body: Any) -> None:
    assert decode_body(kind_of(body), encode_body(body)) == body


def test_ids_fit_into_a_json_number() -> None:
    assert all(10**15 <= int(new_id()) < 2**53 for _ in range(1000))
