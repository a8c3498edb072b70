"""A conversation that is stored without having been heard: two members, all that is understood of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from earwitness.conversation.events import Body, Closed, IntentFound, MediaStarted, MessagesAdded, Opened
from earwitness.conversation.events import Understood as UnderstoodEvent
from earwitness.conversation.ids import new_id
from earwitness.conversation.insight import (
    Entity,
    EntityMatch,
    Insight,
    SummaryItem,
    TextSpan,
    Topic,
    TrackerMatch,
)
from earwitness.conversation.intent import Intent
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.utterance import Word
from earwitness.store.seams import Draft
from earwitness.store.store import Store

ANNA = Member("11111111-1111-4111-8111-111111111111", "Anna", "anna@example.com", "anna@example.com")
MARK = Member("22222222-2222-4222-8222-222222222222", "Mark", "mark@example.com", "mark@example.com")
SAID: Sequence[tuple[Member | None, float, float, str]] = (
    (ANNA, 1.0, 3.5, "Good morning, Mark, the pilot launch is my only topic today."),
    (ANNA, 4.0, 7.0, "Could you send the launch report to the customer?"),
    (MARK, 6.5, 9.5, "I will send it by Friday, and it is a great report."),
    (MARK, 10.0, 12.0, "I will also book a room for the launch review."),
    (None, 13.0, 14.0, "Somebody else is in the room."),
    (ANNA, 15.0, 17.0, "Let us meet again on Monday."),
)
"""Speaker, start, end, text; Mark takes the floor from Anna at 6.5 s."""


def spoken() -> list[Message]:
    """Return the messages under ids of their own."""
    return [
        Message(
            new_id(),
            text,
            start_s,
            end_s,
            "in",
            speaker,
            "event" if speaker else "unknown",
            _words(text, start_s, end_s),
        )
        for speaker, start_s, end_s, text in SAID
    ]


def _words(text: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    words = text.split()
    step_s = (end_s - start_s) / len(words)
    return tuple(
        Word(word, start_s + place * step_s, start_s + (place + 1) * step_s, 0.9)
        for place, word in enumerate(words)
    )


def understood(messages: Sequence[Message]) -> UnderstoodEvent:
    """Return what is found in the messages of `spoken`."""
    ids = [message.id for message in messages]
    send = Insight(
        new_id(),
        "action_item",
        "Mark will send it by Friday.",
        0.9,
        (ids[2],),
        MARK,
        MARK,
        "2026-11-27T00:00:00+00:00",
        spans=(TextSpan("person", "Mark", 0, "Mark"), TextSpan("date", "Friday", 21, "2026-11-27")),
        phrases=("send it by Friday",),
    )
    book = Insight(
        new_id(),
        "action_item",
        "Mark will also book a room for the launch review.",
        0.8,
        (ids[3],),
        MARK,
        MARK,
        spans=(TextSpan("person", "Mark", 0, "Mark"),),
        phrases=("book a room for the launch review",),
    )
    meet = Insight(
        new_id(), "follow_up", "Anna and Mark to meet again on Monday.", 0.85, (ids[5],), ANNA, phrases=()
    )
    asked = Insight(
        new_id(), "question", "Could you send the launch report to the customer?", 0.95, (ids[1],), ANNA
    )
    return UnderstoodEvent(
        insights=(asked, send, book, meet),
        topics=(
            Topic(new_id(), "pilot launch", 0.9, (ids[0],)),
            Topic(new_id(), "launch review", 0.6, (ids[3],), ("pilot launch",)),
        ),
        entities=(
            Entity(
                new_id(),
                "date",
                "Friday",
                "2026-11-27",
                (EntityMatch(ids[2], SAID[2][3], 18, SAID[2][1], SAID[2][2], "Friday"),),
            ),
        ),
        trackers=(
            TrackerMatch(
                new_id(),
                "Reports",
                "launch report",
                (EntityMatch(ids[1], SAID[1][3], 19, said="launch report"),),
            ),
        ),
        summary=(SummaryItem(new_id(), "Anna asked Mark to send the launch report.", (ids[1], ids[2])),),
    )


async def store_conversation(
    store: Store,
    app_id: str,
    *more: Body,
    name: str = "Launch",
    started_at: datetime | None = None,
    request: dict[str, Any] | None = None,
    closed: bool = True,
) -> str:
    """Store a conversation that began an hour ago, or when it is said, and return its id."""
    started_at = started_at or datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    conversation_id = new_id()
    messages = spoken()
    bodies: list[Body] = [
        Opened(
            app_id,
            name,
            started_at,
            connection_id=f"connection-{conversation_id}",
            members=(ANNA, MARK),
            request=request or {},
        ),
        MediaStarted(started_at + timedelta(seconds=2)),
        MessagesAdded(tuple(messages)),
        IntentFound(Intent(new_id(), "answering_machine", 0.9, "Good morning", "answered_by_human", 1.0)),
        understood(messages),
        *more,
    ]
    if closed:
        bodies.append(Closed(started_at + timedelta(seconds=22)))
    await store.log.append(conversation_id, [Draft(body) for body in bodies], epoch=1)
    return conversation_id


def http_of(url: str, token: str) -> httpx.AsyncClient:
    """Return a plain HTTP client of a server, with a token."""
    return httpx.AsyncClient(base_url=url, headers={"X-API-KEY": token}, trust_env=False)


@dataclass(slots=True)
class Stored:
    """A conversation and a way to ask for it."""

    id: str
    http: httpx.AsyncClient

    @property
    def path(self) -> str:
        return f"/v1/conversations/{self.id}"

    async def get(self, part: str = "", **query: Any) -> Any:
        reply = await self.http.get(f"{self.path}{part}", params=query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def send(self, method: str, part: str, body: Any, status: int = 200) -> Any:
        reply = await self.http.request(method, f"{self.path}{part}", json=body)
        assert reply.status_code == status, reply.text
        return reply.json()

    async def ids(self) -> list[str]:
        return [message["id"] for message in (await self.get("/messages"))["messages"]]
