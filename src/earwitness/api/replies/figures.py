"""Replies about talk time and the score of a call."""

from typing import Any, Literal

from pydantic import Field

from earwitness.api.replies.common import KnownPerson, Reply, Share


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
