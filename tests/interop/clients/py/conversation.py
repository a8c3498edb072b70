"""PyPI `symbl` 2.0.6 and `symbl-rest`: every call of the Conversation API that they have."""

from typing import Any

import symbl_rest

from tests.interop.clients.py.program import credentials, plain, symbl_at, task, tell

symbl = symbl_at(task["base"])
conversation_id: str = task["conversationId"]


def told(name: str, answer: Any) -> None:
    """Tell what a call answered, and the type of it: errors come as dictionaries."""
    kind = type(answer[0]).__name__ if isinstance(answer, list) and answer else type(answer).__name__
    tell(name, {"model": kind, "reply": plain(answer)})


for call, parameters in task["reads"]:
    read = getattr(symbl.Conversations, call)
    given = {"parameters": parameters} if parameters else {}
    told(call, read(conversation_id, credentials=credentials(), **given))

# `symbl` has no call for these, or a broken one; the generated client that it stands on has.
rest = symbl_rest.ConversationsApi()
told("insights", rest.get_insights_by_conversation_id(conversation_id))
told("intents", rest.get_intents_by_conversation_id(conversation_id))
body = {"id": task["memberId"], "name": "Anna Berg", "email": "anna@example.com"}
told(
    "put member",
    rest.put_members_information_by_members_id(body, conversation_id, task["memberId"]),
)
event = {
    "type": "started_speaking",
    "user": {"id": task["memberId"], "name": "Anna Berg"},
    "offset": {"seconds": 13, "nanos": 0},
}
told(
    "put speakers",
    rest.put_speakers_event_by_conversation_id(
        {"speakerEvents": [event, {**event, "type": "stopped_speaking", "offset": {"seconds": 14}}]},
        conversation_id,
    ),
)
told("unknown", symbl.Conversations.get_messages("1234567890123456"))
