"""What the rest of the system asks of a store.

All methods are coroutines over a synchronous implementation; every method may raise
`StoreUnavailableError` when the disk is full or the database is gone.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar, get_args

from earwitness.conversation.bookmark import Bookmark
from earwitness.conversation.events import Body, CallProgressed, Event
from earwitness.conversation.insight import Entity, Insight, SummaryItem, Topic, TrackerMatch
from earwitness.conversation.intent import Intent
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.reading import Prompt, Reading

Thing = TypeVar("Thing")


class StoreError(Exception):
    """The store refused a request."""


class StoreUnavailableError(StoreError):
    """The store cannot write now (disk full, database gone); trying again later may work."""


class DatabaseInUseError(StoreError):
    """Another server uses the database."""


class UnknownConversationError(StoreError):
    """There is no such conversation: it was deleted, or never opened."""


class KeepingRefusedError(StoreError):
    """An app keeps a thing of that name already, or as many as it may keep."""


class FencedError(StoreError):
    """Another writer has taken over the conversation; this one must stop writing to it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that has no sequence number yet."""

    body: Body
    at_s: float | None = None
    source: str = "call"
    leg: str | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message to the outside world, to be queued together with events."""

    key: str
    """Unique within the conversation, e.g. `sendSummaryEmail:0`; a second one with this key is ignored."""
    kind: Literal["email", "webhook"]
    payload: dict[str, Any]
    wait_s: float = 0.0
    """How long it waits before it is due, unless it is hastened."""
    receiver: str = ""
    """Who a webhook goes to: those of a conversation that have the same one come in order."""


