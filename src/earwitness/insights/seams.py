"""What the rest of the system asks of an analyst."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from earwitness.conversation.events import Understood
from earwitness.conversation.insight import Entity, Insight, Topic, TrackerMatch
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Setting:
    """What an analyst may know about a conversation besides its messages."""

    zero_at: datetime
    """The instant (UTC) that `start_s = 0` of the messages stands for."""
    timezone: str = "UTC"
    members: tuple[Member, ...] = ()
    confidence_threshold: float = 0.5
    merged: tuple[tuple[str, str], ...] = ()
    """Ids of members who turned out to be another one, with the id of that one."""
    language: str = "en-US"
    wishes: Wishes = field(default_factory=Wishes)
    """What the client asked to be told."""


@dataclass(frozen=True, slots=True)
class Found:
    """How things stand after the messages that were taken so far.

    All of it, not only what is new: whoever shows it sees what changed (same id, other content) and what is
    gone. Values that did not change should be the same objects, or at least equal.
    """

    insights: tuple[Insight, ...] = ()
    topics: tuple[Topic, ...] = ()
    entities: tuple[Entity, ...] = ()
    """May name one entity several times, with other places each time, such as once for every message."""
    trackers: tuple[TrackerMatch, ...] = ()
    """As with entities."""

    def __or__(self, other: "Found") -> "Found":
        """Return what is found in both."""
        return Found(
            self.insights + other.insights,
            self.topics + other.topics,
            self.entities + other.entities,
            self.trackers + other.trackers,
        )


class Analysis(Protocol):
    """One conversation being followed; not thread-safe, used from one worker thread at a time."""

    def follow(self, messages: Sequence[Message], setting: Setting | None = None) -> Found:
        """Take the next finished messages and return how things stand.

        A message that was taken before takes its own place again: its speaker or its words have changed.
        A `setting` is given where something of it may have changed, such as a member's name.
        """

    def conclude(self, setting: Setting) -> Understood:
        """Return the final insights over all messages followed so far; may be called again later.

        Entities and tracked phrases come with all their places, each once.
        """


class Analyst(Protocol):
    """Understands conversations."""

    def open(self, setting: Setting) -> Analysis:
        """Start to follow a conversation."""
