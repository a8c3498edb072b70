from earwitness.conversation.events import MemberJoined, MessagesAdded
from earwitness.conversation.member import Member
from earwitness.store.store import Store
from earwitness.testing.scripted import Line
from tests.support.hearings import STARTED_AT, hearing, say, stored

ANNA, MARK = Member("a", "Anna", "anna@example.com"), Member("m", "Mark")


async def test_legs_of_members_name_what_is_heard_on_them(store: Store) -> None:
    script = {"left": [Line(0.2, 1.0, "How are sales?")], "right": [Line(1.2, 2.0, "They are fine.")]}
    async with hearing(store, script, members=(ANNA,)) as heard:
        left = heard.leg("left", 0.0, member=Member("other", "Anna Berg", "anna@example.com"))
        right = heard.leg("right", 0.0, member=MARK)
        heard.start()
        say(left, 2.0)
        say(right, 2.0)
        await heard.end()
        await heard.close(STARTED_AT, "completed")
    joined = [event.body for event in await stored(store, heard, "member_joined")]
    assert joined == [MemberJoined(MARK)], "Anna was announced already"
    messages = [
        message
        for event in await stored(store, heard, "messages_added", 2)
        if isinstance(event.body, MessagesAdded)
        for message in event.body.messages
    ]
    assert {(message.text, message.speaker, message.provenance) for message in messages} == {
        ("How are sales?", ANNA, "leg"),
        ("They are fine.", MARK, "leg"),
    }
