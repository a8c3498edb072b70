"""Replies of the Conversation API as the OpenAPI description shows them.

They describe what is there at least; replies may say more. Nothing is built from them: tests check what
handlers return against them.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[0-9]{16}$")]
"""Of a conversation, message, insight, topic or bookmark."""
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Share = Annotated[float, Field(ge=0)]


Source = Annotated[
    str | None, Field(description="Who found it: `embedded`, or the name of a language model.")
]


class Reply(BaseModel):
    """An object that may hold more fields than are described."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


def told(model: Any) -> dict[int | str, dict[str, Any]]:
    """Return the description of a reply with status 200: a model, or a list of one."""
    return {200: {"model": model}}


class ErrorReply(Reply):
    """Why a request was not carried out."""

    message: str = Field(description="What is wrong, where, and what to do.")


class Told(Reply):
    """That a request was carried out."""

    message: str


class Person(Reply):
    """A member; empty where nobody is known."""

    id: str | None = None
    name: str | None = None
    email: str | None = None
    user_id: str | None = Field(None, alias="userId")


class KnownPerson(Person):
    """A member."""

    id: str
    name: str


class Ref(Reply):
    """A message."""

    id: str


class Polarity(Reply):
    """How positive it is."""

    score: float = Field(ge=-1, le=1)


class SentimentReply(Reply):
    """A sentiment."""

    polarity: Polarity
    suggested: Literal["positive", "neutral", "negative"]


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


class PhraseReply(Reply):
    """A key phrase."""

    type: str
    text: str


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


class ParentRef(Reply):
    """A broader topic."""

    type: Literal["topic"]
    text: str


class TopicReply(Reply):
    """A topic."""

    id: str
    text: str
    type: Literal["topic"]
    score: float
    messageIds: list[Id]  # noqa: N815
    parentRefs: list[ParentRef]  # noqa: N815
    sentiment: SentimentReply | None = None
    source: Source = None


class TopicsReply(Reply):
    """The topics."""

    topics: list[TopicReply]


class FoundReply(Reply):
    """Something that was understood of what was said."""

    id: Id
    text: str
    score: float = Field(ge=0, le=1)
    from_: Person = Field(alias="from")
    source: Source = None


class QuestionReply(FoundReply):
    """A question."""

    type: Literal["question"]
    messageIds: list[Id]  # noqa: N815


class QuestionsReply(Reply):
    """The questions."""

    questions: list[QuestionReply]


class TaskReply(FoundReply):
    """What somebody has to do."""

    entities: list[dict[str, Any]]
    phrases: list[PhraseReply]
    definitive: bool
    assignee: Person
    dueBy: str | None = None  # noqa: N815


class ActionItemReply(TaskReply):
    """An action item."""

    type: Literal["action_item"]
    messageIds: list[Id]  # noqa: N815


class ActionItemsReply(Reply):
    """The action items."""

    actionItems: list[ActionItemReply]  # noqa: N815


class ComprehensiveReply(TaskReply):
    """An action item with what led to it."""

    type: Literal["action_item"]
    messageRefs: list[Ref]  # noqa: N815


class ComprehensivesReply(Reply):
    """The action items with what led to them."""

    actionItems: list[ComprehensiveReply]  # noqa: N815


class FollowUpReply(TaskReply):
    """A follow-up."""

    type: Literal["follow_up"]
    messageIds: list[Id]  # noqa: N815


class FollowUpsReply(Reply):
    """The follow-ups."""

    followUps: list[FollowUpReply]  # noqa: N815


class InsightReply(FoundReply):
    """A question, an action item or a follow-up."""

    type: Literal["question", "action_item", "follow_up"]
    messageIds: list[Id]  # noqa: N815


class InsightsReply(Reply):
    """All three together."""

    insights: list[InsightReply]


class IntentReply(Reply):
    """An intent of the called party."""

    id: str
    intent: str
    type: str
    text: str
    score: float
    messageIds: list[str]  # noqa: N815
    alternatives: list[Any]
    entities: list[Any]


class IntentsReply(Reply):
    """The intents that were asked for."""

    intents: list[IntentReply]


