"""Insights while a call goes on: in time, revised, withdrawn, and in the end what the API keeps."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from earwitness.cli.client import Client
from earwitness.server import Server
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.far_end import far_end
from tests.support.live import LiveCall, placed, until
from tests.support.server import client_of, running_server
from tests.support.standing import Standing, stored

ANN = {"userId": "ann@example.com", "name": "Ann Lee"}
SCRIPT = [
    Line(0.2, 1.8, "The pilot of the customer portal starts in March."),
    Line(2.2, 3.8, "I will call the legal department tomorrow."),
    Line(4.2, 5.8, "Could you please send me the budget sheet by Friday?"),
    Line(6.2, 6.8, "Never mind, I found it."),
    Line(7.2, 8.8, "When does the pilot of the customer portal end?"),
    Line(9.2, 10.8, "I will call the legal department tomorrow."),
]
WITHIN_S = 2.0


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "home", ScriptedRecognizer({"in": SCRIPT})) as server:
        yield server


@pytest.fixture
async def client(server: Server) -> Client:
    return await client_of(server)


def insights_of(call: LiveCall) -> list[dict[str, Any]]:
    return [one for frame in call.followed.of("insight_response") for one in frame["insights"]]


def moment(call: LiveCall, frame: dict[str, Any]) -> float:
    """Return when a frame came, as Unix time."""
    return call.followed.wall[call.followed.frames.index(frame)].timestamp()


async def test_insights_come_in_time_and_are_what_is_kept(client: Client) -> None:
    async with far_end() as peer, placed(client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(14)
        await until(lambda: len(call.texts) >= len(SCRIPT))
        await until(lambda: len(insights_of(call)) >= 5)
        live = Standing(call.followed.frames)
        await call.stop()
    standing = Standing(call.followed.frames)
    assert live.insights.keys() == standing.insights.keys(), "the end changes nothing that was right"
    base = call.followed.conversation
    kept = {one["id"]: one for one in (await client.get(f"{base}/insights"))["insights"]}
    assert kept.keys() == standing.insights.keys()
    for key, insight in standing.insights.items():
        assert (kept[key]["text"], kept[key]["type"]) == (insight["text"], insight["type"])
        due = (kept[key].get("dueBy"), insight.get("dueBy", {}).get("value"))
        assert due == (None, None) or len({datetime.fromisoformat(str(one)) for one in due}) == 1
    topics = {one["id"]: one for one in (await client.get(f"{base}/topics"))["topics"]}
    assert {key: (one["text"], one["score"]) for key, one in topics.items()} == {
        key: (one["phrases"], one["score"]) for key, one in standing.topics.items()
    }
    messages = {
        message["id"]: moment(call, frame)
        for frame in call.followed.of("message_response")
        for message in frame["messages"]
    }
    for frame in call.followed.of("insight_response"):
        for insight in frame["insights"]:
            assert insight["messageReference"]["id"] in messages
            latest = max(messages[key] for key in kept.get(insight["id"], {}).get("messageIds", messages))
            assert moment(call, frame) - latest < WITHIN_S


async def test_entities_come_live_where_they_are_asked_for(client: Client) -> None:
    custom = [{"customType": "Product", "text": "customer portal", "value": "Portal"}]
    asked = {"detectEntities": True, "entities": custom}
    async with far_end() as peer, placed(client, peer.uri, **asked) as call:
        taken = await peer.taken()
        await taken.speak(14)
        await until(lambda: len(call.texts) >= len(SCRIPT))
        await call.stop()
    standing = Standing(call.followed.frames)
    base = call.followed.conversation
    entities = (await client.get(f"{base}/entities"))["entities"]
    assert stored(entities, []).entities == standing.entities
    by_value = {one["value"]: one for one in entities}
    assert len(by_value["Portal"]["messageRefs"]) == 2
    assert by_value["Portal"]["customType"] == "Product"
    assert [one["type"] for one in entities].count("date") >= 2
    shown = [
        ref["id"]
        for frame in call.followed.of("entity_response")
        for one in frame["entities"]
        for ref in one["messageRefs"]
    ]
    assert len(shown) == sum(len(one["messageRefs"]) for one in entities), "each place comes once"


async def test_trackers_match_live(client: Client) -> None:
    trackers = [
        {"name": "Product", "vocabulary": ["customer portals", "pilot of the customer portal"]},
        {"name": "Money", "vocabulary": ["budget sheet"]},
        {"name": "Never", "vocabulary": ["refund"]},
    ]
    async with far_end() as peer, placed(client, peer.uri, trackers=trackers) as call:
        taken = await peer.taken()
        await taken.speak(14)
        await until(lambda: len(call.texts) >= len(SCRIPT))
        await call.stop()
    standing = Standing(call.followed.frames)
    detected = await client.get(f"{call.followed.conversation}/trackers-detected")
    assert stored([], detected).trackers == standing.trackers
    assert {one["name"]: [match["value"] for match in one["matches"]] for one in detected} == {
        "Product": ["pilot of the customer portal", "customer portals"],
        "Money": ["budget sheet"],
    }
    (first, *_) = call.followed.of("tracker_response")
    assert first["isFinal"]
    (product,) = first["trackers"]
    assert [ref["offset"] for match in product["matches"] for ref in match["messageRefs"]] == [4, 17]


async def test_what_is_taken_back_is_dismissed_and_what_is_repeated_is_one(client: Client) -> None:
    async with far_end() as peer, placed(client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(14)
        await until(lambda: len(call.texts) >= len(SCRIPT))
        await until(lambda: len(insights_of(call)) >= 5)
        await call.stop()
    asked = [one for one in insights_of(call) if "budget sheet" in one["text"]]
    for kind in ("action_item", "question"):
        same = [one for one in asked if one["type"] == kind]
        assert [one["dismissed"] for one in same] == [False, True]
        assert len({one["id"] for one in same}) == 1
    base = call.followed.conversation
    items = (await client.get(f"{base}/action-items"))["actionItems"]
    assert [(one["text"], len(one["messageIds"])) for one in items] == [
        ("I will call the legal department tomorrow.", 2)
    ]


async def test_a_name_that_comes_late_is_in_the_insights_again(client: Client) -> None:
    async with far_end() as peer, placed(client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(4)
        await until(lambda: bool(insights_of(call)))
        (before,) = insights_of(call)
        assert before["from"] == {}
        offset = {"seconds": 0, "nanos": 0}
        event = {"type": "started_speaking", "user": ANN, "offset": offset}
        await client._ask("PUT", f"{call.followed.conversation}/speakers", {"speakerEvents": [event]})
        await until(lambda: len(insights_of(call)) > 1)
        after = insights_of(call)[-1]
        assert (after["id"], after["from"]["name"]) == (before["id"], "Ann Lee")
        assert after["text"] == "Ann Lee will call the legal department tomorrow."
        member = after["from"]["id"]
        renamed = {"id": member, "name": "Ann Miller", "email": ANN["userId"]}
        await client._ask("PUT", f"{call.followed.conversation}/members/{member}", renamed)
        await until(lambda: insights_of(call)[-1]["from"]["name"] == "Ann Miller")
        assert insights_of(call)[-1]["text"] == "Ann Miller will call the legal department tomorrow."
        await call.stop()


async def test_only_the_kinds_that_were_asked_for_come(client: Client) -> None:
    async with far_end() as peer, placed(client, peer.uri, insightTypes=["question"]) as call:
        taken = await peer.taken()
        await taken.speak(14)
        await until(lambda: len(call.texts) >= len(SCRIPT))
        await client.stop(call.id)
        await call.collecting
    assert {one["type"] for one in insights_of(call)} == {"question"}
    base = call.followed.conversation
    assert (await client.get(f"{base}/action-items"))["actionItems"]
    assert not call.followed.of("entity_response")
    assert not call.followed.of("tracker_response")
