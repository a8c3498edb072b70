"""What the API asks of calls, wherever they run."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from earwitness.conversation.events import CallStateName, Event
from earwitness.conversation.member import Member
from earwitness.conversation.speaker_event import SpeakerEventKind
from earwitness.conversation.utterance import Utterance


class CallRefusedError(Exception):
    """A call may not be placed; `status` is the HTTP status that says why."""

    def __init__(self, status: int, message: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s


class UnknownCallError(LookupError):
    """No call of this app has that connection id (any more)."""


class UnknownMemberError(LookupError):
    """A conversation has no member of that id."""


class TooSlowError(Exception):
    """A watcher did not take its events in time and was cut off; it may come back with the last number."""


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A call to be placed."""

    app_id: str
    uri: str
    """SIP URI that is dialled."""
    endpoint: str
    """What the client asked for: the URI without its password, or the phone number."""
    name: str | None = None
    members: tuple[Member, ...] = ()
    actions: tuple[dict[str, Any], ...] = ()
    timezone: str = "UTC"
    language: str = "en-US"
    encoding: str | None = None
    """Codec that the client prefers, as in `audioConfig.encoding`."""
    sample_rate_hz: int | None = None
    dtmf: str | None = None
    """Keys to send after the answer; `,` is a pause of 500 ms."""
    idle_timeout_s: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Extra SIP headers of the INVITE."""
    base_url: str = ""
    """Where the client reaches us, for links in what is sent later."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Every other field of the request, kept as given."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The two names of a call."""

    connection_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class PushedEvent:
    """What a client says of a speaker, before it is placed on the conversation's clock."""

    kind: SpeakerEventKind
    arrived_at: datetime
    said_at: datetime | None = None
    name: str | None = None
    user_id: str | None = None
    email: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """Live text that may still change; not durable."""

    conversation_id: str
    seq: int
    """The last durable sequence number."""
    utterance: Utterance
    speaker: Member | None


@dataclass(frozen=True, slots=True)
class CallStatus:
    """How a call stands."""

    connection: Connection
    endpoint: str
    state: CallStateName
    sip_status: int | None
    reason: str | None
    codec: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    media: dict[str, Any] | None
    """Packets, loss, jitter …, once there is media."""


Watched = Event | Partial


class Calls(Protocol):
    """Places calls and gives what is heard in them."""

    async def start(self, request: CallRequest) -> Connection:
        """Place a call; returns when the INVITE is sent and the conversation is stored.

        Raises:
            CallRefusedError: policy, capacity or the store forbid it.
        """

    async def stop(self, app_id: str, connection_id: str) -> Connection:
        """End a call; returns when its conversation is closed, at most 2 s later.

        A call that ended less than 15 minutes ago is stopped again without effect.

        Raises:
            UnknownCallError
        """

    async def push(self, app_id: str, connection_id: str, event: PushedEvent) -> None:
        """Take a speaker event of a live call.

        Raises:
            UnknownCallError: also when the call has ended.
            CallRefusedError: it is one too many, or names one person too many.
        """

    def watch(
        self, app_id: str, connection_id: str, after: int | None = None
    ) -> AsyncGenerator[Watched, None]:
        """Iterate over the events after a sequence number, then live until the conversation is closed.

        Without `after` from now on.

        Raises:
            UnknownCallError, TooSlowError
        """

    async def status(self, app_id: str, connection_id: str | None = None) -> list[CallStatus]:
        """Return one call, or all live calls of an app.

        Raises:
            UnknownCallError
        """


Outcome = Literal["completed", "failed", "interrupted"]
