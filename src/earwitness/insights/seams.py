"""What the rest of the system asks of an analyst."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from earwitness.conversation.events import Understood
from earwitness.conversation.insight import Insight, Topic
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message


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


@dataclass(frozen=True, slots=True)
class Found:
    """What a few new messages brought."""

    insights: tuple[Insight, ...] = ()
    topics: tuple[Topic, ...] = ()
    """Only topics that are new or whose score changed by 0.1 or more."""


class Analysis(Protocol):
    """One conversation being followed; not thread-safe, used from one worker thread at a time."""

    def follow(self, messages: Sequence[Message]) -> Found:
        """Take the next finished messages and return what they bring.

        A message that was taken before takes its own place again: its speaker has changed.
        """

    def conclude(self, setting: Setting) -> Understood:
        """Return the final insights over all messages followed so far; may be called again later."""


class Analyst(Protocol):
    """Understands conversations."""

    def open(self, setting: Setting) -> Analysis:
        """Start to follow a conversation."""
