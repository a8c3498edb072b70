"""Trackers, vocabularies and custom entities, from a request to what is found; kept ones too."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from earwitness.cli.client import Client
from earwitness.server import Server
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.far_end import far_end
from tests.support.jobs import ended
from tests.support.live import placed, until
from tests.support.server import client_of, running_server

DELIVERY = {
    "name": "Delivery",
    "vocabulary": ["Where is my package?", "The parcel has not arrived", "My delivery is late"],
}
PRICE = {"name": "Price", "vocabulary": ["special promotion", "discount"]}
SCRIPT = [
    Line(0.2, 1.8, "We have Special Promotions for the earwitness."),
    Line(2.2, 3.8, "My parcel still hasn't come."),
    Line(4.2, 4.8, "Okay, thank you."),
]


@pytest.fixture
def recognizer() -> ScriptedRecognizer:
    return ScriptedRecognizer({"in": SCRIPT})


@pytest.fixture
async def server(tmp_path: Path, recognizer: ScriptedRecognizer) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "home", recognizer) as server:
        yield server


@pytest.fixture
async def client(server: Server) -> Client:
    return await client_of(server)


async def ask(client: Client, method: str, path: str, body: Any) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        reply = await http.request(
            method, client.base_url + path, headers={"X-API-KEY": client.token}, json=body
        )
        assert reply.is_success, reply.text
        answer: dict[str, Any] = reply.json()
        return answer


async def read(client: Client, *contents: str, append_to: str = "", **options: Any) -> str:
    """Have a text read; returns the id of its conversation."""
    body = {"messages": [{"payload": {"content": one}} for one in contents], **options}
    method, path = ("PUT", f"/{append_to}") if append_to else ("POST", "")
    answer = await ask(client, method, f"/v1/process/text{path}", body)
    assert (await ended(client, answer["jobId"]))["status"] == "completed"
    return str(answer["conversationId"])


async def tracked(client: Client, conversation_id: str) -> list[tuple[str, str, list[int]]]:
    """Return name, phrase and offsets of what was found, the same on both paths."""
    base = f"/v1/conversations/{conversation_id}"
    found: Any = await client.get(f"{base}/trackers")
    assert found == await client.get(f"{base}/trackers-detected")
    return [
        (tracker["name"], match["value"], [ref["offset"] for ref in match["messageRefs"]])
        for tracker in found
        for match in tracker["matches"]
    ]


async def named(client: Client, conversation_id: str) -> list[tuple[str, str, str, str, int]]:
    """Return type, subtype, category, wording and first offset of the entities that were found."""
    found = (await client.get(f"/v1/conversations/{conversation_id}/entities"))["entities"]
    return [
        (*(one[name] for name in ("type", "subType", "category", "text")), one["messageRefs"][0]["offset"])
        for one in found
    ]


async def test_trackers_of_a_text_and_of_what_is_added_to_it(client: Client) -> None:
    texts = [line.text for line in SCRIPT]
    conversation = await read(client, *texts, trackers=[PRICE])
    assert await tracked(client, conversation) == [("Price", "special promotion", [8])]
    await read(client, "Any discounts?", append_to=conversation, trackers=[DELIVERY])
    assert await tracked(client, conversation) == [
        ("Price", "special promotion", [8]),
        ("Price", "discount", [4]),
        ("Delivery", "The parcel has not arrived", [-1]),
    ]


async def test_kept_trackers_are_found_where_they_are_wanted(client: Client) -> None:
    kept = (await ask(client, "POST", "/v1/manage/trackers", [PRICE, DELIVERY]))["trackers"]
    text = SCRIPT[0].text
    assert await tracked(client, await read(client, text)) == []
    found = await read(client, text, enableAllTrackers=True)
    assert await tracked(client, found) == [("Price", "special promotion", [8])]
    stored = await client.get(f"/v1/conversations/{found}/trackers")
    assert [one["id"] for one in stored] == [kept[0]["id"]]


async def test_a_call_is_followed_by_kept_trackers_and_told_its_vocabulary(
    client: Client, recognizer: ScriptedRecognizer
) -> None:
    await ask(client, "POST", "/v1/manage/tracker", DELIVERY)
    wanted: dict[str, Any] = {"trackers": [PRICE], "customVocabulary": ["earwitness", "Globex Corporation"]}
    async with far_end() as peer, placed(client, peer.uri, **wanted) as call:
        taken = await peer.taken()
        await taken.speak(7)
        await until(lambda: len(call.followed.of("tracker_response")) >= 2)
        await call.stop()
        frames = call.followed.of("tracker_response")
    names = [tracker["name"] for frame in frames for tracker in frame["trackers"]]
    assert names == ["Price", "Delivery"]
    conversation = call.followed.conversation.rsplit("/", 1)[-1]
    assert await tracked(client, conversation) == [
        ("Price", "special promotion", [8]),
        ("Delivery", "The parcel has not arrived", [-1]),
    ]
    given = ("earwitness", "Globex Corporation", "special promotion", "discount")
    assert recognizer.streams[-1].vocabulary == given


async def test_kept_entities_are_found_in_texts_and_calls_that_ask_for_entities(client: Client) -> None:
    kept = {"type": "Offer", "subType": "Sale", "category": "Custom", "values": ["special promotions"]}
    await ask(client, "POST", "/v1/manage/entity", kept)
    text = SCRIPT[0].text
    assert await named(client, await read(client, text)) == []
    found = [("Offer", "Sale", "Custom", "Special Promotions", 8)]
    assert await named(client, await read(client, text, detectEntities=True)) == found
    async with far_end() as peer, placed(client, peer.uri, detectEntities=True) as call:
        taken = await peer.taken()
        await taken.speak(3)
        await until(lambda: bool(call.followed.of("entity_response")))
        await call.stop()
        (live,) = [one for frame in call.followed.of("entity_response") for one in frame["entities"]]
    assert (live["type"], live["subType"], live["matches"][0]["detectedValue"]) == (
        "Offer", "Sale", "Special Promotions",
    )  # fmt: skip
    conversation = call.followed.conversation.rsplit("/", 1)[-1]
    assert await named(client, conversation) == found
