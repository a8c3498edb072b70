"""With redaction on, nothing that is stored or shown ever holds personal data."""

import asyncio

from earwitness.calls.feed import Feed
from earwitness.calls.seams import Partial
from earwitness.conversation.events import encode_body
from earwitness.store.store import Store
from earwitness.testing.scripted import Line
from tests.support.hearings import STARTED_AT, hearing, say

LINES = [
    Line(0.2, 2.0, "My name is Naomi Ryan."),
    Line(3.2, 6.0, "Please call me at five five five, one two one two, by Friday."),
    Line(7.0, 9.0, "My card number is four one one one."),
    Line(10.0, 12.0, "One one one one, one one one one."),
    Line(13.0, 15.0, "One one one one."),
    Line(18.0, 21.0, "You can write to naomi dot ryan at example dot com."),
    Line(25.0, 28.0, "Can you send the plan to Naomi?"),
]
SECRETS = ("Naomi", "Ryan", "one two one two", "five five five", "four one one", "one one one", "naomi")
ASKED = {"redaction": {"redactContent": True}}


async def test_nothing_stored_or_shown_holds_personal_data(store: Store) -> None:
    shown: list[str] = []

    async def watch(feed: Feed) -> None:
        async for one in feed.watch(0):
            shown.append(one.utterance.text if isinstance(one, Partial) else encode_body(one.body).decode())

    async with hearing(store, {"in": LINES}, request=ASKED) as heard:
        watching = asyncio.create_task(watch(heard.feed))
        leg = heard.leg("in", 0.0)
        heard.start()
        for at in range(40):
            say(leg, at + 1.0, float(at))
            await asyncio.sleep(0)
        await heard.end()
        await heard.close(STARTED_AT, "completed")
        await watching
    content = await store.conversations.content(heard.conversation_id)
    assert content is not None
    texts = [message.text for message in content.messages]
    assert texts[0] == "My name is [PERSON_NAME]."
    assert texts[1] == "Please call me at [PHONE_NUMBER], by Friday."
    for message in content.messages:
        assert " ".join(word.text for word in message.words) == message.text
    log = [encode_body(event.body).decode() for event in await store.log.read(heard.conversation_id)]
    everything = "\n".join([*shown, *log, repr(content)]).casefold()
    assert [secret for secret in SECRETS if secret.casefold() in everything] == []


async def test_without_it_words_stay(store: Store) -> None:
    async with hearing(store, {"in": LINES[:1]}) as heard:
        leg = heard.leg("in", 0.0)
        heard.start()
        say(leg, 6.0)
        await heard.end()
        await heard.close(STARTED_AT, "completed")
    content = await store.conversations.content(heard.conversation_id)
    assert content is not None
    assert [message.text for message in content.messages] == ["My name is Naomi Ryan."]
