"""The Conversation API through the strict models of the Python clients."""

import sys
from typing import Any

import pytest

from earwitness.server import Server
from tests.support.programs import Program, Told
from tests.support.server import APP, credentials
from tests.support.stored import ANNA, SAID, store_conversation

CONVERSATION = (sys.executable, "-m", "tests.interop.clients.py.conversation")
READS: dict[str, tuple[str, dict[str, Any]]] = {
    "get_conversation": ("ConversationDataListResponse", {}),
    "get_messages": ("MessageListResponse", {"verbose": True, "sentiment": True}),
    "get_topics": ("TopicListResponse", {"sentiment": True, "parentRefs": True}),
    "get_questions": ("QuestionListResponse", {}),
    "get_action_items": ("ActionItemListResponse", {}),
    "get_follow_ups": ("FollowUpListResponse", {}),
    "get_members": ("MemberListResponse", {}),
    "get_entities": ("dict", {}),  # Of what the model holds; the test below looks into it.
    "get_trackers": ("TrackersListResponse", {}),
    "get_call_score": ("CallScoreResponse", {}),
    "get_call_score_status": ("CallScoreStatusResponse", {}),
    "get_analytics": ("AnalyticsListResponse", {}),
    "get_call_score_insights_url": ("ExperienceResponse", {}),
}
"""The package's calls, the model that each answers with (an error is a dictionary), and its parameters."""


@pytest.fixture(scope="module")
async def told(anyio_backend: str, server: Server) -> Told:
    task = {
        **credentials(server),
        "conversationId": await store_conversation(server.store, APP["app_id"]),
        "memberId": ANNA.id,
        "reads": [[call, parameters] for call, (_, parameters) in READS.items()],
    }
    return await Program(*CONVERSATION, task=task).run()


@pytest.mark.parametrize("call", READS)
def test_every_call_of_the_package_gets_its_model(told: Told, call: str) -> None:
    assert told.one(call)["model"] == READS[call][0]


def test_the_models_hold_what_was_said_and_understood(told: Told) -> None:
    messages = told.one("get_messages")["reply"]["messages"]
    assert [message["text"] for message in messages] == [text for *_, text in SAID]
    assert messages[0]["words"][0]["word"] == "Good"
    assert messages[2]["phrases"][0]["text"] == "send it by Friday"
    assert messages[2]["sentiment"]["suggested"] == "positive"
    items = told.one("get_action_items")["reply"]["action_items"]
    assert [item["assignee"]["name"] for item in items] == ["Mark", "Mark"]
    assert items[0]["due_by"]
    topics = told.one("get_topics")["reply"]["topics"]
    assert topics[1]["parent_refs"][0]["text"] == "pilot launch"
    (entity,) = told.one("get_entities")["reply"]["entities"]
    assert (entity["text"], entity["message_refs"][0]["offset"]) == ("Friday", 18)
    (tracker,) = told.one("get_trackers")["reply"]
    assert tracker["matches"][0]["message_refs"][0]["text"] == SAID[1][3]
    assert tracker["matches"][0]["insight_refs"][0]["type"] == "question"
    assert told.one("get_call_score")["reply"]["criteria"]
    assert told.one("get_call_score_status")["reply"]["status"] == "completed"
    figures = told.one("get_analytics")["reply"]
    assert {metric["type"] for metric in figures["metrics"]} == {
        "total_silence",
        "total_talk_time",
        "total_overlap",
    }
    assert figures["members"][0]["overlap"]["overlapping_members"][0]["name"] == "Mark"
    assert "/meeting/#/" in told.one("get_call_score_insights_url")["reply"]["url"]


def test_the_generated_client_reads_and_changes_the_rest(told: Told) -> None:
    assert told.one("insights")["model"] == "InsightsListResponse"
    assert len(told.one("insights")["reply"]["insights"]) == 4
    assert told.one("intents")["model"] == "IntentListResponse"
    assert told.one("intents")["reply"]["intents"][0]["intent"] == "answering_machine"
    assert "updated successfully" in told.one("put member")["reply"]["message"]
    assert "1 messages" in told.one("put speakers")["reply"]["message"]
    assert told.one("unknown")["reply"] == {
        "message": "The conversationId is either invalid or does not exist."
    }
