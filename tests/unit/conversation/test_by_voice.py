"""Messages given to members by their voices."""

import itertools

from earwitness.conversation.by_voice import VoiceTurn, recognize, stretches_of
from earwitness.conversation.member import Member, new_member
from earwitness.conversation.message import Message
from earwitness.conversation.word_times import estimate_words

ANNA = Member("anna", "Anna")


def said(number: int, text: str, start_s: float, speaker: Member | None = None) -> Message:
    end_s = start_s + 0.4 * len(text.split())
    return Message(
        f"m{number}",
        text,
        start_s,
        end_s,
        speaker=speaker,
        provenance="event" if speaker else "unknown",
        words=estimate_words(text, start_s, end_s),
    )


def newcomers() -> "itertools.count[int]":
    return itertools.count(1)


def test_a_voice_that_is_known_elsewhere_is_that_members_and_another_is_somebody_new() -> None:
    numbers = newcomers()
    messages = [
        said(1, "I have been looking at the budget for the pilot all week.", 0.0, ANNA),
        said(2, "How large is it now?", 6.0),
        said(3, "It grew by a third since the spring.", 10.0),
    ]
    turns = [VoiceTurn(0, 0.0, 4.8), VoiceTurn(1, 6.0, 8.0), VoiceTurn(0, 10.0, 13.2)]
    found = recognize(messages, turns, lambda: new_member(f"Speaker {next(numbers)}"))
    assert [(one.id, one.speaker and one.speaker.name, one.provenance) for one in found.messages] == [
        ("m2", "Speaker 1", "voice"),
        ("m3", "Anna", "voice"),
    ]
    assert [member.name for member in found.members] == ["Speaker 1"]


def test_a_sentence_of_two_voices_is_cut_where_they_change() -> None:
    numbers = newcomers()
    message = said(1, "shall we take the train on Monday yes let us do that then", 0.0)
    turns = [VoiceTurn(0, 0.0, 2.8), VoiceTurn(1, 2.8, 5.2)]
    found = recognize([message], turns, lambda: new_member(f"Speaker {next(numbers)}"))
    assert [(one.text, one.speaker and one.speaker.name) for one in found.messages] == [
        ("shall we take the train on Monday", "Speaker 1"),
        ("yes let us do that then", "Speaker 2"),
    ]
    assert found.messages[0].id == "m1" != found.messages[1].id


def test_what_no_voice_claims_stays_nobodys() -> None:
    messages = [said(1, "Hello there everybody.", 0.0)]
    turns = [VoiceTurn(0, 20.0, 24.0)]
    found = recognize(messages, turns, lambda: new_member("Speaker 1"))
    assert (found.members, found.messages) == ((), ())


def test_stretches_end_at_pauses() -> None:
    messages = [said(1, "One two three.", 0.0), said(2, "Four five.", 1.3), said(3, "Six.", 9.0)]
    assert [(round(start_s, 1), round(end_s, 1)) for start_s, end_s in stretches_of(messages)] == [
        (0.0, 2.1),
        (9.0, 9.4),
    ]