class SummaryReply(Reply):
    """A sentence of the summary."""

    id: Id
    text: str
    messageRefs: list[Ref]  # noqa: N815
    source: Source = None


class SummariesReply(Reply):
    """The summary."""

    summary: list[SummaryReply]


class ReadingReply(Reply):
    """How the reading by a language model stands."""

    state: Literal["none", "pending", "completed", "partial", "failed"]
    model: str | None
    reason: str | None = Field(description="Why it is not complete.")
    written: list[Literal["insights", "topics", "summary", "answers"]] = Field(
        description="What the model wrote; all else is the embedded analyst's."
    )
    tokens: int = Field(ge=0)
    rejected: int = Field(ge=0, description="Findings that nothing said supports.")


class CustomPromptReply(Reply):
    """The answer to a prompt; empty where nothing was said about it."""

    name: str
    prompt: str
    text: str
    statements: list[SummaryReply]


class CustomPromptsReply(Reply):
    """The answers to all prompts."""

    customPrompts: list[CustomPromptReply]  # noqa: N815


class MetricReply(Reply):
    """A length of time and its part of a whole."""

    type: Literal["total_silence", "total_talk_time", "total_overlap"]
    percent: Share
    seconds: Share


class PaceReply(Reply):
    """How fast somebody speaks."""

    wpm: int = Field(ge=0, description="Words a minute.")


class TimeReply(Reply):
    """A part of all talk."""

    percentage: Share
    seconds: Share


class MemberFiguresReply(KnownPerson):
    """What a member's speech amounts to."""

    pace: PaceReply
    talkTime: TimeReply  # noqa: N815
    listenTime: TimeReply  # noqa: N815
    overlap: dict[str, Any]


class AnalyticsReply(Reply):
    """Who spoke how long."""

    metrics: list[MetricReply]
    members: list[MemberFiguresReply]


class PlaceReply(Reply):
    """Where in a message something was said."""

    id: Id
    text: str
    offset: int = Field(ge=-1, description="In characters; -1 where it is the meaning that matches.")


class EntityMatchReply(Reply):
    """Places where an entity was said in the same words."""

    detectedValue: str  # noqa: N815
    messageRefs: list[PlaceReply]  # noqa: N815


class EntityReply(Reply):
    """An entity, with the keys of both shapes that clients know."""

    id: str
    type: str
    subType: str  # noqa: N815
    category: Literal["Managed", "Custom"]
    text: str
    value: str
    messageRefs: list[PlaceReply]  # noqa: N815
    matches: list[EntityMatchReply]


class EntitiesReply(Reply):
    """The entities."""

    entities: list[EntityReply]


class InsightRefReply(Reply):
    """An insight in which a tracker matched."""

    id: Id
    type: str
    text: str
    offset: int = Field(ge=-1)


class TrackerMatchReply(Reply):
    """A phrase of a tracker and where it was said."""

    type: Literal["vocabulary"]
    value: str
    messageRefs: list[PlaceReply]  # noqa: N815
    insightRefs: list[InsightRefReply]  # noqa: N815


class TrackerReply(Reply):
    """A tracker that matched."""

    id: str
    name: str
    matches: list[TrackerMatchReply]


class AbstractTopicReply(Reply):
    """A theme behind the words."""

    id: Id
    text: str
    type: Literal["abstract_topic"]
    score: float
    messageIds: list[Id]  # noqa: N815


class AbstractTopicsReply(Reply):
    """The themes, the strongest first."""

    abstractTopics: list[AbstractTopicReply]  # noqa: N815


class FeedbackReply(Reply):
    """What was good, or could be better."""

    summary: str


class BothFeedbacksReply(Reply):
    """Praise and advice."""

    positive: FeedbackReply
    negative: FeedbackReply


class CriterionReply(Reply):
    """One criterion of the score."""

    name: str
    score: float
    summary: str
    feedback: BothFeedbacksReply


class CallScoreReply(Reply):
    """How well a conversation went, by stated criteria."""

    score: float = Field(ge=0, le=100)
    summary: str
    criteria: list[CriterionReply]


class StatusReply(Reply):
    """Whether something is final."""

    status: Literal["scheduled", "in_progress", "completed", "failed"]


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


class UrlReply(Reply):
    """The address of a page."""

    url: str
