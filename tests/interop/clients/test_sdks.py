"""The published Symbl SDKs, each in a call of its own to a part of the demo recording, side by side."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from earwitness.server import Server
from earwitness.testing.callee import Callee
from earwitness.testing.demo import Demo, load_demo
from tests.support.calls import Followed
from tests.support.meeting import accuracy, part_of
from tests.support.programs import Program, Told
from tests.support.server import APP, client_of, credentials, running_server

EMAIL = "user@example.com"
HERE = Path(__file__).parent
SYMBL_NODE = ("node", HERE / "js" / "symbl-node.mjs")
SYMBL_JS = ("node", HERE / "js" / "symbl-js.mjs")
SYMBL_PY = (sys.executable, "-m", "tests.interop.clients.py.telephony")
STOP_REQUEST = (sys.executable, "-m", "tests.interop.clients.py.stop_request")

NODE_READS = (
    "getConversationById",
    "getMessagesByConversationId",
    "getMembersByConversationId",
    "getTopicsByConversationId",
    "getQuestionsByConversationId",
    "getActionItemsByConversationId",
    "getFollowUpsByConversationId",
    "getInsightsByConversationId",
    "getIntentsByConversationId",
)
PY_READS: tuple[tuple[str, dict[str, bool], str], ...] = (
    ("get_conversation", {}, "ConversationDataListResponse"),
    ("get_messages", {"verbose": True, "sentiment": True}, "MessageListResponse"),
    ("get_topics", {"sentiment": True, "parentRefs": True}, "TopicListResponse"),
    ("get_questions", {}, "QuestionListResponse"),
    ("get_action_items", {}, "ActionItemListResponse"),
    ("get_follow_ups", {}, "FollowUpListResponse"),
    ("get_members", {}, "MemberListResponse"),
    ("get_entities", {}, "EntitiesListResponse"),
    ("get_analytics", {}, "AnalyticsListResponse"),
    ("get_trackers", {}, "list"),
    ("get_call_score_insights_url", {}, "ExperienceResponse"),
)

UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
DIGITS = re.compile(r"\d{16}\Z")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")


@dataclass(frozen=True, slots=True)
class Calls:
    """What the SDKs told of their calls, which are over, and the server that still runs."""

    server: Server
    recording: Demo
    node: Told
    js: Told
    py: Told
    stop_request: Told

    async def content(self, told: Told, what: str) -> Any:
        """Return what the Conversation API gives for the conversation of an SDK's call."""
        client = await client_of(self.server)
        return await client.get(f"/v1/conversations/{told.one('started')['conversationId']}/{what}")


@pytest.fixture(scope="module")
async def calls(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Calls]:
    recording = part_of(load_demo(), 4, 8)
    home = tmp_path_factory.mktemp("home")
    # The clients read while the call is fresh; a second hearing would change words between two reads.
    async with running_server(home, refine=False, **APP) as server:
        async with asyncio.TaskGroup() as group:
            told = [
                group.create_task(call(server, recording, command, reads))
                for command, reads in (
                    (SYMBL_NODE, NODE_READS),
                    (SYMBL_JS, ()),
                    (SYMBL_PY, [read[:2] for read in PY_READS]),
                    (STOP_REQUEST, ()),
                )
            ]
        yield Calls(server, recording, *(task.result() for task in told))


async def call(server: Server, recording: Demo, command: tuple[str | Path, ...], reads: Any) -> Told:
    """Have a program call a far end that plays the recording and waits to be hung up."""
    program: Program
    async with Callee(recording.samples, stays=True, on_play=lambda: program.playing()) as far_end:
        program = Program(
            *command,
            task={
                **credentials(server),
                "uri": far_end.uri,
                "emails": [EMAIL],
                "meeting": "My Meeting",
                "speakerEvents": [
                    {"at_s": at_s, "type": change, "user": {"userId": who.user_id, "name": who.name}}
                    for at_s, change, who in recording.speaker_events()
                ],
                "stopAtS": recording.duration_s + 1.0,
                "reads": reads,
            },
        )
        told = await program.run()
        async with asyncio.timeout(5):
            await far_end.finished.get()
        return told


def frames_of(told: Told, name: str = "frame") -> Followed:
    """Return the frames of a subscription; the Python package hands them on as text."""
    frames = [json.loads(frame) if isinstance(frame, str) else frame for frame in told.all(name)]
    return Followed(told.one("started"), frames)


SUBSCRIPTIONS = (("node", "frame"), ("js", "connection frame"), ("js", "stream frame"), ("py", "frame"))


@pytest.mark.parametrize("sdk", ["node", "js", "py"])
def test_start_gives_ids_as_strings_and_both_urls(calls: Calls, sdk: str) -> None:
    started = getattr(calls, sdk).one("started")
    connection_id = started["connectionId"]
    assert UUID.match(connection_id)
    assert DIGITS.match(started["conversationId"])
    assert 10**15 <= int(started["conversationId"]) < 2**53
    assert started["eventUrl"] == f"{calls.server.url}/v1/event/{connection_id}"
    sockets = calls.server.url.replace("http", "ws", 1)
    results = started["resultWebSocketUrl" if sdk == "py" else "webSocketUrl"]
    assert results == f"{sockets}/events/{connection_id}"


