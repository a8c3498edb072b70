from datetime import UTC, datetime

import pytest

from earwitness.conversation.insight import WORTH_READING
from earwitness.conversation.member import Member
from earwitness.insights.acts.action_items import ActionItem, find_action_item
from earwitness.insights.english.sentences import clean

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


@pytest.mark.parametrize(
    "said",
    [
        "I will send you the report: Cortana, can you please set something up tomorrow.",
        "Tomorrow I'll send you the report.",
        "When you are back tomorrow I'll send you the report.",
    ],
)
def test_the_day_is_kept_wherever_it_was_said(said: str) -> None:
    assert found(said, (ANNA, VIKRAM)).due_by == "2024-05-16T00:00:00+00:00"


def test_nobody_is_taken_for_a_word_that_was_cut() -> None:
    members = (ANNA, Member("2", "Zqu"))
    item = find_action_item("Zqu do the math.", ANNA, members, WEDNESDAY, spoken=True)
    assert item is not None
    assert item.text == "Zqu to do the math."


def test_what_was_begun_twice_is_told_once() -> None:
    said = "I'm going to do the ev evaluation and I'll I'll send it to you."
    item = find_action_item(said, ANNA, (ANNA, VIKRAM), WEDNESDAY, spoken=True)
    assert item is not None
    assert "ev evaluation" not in item.text


def test_a_first_name_two_members_share_resolves_to_nobody() -> None:
    other = Member("4", "Vikram Rao")
    assert found("Vikram, please send the plan.", (ANNA, other, Member("5", "Vikram Das"))).assignee is None
    assert found("Vikram, please send the plan.", (ANNA, other, CHEN)).assignee == other


@pytest.mark.parametrize(
    ("said", "text", "assignee"),
    [
        (
            "Tomorrow I'll send an email and just ask if he received it.",
            "Tomorrow Anna will send an email and just ask if he received it.",
            ANNA,
        ),
        ("On Monday I'll call the bank.", "On Monday Anna will call the bank.", ANNA),
        (
            "Once I'm given the data I will provide transcripts.",
            "Once they're given the data, Anna will provide transcripts.",
            ANNA,
        ),
        ("I'll go check.", "Anna will go check.", ANNA),
        ("I'm going to go download Transcriber.", "Anna is going to go download Transcriber.", ANNA),
        ("I'll take a closer look at it.", "Anna will take a closer look at it.", ANNA),
        ("I got to look at it again.", "Anna needs to look at it again.", ANNA),
        ("I'll remember to bring the forms.", "Anna will remember to bring the forms.", ANNA),
        ("I'll have to call the bank.", "Anna will have to call the bank.", ANNA),
        ("I'll go to the workshop in two weeks.", "Anna will go to the workshop in two weeks.", ANNA),
        ("I can take you to his office.", "Anna can take Vikram to his office.", ANNA),
        ("Jane and I will look at it.", "Jane and Anna will look at it.", ANNA),
        ("jane and i will look at it.", "Jane and Anna will look at it.", ANNA),
        ("You and I should meet on Friday.", "Vikram and Anna should meet on Friday.", ANNA),
        ("Why don't you ask Lila?", "Vikram to ask Lila.", VIKRAM),
        ("Vikram, do you want to pick a few?", "Vikram to pick a few.", VIKRAM),
        ("Vikram do the math.", "Vikram to do the math.", VIKRAM),
        ("Eva do the math.", "Eva to do the math.", None),
        ("Vikram, send the report to legal.", "Vikram to send the report to legal.", VIKRAM),
        ("Anyway send me the note.", "Vikram to send Anna the note.", VIKRAM),
        (
            "If you're interested in that talk to me.",
            "Vikram to talk to Anna if they're interested in that.",
            VIKRAM,
        ),
        (
            "If you have any questions, just call me.",
            "Vikram to call Anna if they have any questions.",
            VIKRAM,
        ),
        ("We'll send you a replacement on Monday.", "We'll send Vikram a replacement on Monday.", ANNA),
        ("We'll get back to you.", "We'll get back to Vikram.", ANNA),
        ("He'll call you tomorrow.", "He'll call you tomorrow.", None),
        ("Would you mind sending me the report?", "Vikram to send Anna the report.", VIKRAM),
        (
            "If you could send me the contract that would be great.",
            "Vikram to send Anna the contract.",
            VIKRAM,
        ),
        ("Can I have you fill out this form?", "Vikram to fill out this form.", VIKRAM),
        ("I'm calling the bank tomorrow.", "Anna is calling the bank tomorrow.", ANNA),
        ("I'm supposed to call the bank.", "Anna needs to call the bank.", ANNA),
        ("I'd be happy to send you a copy.", "Anna will send Vikram a copy.", ANNA),
        ("Book a room for Monday.", "Vikram to book a room for Monday.", VIKRAM),
        ("Copy all the mails to me.", "Vikram to copy all the mails to Anna.", VIKRAM),
        ("Shall we meet on Friday?", "Shall we meet on Friday?", None),
        ("You two will work on a prototype.", "You two will work on a prototype.", None),
        ("I just need to call my boss.", "Anna needs to call their boss.", ANNA),
        ("I'd like to schedule an appointment.", "Anna would like to schedule an appointment.", None),
        ("Everyone needs to submit the report.", "Everyone needs to submit the report.", None),
        ("Everybody please send me the numbers.", "Everybody please send me the numbers.", None),
        ("If you could call me back I'd appreciate it.", "Vikram to call Anna back.", VIKRAM),
        ("Legal needs to review the contract.", "Legal needs to review the contract.", None),
        (
            "The marketing expert will do the evaluation.",
            "The marketing expert will do the evaluation.",
            None,
        ),
        (
            "We'll find a time on Friday to get together.",
            "We'll find a time on Friday to get together.",
            None,
        ),
    ],
)
def test_what_is_spoken_without_commas(said: str, text: str, assignee: Member | None) -> None:
    item = find_action_item(clean(said), ANNA, (ANNA, VIKRAM), WEDNESDAY, spoken=True)
    assert item is not None
    assert item.score >= WORTH_READING
    assert (item.text, item.assignee) == (text, assignee)


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
        "Vikram put the report there yesterday.",
        "Software drives the business.",
        "Do you want to pick a few?",
        "Why don't you like it?",
        "When I know what I will do with it.",
        "If you can send me the file it works.",
        "I can see that.",
        "I got to like it.",
        "Jane and I talked about it.",
        "I'm calling from the bank.",
        "Send it to Bob?",
        "Call Center Support is closed.",
        "Correct me if I'm wrong.",
        "Help me out here.",
        "Bill me for it.",
        "I'm calling in today because it broke.",
        "What is your last name so I can look it up in the system?",
        "I'd like to thank everybody.",
        "Could you spell that for me?",
        "I'm going home tomorrow.",
        "Would you mind being quiet?",
        "The marketing expert will be there.",
        "He will be fine.",
        "We'll see you there.",
        "Can we talk?",
        "You have to pay for it.",
        "I'd be happy to.",
    ],
)
def test_fragments_of_talk_are_not_put_on_the_list(said: str) -> None:
    item = find_action_item(said, ANNA, (ANNA, VIKRAM), WEDNESDAY, spoken=True)
    assert item is None or item.score < WORTH_READING


