"""What later words make of what was asked and promised."""

from datetime import UTC, datetime

import pytest

from earwitness.conversation.insight import Insight
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.embedded import EmbeddedAnalysis, EmbeddedAnalyst
from earwitness.insights.seams import Setting

A = Member("1", "Anna Keller")
V = Member("2", "Vikram Rao")
C = Member("3", "Carla Diaz")
SETTING = Setting(datetime(2024, 3, 6, 15, tzinfo=UTC), members=(A, V))
ASKED = (A, "Vikram, could you please send me the updated budget sheet by Tuesday?")

Talk = list[tuple[Member, str]]


def messages(talk: Talk, every_s: float = 6.0) -> list[Message]:
    return [
        Message(f"m{number}", text, number * every_s, number * every_s + every_s * 0.8, speaker=speaker)
        for number, (speaker, text) in enumerate(talk)
    ]


def found(talk: Talk, setting: Setting = SETTING, every_s: float = 6.0) -> list[Insight]:
    analysis: EmbeddedAnalysis = EmbeddedAnalyst().open(setting)
    live: tuple[Insight, ...] = ()
    for message in messages(talk, every_s):
        live = analysis.follow([message]).insights
    assert analysis.conclude(setting).insights == live, "the final look gives what was shown"
    return list(live)


def duties(talk: Talk, setting: Setting = SETTING, every_s: float = 6.0) -> list[Insight]:
    return [insight for insight in found(talk, setting, every_s) if insight.kind != "question"]


@pytest.mark.parametrize(
    "later",
    [
        (A, "Never mind."),
        (A, "Oh, never mind, I found it."),
        (V, "No need, it is in the folder already."),
        (A, "Actually, forget it."),
        (A, "You don't have to do that anymore."),
        (A, "We don't need to send the budget sheet."),
        (A, "Please don't send the budget sheet."),
        (A, "Scratch that."),
    ],
)
def test_what_is_taken_back_is_no_action_item(later: tuple[Member, str]) -> None:
    assert [insight.kind for insight in found([ASKED])] == ["action_item", "question"]
    assert found([ASKED, later]) == []


@pytest.mark.parametrize(
    "later",
    [
        (V, "Sure, I'll do that."),
        (V, "I don't need the old sheet."),
        (A, "Don't forget the numbers."),
        (A, "You don't need to worry."),
        (A, "I never mind the cold."),
        (A, "We don't need to paint the office."),
        (V, "There is no need to hurry."),
    ],
)
def test_other_words_take_nothing_back(later: tuple[Member, str]) -> None:
    (insight,) = duties([ASKED, later])
    assert insight.assignee == V


def test_only_what_was_said_lately_is_taken_back_without_its_name() -> None:
    between: Talk = [(V, "The weather is fine here."), (A, "Good to hear that.")] * 3
    assert len(duties([ASKED, *between, (A, "Never mind.")])) == 1
    assert len(duties([ASKED, (A, "Never mind.")], every_s=60.0)) == 1
    assert duties([ASKED, *between, (A, "We don't need to send the budget sheet.")]) == []


def test_who_says_so_takes_it_over() -> None:
    talk: Talk = [ASKED, (A, "No, never mind, I'll do that.")]
    (insight,) = duties(talk)
    assert insight.text == "Anna Keller will send the updated budget sheet by Tuesday."
    assert (insight.assignee, insight.speaker) == (A, A)
    assert insight.message_ids == ("m0", "m1")
    assert [(span.kind, insight.text[span.offset :][: len(span.text)]) for span in insight.spans] == [
        ("person", "Anna Keller"),
        ("date", "Tuesday"),
    ]
    before = duties([ASKED])
    assert insight.due_by == before[0].due_by


def test_what_is_done_within_the_talk_is_not_what_is_taken_back() -> None:
    spoken = [
        (A, "Um, Vikram, could you send me the budget sheet by Tuesday?"),
        (V, "Let me show you the slide."),
    ]
    assert [one.assignee for one in found([*spoken, (A, "Never mind.")]) if one.is_worth_reading] == []


def test_what_is_nobodys_is_whose_says_so() -> None:
    three = Setting(SETTING.zero_at, members=(A, V, C))
    (insight,) = duties(
        [(A, "Could somebody please book the room for the workshop?"), (C, "I'll take care of it.")], three
    )
    assert insight.assignee == C


def test_whoever_says_so_takes_what_somebody_was_wanted_for() -> None:
    three = Setting(SETTING.zero_at, members=(A, V, C))
    talk: Talk = [
        (A, "Um, I also need someone to review the copy on the pricing page before Monday."),
        (C, "I can take that."),
    ]
    (insight,) = found(talk, three)
    assert insight.assignee == C
    assert insight.due_by is not None


def test_the_same_said_again_is_one() -> None:
    talk: Talk = [
        (V, "I will send the signed contract to the hospital."),
        (A, "Great, thank you."),
        (V, "So I'll send the signed contract to the hospital by Friday."),
    ]
    (insight,) = found(talk)
    assert insight.message_ids == ("m0", "m2")
    assert insight.due_by is not None
    assert insight.text.endswith("by Friday.")


def test_a_duty_repeated_long_after_is_one_though_others_stood_between() -> None:
    duty = "I will send the signed contract to the hospital."
    filler = [(A, f"Number {number} is fine.") for number in range(12)]
    talk: Talk = [(V, duty), (A, "I will call the bank tomorrow."), *filler, (V, duty), *filler]
    talk += [*filler[:6], (V, "I'll send the signed contract to the hospital by Friday.")]
    assert len(found(talk)) == 2


def test_what_is_due_at_two_times_is_two_things() -> None:
    talk: Talk = [(V, "I will send the report on Monday."), (V, "I will send the report on Thursday.")]
    assert len(found(talk)) == 2


def test_duties_of_two_people_are_two_things() -> None:
    talk: Talk = [(V, "I will call the hospital tomorrow."), (A, "I will call the hospital tomorrow.")]
    assert len(found(talk)) == 2