@pytest.mark.parametrize(("sdk", "frame"), SUBSCRIPTIONS)
def test_the_first_frame_tells_the_conversation_and_the_last_completes_it(
    calls: Calls, sdk: str, frame: str
) -> None:
    followed = frames_of(getattr(calls, sdk), frame)
    conversation_id = followed.connection["conversationId"]
    first, last = followed.frames[0], followed.frames[-1]
    assert first["message"] == {"type": "conversation_created", "data": {"conversationId": conversation_id}}
    assert last["message"]["type"] == "conversation_completed"
    for told in (last["message"], last["message"]["data"]):
        assert told["conversationId"] == conversation_id
        assert told["summaryUrl"].startswith(f"{calls.server.url}/meeting/#/")
    assert followed.last_state["state"] == "ended"
    assert followed.last_state["codec"] == "opus"


@pytest.mark.parametrize(("sdk", "frame"), SUBSCRIPTIONS)
def test_live_text_is_partial_then_final_then_a_message(calls: Calls, sdk: str, frame: str) -> None:
    followed = frames_of(getattr(calls, sdk), frame)
    state = "message"
    for one in followed.frames:
        if one["type"] == "transcript_response":
            assert one["payload"]["content"]
            assert one["payload"]["contentType"] == "text/plain"
            state = "final" if one["isFinal"] else "partial"
        elif one["type"] == "message_response":
            assert state == "final"
            state = "message"
    assert {one["isFinal"] for one in followed.of("transcript_response")} == {True, False}
    recognised = [one["message"] for one in followed.wrapped("recognition_result")]
    assert [one["punctuated"]["transcript"] for one in recognised] == [
        one["payload"]["content"] for one in followed.of("transcript_response")
    ]
    times = [word["startTime"] for word in recognised[-1]["payload"]["raw"]["alternatives"][0]["words"]]
    assert times
    assert all(time["seconds"].isdigit() and time["nanos"].isdigit() for time in times)


@pytest.mark.parametrize(("sdk", "frame"), SUBSCRIPTIONS)
async def test_live_messages_and_insights_are_those_of_the_conversation(
    calls: Calls, sdk: str, frame: str
) -> None:
    told = getattr(calls, sdk)
    followed = frames_of(told, frame)
    live = [message for one in followed.of("message_response") for message in one["messages"]]
    stored = (await calls.content(told, "messages"))["messages"]
    assert [(one["id"], one["payload"]["content"], one["from"]) for one in live] == [
        (one["id"], one["text"], one["from"]) for one in stored
    ]
    for one in live:
        assert DIGITS.match(one["id"])
        assert isinstance(one["metadata"]["words"], str)
        assert json.loads(one["metadata"]["words"])[0].keys() == {"word", "startTime", "endTime"}
        assert MOMENT.match(one["duration"]["startTime"])
    found = [insight for one in followed.of("insight_response") for insight in one["insights"]]
    assert {(one["id"], one["text"]) for one in found} == {
        (one["id"], one["text"]) for one in (await calls.content(told, "insights"))["insights"]
    }
    assert {one["type"] for one in found} == {"question", "action_item"}
    for one in found:
        assert one["payload"]["content"] == one["text"]
        assert one["messageReference"]["id"] in {message["id"] for message in live}
    topics = [topic for one in followed.of("topic_response") for topic in one["topics"]]
    assert topics
    assert all(isinstance(topic["phrases"], str) for topic in topics)


@pytest.mark.parametrize(("sdk", "frame"), SUBSCRIPTIONS)
def test_durable_frames_are_numbered_without_gaps(calls: Calls, sdk: str, frame: str) -> None:
    numbers = [
        one["sequenceNumber"]
        for one in frames_of(getattr(calls, sdk), frame).frames
        if "sequenceNumber" in one
    ]
    assert numbers == sorted(numbers)
    assert set(numbers) >= set(range(min(numbers) + 1, max(numbers) + 1))


@pytest.mark.parametrize("sdk", ["node", "js", "py"])
async def test_speaker_events_name_the_messages(calls: Calls, sdk: str) -> None:
    messages = (await calls.content(getattr(calls, sdk), "messages"))["messages"]
    words = accuracy(calls.recording, messages)
    assert words.heard >= 0.9
    assert words.named >= 0.95
    assert messages[0]["timeOffset"] == 0.0
    assert {one["from"]["name"] for one in messages} == {"Anna", "Mark"}


@pytest.mark.parametrize("sdk", ["node", "js"])
async def test_no_pushed_event_is_refused_and_the_automatic_last_one_is_taken(calls: Calls, sdk: str) -> None:
    told = getattr(calls, sdk)
    assert told.all("push failed") == []
    followed = frames_of(told, "frame" if sdk == "node" else "stream frame")
    marked = [one["message"]["data"]["type"] for one in followed.wrapped("speaker_event")]
    assert len(marked) == len(list(calls.recording.speaker_events())) + 1
    assert marked[-1] == "stopped"
    assert followed.wrapped("error") == []


