"""Replies about conversations, their people and what was said."""

from typing import Any

from pydantic import Field

from earwitness.api.replies.common import Id, KnownPerson, Moment, Person, PhraseReply, Reply, SentimentReply


class ConversationReply(Reply):
    """The head of a conversation."""

    id: Id
    type: str
    name: str
    startTime: Moment  # noqa: N815
    endTime: Moment | None = Field(description="Null while the conversation goes on.")  # noqa: N815
    members: list[KnownPerson]
    metadata: dict[str, Any]


class ConversationsReply(Reply):
    """A list of conversations."""

    conversations: list[ConversationReply]


class MetadataReply(Reply):
    """What is kept with a conversation."""

    id: Id
    metadata: dict[str, Any]


class WordReply(Reply):
    """A word; only with `verbose`."""

    word: str
    startTime: Moment  # noqa: N815
    endTime: Moment  # noqa: N815
    timeOffset: float  # noqa: N815
    duration: float
    score: float | None = Field(None, description="Where the engine gives one.")
    speakerTag: int | None = None  # noqa: N815


class MessageReply(Reply):
    """A sentence."""

    id: Id
    text: str
    from_: Person = Field(alias="from")
    startTime: Moment  # noqa: N815
    endTime: Moment  # noqa: N815
    timeOffset: float = Field(description="Seconds since the first message.")  # noqa: N815
    duration: float = Field(description="Seconds.")
    conversationId: Id  # noqa: N815
    phrases: list[PhraseReply]
    sentiment: SentimentReply | None = None
    words: list[WordReply] | None = None


class MessagesReply(Reply):
    """The messages."""

    messages: list[MessageReply]


class MembersReply(Reply):
    """The participants."""

    members: list[KnownPerson]


class SubtitlesReply(Reply):
    """A file of subtitles."""

    content: str
    contentType: str  # noqa: N815


class TranscriptBody(Reply):
    """The transcript in the form that was asked for."""

    payload: str | SubtitlesReply
    contentType: str | None = Field(None, description="Beside a text; else inside of the payload.")  # noqa: N815


class TranscriptReply(Reply):
    """A formatted transcript."""

    transcript: TranscriptBody
