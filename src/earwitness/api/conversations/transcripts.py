"""`POST …/transcript`: a conversation as Markdown, SubRip or WebVTT."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import Field

from earwitness.api.context import own_content
from earwitness.api.replies.common import told
from earwitness.api.replies.conversations import TranscriptReply
from earwitness.api.requests.bodies import body_of, described
from earwitness.api.requests.start_request import Loose
from earwitness.conversation.highlights import highlighted
from earwitness.conversation.transcript import as_markdown, as_srt, as_vtt
from earwitness.store.seams import Content

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])


_EXAMPLE = {
    "contentType": "text/markdown",
    "createParagraphs": True,
    "phrases": {"highlightOnlyInsightKeyPhrases": True, "highlightAllKeyPhrases": True},
    "showSpeakerSeparation": True,
}


class Highlights(Loose):
    """Which phrases stand in `<mark>`; in Markdown alone."""

    insights: bool = Field(
        False, alias="highlightOnlyInsightKeyPhrases", description="What has to be done, in the words said."
    )
    everything: bool = Field(False, alias="highlightAllKeyPhrases", description="That, and the topics.")


class TranscriptRequest(Loose):
    """In which form the transcript is wanted."""

    content_type: Literal["text/markdown", "text/srt", "text/vtt"] = Field(alias="contentType")
    create_paragraphs: bool = Field(
        False, alias="createParagraphs", description="One paragraph for all that a speaker says in a row."
    )
    phrases: Highlights = Field(default_factory=Highlights)
    show_speaker_separation: bool = Field(
        False, alias="showSpeakerSeparation", description="Begin each piece with `Name: `."
    )


@router.post(
    "/{conversationId}/transcript",
    openapi_extra=described(TranscriptRequest, _EXAMPLE),
    responses=told(TranscriptReply),
)
def make_transcript(
    own: Annotated[Content, Depends(own_content("messages", "insights", "topics"))],
    wanted: Annotated[TranscriptRequest, Depends(body_of(TranscriptRequest))],
) -> JSONResponse:
    """Return the transcript; the Markdown form is a string, the subtitle forms are objects."""
    speakers = wanted.show_speaker_separation
    payload: Any
    if wanted.content_type == "text/markdown":
        phrases = _key_phrases(own, wanted.phrases)
        payload = as_markdown(
            own.messages,
            paragraphs=wanted.create_paragraphs,
            speakers=speakers,
            break_="<br/><br/>",
            text_of=lambda message: highlighted(message.text, phrases.get(message.id, ())),
        )
        return JSONResponse({"transcript": {"payload": payload, "contentType": wanted.content_type}})
    render = as_srt if wanted.content_type == "text/srt" else as_vtt
    payload = {"content": render(own.messages, speakers=speakers), "contentType": wanted.content_type}
    return JSONResponse({"transcript": {"payload": payload}})


def _key_phrases(content: Content, wanted: Highlights) -> Mapping[str, Sequence[str]]:
    """Return what to highlight in each message, by its id: of insights what is worth reading."""
    found: dict[str, list[str]] = {}
    if wanted.insights or wanted.everything:
        for insight in content.insights:
            for message_id in insight.message_ids if insight.is_worth_reading else ():
                found.setdefault(message_id, []).extend(insight.phrases)
    if wanted.everything:
        for topic in content.topics:
            for message_id in topic.message_ids:
                found.setdefault(message_id, []).append(topic.text)
    return found