@pytest.mark.parametrize("sdk", ["node", "js"])
def test_stop_tells_the_summary_page_of_each_recipient(calls: Calls, sdk: str) -> None:
    told = getattr(calls, sdk)
    stopped = told.one("stopped")
    assert stopped["connectionId"] == told.one("started")["connectionId"]
    assert stopped["conversationId"] == told.one("started")["conversationId"]
    (info,) = stopped["summaryInfo"]
    assert info["user"]["name"] == "user"
    assert info["user"]["userId"] == EMAIL
    assert info["url"].startswith(f"{calls.server.url}/meeting/#/")


@pytest.mark.parametrize("sdk", ["node", "js", "py"])
async def test_the_options_arrive(calls: Calls, sdk: str) -> None:
    conversation_id = getattr(calls, sdk).one("started")["conversationId"]
    record = await calls.server.store.conversations.find(APP["app_id"], conversation_id)
    assert record is not None
    assert (record.name, record.timezone, record.language) == ("My Meeting", "Asia/Tokyo", "en-US")
    folder = calls.server.settings.home / "mail" / "new"
    wanted = f"X-Earwitness-Conversation: {conversation_id}"
    for _ in range(100):
        if any(wanted in path.read_text("utf-8") for path in folder.glob("*")):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the summary was not sent")


async def test_symbl_node_reads_the_conversation(calls: Calls) -> None:
    told = calls.node
    assert told.one("getConversationById")["name"] == "My Meeting"
    messages = told.one("getMessagesByConversationId")["messages"]
    assert [one["text"] for one in messages] == [
        one["text"] for one in (await calls.content(told, "messages"))["messages"]
    ]
    assert all(MOMENT.match(one["startTime"]) for one in messages)
    assert {one["name"] for one in told.one("getMembersByConversationId")["members"]} == {"Anna", "Mark"}
    assert len(told.one("getQuestionsByConversationId")["questions"]) == 2
    assert len(told.one("getActionItemsByConversationId")["actionItems"]) == 1
    assert told.one("getFollowUpsByConversationId")["followUps"] == []
    assert len(told.one("getInsightsByConversationId")["insights"]) == 3
    assert told.one("getTopicsByConversationId")["topics"]
    (intent,) = told.one("getIntentsByConversationId")["intents"]
    assert (intent["intent"], intent["type"]) == ("answering_machine", "answered_by_human")
    assert len(told.all("token requested")) == 1


def test_symbl_js_keeps_both_subscriptions_by_ping_and_pong(calls: Calls) -> None:
    told = calls.js
    assert len(told.all("ping")) >= 8
    for name in ("connection", "stream"):
        assert len(told.all(f"{name} subscribed")) == 1
        assert len(told.all(f"{name} closed")) == 1
        assert told.all(f"{name} lost") == []
    assert [one["text"] for one in told.one("messages")["messages"]]


@pytest.mark.parametrize(("read", "parameters", "model"), PY_READS)
def test_symbl_py_parses_the_reply(calls: Calls, read: str, parameters: dict[str, bool], model: str) -> None:
    answer = calls.py.one(read)
    assert answer["model"] == model, f"the package could not read the reply: {answer['reply']}"


def test_symbl_py_finds_in_the_replies_what_was_said(calls: Calls) -> None:
    told = calls.py
    message = told.one("get_messages")["reply"]["messages"][0]
    assert message["text"] == "That is wonderful news."
    assert message["sentiment"]["suggested"] == "positive"
    assert [word["word"] for word in message["words"]] == message["text"].split()
    (item,) = told.one("get_action_items")["reply"]["action_items"]
    assert item["assignee"]["name"] == "Mark"
    assert isinstance(item["due_by"], str)
    assert len(told.one("get_questions")["reply"]["questions"]) == 2
    topic = told.one("get_topics")["reply"]["topics"][0]
    assert topic["sentiment"]["suggested"] in {"positive", "neutral", "negative"}
    assert topic["parent_refs"] == []
    analytics = told.one("get_analytics")["reply"]
    assert {one["type"] for one in analytics["metrics"]} == {
        "total_silence",
        "total_talk_time",
        "total_overlap",
    }
    assert sum(one["talk_time"]["percentage"] for one in analytics["members"]) == pytest.approx(100, abs=0.1)


def test_symbl_py_stops_the_call_and_its_subscription_ends(calls: Calls) -> None:
    stopped = calls.py.one("stopped")
    assert stopped["connection_id"] == calls.py.one("started")["connectionId"]
    assert [one["user"]["user_id"] for one in stopped["summary_info"]] == [EMAIL]
    assert calls.py.one("subscription ended") is True
    assert set(calls.py.all("pushed")) == {200}


async def test_the_stop_request_that_symbl_py_writes_as_a_python_literal_ends_the_call(calls: Calls) -> None:
    assert calls.stop_request.one("subscribed") is True
    client = await client_of(calls.server)
    status = await client.get(f"/v1/calls/{calls.stop_request.one('started')['connectionId']}")
    assert status["state"] == "ended"
