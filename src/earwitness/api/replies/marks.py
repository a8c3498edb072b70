"""Replies about bookmarks and pages."""

from pydantic import Field

from earwitness.api.replies.common import Id, Moment, Person, Ref, Reply
from earwitness.api.replies.insights import SummaryReply


class BookmarkReply(Reply):
    """A bookmark."""

    id: Id
    label: str
    description: str | None = None
    user: Person
    beginTimeOffset: float = Field(ge=0, description="Seconds since the media started.")  # noqa: N815
    duration: float = Field(ge=0, description="Seconds.")
    messageRefs: list[Ref]  # noqa: N815


class BookmarksReply(Reply):
    """Bookmarks."""

    bookmarks: list[BookmarkReply]


class BookmarkSentenceReply(SummaryReply):
    """A sentence on what a bookmark marks."""

    startTime: Moment  # noqa: N815
    endTime: Moment  # noqa: N815
    bookmarkReference: Ref  # noqa: N815


class BookmarkSummaryReply(Reply):
    """What is said in a bookmark."""

    summary: list[BookmarkSentenceReply]


class OneOfBookmarksSummaryReply(BookmarkSummaryReply):
    """What is said in one of several bookmarks."""

    bookmarkId: Id  # noqa: N815


class BookmarksSummaryReply(Reply):
    """What is said in each bookmark."""

    bookmarksSummary: list[OneOfBookmarksSummaryReply]  # noqa: N815


class ExperienceReply(Reply):
    """The address of a page."""

    name: str
    url: str
