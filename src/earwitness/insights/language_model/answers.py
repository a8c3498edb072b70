"""The forms of a model's answers. A JSON Schema is made of them, and every answer is read by them."""

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from earwitness.insights.language_model.limits import ModelError

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = "```"


class Answer(BaseModel):
    """An object of an answer; the schema allows no further fields, and what comes beyond is passed over."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})


class Question(Answer):
    """A question that was asked."""

    messages: list[int] = Field(description="Numbers of the messages, the one that asks first.")
    quote: str = Field(description="The question, word for word.")


class Action(Answer):
    """Something that somebody has to do."""

    messages: list[int] = Field(description="Numbers of the messages, the one that says it best first.")
    quote: str = Field(description="The sentence that says what is to be done, word for word.")
    assignee: str | None = Field(description="Name of the participant who has to do it, or null.")
    follow_up: bool = Field(description="Whether it is about meeting or getting back to somebody again.")


class Topic(Answer):
    """What is talked about."""

    text: str = Field(description="One to four words, in the words of the conversation.")
    parent: str | None = Field(description="Text of the broader topic in this list, or null.")
    messages: list[int] = Field(description="Numbers of the messages about it.")


class Statement(Answer):
    """A sentence and what it rests on."""

    text: str = Field(description="One full sentence.")
    messages: list[int] = Field(description="Numbers of the messages that it rests on.")


class Note(Statement):
    """A sentence that helps to answer one of the numbered tasks."""

    task: int = Field(description="Number of the task.")


class WindowAnswer(Answer):
    """What a part of a conversation holds."""

    questions: list[Question]
    actions: list[Action]
    topics: list[Topic]
    points: list[Statement] = Field(description="What a summary has to tell, at most eight.")
    notes: list[Note] = Field(description="What helps with the tasks; empty where there are none.")


class WholeAnswer(Answer):
    """What a whole conversation comes to."""

    summary: list[Statement] = Field(description="The summary, three to ten sentences.")
    topics: list[Topic] = Field(description="At most fifteen, the most important first.")
    answers: list[Note] = Field(description="The tasks' answers; empty where there are none.")


Form = TypeVar("Form", bound=Answer)


def schema_of(form: type[Answer]) -> dict[str, Any]:
    """Return the JSON Schema of an answer, in what strict servers accept: every field is required."""
    return form.model_json_schema()


def read_answer(text: str, form: type[Form]) -> Form:
    """Read a model's answer; its thoughts before it and a fence around it are passed over.

    Raises:
        ModelError: it is not in the form; the message says where.
    """
    bare = _THOUGHTS.sub("", text).strip()
    if not bare.startswith("{"):
        bare = _without_fence(bare)
    try:
        return form.model_validate_json(bare)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        at = ".".join(map(str, first["loc"])) or "the answer"
        raise ModelError(f"{at}: {first['msg']}") from error


def _without_fence(text: str) -> str:
    """Return what stands in the first fence of a text; all of it where there is none."""
    _, _, behind = text.partition(_FENCE)
    inside, end, _ = behind.partition(_FENCE)
    return inside.removeprefix("json").strip() if end else text
