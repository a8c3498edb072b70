"""Mail servers that are down, refuse, or refuse in part; while calls go on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.delivery.test_smtp_delivery import Postbox, serving
from tests.support.far_end import far_end
from tests.support.live import Busy, busy_server, placed, until
from tests.support.peer_process import free_port


@pytest.fixture(scope="module")
def port() -> int:
    """Where the mail server is to be."""
    return free_port()


@pytest.fixture(scope="module")
async def busy(tmp_path_factory: pytest.TempPathFactory, port: int) -> AsyncIterator[Busy]:
    """A server that mails through that port."""
    folder = tmp_path_factory.mktemp("mail")
    async with busy_server(folder, smtp_url=f"smtp://127.0.0.1:{port}") as busy:
        yield busy


async def ended_call(busy: Busy, *recipients: str, name: str = "Weekly") -> str:
    """Have a call whose summary is to be mailed; returns the conversation's id."""
    action = {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": list(recipients)}}
    data = {"session": {"name": name}}
    async with far_end() as peer, placed(busy.client, peer.uri, actions=[action], data=data) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await call.hears(1)
        await call.stop()
    return str(call.followed.connection["conversationId"])


def _row(busy: Busy, conversation: str) -> tuple[str, int, str | None]:
    """Return state, attempts and error of the delivery of a conversation."""
    with sqlite3.connect(busy.server.settings.home / "earwitness.db") as database:
        [row] = database.execute(
            "SELECT state, attempts, error FROM outbox WHERE conversation_id = ?", (conversation,)
        )
    database.close()
    return row[0], row[1], row[2]


def _try_again_now(busy: Busy) -> None:
    with sqlite3.connect(busy.server.settings.home / "earwitness.db") as database:
        database.execute("UPDATE outbox SET due_at = datetime('now', '-1 second') WHERE state = 'waiting'")
    database.close()
    busy.server._outbox.notify()


async def test_mail_waits_for_a_server_that_is_down_and_goes_out_once(busy: Busy, port: int) -> None:
    conversation = await ended_call(busy, "ann@example.com")
    await until(lambda: _row(busy, conversation)[1] == 1)
    state, _, error = _row(busy, conversation)
    assert state == "waiting"
    assert "cannot be reached" in (error or "")

    postbox = Postbox()
    async with serving(postbox, port):
        _try_again_now(busy)
        await until(lambda: _row(busy, conversation)[0] == "done")
        _try_again_now(busy)
        await ended_call(busy, "bob@example.com")
        await until(lambda: len(postbox.messages) == 2)
    assert postbox.recipients == [["ann@example.com"], ["bob@example.com"]]
    assert "Sentence 0 was said." in str(postbox.messages[0].get_body(("plain",)))


async def test_a_message_that_is_refused_for_good_is_given_up(busy: Busy, port: int) -> None:
    postbox = Postbox()
    postbox.refusals["DATA"] = ["554 We do not like it"]
    async with serving(postbox, port):
        refused = await ended_call(busy, "ann@example.com")
        await until(lambda: _row(busy, refused)[0] == "given_up")
        taken = await ended_call(busy, "ann@example.com")
        await until(lambda: _row(busy, taken)[0] == "done")
    assert busy.errors.take("given up") == 1
    assert (_row(busy, refused)[2] or "").endswith("refused the message: 554")
    assert [message["X-Earwitness-Conversation"] for message in postbox.messages] == [taken]


async def test_refused_recipients_do_not_keep_it_from_the_others(busy: Busy, port: int) -> None:
    postbox = Postbox()
    postbox.refusals["gone@example.com"] = ["550 No such user"] * 9
    postbox.refusals["full@example.com"] = ["452 Mailbox full"]
    async with serving(postbox, port):
        conversation = await ended_call(busy, "ann@example.com", "gone@example.com", "full@example.com")
        await until(lambda: _row(busy, conversation)[1] == 1)
        _try_again_now(busy)
        await until(lambda: _row(busy, conversation)[0] == "done")
        nobody = await ended_call(busy, "gone@example.com")
        await until(lambda: _row(busy, nobody)[0] == "given_up")
    assert busy.errors.take("given up") == 1
    assert postbox.recipients == [["ann@example.com"], ["full@example.com"]]
    assert {message["Message-ID"] for message in postbox.messages} == {postbox.messages[0]["Message-ID"]}


async def test_names_bring_no_headers_and_no_recipients(busy: Busy, port: int) -> None:
    postbox = Postbox()
    async with serving(postbox, port):
        name = "Weekly\r\nBcc: evil@example.com\r\n\r\n<b>body</b>"
        conversation = await ended_call(busy, "ann@example.com", name=name)
        await until(lambda: _row(busy, conversation)[0] == "done")
    [message] = postbox.messages
    assert message["Subject"] == "Weekly Bcc: evil@example.com <b>body</b>"
    assert message["Bcc"] is None
    assert postbox.recipients == [["ann@example.com"]]
    html: Any = message.get_body(("html",))
    assert "<b>body</b>" not in html.get_content()


async def test_a_server_that_says_nothing_does_not_hold_up_calls(busy: Busy, port: int) -> None:
    asked, silence_ends = asyncio.Event(), asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await silence_ends.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", port):
        first = await ended_call(busy, "ann@example.com")
        await asyncio.wait_for(asked.wait(), 10)
        await ended_call(busy, "ann@example.com")
        silence_ends.set()
    await until(lambda: _row(busy, first)[1] == 1)
