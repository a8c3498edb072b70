"""A stretch of a conversation that somebody marked, to find it again."""

from collections.abc import Sequence
from dataclasses import dataclass

from earwitness.conversation.message import Message


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a bookmark, as the client says; it need not be a member."""

    name: str | None = None
    user_id: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A label on some seconds of a conversation, or on messages that follow one another."""

    id: str
    label: str
    start_s: float
    """Seconds since the media started."""
    duration_s: float
    description: str = ""
    author: Author | None = None
    message_ids: tuple[str, ...] = ()
    """What the client marked, if it marked messages; their times are the bookmark's then."""


def covered(bookmark: Bookmark, messages: Sequence[Message]) -> list[Message]:
    """Return the messages that a bookmark is about, in their order.

    Those it names, as far as they are still there; else those that are spoken while it lasts.
    """
    named = set(bookmark.message_ids)
    found = [message for message in messages if message.id in named]
    if found:
        return found
    end_s = bookmark.start_s + bookmark.duration_s
    return [message for message in messages if message.start_s < end_s and message.end_s > bookmark.start_s]


def span_of(messages: Sequence[Message]) -> tuple[float, float]:
    """Return where messages begin and how long they last together, in seconds."""
    start_s = min(message.start_s for message in messages)
    return start_s, max(message.end_s for message in messages) - start_s


def consecutive(ids: Sequence[str], messages: Sequence[Message]) -> list[Message]:
    """Return the messages of these ids.

    Raises:
        ValueError: one is unknown, or others are spoken between them.
    """
    places = {message.id: place for place, message in enumerate(messages)}
    if unknown := [key for key in ids if key not in places]:
        raise ValueError(f"the conversation has no message with the id {unknown[0]!r}")
    wanted = sorted({places[key] for key in ids})
    if wanted[-1] - wanted[0] >= len(wanted):
        raise ValueError("the messages must follow one another; others are spoken between them")
    return [messages[place] for place in wanted]
