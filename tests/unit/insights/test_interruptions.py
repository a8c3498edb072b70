from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.interruptions import interruptions

ANNA, VIKRAM, MARK = Member("1", "Anna"), Member("2", "Vikram"), Member("3", "Mark")


def said(speaker: Member | None, start_s: float, end_s: float) -> Message:
    return Message(f"{start_s}", "Words.", start_s, end_s, speaker=speaker)


def told(*messages: Message) -> list[tuple[str, str, float]]:
    return [(one.by.name, one.of.name, one.at_s) for one in interruptions(messages)]


def test_whoever_goes_on_when_the_other_has_ended_took_the_floor() -> None:
    assert told(said(ANNA, 0, 4), said(VIKRAM, 3, 8)) == [("Vikram", "Anna", 3)]


def test_support_is_no_interruption() -> None:
    assert told(said(ANNA, 0, 6), said(VIKRAM, 3, 4)) == []


def test_nor_is_a_quick_turn_nor_a_common_beginning() -> None:
    assert told(said(ANNA, 0, 4), said(VIKRAM, 3.8, 8)) == []
    assert told(said(ANNA, 0, 4), said(VIKRAM, 0.2, 8)) == []


def test_sentences_of_one_member_are_one_turn() -> None:
    going_on = (said(ANNA, 0, 2), said(ANNA, 2.5, 6))
    assert told(*going_on, said(VIKRAM, 1, 3)) == []
    assert told(*going_on, said(VIKRAM, 1, 3), said(VIKRAM, 3.5, 7)) == [("Vikram", "Anna", 1)]


def test_one_can_interrupt_several_and_be_interrupted_back() -> None:
    assert told(said(ANNA, 0, 4), said(MARK, 1, 4.5), said(VIKRAM, 3, 8), said(ANNA, 7, 9)) == [
        ("Mark", "Anna", 1),
        ("Vikram", "Anna", 3),
        ("Vikram", "Mark", 3),
        ("Anna", "Vikram", 7),
    ]


def test_unknown_speakers_take_no_part() -> None:
    assert told(said(ANNA, 0, 4), said(None, 3, 8), said(VIKRAM, 7, 9)) == []
