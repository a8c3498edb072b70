"""A stretch of a conversation that somebody marked, to find it again."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

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


class Markable:
    """The messages of a conversation, laid out so that those of many bookmarks are found quickly."""

    def __init__(self, messages: Sequence[Message]) -> None:
        """Lay them out; they are in the order of their starts."""
        self._messages = messages
        self._places = {message.id: place for place, message in enumerate(messages)}
        self._starts_s = [message.start_s for message in messages]
        self._last_ends_s = list(accumulate((message.end_s for message in messages), max))
        """Of each message and all before it."""

    def of_ids(self, ids: Iterable[str]) -> list[Message]:
        """Return the messages of these ids that are there, in their order."""
        return [self._messages[place] for place in self._present(ids)]

    def covered(self, bookmark: Bookmark) -> list[Message]:
        """Return the messages that a bookmark is about, in their order.

        Those it names, as far as they are still there; else those that are spoken while it lasts.
        """
        if named := self.of_ids(bookmark.message_ids):
            return named
        first = bisect_right(self._last_ends_s, bookmark.start_s)
        behind = bisect_left(self._starts_s, bookmark.start_s + bookmark.duration_s)
        return [message for message in self._messages[first:behind] if message.end_s > bookmark.start_s]

    def consecutive(self, ids: Sequence[str]) -> list[Message]:
        """Return the messages of these ids.

        Raises:
            ValueError: one is unknown, or others are spoken between them.
        """
        if unknown := [key for key in ids if key not in self._places]:
            raise ValueError(f"the conversation has no message with the id {unknown[0]!r}")
        wanted = self._present(ids)
        if wanted[-1] - wanted[0] >= len(wanted):
            raise ValueError("the messages must follow one another; others are spoken between them")
        return [self._messages[place] for place in wanted]

    def _present(self, ids: Iterable[str]) -> list[int]:
        return sorted({self._places[key] for key in ids if key in self._places})


def span_of(messages: Sequence[Message]) -> tuple[float, float]:
    """Return where messages begin and how long they last together, in seconds."""
    start_s = min(message.start_s for message in messages)
    return start_s, max(message.end_s for message in messages) - start_s
