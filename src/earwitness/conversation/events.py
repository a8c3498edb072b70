"""The kinds of event that make up a conversation.

The event log is the truth about a conversation; messages, members and insights in tables are
projections of it. Every event is a frozen dataclass of plain values, stored as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from earwitness.conversation.bookmark import Bookmark
from earwitness.conversation.insight import Entity, Insight, SummaryItem, Topic, TrackerMatch
from earwitness.conversation.intent import Intent
from earwitness.conversation.member import Member
from earwitness.conversation.message import Assignment, Message, Provenance
from earwitness.conversation.reading import Prompt, PromptAnswer, ReadingState
from earwitness.conversation.sound import Sound
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.utterance import Utterance

CallStateName = Literal[
    "dialing",
    "ringing",
    "early_media",
    "answered",
    "held",
    "resumed",
    "busy",
    "declined",
    "no_answer",
    "failed",
    "ended",
    "interrupted",
]


@dataclass(frozen=True, slots=True)
class Opened:
    """The conversation exists."""

    app_id: str
    name: str
    started_at: datetime
    connection_id: str | None = None
    endpoint: str | None = None
    """SIP URI or phone number that is called."""
    kind: str = "meeting"
    timezone: str = "UTC"
    language: str = "en-US"
    members: tuple[Member, ...] = ()
    actions: tuple[dict[str, Any], ...] = ()
    """As the client gave them."""
    confidence_threshold: float = 0.5
    """The least score of insights."""
    request: dict[str, Any] = field(default_factory=dict)
    """Every other field of the start request, kept as given."""


@dataclass(frozen=True, slots=True)
class CallProgressed:
    """The call changed its state."""

    state: CallStateName
    sip_status: int | None = None
    reason: str | None = None
    codec: str | None = None
    media: dict[str, Any] | None = None
    """What was measured of the media, when the call ends."""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediaStarted:
    """The first audio was heard; `at_s` of all later events counts from here."""

    started_at: datetime


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """A participant became known."""

    member: Member


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """A participant was renamed; messages and insights follow."""

    member: Member


@dataclass(frozen=True, slots=True)
class MembersMerged:
    """Two participants are one person; messages and insights of both are theirs."""

    member: Member
    """As they are called now."""
    merged_id: str
    """Of the other one, who is gone."""


@dataclass(frozen=True, slots=True)
class SpeakerMarked:
    """A client pushed a speaker event."""

    event: SpeakerEvent


@dataclass(frozen=True, slots=True)
class SoundNoticed:
    """A sound that is not speech began or, where it has an end, is over."""

    sound: Sound


@dataclass(frozen=True, slots=True)
class UtteranceHeard:
    """A final utterance."""

    utterance: Utterance
    speaker: Member | None = None
    provenance: Provenance = "unknown"
    """How the speaker is known."""


@dataclass(frozen=True, slots=True)
class MessagesAdded:
    """Finished sentences, in order."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class SpeakersAssigned:
    """Late evidence told whose messages are; their insights follow."""

    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class MessagesRevised:
    """A second hearing brought other words."""

    messages: tuple[Message, ...]
    """With the ids they had, wherever a sentence lives on; new ones too."""
    removed: tuple[str, ...] = ()
    """Ids of messages whose words are in others now."""


@dataclass(frozen=True, slots=True)
class InsightsFound:
    """Questions, action items and follow-ups found live; one of a known id replaces what it was before."""

    insights: tuple[Insight, ...]
    withdrawn: tuple[Insight, ...] = ()
    """What was shown and, after later words, is none."""