def test_what_asks_without_an_act_stays_as_it_is() -> None:
    said = "It would be great if the contract could be signed by Friday, please."
    item = find_action_item(said, ANNA, (ANNA, VIKRAM), WEDNESDAY)
    assert item is not None
    assert (item.text, item.as_said, item.assignee) == (said, True, None)
    assert item.due_by == "2024-05-17T00:00:00+00:00"


def test_a_part_of_a_day_has_a_beginning_and_an_end() -> None:
    item = found("I will send you the documents by Friday afternoon.", (ANNA, VIKRAM))
    (span,) = [span for span in item.spans if span.kind != "person"]
    assert (span.kind, span.text) == ("datetimerange", "Friday afternoon")
    assert span.value == "2024-05-17T12:00:00/2024-05-17T17:00:00"
    assert item.due_by == "2024-05-17T00:00:00+00:00"


@pytest.mark.parametrize(
    "told",
    [
        "The relaunch is planned for January 18th, 2027, and I want to know if we are still on track.",
        "Wednesday, December 2nd at 10 works.",
        "Can I have your account number, please?",
    ],
)
def test_what_is_only_told_or_answered_at_once_is_on_nobodys_list(told: str) -> None:
    item = find_action_item(told, ANNA, (ANNA, VIKRAM), WEDNESDAY)
    assert item is None or item.score < WORTH_READING


@pytest.mark.parametrize("members", [(ANNA, VIKRAM), (ANNA, VIKRAM, CHEN)])
@pytest.mark.parametrize("name", ["[PERSON_NAME]", "****"])
@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("{}, could you send me the deck by Friday?", "{} to send Anna the deck by Friday."),
        ("Could you send me the deck, {}?", "{} to send Anna the deck."),
        ("Would you mind sending me the deck, {}?", "{} to send Anna the deck."),
        ("Hey {}, can you review my draft?", "{} to review Anna's draft."),
        ("{} you need to update your password.", "{} needs to update their password."),
        ("{}, when you have time, could you send me the deck?", "Send Anna the deck."),
        ("{} send me the deck.", "{} to send Anna the deck."),
    ],
)
def test_whoever_is_called_by_a_hidden_name_is_nobody(
    said: str, text: str, name: str, members: tuple[Member, ...]
) -> None:
    item = found(said.format(name), members)
    assert (item.text, item.assignee) == (text.format(name), None)
    assert not [span for span in item.spans if span.kind == "person"]


def test_you_is_nobody_where_a_hidden_name_is_called() -> None:
    item = found("[PERSON_NAME], I'll send you the contract tomorrow.", (ANNA, VIKRAM))
    assert (item.text, item.assignee) == ("Anna will send you the contract tomorrow.", ANNA)
    item = found("Could you send the deck to [PERSON_NAME]?", (ANNA, VIKRAM))
    assert (item.text, item.assignee) == ("Vikram to send the deck to [PERSON_NAME].", VIKRAM)


def test_what_a_member_did_is_no_order() -> None:
    for told in ("Vikram gave me a call about the plan.", "Vikram sent me the file."):
        item = find_action_item(told, ANNA, (ANNA, VIKRAM), WEDNESDAY)
        assert item is None or item.score < WORTH_READING
