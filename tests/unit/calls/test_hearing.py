import asyncio
from collections.abc import Sequence
from datetime import timedelta

from earwitness.calls.seams import PushedEvent
from earwitness.conversation.events import Body, MemberJoined, MembersMerged, MessagesAdded, SpeakersAssigned
from earwitness.conversation.member import Member
from earwitness.conversation.speaker_event import SpeakerEventKind
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


async def test_a_change_is_decided_again_when_somebody_joins_meanwhile(store: Store) -> None:
    decided: list[tuple[str, ...]] = []
    async with hearing(store, {"in": [Line(0.2, 1.0, "All is well.")]}, members=(ANNA,)) as heard:
        leg = heard.leg("in", 0.0)
        heard.start()
        say(leg, 2.0)
        await stored(store, heard, "messages_added")

        async def change(members: Sequence[Member]) -> Sequence[Body]:
            decided.append(tuple(member.name for member in members))
            if len(decided) == 1:
                await heard.push(PushedEvent("started_speaking", STARTED_AT, name="Cem"))
            same = next((one for one in members if one.name == "Cem"), None)
            return [MemberJoined(Member("c", "Cem"))] if same is None else []

        assert await heard.edit(change, "api")
        assert decided == [("Anna",), ("Anna", "Cem")]
        content = await store.conversations.content(heard.conversation_id)
        assert content is not None
        assert [member.name for member in content.members] == ["Anna", "Cem"]
        await heard.end()
        await heard.close(STARTED_AT, "completed")
        assert not await heard.edit(change, "api")


async def test_a_change_that_is_not_stored_is_not_said_to_be(store: Store) -> None:
    async with hearing(store, {"in": []}, members=(ANNA,)) as heard:

        async def change(_: Sequence[Member]) -> Sequence[Body]:
            await store.log.claim(heard.conversation_id)  # somebody else writes it from now on
            return [MemberJoined(MARK)]

        assert not await heard.edit(change, "api")
        content = await store.conversations.content(heard.conversation_id)
    assert content is not None
    assert content.members == (ANNA,)


async def test_who_turns_out_to_be_somebody_else_before_they_are_heard_does_not_join(store: Store) -> None:
    async with hearing(store, {"right": [Line(0.2, 1.0, "All is well.")]}, members=(ANNA,)) as heard:
        right = heard.leg("right", 0.0, member=Member("m", "Mark", "mark@example.com"))
        heard.start()

        async def change(_: Sequence[Member]) -> Sequence[Body]:
            return [MembersMerged(Member("a", "Anna", "anna@example.com", "mark@example.com"), "m")]

        assert await heard.edit(change, "api")
        say(right, 2.0)
        await heard.end()
        await heard.close(STARTED_AT, "completed")
        content = await store.conversations.content(heard.conversation_id)
    assert content is not None
    (anna,) = content.members
    assert [message.speaker for message in content.messages] == [anna]


async def test_late_events_give_shown_messages_their_speaker(store: Store) -> None:
    async with hearing(store, {"in": [Line(0.2, 1.0, "I will send the plan by Friday.")]}) as heard:
        leg = heard.leg("in", 0.0)
        heard.start()
        say(leg, 4.0)
        (added,) = await stored(store, heard, "messages_added")
        await stored(store, heard, "insights_found")
        assert isinstance(added.body, MessagesAdded)
        (message,) = added.body.messages
        assert message.speaker is None
        assert heard.zero_at is not None
        told: list[tuple[SpeakerEventKind, float]] = [("stopped_speaking", 1.1), ("started_speaking", 0.1)]
        for kind, at_s in told:
            said_at = heard.zero_at + timedelta(seconds=at_s)
            await heard.push(PushedEvent(kind, said_at + timedelta(seconds=5), said_at, "Anna"))
        (assigned,) = await stored(store, heard, "speakers_assigned")
        content = await store.conversations.content(heard.conversation_id)
        assert content is not None
        (now,) = content.messages
        assert (now.id, now.text, now.provenance) == (message.id, message.text, "event")
        assert now.speaker is not None
        assert now.speaker.name == "Anna"
        assert [insight.speaker for insight in content.insights] == [now.speaker]
        await heard.end()
        await heard.close(STARTED_AT, "completed")
    content = await store.conversations.content(heard.conversation_id)
    assert content is not None
    assert [(insight.speaker, insight.assignee) for insight in content.insights] == [
        (now.speaker, now.speaker)
    ]
    await store.log.rebuild(heard.conversation_id)
    assert await store.conversations.content(heard.conversation_id) == content
    assert isinstance(assigned.body, SpeakersAssigned)


async def test_a_sentence_waits_for_its_end_and_never_longer_than_a_pause(store: Store) -> None:
    script = {
        "in": [
            Line(0.2, 1.0, "We went to the."),
            Line(2.0, 3.0, "Store yesterday. And with the."),
            Line(9.0, 9.5, "That is the."),
        ]
    }
    async with hearing(store, script) as heard:
        leg = heard.leg("in", 0.0)
        heard.start()
        say(leg, 3.5)
        await stored(store, heard, "messages_added")
        say(leg, 8.0, 3.5)
        await stored(store, heard, "messages_added", 2)
        say(leg, 10.0, 8.0)
        await heard.end()
        await heard.close(STARTED_AT, "completed")
    events = await store.log.read(heard.conversation_id)
    kinds = [event.kind for event in events if event.kind in ("utterance_heard", "messages_added")]
    assert kinds == [
        "utterance_heard",
        "utterance_heard",
        "messages_added",
        "messages_added",
        "utterance_heard",
        "messages_added",
    ]
    texts = [
        message.text
        for event in events
        if isinstance(event.body, MessagesAdded)
        for message in event.body.messages
    ]
    assert texts == ["We went to the store yesterday.", "And with the.", "That is the."]


async def test_who_is_cut_off_while_leaving_is_heard_to_the_end(store: Store) -> None:
    lines = [Line(number + 0.1, number + 0.9, f"Number {number} is fine.") for number in range(5)]
    async with hearing(store, {"left": lines}) as heard:
        left, _ = heard.leg("left", 0.0), heard.leg("right", 0.0)
        heard.start()
        say(left, 5.0)
        leaving = asyncio.create_task(heard.end_leg(left))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
        await heard.end()
        await heard.close(STARTED_AT, "completed")
    content = await store.conversations.content(heard.conversation_id)
    assert content is not None
    assert [message.text for message in content.messages] == [line.text for line in lines]
    assert content.record.outcome == "completed"


async def test_a_message_has_its_sentiment_from_the_beginning(store: Store) -> None:
    async with hearing(store, {"in": [Line(0.2, 1.0, "I love it."), Line(9.0, 9.5, "And that is")]}) as heard:
        leg = heard.leg("in", 0.0)
        heard.start()
        say(leg, 10.0)
        await heard.end()
        await heard.close(STARTED_AT, "completed")
    content = await store.conversations.content(heard.conversation_id)
    assert content is not None
    first, second = content.messages
    assert first.polarity is not None
    assert first.polarity > 0.3
    assert second.polarity is not None
    assert abs(second.polarity) < 0.3
