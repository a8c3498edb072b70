"""What is understood of a conversation: questions, action items, follow-ups, topics, summary …"""

from dataclasses import dataclass
from typing import Literal

from earwitness.conversation.member import Member

InsightKind = Literal["question", "action_item", "follow_up"]

EMBEDDED = "embedded"
"""The source of what our own analysts found; else it is the name of a language model."""
WORTH_READING = 0.55
"""The least score of what somebody wants to read afterwards.

What lies between 0.5, the default `confidenceThreshold`, and this is a question or a duty just as surely, but
of use within the talk alone ("What?", "Let me show you the slide").
"""


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A named stretch of an insight's text, such as an assignee's name or a date."""

    kind: str
    """`person`, `date`, `datetime`, `datetimerange`."""
    text: str
    offset: int
    """In characters from the start of the insight's text."""
    value: str | None = None
    """Resolved value: a name, or an ISO 8601 date; of ranges first and last with a slash between them."""


@dataclass(frozen=True, slots=True)
class Insight:
    """A question, an action item or a follow-up."""

    id: str
    kind: InsightKind
    text: str
    score: float
    """0 to 1."""
    message_ids: tuple[str, ...]
    speaker: Member | None = None
    """Who said it."""
    assignee: Member | None = None
    due_by: str | None = None
    """ISO 8601 with zone."""
    definitive: bool = True
    spans: tuple[TextSpan, ...] = ()
    phrases: tuple[str, ...] = ()
    source: str = EMBEDDED

    @property
    def is_worth_reading(self) -> bool:
        """It is of use to somebody who reads about the conversation afterwards."""
        return self.score >= WORTH_READING


@dataclass(frozen=True, slots=True)
class Topic:
    """What the conversation is about."""

    id: str
    text: str
    score: float
    message_ids: tuple[str, ...]
    parents: tuple[str, ...] = ()
    """Texts of the broader topics this one belongs to."""
    source: str = EMBEDDED
    polarity: float | None = None
    """Mean sentiment of its messages, −1 to 1."""


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """A sentence of the summary and the messages it rests on."""

    id: str
    text: str
    message_ids: tuple[str, ...]
    source: str = EMBEDDED


@dataclass(frozen=True, slots=True)
class EntityMatch:
    """One place where an entity or a phrase of interest was said."""

    message_id: str
    text: str
    """The message's text."""
    offset: int
    """In characters from the start of that text; −1 where it is the meaning that matches."""
    start_s: float | None = None
    """Of the message, in media time."""
    end_s: float | None = None
    said: str = ""
    """The words of it that were said there; of what is spread over messages, those of this one."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, place, date … named in the conversation."""

    id: str
    kind: str
    text: str
    """As it was said first."""
    value: str
    matches: tuple[EntityMatch, ...]
    custom_kind: str | None = None
    custom_subtype: str | None = None


@dataclass(frozen=True, slots=True)
class TrackerMatch:
    """A phrase of interest and where it was said."""

    id: str
    """Of the tracker."""
    name: str
    phrase: str
    matches: tuple[EntityMatch, ...]
