"""The Conversation API by plain HTTP, field by field, over a stored conversation."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from earwitness.conversation.events import MetadataChanged, Opened
from earwitness.delivery.maildir import MaildirMailer
from earwitness.delivery.summary_email import compose
from earwitness.server import Server
from earwitness.store.seams import Draft
from tests.support.server import APP
from tests.support.stored import ANNA, MARK, SAID, Stored, store_conversation

Json = dict[str, Any]


async def test_the_head(stored: Stored) -> None:
    head = await stored.get()
    assert head["id"] == stored.id
    assert (head["type"], head["name"], head["metadata"]) == ("meeting", "Launch", {})
    started = datetime.fromisoformat(head["startTime"])
    assert (datetime.fromisoformat(head["endTime"]) - started).total_seconds() == 22
    assert [
        member.items() >= {"id": one.id, "name": one.name, "email": one.email}.items()
        for member, one in zip(head["members"], (ANNA, MARK), strict=True)
    ] == [True, True]


async def test_metadata_take_the_place_of_what_was_there(stored: Stored) -> None:
    given = {"key": "value", "agentId": "johndoe", "nested": {"a": [1, None]}}
    told = await stored.send("PUT", "", {"metadata": given})
    assert told == {"id": stored.id, "metadata": given}
    assert (await stored.get())["metadata"] == given
    await stored.send("PUT", "", {"metadata": {"label": "Business"}, "name": "not changeable"})
    head = await stored.get()
    assert (head["metadata"], head["name"]) == ({"label": "Business"}, "Launch")
    wrong: Any
    for wrong in ({}, {"metadata": None}, {"metadata": "text"}, {"metadata": []}):
        message = (await stored.send("PUT", "", wrong, 400))["message"]
        assert message.startswith("metadata: ")


async def test_messages_with_all_that_can_be_asked_for(stored: Stored) -> None:
    plain = (await stored.get("/messages"))["messages"]
    assert [message["text"] for message in plain] == [text for *_, text in SAID]
    assert [message["from"].get("email") for message in plain] == [
        member and member.email for member, *_ in SAID
    ]
    assert plain[4]["from"] == {}
    assert all(message["conversationId"] == stored.id for message in plain)
    assert [message["timeOffset"] for message in plain] == [start - 1.0 for _, start, *_ in SAID]
    assert [message["duration"] for message in plain] == [end - start for _, start, end, _ in SAID]
    assert not any("words" in message or "sentiment" in message for message in plain)
    assert plain[2]["phrases"] == [{"type": "action_phrase", "text": "send it by Friday"}]
    assert plain[0]["phrases"] == []
    whole = (await stored.get("/messages", verbose="True", sentiment="true"))["messages"]
    first = whole[0]["words"][0]
    assert (first["word"], first["timeOffset"], first["score"], first["speakerTag"]) == ("Good", 0.0, 0.9, 1)
    assert whole[2]["words"][0]["speakerTag"] == 2
    assert "speakerTag" not in whole[4]["words"][0]
    assert datetime.fromisoformat(first["endTime"]) > datetime.fromisoformat(first["startTime"])
    assert all(-1 <= message["sentiment"]["polarity"]["score"] <= 1 for message in whole)
    assert whole[2]["sentiment"]["suggested"] == "positive"


async def test_phrases_are_left_out_where_the_client_did_not_want_them(
    server: Server, http: httpx.AsyncClient
) -> None:
    request = {"detectPhrases": False}
    stored = Stored(await store_conversation(server.store, APP["app_id"], request=request), http)
    assert not any(message["phrases"] for message in (await stored.get("/messages"))["messages"])


async def test_questions_action_items_follow_ups_and_all_of_them(stored: Stored) -> None:
    ids = await stored.ids()
    (question,) = (await stored.get("/questions"))["questions"]
    assert question["messageIds"] == [ids[1]]
    assert question["from"].items() >= {"id": ANNA.id, "name": "Anna", "userId": ANNA.user_id}.items()
    send, book = (await stored.get("/action-items"))["actionItems"]
    assert send["type"] == "action_item"
    assert send["dueBy"] == "2026-11-27T00:00:00.000Z"
    assert send["entities"] == [
        {"type": "person", "text": "Mark", "offset": 0, "value": {"assignee": True, "name": "Mark"}},
        {"type": "date", "text": "Friday", "offset": 21, "value": "2026-11-27"},
    ]
    assert send["phrases"] == [{"type": "action_phrase", "text": "send it by Friday"}]
    assert (send["definitive"], send["assignee"]["email"]) == (True, MARK.email)
    assert "dueBy" not in book
    (follow_up,) = (await stored.get("/follow-ups"))["followUps"]
    assert (follow_up["type"], follow_up["assignee"]) == ("follow_up", {})
    mixed = (await stored.get("/insights"))["insights"]
    assert [one["type"] for one in mixed] == ["question", "action_item", "action_item", "follow_up"]
    (intent,) = (await stored.get("/intents"))["intents"]
    assert (intent["intent"], intent["alternatives"], intent["messageIds"]) == ("answering_machine", [], [])


async def test_comprehensive_action_items_say_what_led_to_them(stored: Stored) -> None:
    ids = await stored.ids()
    (item,) = (await stored.get("/comprehensive/action-items"))["actionItems"]
    assert item["text"] == (
        "Anna asked: “Could you send the launch report to the customer?” Mark will send it by Friday. "
        "Mark will also book a room for the launch review."
    )
    assert item["messageRefs"] == [{"id": ids[1]}, {"id": ids[2]}, {"id": ids[3]}]
    assert "messageIds" not in item
    for entity in item["entities"]:
        assert item["text"][entity["offset"] :].startswith(entity["text"])
    assert (item["type"], item["score"], item["definitive"]) == ("action_item", 0.9, True)


async def test_topics_with_their_parents_and_sentiment(stored: Stored) -> None:
    plain = (await stored.get("/topics"))["topics"]
    assert [(topic["text"], topic["parentRefs"]) for topic in plain] == [
        ("pilot launch", []),
        ("launch review", []),
    ]
    whole = (await stored.get("/topics", parentRefs="true", sentiment="true"))["topics"]
    assert whole[1]["parentRefs"] == [{"type": "topic", "text": "pilot launch"}]
    assert {"polarity", "suggested"} <= whole[0]["sentiment"].keys()


async def test_entities_in_both_shapes_and_trackers_at_both_addresses(stored: Stored) -> None:
    ids = await stored.ids()
    (entity,) = (await stored.get("/entities"))["entities"]
    assert (entity["type"], entity["text"], entity["value"]) == ("date", "Friday", "2026-11-27")
    assert entity["messageRefs"] == [{"id": ids[2], "text": SAID[2][3], "offset": 18}]
    assert entity["matches"][0]["detectedValue"] == "Friday"
    (tracker,) = await stored.get("/trackers-detected")
    assert tracker["name"] == "Reports"
    (match,) = tracker["matches"]
    assert (match["type"], match["value"]) == ("vocabulary", "launch report")
    assert match["messageRefs"] == [{"id": ids[1], "text": SAID[1][3], "offset": 19}]
    assert [one["type"] for one in match["insightRefs"]] == ["question"]
    assert await stored.get("/trackers") == [tracker]


async def test_analytics(stored: Stored) -> None:
    figures = await stored.get("/analytics")
    metrics = {metric["type"]: metric for metric in figures["metrics"]}
    assert metrics.keys() == {"total_silence", "total_talk_time", "total_overlap"}
    silence, talk = metrics["total_silence"], metrics["total_talk_time"]
    assert silence["seconds"] + talk["seconds"] == pytest.approx(20.0)
    assert silence["percent"] + talk["percent"] == pytest.approx(100.0, abs=0.01)
    anna, mark = figures["members"]
    assert anna["userId"] == ANNA.user_id
    assert isinstance(anna["pace"]["wpm"], int)
    both_s = anna["talkTime"]["seconds"] + mark["talkTime"]["seconds"]
    (overlap,) = anna["overlap"]["overlappingMembers"]
    assert (overlap["id"], overlap["seconds"]) == (MARK.id, 0.5)
    assert overlap["percent"] == pytest.approx(100 * 0.5 / both_s, abs=0.001)
    assert figures["interruptions"] == {"count": 1}
    assert mark["interruptions"] == {"made": 1, "suffered": 0}
    assert anna["interruptions"] == {"made": 0, "suffered": 1}


async def test_a_summary_is_written_anew_when_it_is_asked_for(stored: Stored) -> None:
    ids = set(await stored.ids())
    before = (await stored.get("/summary"))["summary"]
    assert [item["text"] for item in before] == ["Anna asked Mark to send the launch report."]
    fresh = (await stored.get("/summary", refresh="true"))["summary"]
    assert fresh
    assert fresh != before
    assert {ref["id"] for item in fresh for ref in item["messageRefs"]} <= ids
    assert (await stored.get("/summary"))["summary"] == fresh
    assert (await stored.get("/summary", refresh="true"))["summary"] == fresh


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ({}, "Good morning, Mark, the pilot launch is my only topic today.<br/><br/>Could you"),
        (
            {"showSpeakerSeparation": True},
            "Anna: Good morning, Mark, the pilot launch is my only topic today.<br/>",
        ),
        (
            {"showSpeakerSeparation": True, "createParagraphs": True},
            "Anna: Good morning, Mark, the pilot launch is my only topic today. Could you send the",
        ),
        (
            {"phrases": {"highlightAllKeyPhrases": True}},
            "Good morning, Mark, the <mark>pilot launch</mark> is",
        ),
        ({"phrases": {"highlightOnlyInsightKeyPhrases": True}}, "Good morning, Mark, the pilot launch is my"),
        ({"phrases": {}}, "Good morning, Mark, the pilot launch is my"),
    ],
)
async def test_markdown_in_all_its_forms(stored: Stored, options: Json, begins: str) -> None:
    told = await stored.send("POST", "/transcript", {"contentType": "text/markdown", **options})
    assert told["transcript"]["contentType"] == "text/markdown"
    assert told["transcript"]["payload"].startswith(begins)
    highlighted = bool(options.get("phrases"))
    assert ("I will <mark>send it by Friday</mark>, and" in told["transcript"]["payload"]) == highlighted


async def test_subtitles_and_what_is_no_transcript(stored: Stored) -> None:
    told = await stored.send(
        "POST", "/transcript", {"contentType": "text/srt", "showSpeakerSeparation": True}
    )
    assert told["transcript"]["payload"]["contentType"] == "text/srt"
    assert told["transcript"]["payload"]["content"].startswith(
        "1\n00:00:01,000 --> 00:00:03,500\nAnna: Good morning"
    )
    for wrong in ({}, {"contentType": "text/html"}, {"contentType": "text/srt", "phrases": "all"}):
        assert "message" in await stored.send("POST", "/transcript", wrong, 400)


async def test_members_and_speakers_are_put_right(stored: Stored) -> None:
    told = await stored.send("PUT", f"/members/{ANNA.id}", {"id": ANNA.id, "name": "Anna Berg"})
    assert told["message"] == (
        f"Member with id: {ANNA.id} for conversationId: {stored.id} updated successfully! The update should "
        "be reflected in all messages and insights along with this conversation"
    )
    assert (await stored.get("/members"))["members"][0]["name"] == "Anna Berg"
    assert (await stored.get("/messages"))["messages"][0]["from"]["name"] == "Anna Berg"
    names = {one["from"]["name"] for one in (await stored.get("/insights"))["insights"]}
    assert names == {"Anna Berg", "Mark"}
    events = [
        {"type": kind, "user": {"id": MARK.id, "name": "Mark"}, "offset": {"seconds": at, "nanos": 5e8}}
        for kind, at in (("started_speaking", 12), ("stopped_speaking", 14))
    ]
    for path in ("/speakers", "/speakers/"):
        assert "message" in await stored.send("PUT", path, {"speakerEvents": events})
    assert (await stored.get("/messages"))["messages"][4]["from"]["name"] == "Mark"


async def test_a_conversation_that_nobody_hears_can_be_deleted_though_it_is_open(
    server: Server, http: httpx.AsyncClient
) -> None:
    opened = Opened(APP["app_id"], "Cut off", datetime.now(UTC))
    await server.store.log.append("4444444444444444", [Draft(opened)], epoch=1)
    reply = await http.delete("/v1/conversations/4444444444444444")
    assert reply.status_code == 200, reply.text
    assert (await http.get("/v1/conversations/4444444444444444")).status_code == 404


async def test_nothing_of_a_deleted_conversation_stays(
    server: Server, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"label": "l", "description": "d", "beginTimeOffset": 1, "duration": 1}
    await stored.send("POST", "/bookmarks", body)
    await stored.send(
        "POST", "/experiences", {"name": "audio-summary", "audioUrl": "https://a.example/a.mp3"}
    )
    content = await server.store.conversations.content(stored.id)
    assert content is not None
    mailer = MaildirMailer(server.settings.home / "mail")
    mail = compose(
        content,
        sender="a@example.com",
        recipients=["b@example.com"],
        page_url=None,
        message_id="<1@localhost>",
        date=datetime.now(UTC),
    )
    await mailer.send(mail, ["b@example.com"])
    delete = server.store.conversations.delete

    async def deleted(app_id: str, conversation_id: str) -> bool:
        await mailer.send(mail, ["b@example.com"])  # An e-mail that was on its way.
        return await delete(app_id, conversation_id)

    monkeypatch.setattr(server.store.conversations, "delete", deleted)
    reply = await stored.http.delete(stored.path)
    assert (reply.status_code, reply.json()) == (200, {"message": "successfully deleted the conversation"})
    assert await mailer.messages() == []
    assert await server.store.experiences.of_conversation(stored.id) == []
    for part in ("", "/messages", "/bookmarks", "/bookmarks-summary", "/comprehensive/action-items"):
        reply = await stored.http.get(stored.path + part)
        assert (reply.status_code, reply.json()) == (
            404,
            {"message": "The conversationId is either invalid or does not exist."},
        )


async def test_what_cannot_be_forgotten_is_not_deleted_either(server: Server, stored: Stored) -> None:
    new = server.settings.home / "mail" / "new"
    kept = new.with_name("kept")
    new.parent.mkdir(exist_ok=True)
    if new.exists():
        new.rename(kept)
    new.write_text("in the way")
    reply = await stored.http.delete(stored.path)
    assert reply.status_code == 503
    assert "nothing was deleted" in reply.json()["message"]
    assert (await stored.http.get(stored.path)).status_code == 200
    new.unlink()
    if kept.exists():
        kept.rename(new)
    assert (await stored.http.delete(stored.path)).status_code == 200


async def test_the_list_is_of_the_last_week_unless_something_else_is_asked_for(
    server: Server, http: httpx.AsyncClient
) -> None:
    app = (await server.store.apps.create("list")).id
    now = datetime.now(UTC).replace(microsecond=0)
    ids = [
        await store_conversation(
            server.store,
            app,
            MetadataChanged(metadata),
            name=name,
            started_at=now - timedelta(days=days),
            closed=name != "Bravo",
        )
        for name, days, metadata in (
            ("Delta", 9, {"agentId": "old"}),
            ("Charlie", 3, {"agentId": "johndoe", "rank": 10}),
            ("Alpha", 2, {"agentId": "jane", "rank": 9}),
            ("Bravo", 1, {}),
        )
    ]
    delta, charlie, alpha, bravo = ids
    headers = {"X-API-KEY": server.tokens.issue(app)}

    async def listed(**query: Any) -> list[str]:
        reply = await http.get("/v1/conversations", params=query, headers=headers)
        assert reply.status_code == 200, reply.text
        return [one["id"] for one in reply.json()["conversations"]]

    assert await listed() == [charlie, alpha, bravo]
    assert await listed(order="desc", limit=2) == [bravo, alpha]
    assert await listed(offset=1, limit=1) == [alpha]
    assert await listed(limit=0) == []
    assert await listed(startTime="2001-01-01T00:00:00.000Z") == ids
    assert await listed(endTime=(now - timedelta(days=2)).isoformat()) == [delta, charlie, alpha]
    assert await listed(sort="conversation.name") == [alpha, bravo, charlie]
    assert await listed(sort="conversation.name", order="desc") == [charlie, bravo, alpha]
    assert await listed(sort="conversation.endTime") == [charlie, alpha, bravo]
    assert await listed(filter="metadata.agentId==johndoe") == [charlie]
    assert await listed(filter="agentId=in=(johndoe,'old')", limit=1, offset=1) == [charlie]
    assert await listed(filter="metadata.rank=gt=9") == [charlie]
    assert await listed(filter='conversation.name=="*a*";metadata.agentId!=old') == [charlie, alpha, bravo]
    reply = await http.get("/v1/conversations", headers=headers)
    assert [member["name"] for member in reply.json()["conversations"][0]["members"]] == ["Anna", "Mark"]
    for wrong in (
        {"filter": "metadata.agentId=="},
        {"filter": "a==1,b==2"},
        {"filter": "a==1;b==2;c==3"},
        {"sort": "conversation.shoeSize"},
        {"limit": "65537"},
        {"order": "up"},
    ):
        reply = await http.get("/v1/conversations", params=wrong, headers=headers)
        assert reply.status_code == 400
        assert reply.json()["message"].startswith(next(iter(wrong)))


async def test_the_description_holds_every_endpoint_with_its_errors(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    text = json.dumps(described)
    assert "HTTPValidationError" not in text
    schemas = described["components"]["schemas"]
    for ref in set(text.split('"#/components/schemas/')[1:]):
        assert ref.split('"')[0] in schemas
    own = "/v1/conversations/{conversationId}"
    expected = {
        "/v1/conversations": {"get"},
        own: {"get", "put", "delete"},
        f"{own}/comprehensive/action-items": {"get"},
        f"{own}/members/{{memberId}}": {"put"},
        f"{own}/speakers": {"put"},
        f"{own}/transcript": {"post"},
        f"{own}/experiences": {"post"},
        f"{own}/experiences/url": {"put"},
        f"{own}/bookmarks": {"get", "post"},
        f"{own}/bookmarks/bulk": {"post"},
        f"{own}/bookmarks/{{bookmarkId}}": {"get", "put", "delete"},
        f"{own}/bookmarks/{{bookmarkId}}/summary": {"get"},
        f"{own}/bookmarks-summary": {"get"},
        "/v1/conversations/experiences/insights/list": {"get"},
        "/v1/conversations/experiences/insights/details/{conversationId}": {"get"},
    }
    for path, methods in expected.items():
        operations = described["paths"][path]
        assert methods <= operations.keys(), path
        for method in methods:
            assert {"200", "400", "401", "404"} <= operations[method]["responses"].keys()
            assert operations[method]["security"]
            assert "422" not in operations[method]["responses"]
    assert "security" not in described["paths"]["/oauth2/token:generate"]["post"]
