"""`POST …/transcript`: a conversation as Markdown, SubRip or WebVTT."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from earwitness.api.bodies import body_of, described
from earwitness.api.context import Own
from earwitness.conversation.transcript import as_markdown, as_srt, as_vtt

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])


class TranscriptRequest(BaseModel):
    """In which form the transcript is wanted."""

    content_type: Literal["text/markdown", "text/srt", "text/vtt"] = Field(alias="contentType")
    create_paragraphs: bool = Field(False, alias="createParagraphs")
    show_speaker_separation: bool = Field(False, alias="showSpeakerSeparation")


@router.post("/{conversationId}/transcript", openapi_extra=described(TranscriptRequest))
def make_transcript(
    own: Own, wanted: Annotated[TranscriptRequest, Depends(body_of(TranscriptRequest))]
) -> dict[str, Any]:
    """Return the transcript; the Markdown form is a string, the subtitle forms are objects."""
    speakers = wanted.show_speaker_separation
    payload: Any
    if wanted.content_type == "text/markdown":
        payload = as_markdown(
            own.messages, paragraphs=wanted.create_paragraphs, speakers=speakers, break_="<br/><br/>"
        )
        return {"transcript": {"payload": payload, "contentType": wanted.content_type}}
    render = as_srt if wanted.content_type == "text/srt" else as_vtt
    payload = {"content": render(own.messages, speakers=speakers), "contentType": wanted.content_type}
    return {"transcript": {"payload": payload}}