Deliveries = Sequence[NewDelivery] | Callable[[Sequence[Event]], Sequence[NewDelivery]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the outbox."""

    id: int
    conversation_id: str
    key: str
    kind: Literal["email", "webhook"]
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """The head of a conversation, without its content."""

    id: str
    app_id: str
    name: str
    kind: str
    started_at: datetime
    media_started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    """None while it runs; then `completed`, `failed` or `interrupted`."""
    connection_id: str | None = None
    endpoint: str | None = None
    timezone: str = "UTC"
    language: str = "en-US"
    call: CallProgressed | None = None
    """The last known state of the call."""
    actions: tuple[dict[str, Any], ...] = ()
    request: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    last_seq: int = 0

    @property
    def title(self) -> str:
        """The name for people; a conversation that was given none has its id as name."""
        name = " ".join(self.name.split())
        if name and name != self.id:
            return name
        return f"Call to {self.endpoint}" if self.endpoint else "Conversation without a name"

    @property
    def zero_at(self) -> datetime:
        """The instant that `at_s = 0` stands for."""
        return self.media_started_at or self.started_at


Part = Literal[
    "messages",
    "words",
    "insights",
    "topics",
    "summary",
    "entities",
    "trackers",
    "intents",
    "reading",
    "bookmarks",
    "speaker_events",
]
"""What there is in a conversation besides its head and its members; `words` are those of the messages."""
EVERYTHING: frozenset[Part] = frozenset(get_args(Part))


@dataclass(frozen=True, slots=True)
class Content:
    """Everything heard and understood in a conversation; speakers carry their present names."""

    record: ConversationRecord
    members: tuple[Member, ...] = ()
    messages: tuple[Message, ...] = ()
    insights: tuple[Insight, ...] = ()
    topics: tuple[Topic, ...] = ()
    summary: tuple[SummaryItem, ...] = ()
    entities: tuple[Entity, ...] = ()
    trackers: tuple[TrackerMatch, ...] = ()
    intents: tuple[Intent, ...] = ()
    reading: Reading | None = None
    """How the reading by a language model stands, where one was asked for."""
    bookmarks: tuple[Bookmark, ...] = ()
    speaker_events: int = 0
    """How many there are in the log."""

    @property
    def length_s(self) -> float:
        """How long its media last; up to the end of the last message, while it goes on or where none began.

        It takes the messages.
        """
        record = self.record
        last_s = max((message.end_s for message in self.messages), default=0.0)
        if record.ended_at is None or record.media_started_at is None:
            return max(last_s, 0.0)
        return max(last_s, (record.ended_at - record.media_started_at).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True)
class Findable:
    """What a conversation can be found by."""

    id: str
    name: str
    kind: str
    started_at: datetime
    ended_at: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """A conversation as lists show it."""

    record: ConversationRecord
    members: tuple[Member, ...] = ()


SortField = Literal["id", "name", "kind", "started_at", "ended_at"]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What all conversations have that a listing can want, so that others need not be looked at."""

    field: SortField | Literal["metadata"]
    relation: Literal["in", "begins", "<", "<=", ">", ">="]
    """To one of the values; metadata are `in` where the value of the key is that text."""
    values: tuple[str, ...] | tuple[datetime, ...]
    """Texts, or times for the fields that are times."""
    key: str = ""
    """Of metadata."""


@dataclass(frozen=True, slots=True)
class ExperienceRecord:
    """How a page shows a conversation, as a client asked for it."""

    id: str
    """UUID."""
    conversation_id: str
    name: str
    """What sort of page it is, such as `video-summary`."""
    look: dict[str, Any]
    """All else that was asked for, as given."""
    created_at: datetime


JobStatus = Literal["scheduled", "in_progress", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class JobRecord:
    """Work on a conversation that takes a while."""

    id: str
    """UUID."""
    app_id: str
    conversation_id: str
    kind: str
    """What sort of work it is, such as `audio`."""
    work: dict[str, Any]
    """What there is to do, in the form of the kind."""
    created_at: datetime
    status: JobStatus = "scheduled"
    webhook_url: str | None = None
    """Where each change of the status is told."""
    error: str | None = None
    """Why it failed."""


@dataclass(frozen=True, slots=True)
class AppRecord:
    """Who may use the API (never with the secret)."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewApp:
    """A fresh app with its secret, which is shown once and stored only as a hash."""

    id: str
    secret: str
    name: str


@dataclass(frozen=True, slots=True)
class AppPreferences:
    """What an app wants of its summaries."""

    template: str = "default"
    """How e-mails are arranged and summaries are worded."""
    prompts: tuple[Prompt, ...] = ()
    """What a language model is to answer from every conversation."""


class EventLog(Protocol):
    """One numbered log per conversation; projections are written in the same transaction."""

    async def claim(self, conversation_id: str, *, after: int | None = None) -> int:
        """Become the conversation's writer; earlier writers are fenced. Returns the epoch to write with.

        Where a sequence number is given, only if it is (still) the last one.

        Raises:
            FencedError: there are events after that number already.
            UnknownConversationError: there is no such conversation.
        """

    async def append(
        self,
        conversation_id: str,
        drafts: Sequence[Draft],
        *,
        epoch: int,
        deliveries: Deliveries = (),
    ) -> list[Event]:
        """Store events in order, and deliveries with them, in one transaction.

        Deliveries that tell of the events themselves are made by a function, once these have their numbers.
        Returns only when they are durable. The first draft of a new conversation is an `Opened`
        written with epoch 1 (nobody needs to claim a conversation that does not exist yet).

        Raises:
            FencedError: another writer claimed the conversation.
            UnknownConversationError: the conversation was deleted.
            StoreUnavailableError: nothing was written.
        """

    async def read(self, conversation_id: str, *, after: int = 0, limit: int | None = None) -> list[Event]:
        """Return the events with `seq > after`, in order."""


class Conversations(Protocol):
    """The projections, for reading; and deletion."""

    async def find(self, app_id: str, conversation_id: str) -> ConversationRecord | None:
        """Return one conversation of an app."""

    async def find_call(self, app_id: str, connection_id: str) -> ConversationRecord | None:
        """Return the conversation of a call."""

    async def content(self, conversation_id: str, parts: Collection[Part] = EVERYTHING) -> Content | None:
        """Return a conversation with all that is known of it so far; parts not asked for are left empty."""

    async def listing(
        self,
        app_id: str,
        *,
        limit: int = 20,
        offset: int = 0,
        descending: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
        sort: Sequence[SortField] = ("started_at",),
        where: Callable[[Findable], bool] | None = None,
        narrowed: Sequence[Narrowing] = (),
    ) -> list[Head]:
        """Return an app's conversations, `since` ≤ start ≤ `until`, by default in the order of their start.

        `limit` and `offset` count those that `where` lets pass. It is asked of those alone for which all that
        is `narrowed` holds.
        """

    async def delete(self, app_id: str, conversation_id: str) -> bool:
        """Remove a conversation with its log, projections and unsent deliveries; False if unknown."""


class Unfinished(Protocol):
    """What a restarted server must finish."""

    async def unfinished(self) -> list[ConversationRecord]:
        """Return the conversations that were never closed."""


class Readings(Protocol):
    """What a language model still has to read."""

    async def pending(self, limit: int) -> list[str]:
        """Return the ids of closed conversations whose reading was asked for and has not ended."""


class Preferences(Protocol):
    """What apps want of their summaries."""

    async def of(self, app_id: str) -> AppPreferences:
        """Return an app's preferences, the default ones where it has none."""

    async def change(self, app_id: str, preferences: AppPreferences) -> bool:
        """Give an app other preferences; False if the app is unknown."""


class Apps(Protocol):
    """Who may use the API."""

    async def create(self, name: str, *, app_id: str | None = None, secret: str | None = None) -> NewApp:
        """Make an app; ids and secrets that are not given are random (64 and 128 hex digits).

        Raises:
            ValueError: a given secret has fewer than 32 characters.
        """

    async def verify(self, app_id: str, secret: str) -> bool:
        """Tell whether the secret is the app's, in constant time."""

    async def has(self, app_id: str) -> bool:
        """Tell whether there is such an app: access tokens of removed ones open nothing."""

    async def listing(self) -> list[AppRecord]:
        """Return all apps, oldest first."""

    async def remove(self, app_id: str) -> bool:
        """Remove an app; its conversations stay. False if unknown."""


class Kept(Protocol[Thing]):
    """Things of one kind that apps keep for all their conversations, each with a name of its own."""

    async def add(self, app_id: str, things: Sequence[Thing]) -> None:
        """Store new things, all or none.

        Raises:
            KeepingRefusedError: a name is taken, or the app has too many.
        """

    async def listing(self, app_id: str, **fields: str) -> list[Thing]:
        """Return an app's things, or those with these values in their columns, oldest first."""

    async def find(self, app_id: str, thing_id: str) -> Thing | None:
        """Return a thing of an app."""

    async def change(self, app_id: str, thing: Thing) -> bool:
        """Put a thing in the place of the one with its id; False if unknown.

        Raises:
            KeepingRefusedError: the name is taken, or the app has too many.
        """

    async def remove(self, app_id: str, thing_id: str) -> bool:
        """Remove a thing; False if unknown."""


class Jobs(Protocol):
    """Jobs, kept as long as their conversations."""

    async def add(self, job: JobRecord, opening: Sequence[Draft] = ()) -> None:
        """Store a job, together with the first events of the conversation that it begins: both or neither.

        Raises:
            UnknownConversationError: it begins none, and there is none of its id (any more).
            StoreUnavailableError: nothing was stored.
        """

    async def find(self, app_id: str, job_id: str) -> JobRecord | None:
        """Return a job of an app."""

    async def unfinished(self) -> list[JobRecord]:
        """Return the jobs that have not ended, oldest first."""

    async def change(
        self,
        job: JobRecord,
        status: JobStatus,
        error: str | None = None,
        deliveries: Sequence[NewDelivery] = (),
    ) -> None:
        """Give a job its next status, and put what tells of it into the outbox, in one transaction."""


class Experiences(Protocol):
    """Pages that clients asked for, kept as long as their conversations."""

    async def add(self, experience: ExperienceRecord) -> None:
        """Store one.

        Raises:
            StoreUnavailableError: nothing was stored.
        """

    async def find(self, experience_id: str) -> ExperienceRecord | None:
        """Return one."""

    async def of_conversation(self, conversation_id: str) -> list[ExperienceRecord]:
        """Return those of a conversation, oldest first."""

    async def change(self, experiences: Sequence[ExperienceRecord]) -> None:
        """Store the looks of some that exist."""


class Outbox(Protocol):
    """Deliveries that wait."""

    async def due(
        self, now: datetime, limit: int = 20, *, kind: str | None = None, besides: Sequence[int] = ()
    ) -> list[Delivery]:
        """Return deliveries (of a kind) whose time has come, oldest first; those of the ids `besides` not."""

    async def done(self, delivery_id: int) -> None:
        """Mark a delivery as made, and forget its payload."""

    async def failed(
        self,
        delivery_id: int,
        error: str,
        retry_at: datetime | None,
        payload: dict[str, Any] | None = None,
    ) -> None:
        """Note a failure; without `retry_at` it is given up: its error is kept, its payload is not.

        A `payload` replaces the delivery's, for what is left to do after a part was done.
        """

    async def next_due(
        self, *, kinds: Sequence[str] | None = None, besides: Sequence[int] = ()
    ) -> datetime | None:
        """Return when the next delivery (of these kinds) is due, not counting those of the ids `besides`."""
