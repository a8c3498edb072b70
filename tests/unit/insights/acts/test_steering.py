from datetime import UTC, datetime

import pytest

from earwitness.conversation.insight import WORTH_READING
from earwitness.conversation.member import Member
from earwitness.insights.acts.action_items import find_action_item

ANNA, BO = Member("1", "Anna"), Member("2", "Bo")
NOW = datetime(2024, 5, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Let me show you the slide.", "Anna will show Bo the slide."),
        ("Let's go back to the chart.", "Let's go back to the chart."),
        ("Put it in.", "Bo to put it in."),
        ("Turn off the lights.", "Bo to turn off the lights."),
        ("Strike out the M.", "Bo to strike out the M."),
        ("Say what you were going to say.", "Say what you were going to say."),
        ("Why don't you explain it quickly?", "Bo to explain it quickly."),
        ("I'll do that.", "Anna will do that."),
        ("I'll transfer you now.", "Anna will transfer Bo now."),
        ("Let me pull up your account.", "Anna will pull up Bo's account."),
        ("Let me check that for you.", "Anna will check that for Bo."),
        ("Can you give me your phone number?", "Bo to give Anna their phone number."),
        ("We'll find that out.", "We'll find that out."),
        ("If you and Don can, show him the file.", "Bo to show him the file if they and Don can."),
        ("When Daphne gets back we'll get in touch.", "When Daphne gets back, we'll get in touch."),
    ],
)
def test_what_is_done_within_the_talk_is_an_insight_but_not_worth_reading(said: str, text: str) -> None:
    item = find_action_item(said, ANNA, (ANNA, BO), NOW, spoken=True)
    assert item is not None
    assert 0.5 <= item.score < WORTH_READING
    assert item.text == text


@pytest.mark.parametrize(
    "said",
    [
        "Wait.",
        "We'll look at.",
        "Let's ta so let's.",
        "Wait a second.",
        "Go ahead.",
        "Hold on.",
        "Never mind.",
        "Let me see.",
        "Let's see what happens.",
        "Let's say it breaks.",
        "Let me finish.",
        "I'll say it again.",
        "I'll start.",
        "Let's get started.",
        "Let's move on to the next point.",
        "Let's go.",
        "Say it blows up.",
        "Put just the phrase I think as a parenthetical.",
        "We'll add another type in that case.",
        "Why don't you like it?",
        "Take the linguistic factors too.",
        "I'm going to be late.",
        "I will put it on the.",
        "I will very good.",
        "Leave them loose?",
        "I'll remind you that we have five minutes.",
        "I will point out that it works.",
    ],
)
def test_turn_taking_and_talk_about_things_are_none(said: str) -> None:
    item = find_action_item(said, ANNA, (ANNA, BO), NOW, spoken=True)
    assert item is None or item.score < 0.5


@pytest.mark.parametrize(
    "said",
    [
        "I'll transfer you on Monday.",
        "Let me check with my manager and get back to you.",
        "Can you give me your phone number by Friday?",
    ],
)
def test_what_is_set_for_later_is_worth_reading(said: str) -> None:
    item = find_action_item(said, ANNA, (ANNA, BO), NOW, spoken=True)
    assert item is not None
    assert item.score >= WORTH_READING


def test_what_is_written_steers_no_talk() -> None:
    item = find_action_item("Let me show you the slide.", ANNA, (ANNA, BO), NOW)
    assert item is None or item.score < 0.5
