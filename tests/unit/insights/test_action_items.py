from datetime import UTC, datetime

import pytest

from earwitness.conversation.member import Member
from earwitness.insights.action_items import ActionItem, find_action_item

ANNA, VIKRAM, CHEN = Member("1", "Anna"), Member("2", "Vikram"), Member("3", "Chen Li")
WEDNESDAY = datetime(2024, 5, 15, 10, 0, tzinfo=UTC)


def found(said: str, members: tuple[Member, ...], speaker: Member | None = ANNA) -> ActionItem:
    item = find_action_item(said, speaker, members, WEDNESDAY)
    assert item is not None
    return item


@pytest.mark.parametrize(
    ("said", "text", "assignee"),
    [
        ("I will send the report by Friday.", "Anna will send the report by Friday.", ANNA),
        (
            "I'll send you my notes before I leave.",
            "Anna will send Vikram their notes before they leave.",
            ANNA,
        ),
        ("I'm going to call Tom.", "Anna is going to call Tom.", ANNA),
        ("I have to finish the slides.", "Anna needs to finish the slides.", ANNA),
        ("If we win, I'll call you.", "If we win, Anna will call Vikram.", ANNA),
        ("Can you send me the deck?", "Vikram to send Anna the deck.", VIKRAM),
        ("Please review my draft.", "Vikram to review Anna's draft.", VIKRAM),
        ("You need to update your password.", "Vikram needs to update their password.", VIKRAM),
        ("I need you to review it before I sign it.", "I need you to review it before I sign it.", VIKRAM),
        ("We need to finalize the budget.", "We need to finalize the budget.", None),
        ("Could somebody book a room?", "Book a room.", None),
        ("Let me know if that works.", "Vikram to let Anna know if that works.", VIKRAM),
        ("Somebody has to update the wiki.", "Somebody has to update the wiki.", None),
        ("I'll send the email to both of you.", "Anna will send the email to both of you.", ANNA),
    ],
)
def test_two_people(said: str, text: str, assignee: Member | None) -> None:
    item = found(said, (ANNA, VIKRAM))
    assert (item.text, item.assignee) == (text, assignee)


@pytest.mark.parametrize(
    ("said", "text", "assignee"),
    [
        ("Chen, can you review my draft?", "Chen Li to review Anna's draft.", CHEN),
        ("Can you send me the deck, Vikram?", "Vikram to send Anna the deck.", VIKRAM),
        ("Vikram you need to work on a plan.", "Vikram needs to work on a plan.", VIKRAM),
        ("Chen Li will sign the contract.", "Chen Li will sign the contract.", CHEN),
        ("Can you send me the deck?", "Send Anna the deck.", None),
        ("I'll call you tomorrow.", "Anna will call you tomorrow.", ANNA),
    ],
)
def test_three_people(said: str, text: str, assignee: Member | None) -> None:
    item = found(said, (ANNA, VIKRAM, CHEN))
    assert (item.text, item.assignee) == (text, assignee)


def test_an_unknown_speaker_leaves_the_words_as_they_are() -> None:
    item = found("I'll send the report by Friday.", (), speaker=None)
    assert item.text == "I'll send the report by Friday."
    assert item.assignee is None


def test_spans_point_into_the_text() -> None:
    item = found("I will send the report by Friday at 5 pm.", (ANNA, VIKRAM))
    assert item.due_by == "2024-05-17T17:00:00+00:00"
    assert [(span.kind, span.value) for span in item.spans] == [
        ("person", "Anna"),
        ("datetime", "2024-05-17T17:00:00"),
    ]
    for span in item.spans:
        assert item.text[span.offset : span.offset + len(span.text)] == span.text
    assert item.phrase == "send the report by Friday at 5 pm"


@pytest.mark.parametrize(
    ("said", "follow_up"),
    [
        ("I'll follow up with you.", True),
        ("Let's sync next week.", True),
        ("I'll get back to you by Friday.", True),
        ("Let's schedule a call on Monday.", True),
        ("I'll circle back with legal.", True),
        ("I'll send the report.", False),
        ("I will call the bank tomorrow.", False),
        ("We need to synchronise the databases.", False),
    ],
)
def test_follow_ups_are_told_from_action_items(said: str, follow_up: bool) -> None:
    assert found(said, (ANNA, VIKRAM)).follow_up is follow_up


def test_a_first_name_two_members_share_resolves_to_nobody() -> None:
    other = Member("4", "Vikram Rao")
    assert found("Vikram, please send the plan.", (ANNA, other, Member("5", "Vikram Das"))).assignee is None
    assert found("Vikram, please send the plan.", (ANNA, other, CHEN)).assignee == other


@pytest.mark.parametrize(
    "said",
    [
        "Let me see.",
        "I'll say it again.",
        "You should have seen it.",
        "Wait a second.",
        "Go ahead.",
        "Let me show you.",
        "Can you push the button?",
        "Please don't send it.",
        "You would have XML in there.",
        "We discussed how to send it.",
    ],
)
def test_fragments_of_talk_are_not_put_on_the_list(said: str) -> None:
    item = find_action_item(said, ANNA, (ANNA, VIKRAM), WEDNESDAY, spoken=True)
    assert item is None or item.score < 0.5


def test_what_asks_without_an_act_stays_as_it_is() -> None:
    said = "It would be great if the contract could be signed by Friday, please."
    item = find_action_item(said, ANNA, (ANNA, VIKRAM), WEDNESDAY)
    assert item is not None
    assert (item.text, item.as_said, item.assignee) == (said, True, None)
    assert item.due_by == "2024-05-17T00:00:00+00:00"
