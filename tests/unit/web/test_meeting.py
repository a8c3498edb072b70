"""What the page of a conversation fetches."""

import httpx
import pytest
from fastapi import FastAPI

from earwitness.conversation.events import MemberChanged
from earwitness.conversation.member import Member
from earwitness.web.pages import add_pages
from tests.support.pages import ANNA, SAID, Site


def _with_token(token: str, **headers: str) -> dict[str, str]:
    return {"X-Page-Token": token, **headers}


async def test_data_are_given_to_whoever_has_the_token(site: Site, client: httpx.AsyncClient) -> None:
    conversation = await site.begin_complete()
    reply = await client.get("/meeting/data", headers=_with_token(site.page_token(conversation)))
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    assert reply.json()["id"] == conversation


async def test_nothing_is_sent_again_until_something_changes(site: Site, client: httpx.AsyncClient) -> None:
    conversation = await site.begin_complete()
    token = site.page_token(conversation)
    first = await client.get("/meeting/data", headers=_with_token(token))
    known = _with_token(token, **{"If-None-Match": first.headers["etag"]})
    again = await client.get("/meeting/data", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    await site.add(conversation, MemberChanged(Member(ANNA.id, "Anna Berg", ANNA.user_id, ANNA.email)))
    renamed = await client.get("/meeting/data", headers=known)
    assert renamed.json()["messages"][0]["from"]["name"] == "Anna Berg"


@pytest.mark.parametrize("path", ["data", "transcript", "mail"])
async def test_other_tokens_open_nothing(site: Site, client: httpx.AsyncClient, path: str) -> None:
    access = site.tokens.issue(site.app_id)
    for headers in ({}, _with_token("nonsense"), _with_token(access)):
        reply = await client.get(f"/meeting/{path}", headers=headers)
        assert reply.status_code == 401
        assert "not valid" in reply.json()["message"]


@pytest.mark.parametrize("path", ["data", "transcript", "mail"])
async def test_a_deleted_conversation_is_gone(site: Site, client: httpx.AsyncClient, path: str) -> None:
    conversation = await site.begin_complete()
    await site.store.conversations.delete(site.app_id, conversation)
    reply = await client.get(f"/meeting/{path}", headers=_with_token(site.page_token(conversation)))
    assert reply.status_code == 404
    assert "deleted" in reply.json()["message"]


@pytest.mark.parametrize(
    ("wanted", "media_type", "begins"),
    [
        (
            "md",
            "text/markdown",
            "# Pilot review\n\nAnna: Good morning, Mark. How is the pilot launch?\n\nMark: The",
        ),
        ("srt", "application/x-subrip", "1\n00:00:00,600 --> 00:00:02,600\nAnna: Good morning, Mark.\n"),
        ("vtt", "text/vtt", "WEBVTT\n\n00:00:00.600 --> 00:00:02.600\nAnna: Good morning, Mark.\n"),
    ],
)
async def test_the_transcript_is_a_file(
    site: Site, client: httpx.AsyncClient, wanted: str, media_type: str, begins: str
) -> None:
    token = site.page_token(await site.begin_complete())
    reply = await client.get(f"/meeting/transcript?format={wanted}", headers=_with_token(token))
    assert reply.headers["content-type"].startswith(media_type)
    assert reply.headers["content-disposition"] == f'attachment; filename="pilot-review.{wanted}"'
    assert reply.text.startswith(begins)
    assert SAID[-1].text in reply.text


async def test_an_unknown_format_is_refused_and_any_name_makes_a_file_name(
    site: Site, client: httpx.AsyncClient
) -> None:
    headers = _with_token(site.page_token(await site.begin('"/../\r\n会議')))
    refused = await client.get("/meeting/transcript?format=pdf", headers=headers)
    assert refused.status_code == 400
    assert "format" in refused.json()["message"]
    reply = await client.get("/meeting/transcript", headers=headers)
    assert reply.headers["content-disposition"] == 'attachment; filename="transcript.md"'


async def test_there_is_no_mail_before_any_was_kept(site: Site, client: httpx.AsyncClient) -> None:
    token = site.page_token(await site.begin_complete())
    reply = await client.get("/meeting/mail", headers=_with_token(token))
    assert reply.json() == {"kept": True, "mails": []}


async def test_mail_that_is_sent_is_not_kept(site: Site) -> None:
    app = FastAPI()
    app.state.context = site.app.state.context
    add_pages(app, None)
    token = site.page_token(await site.begin_complete())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://calls.example"
    ) as other:
        reply = await other.get("/meeting/mail", headers=_with_token(token))
    assert reply.json() == {"kept": False, "mails": []}
