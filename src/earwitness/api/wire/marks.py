"""Bookmarks on the wire: what clients send and what they get."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator, model_validator

from earwitness.api.requests.start_request import Line, Loose
from earwitness.conversation.bookmark import Author, Bookmark, Markable, span_of
from earwitness.conversation.message import Message

_LONGEST_S = 7 * 24 * 3600.0
_MOST_MESSAGES = 10_000
_LONGEST_TEXT = 10_000


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


class BookmarkUser(Loose):
    """Who makes a bookmark; need not be a member."""

    name: Line | None = None
    user_id: Line | None = Field(None, alias="userId")
    email: Line | None = None


class MarkedMessage(Loose):
    """A message that a bookmark is about."""

    id: Annotated[str, Field(min_length=1, max_length=64)]


class BookmarkBody(Loose):
    """A bookmark; about some seconds, or about messages that follow one another."""

    label: Annotated[Line, AfterValidator(_not_blank)]
    description: str | None = Field(None, max_length=_LONGEST_TEXT)
    user: BookmarkUser | None = None
    begin_s: float | None = Field(
        None, alias="beginTimeOffset", ge=0, le=_LONGEST_S, description="Seconds since the media started."
    )
    duration_s: float | None = Field(None, alias="duration", gt=0, le=_LONGEST_S, description="Seconds.")
    message_refs: list[MarkedMessage] = Field(
        default_factory=list, alias="messageRefs", max_length=_MOST_MESSAGES
    )

    @field_validator("description")
    @classmethod
    def _not_empty(cls, value: str | None) -> str | None:
        if value is not None and not value.strip():
            raise ValueError('"description" is not allowed to be empty')
        return value

    @model_validator(mode="after")
    def _about_something(self) -> "BookmarkBody":
        if not self.message_refs and (self.begin_s is None or self.duration_s is None):
            raise ValueError(
                "a bookmark needs either beginTimeOffset and duration (seconds) or messageRefs; "
                "none of them is given in full"
            )
        return self

    def bookmark(self, bookmark_id: str, messages: Markable) -> Bookmark:
        """Return the bookmark, on a conversation of these messages.

        Raises:
            ValueError: it marks messages that are unknown or do not follow one another.
        """
        begin_s, duration_s = self.begin_s or 0.0, self.duration_s or 0.0
        ids: tuple[str, ...] = ()
        if self.message_refs:
            marked = messages.consecutive([ref.id for ref in self.message_refs])
            begin_s, duration_s = span_of(marked)
            ids = tuple(message.id for message in marked)
        user = self.user
        author = None if user is None else Author(user.name, user.user_id, user.email)
        return Bookmark(bookmark_id, self.label, begin_s, duration_s, self.description or "", author, ids)


def rest_bookmarks(bookmarks: Iterable[Bookmark], messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return bookmarks with the messages of their conversation that they are about now."""
    markable = Markable(messages)
    return [_rest_bookmark(bookmark, markable.covered(bookmark)) for bookmark in bookmarks]


def rest_bookmark(bookmark: Bookmark, messages: Sequence[Message]) -> dict[str, Any]:
    """Return one bookmark; see `rest_bookmarks`."""
    return rest_bookmarks([bookmark], messages)[0]


def _rest_bookmark(bookmark: Bookmark, about: Sequence[Message]) -> dict[str, Any]:
    begin_s, duration_s = bookmark.start_s, bookmark.duration_s
    if bookmark.message_ids and about:
        begin_s, duration_s = span_of(about)
    return _shown(bookmark, begin_s, duration_s, [message.id for message in about])


def live_bookmark(bookmark: Bookmark) -> dict[str, Any]:
    """Return a bookmark as it stands in a frame: what it names, not what else is said meanwhile."""
    return _shown(bookmark, bookmark.start_s, bookmark.duration_s, bookmark.message_ids)


def _shown(
    bookmark: Bookmark, begin_s: float, duration_s: float, message_ids: Sequence[str]
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": bookmark.id,
        "label": bookmark.label,
        "user": _user(bookmark.author),
        "beginTimeOffset": _seconds(begin_s),
        "duration": _seconds(duration_s),
        "messageRefs": [{"id": key} for key in message_ids],
    }
    if bookmark.description:
        shown["description"] = bookmark.description
    return shown


def _user(author: Author | None) -> dict[str, str]:
    if author is None:
        return {}
    fields = {"name": author.name, "userId": author.user_id, "email": author.email}
    return {key: value for key, value in fields.items() if value is not None}


def _seconds(value: float) -> float | int:
    """Whole seconds are written as integers: the Go client reads nothing else."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
