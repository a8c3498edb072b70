"""`GET …/analytics`: talk, silence, overlap, pace and interruptions."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from earwitness.api.context import own_content
from earwitness.api.replies.common import told
from earwitness.api.replies.figures import AnalyticsReply
from earwitness.api.wire.people import person
from earwitness.insights.analytics import MemberAnalytics, Share, analyse
from earwitness.insights.interruptions import Interruption, interruptions
from earwitness.store.seams import Content

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])


@router.get("/{conversationId}/analytics", responses=told(AnalyticsReply))
def get_analytics(own: Annotated[Content, Depends(own_content("messages"))]) -> JSONResponse:
    """Return who spoke how long; silence and talk add up to the length of the conversation."""
    figures = analyse(own.messages, own.length_s)
    found = interruptions(own.messages)
    return JSONResponse(
        {
            "metrics": [
                _metric("total_silence", figures.silence),
                _metric("total_talk_time", figures.talk),
                _metric("total_overlap", figures.overlap),
            ],
            "members": [_member(one, found) for one in figures.members],
            "interruptions": {"count": len(found)},
        }
    )


def _metric(kind: str, share: Share) -> dict[str, Any]:
    return {"type": kind, "percent": share.percent, "seconds": share.seconds}


def _member(figures: MemberAnalytics, found: Sequence[Interruption]) -> dict[str, Any]:
    key = figures.member.id
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
        # The Go client reads whole numbers only.
        "pace": {"wpm": round(figures.pace_wpm)},
        "talkTime": {"percentage": figures.talk.percent, "seconds": figures.talk.seconds},
        "listenTime": {"percentage": figures.listen.percent, "seconds": figures.listen.seconds},
        "overlap": overlap,
        "interruptions": {
            "made": sum(one.by.id == key for one in found),
            "suffered": sum(one.of.id == key for one in found),
        },
    }
