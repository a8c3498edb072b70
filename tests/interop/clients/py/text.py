"""PyPI `symbl` 2.0.6: a text and what is appended to it, each until its job has ended."""

from typing import Any

from tests.interop.clients.py.program import credentials, job_done, symbl_at, task, tell

symbl = symbl_at(task["base"])


def done(name: str, conversation: Any) -> str:
    """Tell what a text becomes, questions and topics too."""
    return job_done(name, conversation, questions=conversation.get_questions, topics=conversation.get_topics)


parameters = {"webhookUrl": task["webhook"]}
first = done("process", symbl.Text.process(task["payload"], credentials=credentials(), parameters=parameters))
done("append", symbl.Text.append(task["more"], first))
at_once = symbl.Text.process(task["more"], wait=False)
tell("at once", str(at_once.get_conversation_id()))
