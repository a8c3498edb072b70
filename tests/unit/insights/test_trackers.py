import json
from typing import Any

import pytest

from earwitness.conversation.insight import EntityMatch, TrackerMatch
from earwitness.conversation.message import Message
from earwitness.conversation.tracker import Tracker
from earwitness.insights.english.sentence_vectors import sentence_vectors
from earwitness.insights.trackers import SIMILAR, TrackerMatcher
from tests.support.dialogue import DIALOGUE, needs_dialogue

REFUND = Tracker(
    "1",
    "Refund",
    ("I want a refund", "Can I get my money back?", "Please refund my order.", "Return the payment to me."),
)
DELIVERY = Tracker(
    "2",
    "Delivery",
    ("Where is my package?", "The parcel has not arrived", "My delivery is late", "When will it be shipped?"),
)
COMPETITOR = Tracker("3", "Competitor", ("Globex", "Initech"))
ALL = (REFUND, DELIVERY, COMPETITOR)


def found(text: str, *trackers: Tracker) -> list[tuple[str, str, int]]:
    hits = TrackerMatcher(trackers or ALL).find(text)
    return [(hit.tracker.name, hit.phrase, hit.offset) for hit in hits]


def test_phrases_that_are_said_come_with_their_place() -> None:
    assert found("So I wanted a refund from Globex.") == [
        ("Refund", "I want a refund", 3),
        ("Competitor", "Globex", 26),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Could you give me my money back, please?", "Refund"),
        ("I would like you to return my payment.", "Refund"),
        ("My parcel still hasn't come.", "Delivery"),
        ("When do you ship the package?", "Delivery"),
    ],
)
def test_sentences_that_mean_the_same_are_similar(text: str, name: str) -> None:
    assert [(hit[0], hit[2]) for hit in found(text)] == [(name, SIMILAR)]


@pytest.mark.parametrize(
    "text",
    [
        "Yeah.",
        "Okay, thank you.",
        "How are you today?",
        "We met at the office on Monday.",
        "What?",
        "",
        "...",
    ],
)
def test_small_talk_is_no_tracker(text: str) -> None:
    assert found(text) == []
    assert found(text, REFUND) == []


def test_meaning_is_told_by_sentence_and_only_where_nothing_was_said() -> None:
    matcher = TrackerMatcher(ALL)
    sentences = ["Hello there.", "My parcel still hasn't come.", "I want a refund."]
    hits = matcher.find(" ".join(sentences), sentences)
    assert [(hit.tracker.name, hit.offset) for hit in hits] == [("Refund", 42), ("Delivery", SIMILAR)]
    assert TrackerMatcher(ALL, by_meaning=False).find("My parcel still hasn't come.") == []


def test_odd_trackers_do_no_harm() -> None:
    odd = (Tracker("4", "None", ()), Tracker("5", "Marks", ("?!",)), Tracker("6", "One", ("price",)))
    assert found("What is the price of it?", *odd) == [("One", "price", 12)]
    assert found("Anything else that we need", *odd) == []
    assert TrackerMatcher(()).find("I want a refund") == []
    same = (REFUND, Tracker("1", "Refund", ("Give me my money",)))
    assert found("Could you give me my money back?", *same)


def test_a_message_has_all_places_of_a_phrase() -> None:
    message = Message("7", "Globex or not Globex?", 1.0, 3.0)
    (match,) = TrackerMatcher(ALL).matches(message, [message.text])
    places = tuple(EntityMatch("7", message.text, offset, 1.0, 3.0) for offset in (0, 14))
    assert match == TrackerMatch("3", "Competitor", "Globex", places)


def test_vectors_have_length_one_or_zero() -> None:
    vectors = sentence_vectors().of(["Where is my card?", "", "\u2603"])
    lengths = [float((vector * vector).sum()) for vector in vectors]
    assert lengths == pytest.approx([1.0, 0.0, 0.0], abs=1e-5)


@pytest.mark.shared
@needs_dialogue
def test_figures_on_banking77() -> None:
    given: dict[str, Any] = json.loads((DIALOGUE / "trackers_banking77.json").read_text("utf-8"))
    trackers = [Tracker(name, name, tuple(phrases)) for name, phrases in given["trackers"].items()]
    matcher = TrackerMatcher(trackers)
    right = told = wanted = alarms = 0
    for row in given["utts"]:
        names = {hit.tracker.name for hit in matcher.find(row["text"])}
        right += len(names & set(row["trackers"]))
        told += len(names)
        wanted += len(row["trackers"])
        alarms += bool(names and not row["trackers"])
    assert 2 * right / (told + wanted) >= 0.70
    assert alarms <= 3
