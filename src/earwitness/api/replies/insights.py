"""Replies about insights, topics and summaries."""

from typing import Any, Literal

from pydantic import Field

from earwitness.api.replies.common import Id, Person, PhraseReply, Ref, Reply, SentimentReply, Source


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
