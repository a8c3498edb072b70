from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.reassignment import reassigned
from earwitness.conversation.speaker_event import SpeakerEvent

PEOPLE = Member("a", "Anna"), Member("b", "Bo")


def test_all_of_many_events_count() -> None:
    messages = [Message(str(at_s), "What was said.", at_s, at_s + 1.5) for at_s in range(0, 3000, 2)]
    events = [
        SpeakerEvent("started_speaking", message.start_s, PEOPLE[place % 2])
        for place, message in enumerate(messages)
    ]
    assignments = reassigned(messages, iter(events))
    assert len(assignments) == len(messages)
    assert [one.speaker for one in assignments] == [PEOPLE[place % 2] for place in range(len(messages))]
