from dataclasses import replace

from earwitness.conversation.insight import Insight, InsightKind, TextSpan
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.summary.comprehensive import comprehensive
from earwitness.insights.summary.excerpt import MOST, told

ANNA, MARK = Member("1", "Anna"), Member("2", "Mark")


def said(key: str, speaker: Member | None, at_s: float, text: str) -> Message:
    return Message(key, text, at_s, at_s + 2, speaker=speaker)


def item(
    key: str, text: str, *message_ids: str, who: Member = MARK, kind: InsightKind = "action_item"
) -> Insight:
    span = TextSpan("person", who.name, 0, who.name)
    return Insight(key, kind, text, 0.8, message_ids, who, who, spans=(span,))


TALK = [
    said("a", ANNA, 0, "The customer waits for the security report."),
    said("b", ANNA, 4, "The weather was lovely on the weekend."),
    said("c", MARK, 8, "I will write the security report tomorrow."),
    said("d", MARK, 11, "I will call the customer too."),
]


def test_an_item_stands_behind_what_it_takes_up() -> None:
    (found,) = comprehensive([item("1", "Mark will write the security report tomorrow.", "c")], TALK)
    assert found.text == (
        "Anna said that the customer waits for the security report. "
        "Mark will write the security report tomorrow."
    )
    assert found.message_ids == ("a", "c")
    assert found.text[found.spans[0].offset :].startswith("Mark will write")


def test_items_of_one_breath_are_one() -> None:
    items = [
        item("2", "Mark will call the customer too.", "d"),
        item("1", "Mark will write the security report tomorrow.", "c"),
    ]
    (found,) = comprehensive(items, TALK)
    assert found.id == "1"
    assert found.text.endswith(
        "Mark will write the security report tomorrow. Mark will call the customer too."
    )
    assert found.message_ids == ("a", "c", "d")
    assert [found.text[span.offset :][:10] for span in found.spans] == ["Mark will ", "Mark will "]


def test_what_is_of_use_within_the_talk_alone_is_no_item() -> None:
    steering = replace(item("2", "Mark will show you the security report.", "c"), score=0.52)
    assert comprehensive([steering], TALK) == []


def test_items_of_several_people_stay_apart() -> None:
    items = [
        item("1", "Mark will write the security report tomorrow.", "c"),
        item("2", "Anna will call the customer too.", "d", who=ANNA),
    ]
    assert [found.id for found in comprehensive(items, TALK)] == ["1", "2"]


def test_it_alone_takes_up_what_was_said_right_before() -> None:
    talk = [
        said("a", ANNA, 0, "Could you have a look at our database?"),
        said("b", MARK, 3, "I will do it tonight."),
    ]
    (found,) = comprehensive([item("1", "Mark will do it tonight.", "b")], talk)
    assert found.text == "Anna asked: “Could you have a look at our database?” Mark will do it tonight."


def test_the_sentence_that_shares_words_is_told_and_not_what_follows_it() -> None:
    talk = [
        said("a", ANNA, 0, "One more thing: the client wants a demo on Thursday. I worry about the search."),
        said("b", MARK, 4, "I will tell the client today so that nobody is surprised."),
    ]
    (found,) = comprehensive([item("1", "Mark will tell the client today.", "b")], talk)
    assert (
        found.text == "Anna said that the client wants a demo on Thursday. Mark will tell the client today."
    )


def test_words_that_tie_clauses_or_stand_for_the_items_own_take_up_nothing() -> None:
    talk = [
        said("a", ANNA, 0, "The weather was lovely on the weekend."),
        said("b", MARK, 4, "I will open a ticket for the bug and assign it to Bo, so that nobody waits."),
    ]
    only = item("1", "Mark will open a ticket for the bug and assign it to Bo, so that nobody waits.", "b")
    assert comprehensive([only], talk) == [only]


def test_an_item_that_tells_what_was_asked_for_takes_up_nothing_else() -> None:
    talk = [
        said("a", ANNA, 0, "The checkout page breaks every day."),
        said("b", ANNA, 4, "Somebody must review the text of the pricing page."),
        said("c", MARK, 8, "I can take that."),
    ]
    only = item("1", "Mark will review the text of the pricing page.", "b", "c")
    assert comprehensive([only], talk) == [only]


def test_nothing_is_made_up_where_nothing_led_to_it() -> None:
    talk = [said("a", ANNA, 0, "Good morning."), said("b", MARK, 300, "I will write the report.")]
    only = item("1", "Mark will write the report.", "b")
    assert comprehensive([only], talk) == [only]
    assert comprehensive([item("2", "Who?", "a", kind="question")], talk) == []
    gone = item("3", "Mark will write the report.", "x")
    assert comprehensive([gone], talk) == [gone]


def test_an_excerpt_tells_who_said_what() -> None:
    items = told(TALK[:2])
    assert [one.text for one in items] == [
        "Anna said that the customer waits for the security report.",
        "Anna added that the weather was lovely on the weekend.",
    ]
    assert [one.message_ids for one in items] == [("a",), ("b",)]
    assert told(TALK[:2]) == items
    assert len(told(TALK * 5)) == MOST


def test_orders_and_courtesies_keep_their_words_in_an_excerpt() -> None:
    talk = [said("a", ANNA, 0, "Hello Bo, good to see you. Tom, please open a ticket. Open the door now.")]
    assert [one.text for one in told(talk)] == [
        "Anna said: “Hello Bo, good to see you.”",
        "Anna said: “Tom, please open a ticket.”",
        "Anna said: “Open the door now.”",
    ]
