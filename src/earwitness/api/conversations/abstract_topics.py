"""`GET …/abstract-topics`: the themes behind the words of a conversation."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from earwitness.api.context import own_content
from earwitness.api.replies.common import told
from earwitness.api.replies.insights import AbstractTopicsReply
from earwitness.conversation.ids import stable_id
from earwitness.insights.topics.abstract_topics import find_themes
from earwitness.store.seams import Content

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])


@router.get("/{conversationId}/abstract-topics", responses=told(AbstractTopicsReply))
def get_abstract_topics(own: Annotated[Content, Depends(own_content("messages"))]) -> JSONResponse:
    """Return the themes, the strongest first; of a conversation that goes on, those up to now."""
    # No coroutine, so on a thread: an hour's messages take a while.
    themes = find_themes([message.text for message in own.messages])
    return JSONResponse(
        {
            "abstractTopics": [
                {
                    "id": stable_id(own.record.id, theme.text),
                    "text": theme.text,
                    "type": "abstract_topic",
                    "score": theme.score,
                    "messageIds": [own.messages[place].id for place in theme.mentions],
                }
                for theme in themes
            ]
        }
    )
