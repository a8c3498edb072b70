"""A server that is killed in mid-call, and in the middle of jobs."""

import asyncio
from email.message import EmailMessage
from pathlib import Path

import httpx

from earwitness.cli.client import Client
from earwitness.delivery.maildir import MaildirMailer
from earwitness.testing.callee import Callee
from earwitness.testing.demo import load_demo
from tests.support.calls import Followed, to
from tests.support.jobs import ended, recovered
from tests.support.process import server_process
from tests.support.recordings import write_recording


async def kept_emails(home: Path, count: int) -> list[EmailMessage]:
    """Wait until there are `count` e-mails, then a little for one too many."""
    mailer = MaildirMailer(home / "mail")
    for _ in range(200):
        if len(await mailer.messages()) >= count:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)
    return await mailer.messages()


async def test_every_shown_message_survives_and_one_email_goes_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    body = to(
        "",
        actions=[
            {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": ["a@example.com"]}}
        ],
        data={"session": {"name": "Cut off"}},
    )
    async with Callee(load_demo().samples) as far_end:
        body["endpoint"]["uri"] = far_end.uri
        async with server_process(home) as server:
            followed = Followed(await server.client.start(body))
            async with asyncio.timeout(60):
                async for frame in server.client.frames(followed.connection):
                    followed.frames.append(frame)
                    if len(followed.of("message_response")) == 6:
                        break
            await server.kill()
    shown = [message for frame in followed.of("message_response") for message in frame["messages"]]

    for _ in range(2):  # a second restart finds nothing left to do
        async with server_process(home) as server:
            conversation = await recovered(server.client, followed.conversation)
            assert conversation["state"] == "interrupted"
            assert conversation["endTime"] is not None
            stored = (await server.client.get(f"{followed.conversation}/messages"))["messages"]
            assert [(one["id"], one["text"]) for one in stored][: len(shown)] == [
                (one["id"], one["payload"]["content"]) for one in shown
            ]
            summary = (await server.client.get(f"{followed.conversation}/summary"))["summary"]
            assert summary
            status = await server.client.get(f"/v1/calls/{followed.connection['connectionId']}")
            assert (status["state"], status["reason"]) == ("interrupted", "the server stopped in mid-call")
            (email,) = await kept_emails(home, 1)
            assert email["Subject"] == "Cut off"

            resumed = Followed(followed.connection)
            last_seen = max(frame.get("sequenceNumber", 0) for frame in followed.frames)
            url = followed.connection["resultWebSocketUrl"].replace(
                followed.connection["eventUrl"].split("/v1/")[0].removeprefix("http"),
                server.url.removeprefix("http"),
            )
            async for frame in server.client.frames({"resultWebSocketUrl": url}, last_seen):
                resumed.frames.append(frame)
            numbers = sorted(
                {frame["sequenceNumber"] for frame in resumed.frames if "sequenceNumber" in frame}
            )
            assert numbers[0] == last_seen + 1
            assert numbers == list(range(numbers[0], numbers[-1] + 1))
            assert resumed.frames[-1]["message"]["type"] == "conversation_completed"


async def test_texts_that_were_taken_are_read_to_the_end_each_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    contents = [f"Text {number} begins here. " + "It goes on and on. " * 200 for number in range(12)]
    jobs = []
    async with server_process(home) as server:
        headers = {"X-API-KEY": server.client.token}
        async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as http:
            to_conversation = ""
            for content in contents:
                body = {"messages": [{"payload": {"content": content}}]}
                method = "PUT" if to_conversation else "POST"
                reply = await http.request(method, f"/v1/process/text{to_conversation}", json=body)
                assert reply.status_code == 201
                jobs.append(reply.json()["jobId"])
                to_conversation = f"/{reply.json()['conversationId']}"
        await ended(server.client, jobs[1])
        await server.kill()
    async with server_process(home) as server:
        for job in jobs:
            assert (await ended(server.client, job))["status"] == "completed"
        path = f"/v1/conversations{to_conversation}"
        assert (await server.client.get(path))["state"] == "completed"
        messages = (await server.client.get(f"{path}/messages"))["messages"]
        assert len(messages) == 201 * len(contents)
        beginnings = [one["text"] for one in messages[::201]]
        assert beginnings == [f"Text {number} begins here." for number in range(len(contents))]
    assert list((home / "recordings").iterdir()) == []


async def test_what_was_heard_of_a_recording_that_was_appended_is_concluded(tmp_path: Path) -> None:
    home = tmp_path / "home"
    recording = write_recording(tmp_path / "meeting.wav", "wav", load_demo().samples).read_bytes()
    async with server_process(home) as server:
        headers = {"X-API-KEY": server.client.token}
        async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as http:
            body = {"messages": [{"payload": {"content": "We met on Monday."}}]}
            begun = (await http.post("/v1/process/text", json=body)).json()
            await ended(server.client, begun["jobId"])
            conversation = f"/v1/conversations/{begun['conversationId']}"
            before = await server.client.get(conversation)
            path = f"/v1/process/audio/{begun['conversationId']}"
            added = (await http.put(path, params={"realTime": "true"}, content=recording)).json()
        shown = await messages_of(server.client, conversation, 3)
        await server.kill()
    async with server_process(home) as server:
        job = await ended(server.client, added["jobId"])
        assert job["status"] == "failed"
        assert "what was heard before is in the conversation" in job["message"]
        stored = await messages_of(server.client, conversation, 3)
        assert stored[: len(shown)] == shown
        head = await server.client.get(conversation)
        assert head["state"] == "completed"
        assert head["endTime"] > before["endTime"], "all that was heard is in it"
    assert list((home / "recordings").iterdir()) == []


async def messages_of(client: Client, conversation: str, count: int) -> list[tuple[str, str]]:
    """Wait until a conversation has so many messages, and return the id and text of each."""
    async with asyncio.timeout(60):
        while True:
            messages = (await client.get(f"{conversation}/messages"))["messages"]
            if len(messages) >= count:
                return [(one["id"], one["text"]) for one in messages]
            await asyncio.sleep(0.1)
