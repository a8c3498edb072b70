"""The application with its pages over a real store, without calls."""

import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import FastAPI

from earwitness.api.app import build_app
from earwitness.api.context import Context
from earwitness.api.tokens import Tokens
from earwitness.calls.capacity import ServerLoad
from earwitness.calls.edits import Edits
from earwitness.calls.live import LiveConversations
from earwitness.calls.policy import DialPolicy
from earwitness.calls.seams import (
    CallRefusedError,
    CallRequest,
    CallStatus,
    Connection,
    PushedEvent,
    UnknownCallError,
    Watched,
)
from earwitness.calls.stream import StreamClient, StreamRequest
from earwitness.calls.summaries import Summaries
from earwitness.conversation.events import (
    Body,
    CallProgressed,
    Closed,
    MediaStarted,
    MessagesAdded,
    Opened,
    Understood,
)
from earwitness.conversation.ids import new_id
from earwitness.conversation.insight import Insight, SummaryItem, Topic
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.delivery.destination import Destinations
from earwitness.delivery.maildir import MaildirMailer
from earwitness.insights.embedded import EmbeddedAnalyst
from earwitness.jobs.folder import JobFolder
from earwitness.jobs.seams import JobRefusedError
from earwitness.settings import Settings
from earwitness.speech.seams import Capabilities, Standing
from earwitness.store.seams import Draft, JobRecord
from earwitness.store.store import Store
from earwitness.web.pages import add_pages

STARTED_AT = datetime(2025, 3, 5, 23, 30, tzinfo=UTC)
"""In Tokyo it is half past eight the next morning."""

ANNA = Member("m-anna", "Anna", "anna@example.com", "anna@example.com")
MARK = Member("m-mark", "Mark", "mark@example.com", "mark@example.com")

SAID = (
    Message("1000000000000001", "Good morning, Mark.", 0.6, 2.6, speaker=ANNA),
    Message("1000000000000002", "How is the pilot launch?", 3.0, 5.0, speaker=ANNA),
    Message("1000000000000003", "The pilot launch went well.", 6.0, 9.0, speaker=MARK),
    Message("1000000000000004", "I will send the report by Friday.", 9.5, 12.5, speaker=MARK),
)

UNDERSTOOD = Understood(
    insights=(
        Insight("2000000000000001", "question", "How is the pilot launch?", 0.9, (SAID[1].id,), ANNA),
        Insight(
            "2000000000000002",
            "action_item",
            "Mark will send the report by Friday.",
            0.9,
            (SAID[3].id,),
            MARK,
            MARK,
            "2025-03-07T00:00:00+09:00",
        ),
        Insight("2000000000000003", "follow_up", "Anna and Mark to meet again.", 0.9, (SAID[3].id,), ANNA),
    ),
    topics=(Topic("3000000000000001", "pilot launch", 0.9, (SAID[1].id, SAID[2].id)),),
    summary=(SummaryItem("4000000000000001", "Mark said that the pilot launch went well.", (SAID[2].id,)),),
)


MEDIA = {"packetsReceived": 4521, "packetsLost": 13, "jitterS": 0.0042}


@dataclass(slots=True)
class NoCalls:
    """A `Calls` that can place none and shows the live ones it is given."""

    live: list[CallStatus] = field(default_factory=list)

    async def start(self, request: CallRequest) -> Connection:
        raise CallRefusedError(503, "no calls here")

    async def stop(self, app_id: str, connection_id: str) -> Connection:
        raise UnknownCallError(connection_id)

    async def push(self, app_id: str, connection_id: str, event: PushedEvent) -> None:
        raise UnknownCallError(connection_id)

    async def watch(
        self, app_id: str, connection_id: str, after: int | None = None
    ) -> AsyncGenerator[Watched, None]:
        raise UnknownCallError(connection_id)
        yield

    async def status(self, app_id: str, connection_id: str | None = None) -> list[CallStatus]:
        return self.live


@dataclass(slots=True)
class Site:
    """The application and what it stands on."""

    app: FastAPI
    store: Store
    tokens: Tokens
    calls: NoCalls
    maildir: Path
    app_id: str

    async def begin(self, name: str = "Pilot review", *bodies: Body, timezone: str = "Asia/Tokyo") -> str:
        """Open a conversation with the events given and return its id."""
        conversation_id = new_id()
        opened = Opened(
            self.app_id,
            name,
            STARTED_AT,
            connection_id=str(uuid.uuid4()),
            endpoint="sip:8002@sip.example.com",
            timezone=timezone,
            members=(ANNA, MARK),
        )
        await self.add(conversation_id, opened, CallProgressed("answered", 200, "OK", "opus"), *bodies)
        return conversation_id

    async def begin_complete(self, name: str = "Pilot review") -> str:
        """Store a whole conversation and return its id."""
        return await self.begin(
            name,
            MediaStarted(STARTED_AT + timedelta(seconds=2)),
            MessagesAdded(SAID),
            CallProgressed("ended", 200, "BYE", "opus", MEDIA),
            UNDERSTOOD,
            Closed(STARTED_AT + timedelta(seconds=92)),
        )

    async def add(self, conversation_id: str, *bodies: Body) -> None:
        """Append events."""
        await self.store.log.append(conversation_id, [Draft(body) for body in bodies], epoch=1)

    def page_token(self, conversation_id: str) -> str:
        """Return the token of a conversation's page."""
        return self.tokens.issue_page(self.app_id, conversation_id)


class NoStreams:
    """Lets nobody stream."""

    def check_room(self) -> None:
        """There is none."""
        raise CallRefusedError(503, "nothing can be heard here")

    async def join(self, request: StreamRequest) -> StreamClient:
        """Refuse."""
        raise CallRefusedError(503, "nothing can be heard here")


class NoJobs:
    """Takes no job."""

    def room(self, app_id: str) -> AbstractContextManager[None]:
        """There is none."""
        raise JobRefusedError(503, "no jobs are done here")

    async def submit(self, job: JobRecord, opening: Sequence[Body]) -> None:
        """Refuse."""
        raise JobRefusedError(503, "no jobs are done here")

    async def find(self, app_id: str, job_id: str) -> JobRecord | None:
        """There are none."""
        return None

    def is_busy(self, conversation_id: str) -> bool:
        """Never."""
        return False


@asynccontextmanager
async def open_site(folder: Path) -> AsyncIterator[Site]:
    """Open a store in the folder and build the application over it."""
    async with await Store.open(folder / "earwitness.db") as store:
        app_id = (await store.apps.create("tests")).id
        tokens = Tokens(await store.apps.signing_key(), 3600)
        calls = NoCalls()
        english = Capabilities("none", ("en",), False, True, False, False, True)
        context = Context(
            settings=Settings(home=folder),
            apps=store.apps,
            conversations=store.conversations,
            trackers=store.trackers,
            entities=store.entities,
            calls=calls,
            edits=Edits(store, LiveConversations()),
            summaries=Summaries(EmbeddedAnalyst()),
            experiences=store.experiences,
            streams=NoStreams(),
            jobs=NoJobs(),
            job_files=JobFolder(folder / "recordings"),
            destinations=Destinations(),
            tokens=tokens,
            policy=DialPolicy(),
            capabilities=lambda: english,
            standings=lambda: (Standing(english, "ready"),),
            ready=lambda: None,
            forget=MaildirMailer(folder / "mail").forget,
            load=lambda: ServerLoad(0, 16, None),
        )
        app = build_app(context)
        add_pages(app, folder / "mail")
        yield Site(app, store, tokens, calls, folder / "mail", app_id)