@dataclass(frozen=True, slots=True)
class IntentFound:
    """An intent that the start request asked for; of a later one of the same name the earlier is void."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class TopicsFound:
    """Topics that are new or whose score changed by 0.1 or more."""

    topics: tuple[Topic, ...]
    withdrawn: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class EntitiesFound:
    """Entities with the places in which they were found now; those of earlier events stay."""

    entities: tuple[Entity, ...]
    withdrawn: tuple[Entity, ...] = ()
    """With the places in which they are none after all."""


@dataclass(frozen=True, slots=True)
class TrackersFound:
    """Tracked phrases with the places in which they were found now; those of earlier events stay."""

    trackers: tuple[TrackerMatch, ...]
    withdrawn: tuple[TrackerMatch, ...] = ()
    """With the places in which they are none after all."""


@dataclass(frozen=True, slots=True)
class Understood:
    """All that the final analysis found; replaces what was found live (ids of kept insights stay)."""

    insights: tuple[Insight, ...] = ()
    topics: tuple[Topic, ...] = ()
    summary: tuple[SummaryItem, ...] = ()
    entities: tuple[Entity, ...] = ()
    trackers: tuple[TrackerMatch, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionsChanged:
    """A later request added options to those of the first."""

    request: dict[str, Any]
    """All of them now; takes the place of `Opened.request`."""


@dataclass(frozen=True, slots=True)
class ReadingRequested:
    """A language model is to read the conversation; until it has, all stays as it was found before."""

    model: str
    prompts: tuple[Prompt, ...] = ()
    """Of the request; those of the app come to them."""


@dataclass(frozen=True, slots=True)
class ReadingEnded:
    """What a language model made of the conversation; parts that are None stay as they were found before."""

    state: ReadingState
    model: str
    reason: str | None = None
    """Why it is not complete."""
    insights: tuple[Insight, ...] | None = None
    topics: tuple[Topic, ...] | None = None
    summary: tuple[SummaryItem, ...] | None = None
    answers: tuple[PromptAnswer, ...] | None = None
    tokens: int = 0
    rejected: int = 0
    """Findings that were dropped because nothing that was said supports them."""


@dataclass(frozen=True, slots=True)
class SummaryRenewed:
    """The summary was made anew, of what is known by now."""

    summary: tuple[SummaryItem, ...]


@dataclass(frozen=True, slots=True)
class BookmarkKept:
    """Somebody made a bookmark, or gave one other fields."""

    bookmark: Bookmark


@dataclass(frozen=True, slots=True)
class BookmarkRemoved:
    """Somebody removed a bookmark."""

    bookmark_id: str


@dataclass(frozen=True, slots=True)
class MetadataChanged:
    """The client replaced the conversation's metadata."""

    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Closed:
    """The conversation is complete."""

    ended_at: datetime
    outcome: Literal["completed", "failed", "interrupted"] = "completed"


Body = (
    Opened
    | CallProgressed
    | MediaStarted
    | MemberJoined
    | MemberChanged
    | MembersMerged
    | SpeakerMarked
    | SoundNoticed
    | UtteranceHeard
    | MessagesAdded
    | SpeakersAssigned
    | MessagesRevised
    | InsightsFound
    | IntentFound
    | TopicsFound
    | EntitiesFound
    | TrackersFound
    | Understood
    | OptionsChanged
    | ReadingRequested
    | ReadingEnded
    | SummaryRenewed
    | BookmarkKept
    | BookmarkRemoved
    | MetadataChanged
    | Closed
)

KINDS: Mapping[str, type[Body]] = {
    "opened": Opened,
    "call_progressed": CallProgressed,
    "media_started": MediaStarted,
    "member_joined": MemberJoined,
    "member_changed": MemberChanged,
    "members_merged": MembersMerged,
    "speaker_marked": SpeakerMarked,
    "sound_noticed": SoundNoticed,
    "utterance_heard": UtteranceHeard,
    "messages_added": MessagesAdded,
    "speakers_assigned": SpeakersAssigned,
    "messages_revised": MessagesRevised,
    "insights_found": InsightsFound,
    "intent_found": IntentFound,
    "topics_found": TopicsFound,
    "entities_found": EntitiesFound,
    "trackers_found": TrackersFound,
    "understood": Understood,
    "options_changed": OptionsChanged,
    "reading_requested": ReadingRequested,
    "reading_ended": ReadingEnded,
    "summary_renewed": SummaryRenewed,
    "bookmark_kept": BookmarkKept,
    "bookmark_removed": BookmarkRemoved,
    "metadata_changed": MetadataChanged,
    "closed": Closed,
}
"""Stored names of the kinds: never change one, old logs must stay readable."""

_NAMES = {body: name for name, body in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Event:
    """A durable event with its place in the conversation's log."""

    conversation_id: str
    seq: int
    """1, 2, 3 … without gaps within a conversation."""
    body: Body
    at_s: float | None = None
    """Seconds since the media started, where that is known."""
    source: str = "call"
    """Who made it: `call`, `client`, `api`, `recovery` …"""
    leg: str | None = None

    @property
    def kind(self) -> str:
        """The stored name of the body's type."""
        return kind_of(self.body)


def kind_of(body: Body) -> str:
    """Return the stored name of an event body's type."""
    return _NAMES[type(body)]


def encode_body(body: Body) -> bytes:
    """Return the body as JSON."""
    return msgspec.json.encode(body)


def decode_body(kind: str, data: bytes | str) -> Body:
    """Read a body back; the inverse of `encode_body`.

    Raises:
        KeyError: the kind is unknown (a newer version wrote the log).
        msgspec.ValidationError: the data do not fit the kind.
    """
    return msgspec.json.decode(data, type=KINDS[kind])
