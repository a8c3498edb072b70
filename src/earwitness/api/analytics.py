"""`GET …/analytics`: talk, silence, overlap and pace."""

from typing import Any

from fastapi import APIRouter

from earwitness.api.context import Own
from earwitness.api.people import person
from earwitness.insights.analytics import MemberAnalytics, Share, analyse

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])


@router.get("/{conversationId}/analytics")
def get_analytics(own: Own) -> dict[str, Any]:
    """Return who spoke how long; silence and talk add up to the length of the conversation."""
    record = own.record
    last_s = max((message.end_s for message in own.messages), default=0.0)
    length_s = (record.ended_at - record.zero_at).total_seconds() if record.ended_at else last_s
    figures = analyse(own.messages, max(length_s, last_s, 0.0))
    return {
        "metrics": [
            _metric("total_silence", figures.silence),
            _metric("total_talk_time", figures.talk),
            _metric("total_overlap", figures.overlap),
        ],
        "members": [_member(one) for one in figures.members],
    }


def _metric(kind: str, share: Share) -> dict[str, Any]:
    return {"type": kind, "percent": share.percent, "seconds": share.seconds}


def _member(figures: MemberAnalytics) -> dict[str, Any]:
    overlap: dict[str, Any] = {}
    if figures.overlaps:
        overlap = {
            "overlapDuration": figures.overlap_s,
            "overlappingMembers": [
                {**person(one.member), "percent": one.share.percent, "seconds": one.share.seconds}
                for one in figures.overlaps
            ],
        }
    return {
        **person(figures.member),
        "pace": {"wpm": figures.pace_wpm},
        "talkTime": {"percentage": figures.talk.percent, "seconds": figures.talk.seconds},
        "listenTime": {"percentage": figures.listen.percent, "seconds": figures.listen.seconds},
        "overlap": overlap,
    }
