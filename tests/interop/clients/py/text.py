"""PyPI `symbl` 2.0.6: a text and what is appended to it, each until its job has ended."""

import sys
from typing import Any

from tests.interop.clients.py.program import credentials, plain, symbl_at, task, tell

symbl = symbl_at(task["base"])
# The package sleeps for 30 s before it asks for the first time.
sys.modules["symbl.Conversations"].Conversation._Conversation__INTERVAL_TIME_IN_SECONDS = 0.2


def done(name: str, conversation: Any) -> str:
    """Tell what became of a job, and what the package reads of its conversation."""
    conversation_id = str(conversation.get_conversation_id())
    tell(
        name,
        {
            "conversationId": conversation_id,
            "status": conversation.get_job_status(),
            "messages": [
                plain(one) for one in conversation.get_messages({"verbose": True, "sentiment": True}).messages
            ],
            "members": [plain(one) for one in conversation.get_members().members],
            "actionItems": plain(conversation.get_action_items()),
            "questions": plain(conversation.get_questions()),
            "topics": plain(conversation.get_topics()),
        },
    )
    return conversation_id


parameters = {"webhookUrl": task["webhook"]}
first = done("process", symbl.Text.process(task["payload"], credentials=credentials(), parameters=parameters))
done("append", symbl.Text.append(task["more"], first))
at_once = symbl.Text.process(task["more"], wait=False)
tell("at once", str(at_once.get_conversation_id()))
